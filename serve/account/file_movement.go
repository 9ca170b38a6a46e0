package account

import (
	"context"
	"errors"
	"math"
	"runtime"
	"sync"
	"time"

	"github.com/etappe/etappe/serve/explain"
	"github.com/etappe/etappe/serve/history"
	"github.com/etappe/etappe/serve/score"
)

// fileMovement is what happened to an account since the date before.
type fileMovement struct {
	previous time.Time // zero: no date before with an answer
	moved    float64   // difference of the two health scores as displayed; NaN: none
	verdict  string    // "": no date before, or the two cannot be compared
	later    *history.Snapshot
}

// movementsOf finds the movements of accounts up to a date of each; a zero one: the
// latest. An account of which nothing is stored has none. model is which model must
// have answered last at the date; "": any.
func (a *Service) movementsOf(ctx context.Context, ids []string, asOf []time.Time, model string) ([]fileMovement, error) {
	list, faults := make([]fileMovement, len(ids)), make([]error, runtime.GOMAXPROCS(0))
	var all sync.WaitGroup
	for p := range faults {
		all.Go(func() {
			for i := p; i < len(ids) && faults[p] == nil; i += len(faults) {
				list[i], faults[p] = a.movementOf(ctx, ids[i], asOf[i], model)
			}
		})
	}
	all.Wait()
	return list, errors.Join(faults...)
}

func (a *Service) movementOf(ctx context.Context, id string, asOf time.Time, model string) (fileMovement, error) {
	m := fileMovement{moved: math.NaN()}
	store, err := a.Store()
	if err != nil {
		return m, err
	}
	timeline, err := store.Timeline(ctx, id)
	if errors.Is(err, history.ErrNotFound) {
		return m, nil
	} else if err != nil {
		return m, err
	}
	m.later = ShownAt(timeline, asOf)
	if m.later == nil || model != "" && m.later.Model != model {
		return m, nil
	}
	earlier, err := earlierOf(time.Time{}, m.later, timeline)
	if errors.Is(err, ErrDates) {
		return m, nil
	} else if err != nil {
		return m, err
	}
	m.previous, m.moved = earlier.AsOf, explain.Moved(earlier.Health, m.later.Health)
	e, err := a.compare(earlier, m.later, timeline)
	if errors.Is(err, score.ErrInput) { // what is stored of a date cannot be read by the model that answered it
		return m, nil
	} else if err != nil {
		return m, err
	}
	m.verdict = e.Verdict
	return m, nil
}
