package serve

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/etappe/etappe/serve/history"
)

// Sentinels of what is answered from a history, matched with errors.Is.
var (
	// ErrNoHistory says that the server keeps no history.
	ErrNoHistory = errors.New("no history is kept: start the server with one")
	// ErrNoSnapshot says that nothing is stored of an account at a date; the
	// error is a *DateError.
	ErrNoSnapshot = errors.New("nothing is stored at this date")
	// ErrDates says that two dates are in the wrong order.
	ErrDates = errors.New("the dates do not fit together")
	// ErrReference says that the model that answered knows nothing of a
	// reference: one that was trained before there was such a thing.
	ErrReference = errors.New("there is no such reference")
)

// DateError says that nothing is stored of an account at a date, and offers
// the dates around it.
type DateError struct {
	AccountID string
	AsOf      time.Time
	Nearest   []time.Time // ascending; empty: nothing is stored of the account at all
}

// Error names the date and those around it.
func (e *DateError) Error() string {
	text := fmt.Sprintf("account %q has no snapshot at %s", clip(e.AccountID), e.AsOf.Format(time.DateOnly))
	if e.AsOf.IsZero() {
		text = fmt.Sprintf("account %q has no snapshot", clip(e.AccountID))
	}
	for i, date := range e.Nearest {
		text += []string{"; the nearest: ", ", "}[min(i, 1)] + date.Format(time.DateOnly)
	}
	return text
}

// Unwrap makes errors.Is(err, ErrNoSnapshot) true.
func (e *DateError) Unwrap() error { return ErrNoSnapshot }

// AccountsOptions say what Accounts answer from. Clock and Current are required.
type AccountsOptions struct {
	Clock func() time.Time
	// History is what was stored; nil: none is kept, and every question about an
	// account ends in ErrNoHistory.
	History *history.Store
	// Current returns the model in service, ErrNotReady without one.
	Current func() (*Scorer, error)
	// Models loads an older model by its version; nil: there are none. The last
	// few are kept in memory.
	Models func(version string) (*Scorer, error)
}

// Accounts answers questions about stored accounts: handlers, pages and
// commands all ask here. A date that is the zero time stands for the latest
// stored one. It may be used by any number of goroutines.
//
// history.ErrNotFound for an unknown account, a *DateError for a date without a
// snapshot, ErrNoHistory without a history.
type Accounts struct {
	options AccountsOptions
	models  shelf
}

// NewAccounts makes the service object.
func NewAccounts(o AccountsOptions) *Accounts {
	return &Accounts{options: o, models: shelf{load: o.Models}}
}

// Scorer returns the model in service; ErrNotReady without one.
func (a *Accounts) Scorer() (*Scorer, error) { return a.options.Current() }

// Store returns the history; ErrNoHistory without one.
func (a *Accounts) Store() (*history.Store, error) {
	if a.options.History == nil {
		return nil, ErrNoHistory
	}
	return a.options.History, nil
}

// Snapshot returns what is stored of an account at a date; where several models
// answered, by the one that is shown.
func (a *Accounts) Snapshot(ctx context.Context, id string, asOf time.Time) (history.Snapshot, error) {
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

// noSnapshot tells an unknown account, which stays the error that it is, from a
// date without a snapshot.
func (a *Accounts) noSnapshot(ctx context.Context, store *history.Store, id string, asOf time.Time, missing error) error {
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

// Row returns the stored inputs of an account at a date, with the model that
// answered them: what Scorer.Stage, Scorer.WhatIf and the like ask for.
// ErrModelGone where that model cannot be loaded.
func (a *Accounts) Row(ctx context.Context, id string, asOf time.Time, l Language) (*Scorer, *Input, error) {
	sn, err := a.Snapshot(ctx, id, asOf)
	if err != nil {
		return nil, nil, err
	}
	s, err := a.ScorerOf(sn.Model)
	if err != nil {
		return nil, nil, err
	}
	in, err := s.restore(&sn, l)
	return s, in, err
}

// now is the present time.
func (a *Accounts) now() time.Time { return a.options.Clock().UTC() }

// level is the share of the band that intervals stand for.
func (a *Accounts) level() float64 {
	if s, err := a.Scorer(); err == nil {
		return s.options.Level
	}
	return Options{}.withDefaults().Level
}

// maxName is how much of a caller's own name is repeated to them, in bytes.
const maxName = 80

// clip shortens a caller's own text.
func clip(text string) string {
	if len(text) <= maxName {
		return text
	}
	cut := maxName
	for !utf8.RuneStart(text[cut]) {
		cut--
	}
	return text[:cut] + "…"
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
