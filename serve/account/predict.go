package account

import (
	"context"
	"fmt"
	"time"

	"github.com/etappe/etappe/features/catalog"
	"github.com/etappe/etappe/serve/history"
	"github.com/etappe/etappe/serve/score"
)

// Recall returns one row for a model to score: the latest stored snapshot of an
// account, or that of the date asOf. catalog.ErrCatalog where what is stored is
// ordered by another catalogue than the model's; else the errors of Snapshot.
func (a *Service) Recall(ctx context.Context, s *score.Scorer, id string, asOf time.Time) (*score.Input, error) {
	sn, err := a.readable(ctx, s, id, asOf)
	if err != nil {
		return nil, err
	}
	return Restore(s, sn)
}

// readable finds a snapshot that a model can read: the one shown of a date or
// another of the same date. catalog.ErrCatalog if there is none.
func (a *Service) readable(ctx context.Context, s *score.Scorer, id string, asOf time.Time) (*history.Snapshot, error) {
	sn, err := a.Snapshot(ctx, id, asOf)
	if err != nil || sn.Fingerprint == s.Fingerprint() {
		return &sn, err
	}
	timeline, err := a.options.History.Timeline(ctx, id)
	if err != nil {
		return nil, err
	}
	for i := range timeline {
		if timeline[i].AsOf.Equal(sn.AsOf) && timeline[i].Fingerprint == s.Fingerprint() {
			return &timeline[i], nil
		}
	}
	return nil, fmt.Errorf("%w: what is stored of account %q at %s was read by model %s; score it with %s first",
		catalog.ErrCatalog, clip(id), sn.AsOf.Format(time.DateOnly), sn.Model, s.Version())
}

// Keep stores the answers to a batch in one transaction; actor is named in the
// audit. Storing the same again changes nothing.
func (a *Service) Keep(ctx context.Context, s *score.Scorer, in *score.Input, actor string) error {
	store, err := a.Store()
	if err != nil {
		return err
	}
	list, err := Snapshots(s, in)
	if err != nil {
		return err
	}
	_, err = store.Write(ctx, history.Batch{Snapshots: list, Actor: actor})
	return err
}
