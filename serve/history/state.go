package history

import (
	"database/sql"
	"math"
)

// answer is what the portfolio shows of a snapshot.
type answer struct {
	health, churn, low, high, membership      float64
	band, cluster, clusterName, theme, reason int64 // words
}

// state is what an account's row holds of its answers: the latest, and the
// health score at the date before. It is kept up to date without reading
// another snapshot, whatever the order in which dates arrive.
type state struct {
	key                    int64
	asOf, previous         sql.NullInt64 // days since 1970
	health, previousHealth float64

	latest          *answer // the new latest answer, nil where it stays
	model           int64   // of latest
	previousChanged bool

	was        facts // what the account added to the sums as it was read
	words      cellKey
	due        sql.NullInt64
	arr, churn float64 // arr NaN: unknown
}

// take notes an answer that was written for a date. The last written answer
// of a date stands for it.
func (s *state) take(at day, model int64, a *answer) {
	switch date := (sql.NullInt64{Int64: int64(at), Valid: true}); {
	case !s.asOf.Valid:
		s.asOf, s.health, s.latest, s.model = date, a.health, a, model
	case date.Int64 > s.asOf.Int64:
		s.previous, s.previousHealth, s.previousChanged = s.asOf, s.health, true
		s.asOf, s.health, s.latest, s.model = date, a.health, a, model
	case date == s.asOf:
		s.health, s.latest, s.model = a.health, a, model
	case !s.previous.Valid || date.Int64 >= s.previous.Int64:
		s.previous, s.previousHealth, s.previousChanged = date, a.health, true
	}
}

// facts are what the account adds to the sums after what take noted.
func (s *state) facts() facts {
	if !s.asOf.Valid {
		return facts{}
	}
	if a := s.latest; a != nil {
		s.words = cellKey{s.words.owner, a.band, a.cluster, a.clusterName, a.theme}
		s.churn = a.churn
	}
	return factsOf(s.words, s.due, s.arr, s.churn, s.moved())
}

// moved is the health score now less that at the date before; NaN where there
// is none.
func (s *state) moved() float64 {
	if !s.previous.Valid {
		return math.NaN()
	}
	return s.health - s.previousHealth
}

// What of an account's row follows from its answers.
var (
	updateLatest = newUpdate(column{"as_of", integer}, column{"model", integer}, column{"health", number}, column{"churn", number},
		column{"low", number}, column{"high", number}, column{"band", integer}, column{"cluster", integer}, column{"cluster_name", integer},
		column{"membership", number}, column{"theme", integer}, column{"reason", integer},
		column{"previous", integer}, column{"previous_health", number}, column{"moved", number})
	updatePrevious = newUpdate(column{"previous", integer}, column{"previous_health", number}, column{"moved", number})
)

// saveStates writes the states that changed.
func (w *Writer) saveStates(states []*state) error {
	var latest, previous []any
	for _, s := range states {
		var before any // the previous health score; a zero would read as one
		if s.previous.Valid {
			before = s.previousHealth
		}
		switch a := s.latest; {
		case a != nil:
			latest = append(latest, s.key, s.asOf, s.model, a.health+0, a.churn+0, orNull(a.low), orNull(a.high),
				a.band, a.cluster, a.clusterName, orNull(a.membership), a.theme, a.reason, s.previous, before, orNull(s.moved()))
		case s.previousChanged:
			previous = append(previous, s.key, s.previous, before, orNull(s.moved()))
		}
	}
	if err := w.dropIndexes(len(latest)/updateLatest.width + len(previous)/updatePrevious.width); err != nil {
		return err
	}
	if err := w.update(updateLatest, latest); err != nil {
		return err
	}
	return w.update(updatePrevious, previous)
}
