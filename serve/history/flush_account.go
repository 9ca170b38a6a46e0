package history

// updateAccount changes what is known of an account beside its score.
var updateAccount = newUpdate(column{"name", text}, column{"owner", integer}, column{"parent", text}, column{"created_at", integer},
	column{"due_on", integer}, column{"arr", number}, column{"label", text}, column{"search", text})

// insertAccount adds accounts without an answer.
const insertAccount = `INSERT INTO account (k, name, owner, parent, created_at, due_on, arr, label, search, id,
	band, cluster, cluster_name, theme, reason) VALUES `

const insertAccountRow = `(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, 0, 0, 0)`

// accountChange is an account to write; old is what is there, if anything.
type accountChange struct {
	new accountRow
	old *accountRow
}

// flushAccounts writes buffer accounts that are new or have changed, and adds
// those that are only named by a snapshot or an intervention. New accounts get
// their keys in the order in which they came.
func (w *Writer) flushAccounts(states map[string]*state) error {
	changes, err := w.changedAccounts(states)
	if err != nil {
		return err
	}
	var inserts, updates []any
	for _, c := range changes {
		r := c.new
		label := r.label()
		s := states[r.id]
		if s == nil {
			w.accounts++
			s = &state{key: w.accounts}
			states[r.id] = s
		}
		s.bucket.owner, s.due, s.arr = r.owner, r.dueOn, numberOf(r.arr)
		k := s.key
		values := []any{k, r.name, r.owner, r.parent, r.createdAt, r.dueOn, r.arr, label, searchText(r.id, r.name)}
		if c.old == nil {
			inserts = append(append(inserts, values...), r.id)
		} else {
			updates = append(updates, values...)
		}
	}
	w.written.Accounts += len(changes)
	w.changed = w.changed || len(changes) > 0
	if err := w.rows(insertAccount, insertAccountRow, insertAccountRow, ``, 10, inserts); err != nil {
		return err
	}
	return w.update(updateAccount, updates)
}

// changedAccounts lists the accounts to write, in the order in which they came.
func (w *Writer) changedAccounts(states map[string]*state) ([]accountChange, error) {
	there, err := w.loadAccounts()
	if err != nil {
		return nil, err
	}
	var changed []accountChange
	for _, id := range w.buffer.ids {
		a := w.buffer.accounts[id]
		switch {
		case a != nil && a.older(states[id]):
		case a != nil:
			owner, err := w.dictionaryID(a.Owner)
			if err != nil {
				return nil, err
			}
			if row, old := rowOf(a, owner), there[id]; old == nil || *old != row {
				changed = append(changed, accountChange{row, old})
			}
		case states[id] == nil:
			changed = append(changed, accountChange{new: accountRow{id: id}})
		}
	}
	return changed, nil
}

// loadAccounts reads what is known of the buffer accounts, if any has news.
func (w *Writer) loadAccounts() (map[string]*accountRow, error) {
	if len(w.buffer.accounts) == 0 {
		return nil, nil
	}
	there := make(map[string]*accountRow, len(w.buffer.ids))
	rows, err := w.named(accountColumns)
	if err != nil {
		return nil, err
	}
	err = each(rows, func(scan func(...any) error) error {
		var r accountRow
		err := scan(r.targets()...)
		there[r.id] = &r
		return err
	})
	return there, err
}
