// Package history keeps every answer that was given: per account, as-of date
// and model the inputs, the cluster and the score, so that a past answer can be
// given again, and beside it what a portfolio page shows of an account.
//
// In come snapshots (one answer each, its feature values as a bare vector bound
// to a catalogue by its fingerprint), accounts, interventions and overrides.
// Out come single snapshots, timelines, pages of the portfolio and its sums.
// The package uses no model and computes no score: what it is given it returns,
// to the bit. Two things it computes from the dates: which band is displayed, since
// bands are held by hysteresis (displayedBand.go), and which accounts have left
// (left.go).
//
// A Store lives in a SQLite file or in a Postgres schema; both pass the same
// tests. There is one writer at a time and any number of readers; a write is one
// transaction, so that a crash or a full disk leaves the old state or the new
// one. Retention, erasure, overrides and portfolio writes are audited.
//
// It refuses text that is not UTF-8 or holds a NUL, as-of dates that are not
// midnight UTC, answers without a finite health score, a file of another program
// and a file that a newer Etappe has written.
package history

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync/atomic"
	"time"
)

// Sentinels, matched with errors.Is.
var (
	// ErrNotFound means that there is no such account, snapshot, model or override.
	ErrNotFound = errors.New("not in the history")
	// ErrNewer means that a newer version of Etappe wrote the history.
	ErrNewer = errors.New("the history was written by a newer version")
	// ErrForeign means that a database belongs to another program.
	ErrForeign = errors.New("the database is not a history")
	// ErrBusy means that another writer did not finish in time; nothing was
	// written, and trying again is safe.
	ErrBusy = errors.New("another writer is at work")
	// ErrFull means that the disk is full; nothing was written.
	ErrFull = errors.New("the disk is full")
	// ErrCursor means that a cursor was not made by this history for this query.
	ErrCursor = errors.New("the cursor is not valid")
	// ErrDSN means that a data source name is not understood.
	ErrDSN = errors.New("the name of the history is not understood")
	// ErrReadOnly means that the file may be read and not written.
	ErrReadOnly = errors.New("the history may only be read: its file or its folder is not writable")
	// ErrDenied means that the role of a database lacks a right.
	ErrDenied = errors.New("the role may not do this: making the tables needs CREATE on the schema, using them SELECT, INSERT, UPDATE and DELETE on them")
	// ErrUnreachable means that the database does not answer, or refuses the connection.
	ErrUnreachable = errors.New("the history's database cannot be reached: it does not run, is not at this address, or refuses the connection")
	// ErrClosed means that a Store or a Writer is used after its end.
	ErrClosed = errors.New("the history is closed")
	// ErrInput means that something to be stored or requested breaks a rule.
	ErrInput = errors.New("the history does not take this")
	// ErrCorrupt means that stored bytes are not what was written.
	ErrCorrupt = errors.New("the history is damaged")
)

// Options are what a Store is given from outside.
type Options struct {
	// Clock stamps audit entries and overrides; required.
	Clock func() time.Time
	// Wait is how long a writer waits for another before ErrBusy; 0 is 10 s.
	Wait time.Duration
}

// defaultWait is how long a writer waits for another.
const defaultWait = 10 * time.Second

// Store is an open history. It may be used by many goroutines at once.
type Store struct {
	dialect    dialect
	write      *sql.DB // one connection: writers of one process take turns for it
	read       *sql.DB
	clock      func() time.Time
	wait       time.Duration
	salt       []byte // of account hashes and cursors
	dictionary dictionary
	sums       cached[*Summary]
	ahead      cached[[]Stretch]
	groupCache cached[[]group]
	likeCases  cached[likeAnswer]
	between    cached[[]Between]
	closed     atomic.Bool
	path       string // of a SQLite file
	reading    bool   // the file may not be written
	unindexed  error  // why a search reads every account; nil: it does not
}

// Open opens the history that a DSN names, creates it where it is missing and
// brings its tables up to this version:
//
//	path/to/file.db, sqlite:path/to/file.db    a SQLite file
//	postgres://user@host/database?…            the first schema of the search path of a Postgres database
//
// A SQLite file that may not be written is opened to be read: writes are ErrReadOnly.
//
// It returns ErrDSN, ErrForeign, ErrNewer, ErrBusy, ErrDenied, ErrUnreachable or an error of
// the driver.
func Open(ctx context.Context, dsn string, o Options) (*Store, error) {
	if o.Clock == nil {
		return nil, fmt.Errorf("%w: a history needs a clock", ErrInput)
	}
	if o.Wait <= 0 {
		o.Wait = defaultWait
	}
	s := &Store{clock: o.Clock, wait: o.Wait}
	if err := s.connect(dsn); err != nil {
		return nil, err
	}
	err := s.prepare(ctx)
	if err != nil && s.path != "" && notWritable(err) {
		err = s.reopenReading(ctx, err)
	}
	if err != nil {
		return nil, errors.Join(s.failed("open the history", err), s.Close())
	}
	return s, nil
}

// prepareAgain is the pause before what another process was in the way of is
// tried again.
const prepareAgain = 10 * time.Millisecond

// prepare makes the tables and reads the salt. SQLite does not wait for a
// process that is about to change a new file's journal, so that we do.
func (s *Store) prepare(ctx context.Context) error {
	turn, cancel := context.WithTimeout(ctx, s.wait)
	defer cancel()
	for {
		err := s.prepareOnce(ctx)
		if err == nil || !errors.Is(s.dialect.classify(err), ErrBusy) {
			return err
		}
		select {
		case <-turn.Done():
			return err
		case <-time.After(prepareAgain):
		}
	}
}

func (s *Store) prepareOnce(ctx context.Context) error {
	for _, step := range []func(context.Context) error{s.checkOwner, s.migrate, s.prepareSearch, s.loadSalt} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

// Close ends the Store. A second Close does nothing.
func (s *Store) Close() error {
	if s.closed.Swap(true) {
		return nil
	}
	return errors.Join(s.read.Close(), s.write.Close())
}

// failed names what was being done when a database error came, and joins the
// sentinel that the error stands for.
func (s *Store) failed(doing string, err error) error {
	switch {
	case err == nil:
		return nil
	case s.closed.Load():
		return fmt.Errorf("%s: %w", doing, ErrClosed)
	}
	if kind := s.dialect.classify(err); kind != nil && !errors.Is(err, kind) {
		return fmt.Errorf("%s: %w: %w", doing, kind, err)
	}
	return fmt.Errorf("%s: %w", doing, err)
}
