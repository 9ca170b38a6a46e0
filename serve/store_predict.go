package serve

import (
	"context"
	"fmt"
	"time"

	"github.com/etappe/etappe/features"
	"github.com/etappe/etappe/serve/history"
)

// Recall returns one row for a model to score: the latest stored snapshot of an
// account, or that of the date asOf. features.ErrCatalog where what is stored is
// laid out by another catalogue than the model's; else the errors of Snapshot.
func (a *Accounts) Recall(ctx context.Context, s *Scorer, id string, asOf time.Time, l Language) (*Input, error) {
	sn, err := a.readable(ctx, s, id, asOf)
	if err != nil {
		return nil, err
	}
	return s.restore(sn, l)
}

// readable finds a snapshot that a model can read: the one shown of a date or
// another of the same date. features.ErrCatalog if there is none.
func (a *Accounts) readable(ctx context.Context, s *Scorer, id string, asOf time.Time) (*history.Snapshot, error) {
	sn, err := a.Snapshot(ctx, id, asOf)
	if err != nil || sn.Fingerprint == s.fingerprint {
		return &sn, err
	}
	timeline, err := a.options.History.Timeline(ctx, id)
	if err != nil {
		return nil, err
	}
	for i := range timeline {
		if timeline[i].AsOf.Equal(sn.AsOf) && timeline[i].Fingerprint == s.fingerprint {
			return &timeline[i], nil
		}
	}
	return nil, fmt.Errorf("%w: what is stored of account %q at %s was read by model %s; score it with %s first",
		features.ErrCatalog, clip(id), sn.AsOf.Format(time.DateOnly), sn.Model, s.meta.Version)
}

// Put writes the one row of another batch over row i.
func (in *Input) Put(i int, one *Input) {
	in.AsOf[i], in.Warnings[i] = one.AsOf[0], one.Warnings[0]
	for j, column := range one.Frame.Columns {
		in.Frame.Columns[j][i] = column[0]
	}
	if one.Journey == nil {
		return
	}
	in.Journey.Tenure[i] = one.Journey.Tenure[0]
	for m, reached := range one.Journey.Reached {
		in.Journey.Reached[m][i] = reached[0]
	}
}

// Keep stores the answers to a batch in one transaction; actor is named in the
// audit. Storing the same again changes nothing.
func (a *Accounts) Keep(ctx context.Context, s *Scorer, in *Input, actor string) error {
	store, err := a.Store()
	if err != nil {
		return err
	}
	list, err := s.Snapshots(in)
	if err != nil {
		return err
	}
	_, err = store.Write(ctx, history.Batch{Snapshots: list, Actor: actor})
	return err
}
