package history

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
)

// maxWord is the longest text in bytes that the dictionary takes.
const maxWord = 1024

// dictionary is the part of the dictionary table that was read so far: entries
// are never changed and never removed, so what was read once stays true.
type dictionary struct {
	mu   sync.RWMutex
	text map[int64]string
	key  map[string]int64
}

// put adds entries of the table.
func (w *dictionary) put(texts map[int64]string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.text == nil {
		w.text, w.key = map[int64]string{0: ""}, map[string]int64{"": 0}
	}
	for k, text := range texts {
		w.text[k], w.key[text] = text, k
	}
}

// lookup splits ids into those whose text was read and the others.
func (w *dictionary) lookup(keys []int64) (texts map[int64]string, missing []any) {
	w.mu.RLock()
	defer w.mu.RUnlock()
	texts = map[int64]string{0: ""}
	for _, k := range keys {
		if _, seen := texts[k]; seen {
			continue
		}
		text, ok := w.text[k]
		if !ok {
			missing = append(missing, k)
		}
		texts[k] = text
	}
	return texts, missing
}

// find returns the id of a text that was read.
func (w *dictionary) find(text string) (int64, bool) {
	w.mu.RLock()
	defer w.mu.RUnlock()
	k, ok := w.key[text]
	return k, ok || text == ""
}

// querier is a pool or a transaction.
type querier interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
}

// texts returns the text of each dictionary id.
func (s *Store) texts(ctx context.Context, keys ...int64) (map[int64]string, error) {
	texts, missing := s.dictionary.lookup(keys)
	if len(missing) == 0 {
		return texts, nil
	}
	found := map[int64]string{}
	for chunk := range slices.Chunk(missing, chunkRows) {
		rows, err := s.read.QueryContext(ctx, s.sql(`SELECT k, text FROM dictionary WHERE k IN (`+marks(len(chunk))+`)`), chunk...)
		if err != nil {
			return nil, s.failed("read the dictionary", err)
		}
		if err := each(rows, func(scan func(...any) error) error {
			var k int64
			var text string
			err := scan(&k, &text)
			found[k], texts[k] = text, text
			return err
		}); err != nil {
			return nil, s.failed("read the dictionary", err)
		}
	}
	if len(found) != len(missing) {
		return nil, fmt.Errorf("%w: a text of the dictionary is missing", ErrCorrupt)
	}
	s.dictionary.put(found)
	return texts, nil
}

// dictionaryID returns the id of a text, and whether it has one.
func (s *Store) dictionaryID(ctx context.Context, q querier, text string) (int64, bool, error) {
	if k, ok := s.dictionary.find(text); ok {
		return k, true, nil
	}
	var k int64
	err := q.QueryRowContext(ctx, s.sql(`SELECT k FROM dictionary WHERE text = ?`), text).Scan(&k)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return 0, false, nil
	case err != nil:
		return 0, false, s.failed("read the dictionary", err)
	}
	s.dictionary.put(map[int64]string{k: text})
	return k, true, nil
}

// marks are n parameters: ?, ?, ?
func marks(n int) string {
	return strings.TrimSuffix(strings.Repeat("?, ", n), ", ")
}

// each runs a function on every row and closes them.
func each(rows *sql.Rows, row func(scan func(...any) error) error) error {
	defer rows.Close()
	for rows.Next() {
		if err := row(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}
