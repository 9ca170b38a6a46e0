package serve

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/etappe/etappe/features"
	"github.com/etappe/etappe/serve/history"
)

// recall fills in the rows that came by their ids alone, from the latest stored
// snapshot or that of the date asked for. RequestError, with every fault found,
// where nothing is stored or it is laid out by another catalogue.
func (a *Accounts) recall(ctx context.Context, s *Scorer, ask *asked) error {
	faults := &decoder{}
	for _, r := range ask.recalls {
		sn, err := a.readable(ctx, s, ask.in.AccountIDs[r.row], r.asOf)
		switch {
		case errors.Is(err, history.ErrNotFound), errors.Is(err, ErrNoSnapshot), errors.Is(err, features.ErrCatalog):
			faults.add(r.at.fault(err.Error()))
			continue
		case err != nil:
			return err
		}
		one, err := s.restore(sn, ask.in.Language)
		if err != nil {
			return err
		}
		ask.in.put(r.row, one)
	}
	return faults.verdict()
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

// put writes the one row of another batch over row i.
func (in *Input) put(i int, one *Input) {
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

// keep stores the answers to a batch in one transaction. Storing the same again
// changes nothing. ErrRequest for a date to come: nothing is known of it.
func (a *Accounts) keep(ctx context.Context, s *Scorer, in *Input, actor string) error {
	for i, asOf := range in.AsOf {
		if asOf.After(a.now()) {
			faults := &decoder{}
			faults.add(place{account: i}.fault(fmt.Sprintf("as_of %s lies in the future: nothing can be stored of it", in.date(i))))
			return faults.verdict()
		}
	}
	list, err := s.Snapshots(in)
	if err != nil {
		return err
	}
	_, err = a.options.History.Write(ctx, history.Batch{Snapshots: list, Actor: actor})
	return err
}
