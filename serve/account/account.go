package account

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/etappe/etappe/serve/explain"
	"github.com/etappe/etappe/serve/history"
	"github.com/etappe/etappe/serve/score"
)

// Options are what a Service answers from. Clock and Current are required.
type Options struct {
	Clock func() time.Time
	// History is what was stored; nil: none is kept, and every question about an
	// account ends in ErrNoHistory.
	History *history.Store
	// Current returns the model in service, ErrNotReady without one.
	Current func() (*score.Scorer, error)
	// Models loads an older model by its version; nil: there are none. The last
	// few are kept in memory.
	Models func(version string) (*score.Scorer, error)
}

// Service answers questions about stored accounts, for handlers, pages and commands
// alike. A date that is the zero time stands for the latest
// stored one. It may be used by any number of goroutines.
//
// history.ErrNotFound for an unknown account, a *DateError for a date without a
// snapshot, ErrNoHistory without a history.
type Service struct {
	options Options
	models  cache
	drops   drops
}

// New makes the service object.
func New(o Options) *Service {
	return &Service{options: o, models: cache{load: o.Models}}
}

// Scorer returns the model in service; ErrNotReady without one.
func (a *Service) Scorer() (*score.Scorer, error) { return a.options.Current() }

// Store returns the history; ErrNoHistory without one.
func (a *Service) Store() (*history.Store, error) {
	if a.options.History == nil {
		return nil, ErrNoHistory
	}
	return a.options.History, nil
}

// Snapshot returns what is stored of an account at a date; where several models
// answered, by the one that is shown.
func (a *Service) Snapshot(ctx context.Context, id string, asOf time.Time) (history.Snapshot, error) {
	store, err := a.Store()
	if err != nil {
		return history.Snapshot{}, err
	}
	var sn history.Snapshot
	if asOf.IsZero() {
		sn, err = store.Latest(ctx, id)
	} else {
		sn, err = store.Snapshot(ctx, id, asOf, "")
	}
	if errors.Is(err, history.ErrNotFound) {
		return sn, a.noSnapshot(ctx, store, id, asOf, err)
	}
	return sn, err
}

// noSnapshot distinguishes an unknown account, which stays the error that it is,
// from a date without a snapshot.
func (a *Service) noSnapshot(ctx context.Context, store *history.Store, id string, asOf time.Time, missing error) error {
	if _, err := store.Account(ctx, id); errors.Is(err, history.ErrNotFound) {
		return fmt.Errorf("%w: account %q", history.ErrNotFound, clip(id))
	} else if err != nil {
		return errors.Join(missing, err)
	}
	dates, err := store.Nearest(ctx, id, asOf)
	if err != nil && !errors.Is(err, history.ErrNotFound) {
		return err
	}
	slices.SortFunc(dates, time.Time.Compare)
	return &DateError{AccountID: id, AsOf: asOf, Nearest: dates}
}

// RowShown is the row of a snapshot that is read already, computed by the model that
// answered it. e is a movement that may end there, whose row is used then; nil: none.
func (a *Service) RowShown(sn *history.Snapshot, e *explain.Explanation) (*score.Row, error) {
	if e != nil && e.Later() != nil {
		if s := e.Later().Scorer(); s.Version() == sn.Model && s.Fingerprint() == sn.Fingerprint && e.To.AsOf == sn.AsOf.Format(time.DateOnly) {
			return e.Later(), nil
		}
	}
	s, in, err := a.RowOf(sn)
	if err != nil {
		return nil, err
	}
	return s.Row(in)
}

// RowOf is the input of a snapshot that is read already, and the model that answered
// it. ErrModelGone where that model cannot be loaded.
func (a *Service) RowOf(sn *history.Snapshot) (*score.Scorer, *score.Input, error) {
	s, err := a.ScorerOf(sn.Model)
	if err != nil {
		return nil, nil, err
	}
	in, err := Restore(s, sn)
	return s, in, err
}

// now is the present time.
func (a *Service) now() time.Time { return a.options.Clock().UTC() }

// level is the share of the band that intervals stand for.
func (a *Service) level() float64 {
	if s, err := a.Scorer(); err == nil {
		return s.Level()
	}
	return score.DefaultLevel
}

// optional is a number that may be unknown, in JSON null.
func optional(x float64) *float64 {
	if math.IsNaN(x) {
		return nil
	}
	return &x
}

// dateOrNone is a date as 2006-01-02, "" for the zero time.
func dateOrNone(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.DateOnly)
}
