package history

import "fmt"

// description is what describes an account at a date, as a row of the table.
type description struct {
	id  string
	at  day
	row accountRow
}

// How descriptions are written.
const (
	insertDescription  = `INSERT INTO description (account, as_of, name, owner, parent, created_at, due_on, arr) VALUES `
	descriptionRow     = `(?, ?, ?, ?, ?, ?, ?, ?)`
	replaceDescription = ` ON CONFLICT (account, as_of) DO UPDATE SET name = excluded.name, owner = excluded.owner, parent = excluded.parent,
		created_at = excluded.created_at, due_on = excluded.due_on, arr = excluded.arr`
	descriptionWidth = 8
)

// descriptions lists the buffered descriptions of dates.
func (w *Writer) descriptions() ([]description, error) {
	var list []description
	for _, id := range w.buffer.ids {
		a := w.buffer.accounts[id]
		if a == nil || a.AsOf.IsZero() {
			continue
		}
		owner, err := w.dictionaryID(a.Owner)
		if err != nil {
			return nil, err
		}
		list = append(list, description{id, dayOf(a.AsOf), rowOf(a, owner)})
	}
	return list, nil
}

// flushDescriptions writes the buffered descriptions of dates that are not there
// to the bit. All their accounts have a state.
func (w *Writer) flushDescriptions(states map[string]*state) error {
	list, err := w.descriptions()
	if err != nil {
		return err
	}
	there, err := w.loadDescriptions(list, states)
	if err != nil {
		return err
	}
	var rows []any
	for _, d := range list {
		k, r := states[d.id].key, d.row
		if old, known := there[[2]int64{k, int64(d.at)}]; known && old == r {
			continue
		}
		rows = append(rows, k, int64(d.at), r.name, r.owner, r.parent, r.createdAt, r.dueOn, r.arr)
	}
	w.changed = w.changed || len(rows) > 0
	return w.rows(insertDescription, descriptionRow, descriptionRow, replaceDescription, descriptionWidth, rows)
}

// loadDescriptions reads what is there for the dates of a list. A date after an
// account's last description has nothing, so that the usual write reads nothing.
func (w *Writer) loadDescriptions(list []description, states map[string]*state) (map[[2]int64]accountRow, error) {
	var args []any
	names := map[int64]string{}
	for _, d := range list {
		if s := states[d.id]; s.described.Valid && int64(d.at) <= s.described.Int64 {
			args, names[s.key] = append(args, s.key, int64(d.at)), d.id
		}
	}
	if len(args) == 0 {
		return nil, nil
	}
	query := statement(`SELECT d.account, d.as_of, d.name, d.owner, d.parent, d.created_at, d.due_on, d.arr FROM (VALUES `,
		`(CAST(? AS BIGINT), CAST(? AS BIGINT))`, `(?, ?)`, `) AS v JOIN description d ON d.account = v.column1 AND d.as_of = v.column2`, len(args)/2)
	rows, err := w.tx.QueryContext(w.ctx, w.s.sql(query), args...)
	if err != nil {
		return nil, err
	}
	there := map[[2]int64]accountRow{}
	err = each(rows, func(scan func(...any) error) error {
		var key [2]int64
		var r accountRow
		err := scan(append([]any{&key[0], &key[1]}, r.described()...)...)
		r.id = names[key[0]]
		there[key] = r
		return err
	})
	return there, err
}

// described are the columns of a description as targets of a scan.
func (r *accountRow) described() []any {
	return []any{&r.name, &r.owner, &r.parent, &r.createdAt, &r.dueOn, &r.arr}
}

// older reports whether an account is described at a date before the last one
// that is known: the row of the account keeps what it holds.
func (a *Account) older(s *state) bool {
	return s != nil && !a.AsOf.IsZero() && s.described.Valid && int64(dayOf(a.AsOf)) < s.described.Int64
}

// dated refuses a date of a description that is not the start of a day in UTC.
func (a *Account) dated() error {
	if a.AsOf.IsZero() {
		return nil
	}
	if _, err := midnight(a.AsOf); err != nil {
		return fmt.Errorf("date of account %q: %w", a.ID, err)
	}
	return nil
}
