package history

// among is the condition that a column has one of n values.
func among(column string, n int) string {
	if n == 1 {
		return column + " = ?"
	}
	return column + " IN (" + marks(n) + ")"
}

// dueSQL is the condition on the day of the next renewal; no days where there is none.
func (q *Query) dueSQL() (condition string, days []any) {
	if !q.DueFrom.IsZero() {
		condition, days = "a.due_on >= ?", append(days, int64(dayOf(q.DueFrom)))
	}
	if q.DueBefore.IsZero() {
		return condition, days
	}
	if condition != "" {
		condition += " AND "
	}
	return condition + "a.due_on < ?", append(days, int64(dayOf(q.DueBefore)))
}

// addBeside adds the conditions that neither a text nor a renewal has. Accounts with an
// override are few and lead to themselves.
func (s *Store) addBeside(f *filter, q Query) {
	if q.ARRFrom != nil {
		f.add("a.arr >= ?", *q.ARRFrom)
	}
	if q.ARRTo != nil {
		f.add("a.arr <= ?", *q.ARRTo)
	}
	if q.Changed {
		f.add("a.previous IS NOT NULL AND a.previous_displayed <> a.band")
	}
	if q.Override {
		f.add("a.k IN (SELECT o.account FROM band_override o WHERE o.revoked_at IS NULL AND (o.expires IS NULL OR o.expires > ?))", s.clock().UnixMicro())
	}
}
