package additive

import (
	"fmt"
	"math"

	"github.com/etappe/etappe/models"
)

// Spread is what an account's own log-odds may differ by from those that the model
// computes, beside what the bags show. Its numbers follow from training rows, but
// for one assumption: how much no feature shows. One outcome of a renewal leaves
// nothing that identifies it, and who renews again and again has renewed each time
// but the last. See Model.Interval for what it does.
type Spread struct {
	// Unmeasured is the share u of the variance of the accounts' own log-odds that
	// the features do not show, 0 to MaxUnmeasured. An assumption, not an estimate.
	Unmeasured float64 `json:"unmeasured"`
	// Variance of the log-odds that the features determine, learned so far or not, over
	// the training rows, renewals weighing alike; with a line, at its centre.
	Variance float64 `json:"variance"`
	// Unlearned is what of Variance neither the model's log-odds nor the bags show: a
	// model of few outcomes shrinks what it is not sure of, alike in every bag.
	Unlearned float64 `json:"unlearned,omitempty"`
	// Line is how the log-odds are stretched along one field; nil: nowhere.
	Line *SpreadLine `json:"line,omitempty"`
}

// SpreadLine is how log-odds z stretch, and their variance V changes, along a field x
// such as the days to the renewal:
//
//	a + b·z,   a = Shift·t,  b = 1 + Stretch·t,  V = Variance·(1 + Widen·t)
//	t = (x − Centre)/Unit,  x held within Low and High
//
// b and 1 + Widen·t are held within ½ and 2: a line from few rows may not turn an order
// around. Where x is missing, t is 0.
type SpreadLine struct {
	Field   int     `json:"field"`
	Centre  float64 `json:"centre"`
	Unit    float64 `json:"unit"`
	Low     float64 `json:"low"`
	High    float64 `json:"high"`
	Shift   float64 `json:"shift"`   // log-odds
	Stretch float64 `json:"stretch"` // per log-odds
	Widen   float64 `json:"widen"`   // per variance
}

const (
	// MaxUnmeasured is the largest share that may be assumed.
	MaxUnmeasured = 0.9
	// logisticSlope is π/8 of MacKay's approximation, see Model.Interval.
	logisticSlope = math.Pi / 8
	// mostInflation is by how much, at most, the variance on the scale of the answer
	// grows on the scale of the account's own log-odds.
	mostInflation             = 2
	leastStretch, mostStretch = 0.5, 2
)

// at returns a, b and V/Variance at a value of the field.
func (l *SpreadLine) at(x float64) (a, b, wider float64) {
	if l == nil || math.IsNaN(x) {
		return 0, 1, 1
	}
	t := (min(max(x, l.Low), l.High) - l.Centre) / l.Unit
	return l.Shift * t, held(1 + l.Stretch*t), held(1 + l.Widen*t)
}

func held(x float64) float64 { return min(max(x, leastStretch), mostStretch) }

// around returns the interval of an account's own log-odds around the model's z, of
// standard error se; normal and student are the critical values of the two. See
// Model.Interval.
func (s *Spread) around(z, se, x, normal, student float64) (low, high float64) {
	a, b, wider := s.Line.at(x)
	own := s.Unmeasured/(1-s.Unmeasured)*s.Variance*wider + s.Unlearned
	v := b * b * (se*se + own)
	grown := 1 / max(1-logisticSlope*v, 1.0/mostInflation)
	centre := (a + b*z) * math.Sqrt(1+logisticSlope*v*grown)
	half := b * math.Sqrt(grown*(student*student*se*se+normal*normal*own))
	return min(centre-half, z), max(centre+half, z)
}

// WithSpread returns a new model whose intervals are of the account's own log-odds;
// nil: of the expectation. Every other answer stays. The error wraps models.ErrFields
// where the spread does not fit the model.
func (m *Model) WithSpread(s *Spread) (*Model, error) {
	if err := s.check(m.fields); err != nil {
		return nil, fmt.Errorf("%w: %w", models.ErrFields, err)
	}
	next := m.copy()
	next.spread = s
	next.derive()
	return next, nil
}

// Spread returns what the model's intervals assume and hold beside the bags; nil:
// they are of the expectation given the features.
func (m *Model) Spread() *Spread { return m.spread }

// check holds a spread against the fields and the bounds of its numbers.
func (s *Spread) check(fields []models.Field) error {
	if s == nil {
		return nil
	}
	if !(s.Unmeasured > 0 && s.Unmeasured <= MaxUnmeasured) || !(s.Variance >= 0 && s.Variance <= maxValue) {
		return fmt.Errorf("a spread of share %v and variance %v", s.Unmeasured, s.Variance)
	}
	if !(s.Unlearned >= 0 && s.Unlearned <= s.Variance) {
		return fmt.Errorf("a spread of variance %v, %v of it unlearned", s.Variance, s.Unlearned)
	}
	l := s.Line
	if l == nil {
		return nil
	}
	if l.Field < 0 || l.Field >= len(fields) || fields[l.Field].Categorical() {
		return fmt.Errorf("a spread along field %d", l.Field)
	}
	for _, v := range [...]float64{l.Centre, l.Low, l.High, l.Shift, l.Stretch, l.Widen} {
		if !(math.Abs(v) <= maxValue) {
			return fmt.Errorf("a spread with %v", v)
		}
	}
	if !(l.Unit > 0 && l.Unit <= maxValue) || l.Low > l.High {
		return fmt.Errorf("a spread from %v to %v by %v", l.Low, l.High, l.Unit)
	}
	return nil
}
