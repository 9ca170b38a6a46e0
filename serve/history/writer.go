package history

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"time"
)

// Batch is a portfolio to be written at once.
type Batch struct {
	Model         Model // registered where its Version is set
	Accounts      []Account
	Snapshots     []Snapshot
	Interventions []Intervention
	Whole         time.Time // the date at which Snapshots are the whole portfolio (Writer.Whole); zero: they are not
	Actor         string    // who writes, for the audit log
}

// Written counts what a write did. Writing the same again changes nothing.
type Written struct {
	Inserted      int // snapshots that were not there
	Replaced      int // snapshots whose contents changed
	Unchanged     int // snapshots that were there to the bit
	Accounts      int // accounts new or changed
	Interventions int // interventions that were not there
	Left          int // accounts that were there and are not in a whole portfolio
	Back          int // accounts that had left and are there again
}

// Write stores a batch in one transaction; after an error nothing is stored.
// Writer is the form for portfolios that do not fit in memory.
func (s *Store) Write(ctx context.Context, b Batch) (Written, error) {
	w, err := s.Begin(ctx, b.Actor)
	if err != nil {
		return Written{}, err
	}
	defer w.Rollback()
	if b.Model.Version != "" {
		if err := w.Model(b.Model); err != nil {
			return Written{}, err
		}
	}
	for _, a := range b.Accounts {
		if err := w.Account(a); err != nil {
			return Written{}, err
		}
	}
	for i := range b.Snapshots {
		if err := w.Snapshot(&b.Snapshots[i]); err != nil {
			return Written{}, err
		}
	}
	for _, i := range b.Interventions {
		if err := w.Intervention(i); err != nil {
			return Written{}, err
		}
	}
	if !b.Whole.IsZero() {
		if err := w.Whole(b.Whole); err != nil {
			return Written{}, err
		}
	}
	return w.Commit()
}

// Writer stores a portfolio of any size in one transaction and bounded memory.
// It belongs to one goroutine. After an error of any method the Writer is of no
// further use, and nothing that it wrote stays.
type Writer struct {
	s       *Store
	ctx     context.Context
	tx      *transaction
	actor   string
	written Written
	changed bool
	err     error // the first, for good

	ids      map[string]int64 // of the dictionary: made or met in this transaction
	fresh    map[int64]string // those made
	lastWord int64
	models   map[int64]int64 // version -> fingerprint
	sequence int64
	accounts int64
	buckets  bucketChanges
	prepared map[string]*sql.Stmt
	buffer   buffer
	bands    map[int64]int   // id of a band -> snapshots
	dates    map[day]bool    // of snapshots
	members  map[day][]int64 // keys of the accounts of the snapshots, 8 bytes each
	whole    []day           // the dates at which this write is a whole portfolio
	wholes   []day           // those of the writes before, ascending
	dropped  []index         // sort indexes that Commit makes again
	updates  int64
	known    int64 // accounts before this transaction
}

// Begin starts a write; actor is who writes, for the audit log. Rollback or
// Commit must follow. ErrBusy means that another writer held on for too long.
func (s *Store) Begin(ctx context.Context, actor string) (*Writer, error) {
	if err := checkText("actor", actor); err != nil {
		return nil, err
	}
	tx, err := s.begin(ctx)
	if err != nil {
		return nil, s.failed("begin to write", err)
	}
	w := &Writer{s: s, ctx: ctx, tx: tx, actor: actor,
		ids: map[string]int64{"": 0}, fresh: map[int64]string{}, models: map[int64]int64{}, prepared: map[string]*sql.Stmt{}, buckets: newBucketChanges(), bands: map[int64]int{}, dates: map[day]bool{}, members: map[day][]int64{}}
	w.buffer.reset()
	err = tx.QueryRowContext(ctx, `SELECT sequence, accounts, (SELECT coalesce(max(k), 0) FROM dictionary) FROM meta`).
		Scan(&w.sequence, &w.accounts, &w.lastWord)
	if err == nil {
		err = w.loadWholes()
	}
	if err != nil {
		err = s.failed("begin to write", err)
		w.Rollback()
		return nil, err
	}
	w.known = w.accounts
	return w, nil
}

