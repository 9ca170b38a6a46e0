package account

import (
	"context"
	"errors"
	"math"
	"runtime"
	"slices"
	"sync"

	"github.com/etappe/etappe/serve/history"
	"github.com/etappe/etappe/serve/score"
)

// movementRows is how many accounts' timelines are read at once.
const movementRows = 128

// addMovements computes how far each account moved up to its snapshot of a list, from
// what is stored of the dates before, and adds it to the snapshot. An account of which
// nothing is stored, or that cannot be compared with itself, gets none.
func (a *Service) addMovements(ctx context.Context, list []history.Snapshot) error {
	store, err := a.Store()
	if err != nil {
		return err
	}
	chunks := slices.Collect(slices.Chunk(list, movementRows))
	faults := make([]error, runtime.GOMAXPROCS(0))
	var all sync.WaitGroup
	for p := range faults {
		all.Go(func() {
			for i := p; i < len(chunks) && faults[p] == nil; i += len(faults) {
				faults[p] = a.addChunk(ctx, store, chunks[i])
			}
		})
	}
	all.Wait()
	return errors.Join(faults...)
}

func (a *Service) addChunk(ctx context.Context, store *history.Store, list []history.Snapshot) error {
	ids := make([]string, len(list))
	for i := range list {
		ids[i] = list[i].AccountID
	}
	timelines, err := store.Timelines(ctx, ids)
	if err != nil {
		return err
	}
	for i := range list {
		sn := &list[i]
		if sn.Movement, err = a.storedMovement(sn, timelines[sn.AccountID]); err != nil {
			return err
		}
	}
	return nil
}

// storedMovement is how far an account moved up to a snapshot that is not stored yet;
// nil: there is no date before, or the two cannot be compared.
func (a *Service) storedMovement(sn *history.Snapshot, timeline []history.Snapshot) (*history.Movement, error) {
	earlier := shownBefore(timeline, sn.AsOf)
	if earlier == nil {
		return nil, nil
	}
	e, err := a.compare(earlier, sn, timeline)
	if errors.Is(err, score.ErrInput) { // what is stored of a date cannot be read by the model that answered it
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	m := &history.Movement{From: earlier.AsOf, FromModel: earlier.Model, Moved: math.NaN(), Model: math.NaN(), Verdict: e.Verdict, Points: math.NaN()}
	if e.Moved != nil {
		m.Moved = *e.Moved
	}
	if e.ModelChange != nil {
		m.Model = e.ModelChange.Shown
	}
	if len(e.Reasons) > 0 {
		r := &e.Reasons[0]
		if m.Reason = r.Code; r.Bar != nil {
			m.Points = r.Shown
		}
	}
	return m, nil
}
