package history

import (
	"database/sql"
	"fmt"
	"math"
	"time"
)

// Movement is how far an account moved up to an answer since the answer before, as it
// was computed when the answer was given. Two models' answers are compared by one
// model for both dates; what another model alone moved is no movement of the account.
type Movement struct {
	From      time.Time // the date before; midnight UTC
	FromModel string    // version that answered then
	Moved     float64   // points as displayed, without what another model moved; NaN: no model reads both dates
	Model     float64   // points as displayed that another model moved; 0: one model answered both
	Verdict   string    // code
	Reason    string    // code of the first reason; "": none
	Points    float64   // of that reason as displayed; NaN: none, or it has none
}

// VerdictMoved is the verdict of an account that moved by more than it usually does.
const VerdictMoved = "moved"

// movement is a Movement as the tables hold it.
type movement struct {
	from, model   sql.NullInt64 // day; dictionary id
	moved, points sql.NullFloat64
	modelMoved    sql.NullFloat64
	verdict       sql.NullString
	reason        sql.NullInt64
}

// movementOf turns a Movement into columns; nil is all empty.
func (w *Writer) movementOf(m *Movement) (movement, error) {
	if m == nil {
		return movement{}, nil
	}
	from, err := midnight(m.From)
	if err != nil {
		return movement{}, fmt.Errorf("the date before a movement: %w", err)
	}
	model, err := w.dictionaryID(m.FromModel)
	if err != nil {
		return movement{}, err
	}
	reason, err := w.dictionaryID(m.Reason)
	if err != nil {
		return movement{}, err
	}
	if err := checkText("a verdict", m.Verdict); err != nil {
		return movement{}, err
	}
	return movement{
		from: sql.NullInt64{Int64: int64(from), Valid: true}, model: sql.NullInt64{Int64: model, Valid: true},
		moved: known(m.Moved), modelMoved: known(m.Model), points: known(m.Points),
		verdict: sql.NullString{String: m.Verdict, Valid: m.Verdict != ""}, reason: sql.NullInt64{Int64: reason, Valid: reason != 0},
	}, nil
}

// known is a number as a column that may be empty.
func known(v float64) sql.NullFloat64 {
	if math.IsNaN(v) {
		return sql.NullFloat64{}
	}
	return sql.NullFloat64{Float64: v + 0, Valid: true}
}

// is reports whether the movement starts where an account's date before is now.
func (m *movement) is(from, model sql.NullInt64) bool {
	return m.from.Valid && m.from == from && m.model == model
}

// snapshotMovement are the columns of a movement in the table of snapshots.
const snapshotMovement = `from_on, from_model, moved, model_moved, verdict, move_reason, move_points`

func (m *movement) args() []any {
	return []any{m.from, m.model, m.moved, m.modelMoved, m.verdict, m.reason, m.points}
}

func (m *movement) targets() []any {
	return []any{&m.from, &m.model, &m.moved, &m.modelMoved, &m.verdict, &m.reason, &m.points}
}

// ids lists the dictionary ids of a movement.
func (m *movement) ids() []int64 { return []int64{m.model.Int64, m.reason.Int64} }

// movement turns columns into a Movement; nil: none was computed.
func (m *movement) movement(texts map[int64]string) *Movement {
	if !m.from.Valid {
		return nil
	}
	return &Movement{From: dateOf(m.from), FromModel: texts[m.model.Int64], Moved: numberOf(m.moved), Model: numberOf(m.modelMoved),
		Verdict: m.verdict.String, Reason: texts[m.reason.Int64], Points: numberOf(m.points)}
}

// moves is how an account's movement counts in the sums.
type moves struct {
	moved   float64 // NaN: none
	real    bool    // beyond what is usual
	unequal bool    // there is a date before, by another model, and no movement
}

// moves is what an account of this state moved since the date before: as it was computed
// when it was scored, if that is still the date before; else the difference of two scores
// by one model. Two models' scores are not compared.
func (s *state) moves() moves {
	switch {
	case !s.previous.Valid:
		return moves{moved: math.NaN()}
	case s.movement.is(s.previous, s.previousModel) && (s.movement.moved.Valid || s.previousModel != s.model):
		m := moves{moved: numberOf(s.movement.moved), real: s.movement.verdict.String == VerdictMoved}
		m.unequal = math.IsNaN(m.moved)
		return m
	case s.previousModel == s.model:
		return moves{moved: movedBetween(s.previousHealth, s.health)}
	}
	return moves{moved: math.NaN(), unequal: true}
}

// shown are the columns of what the account's row shows of its movement.
func (s *state) shown() []any {
	m := s.movement
	if !m.is(s.previous, s.previousModel) {
		m = movement{}
	}
	return []any{orNull(s.moves().moved), m.modelMoved, m.verdict, m.reason, m.points}
}