// Rollback ends the Writer; what it wrote is gone unless Commit came before.
func (w *Writer) Rollback() error {
	if w.err == nil {
		w.err = ErrClosed
	}
	err := w.tx.Rollback()
	if w.ctx.Err() != nil {
		return nil // the database undid it when the context ended
	}
	return w.s.failed("undo a write", err)
}

// Commit makes everything last that was written.
func (w *Writer) Commit() (Written, error) {
	err := w.do("write the history", func() error {
		if err := w.flush(); err != nil {
			return err
		}
		if err := w.markLeft(); err != nil {
			return err
		}
		if !w.changed {
			return w.tx.Rollback()
		}
		if err := w.s.saveBuckets(w.ctx, w.tx, w.buckets); err != nil {
			return err
		}
		if err := w.finishIndexes(); err != nil {
			return err
		}
		if _, err := w.exec(`UPDATE meta SET revision = revision + 1, sequence = ?, accounts = ?`, w.sequence, w.accounts); err != nil {
			return err
		}
		if err := w.s.log(w.ctx, w.tx, Entry{Actor: w.actor, Action: ActionWrite, Detail: w.written.String()}); err != nil {
			return err
		}
		return w.tx.Commit()
	})
	if err != nil {
		return Written{}, err
	}
	w.s.dictionary.put(w.fresh)
	w.err = ErrClosed
	return w.written, nil
}

// Bands counts the snapshots that were written, also those that were there
// already, by the band that is displayed of them. It is complete after Commit.
func (w *Writer) Bands() map[string]int {
	counts := map[string]int{}
	for text, k := range w.ids {
		if n := w.bands[k]; n > 0 {
			counts[text] = n
		}
	}
	return counts
}

// String is the audit log's entry of a write.
func (w Written) String() string {
	text := ""
	for _, part := range []struct {
		name   string
		n      int
		always bool
	}{{"inserted", w.Inserted, true}, {"replaced", w.Replaced, true}, {"unchanged", w.Unchanged, true}, {"accounts", w.Accounts, true},
		{"interventions", w.Interventions, true}, {"left", w.Left, false}, {"back", w.Back, false}} {
		if part.always || part.n > 0 {
			text += " " + part.name + "=" + strconv.Itoa(part.n)
		}
	}
	return text[1:]
}

// do runs one step; its first error ends the Writer.
func (w *Writer) do(doing string, step func() error) error {
	if w.err != nil {
		return w.err
	}
	if err := step(); err != nil && w.err == nil {
		w.err = w.s.failed(doing, err)
	}
	return w.err
}

func (w *Writer) exec(query string, args ...any) (sql.Result, error) {
	return w.tx.ExecContext(w.ctx, w.s.sql(query), args...)
}

// dictionaryID returns the id of a text, giving it one where it has none.
func (w *Writer) dictionaryID(text string) (int64, error) {
	if k, ok := w.ids[text]; ok {
		return k, nil
	}
	if err := checkText("text", text); err != nil {
		return 0, err
	}
	if len(text) > maxWord {
		return 0, fmt.Errorf("%w: a text of %d bytes, more than %d", ErrInput, len(text), maxWord)
	}
	k, known, err := w.s.dictionaryID(w.ctx, w.tx, text)
	if err != nil {
		return 0, err
	}
	if !known {
		w.lastWord++
		k = w.lastWord
		w.fresh[k] = text
		if _, err := w.exec(`INSERT INTO dictionary (k, text) VALUES (?, ?)`, k, text); err != nil {
			return 0, err
		}
	}
	w.ids[text] = k
	return k, nil
}
