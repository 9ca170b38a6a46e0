package account

import (
	"context"
	"math"
	"slices"
	"time"

	"github.com/etappe/etappe/serve/explain"
	"github.com/etappe/etappe/serve/history"
)

// fileMovement is what happened to an account since the date before.
type fileMovement struct {
	previous time.Time // zero: no date before with an answer
	moved    float64   // points as displayed, by one model for both dates; NaN: none
	model    float64   // points as displayed that another model moved; NaN: none did, or it is not known
	verdict  string    // "": no date before, or the two cannot be compared
	reason   string    // code of the first reason; "": none
	later    *history.Snapshot
}

// movementsOf finds the movements of accounts up to a date of each; a zero one: the
// latest. An account of which nothing is stored has none. model is which model must
// have answered last at the date; "": any. What was computed when an account was scored is
// read, what was not is computed.
func (a *Service) movementsOf(ctx context.Context, ids []string, asOf []time.Time, model string) ([]fileMovement, error) {
	store, err := a.Store()
	if err != nil {
		return nil, err
	}
	list := make([]fileMovement, 0, len(ids))
	for chunk := range slices.Chunk(ids, movementRows) {
		timelines, err := store.Timelines(ctx, chunk)
		if err != nil {
			return nil, err
		}
		for _, id := range chunk {
			one, err := a.movementOf(timelines[id], asOf[len(list)], model)
			if err != nil {
				return nil, err
			}
			list = append(list, one)
		}
	}
	return list, nil
}

func (a *Service) movementOf(timeline []history.Snapshot, asOf time.Time, model string) (fileMovement, error) {
	m := fileMovement{moved: math.NaN(), model: math.NaN()}
	m.later = ShownAt(timeline, asOf)
	if m.later == nil || model != "" && m.later.Model != model {
		return m, nil
	}
	earlier := shownBefore(timeline, asOf)
	if earlier == nil {
		return m, nil
	}
	m.previous = earlier.AsOf
	move := m.later.Movement
	if move == nil || !move.From.Equal(earlier.AsOf) || move.FromModel != earlier.Model {
		var err error
		if move, err = a.storedMovement(m.later, timeline); err != nil {
			return m, err
		}
	}
	if move == nil { // what is stored of a date cannot be read by the model that answered it
		if earlier.Model == m.later.Model {
			m.moved = explain.Moved(earlier.Health, m.later.Health)
		}
		return m, nil
	}
	m.moved, m.model, m.verdict, m.reason = move.Moved, move.Model, move.Verdict, move.Reason
	return m, nil
}

// shownBefore is the answer that is shown of the last date before a day; nil: there is
// none.
func shownBefore(timeline []history.Snapshot, day time.Time) *history.Snapshot {
	for i := len(timeline) - 1; i >= 0; i-- {
		if timeline[i].AsOf.Before(day) {
			return &timeline[i]
		}
	}
	return nil
}
