package history

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"
	"unicode/utf8"
)

// maxID is the longest account id in bytes: an index entry must hold it.
const maxID = 1024

// maxARR keeps the sums of many accounts, in cents, whole numbers.
const maxARR = 1e12

// Account is what the portfolio shows of an account beside its score. Empty
// fields are unknown.
type Account struct {
	ID string
	// AsOf, as written only, is the midnight UTC at which all this describes the account:
	// it belongs to that date, and the latest date's is the current one, whatever the
	// order of writing. Zero: it replaces the current one.
	AsOf      time.Time
	Name      string
	Owner     string
	Parent    string
	CreatedAt time.Time // kept to the microsecond
	DueOn     time.Time // the next open renewal, midnight UTC
	ARR       float64   // NaN: unknown
	// LeftOn, as read only, is the date of the first whole portfolio that the
	// account is missing in (Writer.Whole); zero: it is there.
	LeftOn time.Time
}

// checkText refuses text that one of the databases cannot hold.
func checkText(what, text string) error {
	if !utf8.ValidString(text) || strings.ContainsRune(text, 0) {
		return fmt.Errorf("%w: %s %q is not UTF-8 text without NUL", ErrInput, what, text)
	}
	return nil
}

func checkID(id string) error {
	if id == "" || len(id) > maxID {
		return fmt.Errorf("%w: an account id has 1 to %d bytes, not %d", ErrInput, maxID, len(id))
	}
	return checkText("account id", id)
}

// validate refuses what the tables cannot hold.
func (a *Account) validate() error {
	if err := checkID(a.ID); err != nil {
		return err
	}
	for _, text := range []string{a.Name, a.Owner, a.Parent} {
		if err := checkText("the text of an account", text); err != nil {
			return err
		}
	}
	if !a.DueOn.IsZero() {
		if _, err := midnight(a.DueOn); err != nil {
			return fmt.Errorf("renewal of account %q: %w", a.ID, err)
		}
	}
	if err := a.dated(); err != nil {
		return err
	}
	if math.Abs(a.ARR) > maxARR {
		return fmt.Errorf("%w: the ARR of account %q is %g", ErrInput, a.ID, a.ARR)
	}
	return nil
}

// Account returns what is known of an account beside its score; ErrNotFound
// where the account is unknown.
func (s *Store) Account(ctx context.Context, id string) (Account, error) {
	row := s.read.QueryRowContext(ctx, s.sql(`SELECT `+accountColumns+`, a.left_on FROM account a WHERE a.id = ?`), id)
	var r accountRow
	var left sql.NullInt64
	err := row.Scan(append(r.targets(), &left)...)
	if errors.Is(err, sql.ErrNoRows) {
		return Account{}, fmt.Errorf("%w: account %q", ErrNotFound, id)
	}
	if err != nil {
		return Account{}, s.failed("read an account", err)
	}
	texts, err := s.texts(ctx, r.owner)
	if err != nil {
		return Account{}, err
	}
	a := r.account(texts)
	a.LeftOn = dateOf(left)
	return a, nil
}

// accountColumns are the columns of an Account, in accountRow's order.
const accountColumns = `a.id, a.name, a.owner, a.parent, a.created_at, a.due_on, a.arr`

// accountRow is an Account as the table holds it.
type accountRow struct {
	id, name, parent string
	owner            int64
	createdAt, dueOn sql.NullInt64 // µs and days since 1970
	arr              sql.NullFloat64
}

func (r *accountRow) targets() []any {
	return []any{&r.id, &r.name, &r.owner, &r.parent, &r.createdAt, &r.dueOn, &r.arr}
}

func (r *accountRow) account(texts map[int64]string) Account {
	a := Account{ID: r.id, Name: r.name, Owner: texts[r.owner], Parent: r.parent, ARR: numberOf(r.arr)}
	if r.createdAt.Valid {
		a.CreatedAt = time.UnixMicro(r.createdAt.Int64).UTC()
	}
	if r.dueOn.Valid {
		a.DueOn = day(r.dueOn.Int64).time()
	}
	return a
}

// rowOf is the inverse of account; owner is the dictionary id of the account's owner.
func rowOf(a *Account, owner int64) accountRow {
	r := accountRow{id: a.ID, name: a.Name, owner: owner, parent: a.Parent}
	if !a.CreatedAt.IsZero() {
		r.createdAt = sql.NullInt64{Int64: a.CreatedAt.UnixMicro(), Valid: true}
	}
	if !a.DueOn.IsZero() {
		r.dueOn = sql.NullInt64{Int64: int64(dayOf(a.DueOn)), Valid: true}
	}
	if !math.IsNaN(a.ARR) {
		r.arr = sql.NullFloat64{Float64: a.ARR + 0, Valid: true} // −0 sorts as 0
	}
	return r
}

// maxLabel is how many bytes of a name accounts are sorted by: an index entry
// must hold it.
const maxLabel = 256

// label is what accounts are sorted by: the name in lower case, or the id.
func (r *accountRow) label() string {
	if r.name == "" {
		return cut(strings.ToLower(r.id), maxLabel)
	}
	return cut(strings.ToLower(r.name), maxLabel)
}

// cut shortens a text to whole characters in at most n bytes.
func cut(text string, n int) string {
	if len(text) <= n {
		return text
	}
	for n > 0 && !utf8.RuneStart(text[n]) {
		n--
	}
	return text[:n]
}

// numberOf turns a column that may be empty into a number that may be NaN.
func numberOf(n sql.NullFloat64) float64 {
	if !n.Valid {
		return math.NaN()
	}
	return n.Float64
}

// orNull is the inverse of numberOf.
func orNull(v float64) any {
	if math.IsNaN(v) {
		return nil
	}
	return v
}
