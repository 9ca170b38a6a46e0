package history

import (
	"database/sql"
	"math"
)

// answer is what the portfolio shows of a snapshot.
type answer struct {
	health, churn, low, high, membership float64
	scoreBand, near                      int64 // dictionary ids, as all that follow
	cluster, clusterName, theme, reason  int64
	movement                             movement
}

// state is what an account's row holds of its answers: the latest, and the
// health score at the date before. It is kept up to date without reading
// another snapshot, but for the band that is displayed where a date is not newer
// than all that are there (redisplay).
type state struct {
	key                    int64
	asOf, previous         sql.NullInt64 // days since 1970
	health, previousHealth float64

	now, before displayedBand // at asOf, and at the date before
	redisplay   sql.NullInt64 // the date from which on loadDisplayed must be computed again

	described sql.NullInt64 // the last date that is described

	leftOn  sql.NullInt64 // null: the account is there
	wasLeft bool          // as it was read

	latest          *answer // the new latest answer, nil where it stays
	previousChanged bool

	model, previousModel sql.NullInt64 // who answered at asOf and at the date before; dictionary ids
	movement             movement      // of the latest answer

	was        facts // what the account added to the sums as it was read
	bucket     bucketKey
	due        sql.NullInt64
	arr, churn float64 // arr NaN: unknown
}

// missing reports whether the account has left for it is missing in the whole
// portfolio of the date of its latest answer.
func (s *state) missing(at day) bool {
	return s.leftOn.Valid && s.leftOn == s.asOf && s.asOf.Int64 == int64(at)
}

// take adds an answer that was written for a date, and returns what is displayed
// of it. The last written answer of a date stands for it.
func (s *state) take(at day, model int64, a *answer) displayedBand {
	s.stand(at, a)
	switch date := (sql.NullInt64{Int64: int64(at), Valid: true}); {
	case !s.asOf.Valid:
		s.asOf = date
		s.answer(model, a)
	case date.Int64 > s.asOf.Int64:
		s.previous, s.previousHealth, s.previousModel, s.previousChanged = s.asOf, s.health, s.model, true
		s.asOf = date
		s.answer(model, a)
	case date == s.asOf:
		s.answer(model, a)
	case !s.previous.Valid || date.Int64 >= s.previous.Int64:
		s.previous, s.previousHealth, s.previousChanged = date, a.health, true
		s.previousModel = sql.NullInt64{Int64: model, Valid: true}
	}
	return s.now
}

// answer notes the latest answer.
func (s *state) answer(model int64, a *answer) {
	s.health, s.latest, s.movement = a.health, a, a.movement
	s.model = sql.NullInt64{Int64: model, Valid: true}
}

// stand computes what is displayed with an answer at a date. Where dates behind it
// may show something else then, or the date before is not known, redisplay is
// the date from which on all has to be computed again.
func (s *state) stand(at day, a *answer) {
	date := sql.NullInt64{Int64: int64(at), Valid: true}
	unknown := date == s.asOf && s.previous.Valid && !s.before.band.Valid
	switch {
	case s.asOf.Valid && date.Int64 < s.asOf.Int64, unknown:
		if !s.redisplay.Valid || date.Int64 < s.redisplay.Int64 {
			s.redisplay = date
		}
		return
	case date.Int64 > s.asOf.Int64 && s.asOf.Valid:
		s.before = s.now
	}
	s.now = s.before.next(a.scoreBand, a.near, at)
}

// facts are what the account adds to the sums after what take noted; one that
// has left adds nothing.
func (s *state) facts() facts {
	if !s.asOf.Valid || s.leftOn.Valid {
		return facts{}
	}
	if a := s.latest; a != nil {
		s.bucket = bucketKey{s.bucket.owner, 0, a.cluster, a.clusterName, a.theme}
		s.churn = a.churn
	}
	s.bucket.band = s.now.band.Int64
	return factsOf(s.bucket, s.due, s.arr, s.churn, s.moves())
}

// movedBetween is the difference of two health scores as they are displayed, with one
// decimal, so that a list and an explanation of the same two dates agree.
func movedBetween(before, after float64) float64 { return tenth(tenth(after) - tenth(before)) }

// tenth rounds to one decimal, ties away from zero.
func tenth(v float64) float64 { return math.Round(v*10)/10 + 0 }

// What of an account's row follows from its answers.
var (
	updateDisplayed = newUpdate(column{"band", integer}, column{"displayed_since", integer}, column{"previous_displayed", integer}, column{"previous_displayed_since", integer},
		column{"previous", integer}, column{"previous_health", number}, column{"previous_model", integer}, column{"moved", number},
		column{"model_moved", number}, column{"verdict", text}, column{"move_reason", integer}, column{"move_points", number})
	updateLatest = newUpdate(column{"as_of", integer}, column{"model", integer}, column{"health", number}, column{"churn", number},
		column{"low", number}, column{"high", number}, column{"score_band", integer}, column{"cluster", integer}, column{"cluster_name", integer},
		column{"membership", number}, column{"theme", integer}, column{"reason", integer}, column{"left_on", integer},
		column{"band", integer}, column{"displayed_since", integer}, column{"previous_displayed", integer}, column{"previous_displayed_since", integer},
		column{"previous", integer}, column{"previous_health", number}, column{"previous_model", integer}, column{"moved", number},
		column{"model_moved", number}, column{"verdict", text}, column{"move_reason", integer}, column{"move_points", number})
)

// saveStates writes the states that changed.
func (w *Writer) saveStates(states []*state) error {
	var latest, displayedBand []any
	for _, s := range states {
		var before any // the previous health score; a zero would read as one
		if s.previous.Valid {
			before = s.previousHealth
		}
		rest := []any{s.now.band, s.now.since, s.before.band, s.before.since, s.previous, before, s.previousModel}
		rest = append(rest, s.shown()...)
		switch a := s.latest; {
		case a != nil:
			latest = append(append(latest, s.key, s.asOf, s.model, a.health+0, a.churn+0, orNull(a.low), orNull(a.high),
				a.scoreBand, a.cluster, a.clusterName, orNull(a.membership), a.theme, a.reason, s.leftOn), rest...)
		case s.previousChanged || s.redisplay.Valid:
			displayedBand = append(append(displayedBand, s.key), rest...)
		}
	}
	if err := w.dropIndexes(len(latest)/updateLatest.width + len(displayedBand)/updateDisplayed.width); err != nil {
		return err
	}
	if err := w.update(updateLatest, latest); err != nil {
		return err
	}
	return w.update(updateDisplayed, displayedBand)
}
