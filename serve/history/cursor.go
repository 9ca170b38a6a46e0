package history

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strconv"
)

// position is the last row of a page in an order: where the next page begins.
type position struct {
	Rank    rank    `json:"rank,omitempty"`    // of SortMatch
	Unknown bool    `json:"unknown,omitempty"` // the first column is empty
	Due     int64   `json:"due,omitempty"`
	Number  float64 `json:"number,omitempty"`
	Text    string  `json:"text,omitempty"`
	Key     int64   `json:"key"`
}

// values are the position in the order's columns.
func (p position) values(sort Sort) []any {
	values := []any{p.Number, p.Key}
	switch sort {
	case SortRenewal, SortMatch:
		values = []any{p.Due, p.Number, p.Key}
	case SortAccount:
		values = []any{p.Text, p.Key}
	}
	if p.Unknown {
		return values[1:]
	}
	return values
}

// macBytes is how much of a cursor's seal is kept.
const macBytes = 16

// seal binds a position to its query (but for the length of the page) and to
// this history.
func (s *Store) seal(q Query, payload []byte) []byte {
	mac := hmac.New(sha256.New, s.salt)
	for _, part := range []string{"cursor", string(q.Sort), strconv.FormatBool(q.Desc), q.filters(), string(payload)} {
		fmt.Fprintf(mac, "%d:%s", len(part), part)
	}
	return mac.Sum(nil)[:macBytes]
}

// cursor writes a position for the reader of a page.
func (s *Store) cursor(q Query, p position) (string, error) {
	payload, err := json.Marshal(p)
	if err != nil {
		return "", err
	}
	return base64.RawURLEncoding.EncodeToString(append(s.seal(q, payload), payload...)), nil
}

// position reads a cursor; ErrCursor where it was not made for this query.
func (s *Store) position(q Query) (p position, err error) {
	data, err := base64.RawURLEncoding.Strict().DecodeString(q.Cursor)
	if err != nil || len(data) < macBytes {
		return p, ErrCursor
	}
	if !hmac.Equal(data[:macBytes], s.seal(q, data[macBytes:])) {
		return p, ErrCursor
	}
	if err := json.Unmarshal(data[macBytes:], &p); err != nil {
		return p, fmt.Errorf("%w: %w", ErrCursor, err)
	}
	return p, nil
}
