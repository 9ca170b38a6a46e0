package baseline

import (
	"context"
	"math"
	"slices"
	"strings"
	"unicode"

	"github.com/etappe/etappe/models"
)

// Scorecard is the weighted KPI scorecard that teams use today: every number
// as deviations from its mean, with a sign set by hand and equal weight, a
// missing value as the mean:
//
//	s = − Σ_j sign_j · clip((x_j − mean_j) / deviation_j, ±3) / √(number of signs)
//	log-odds of churn = a + b·s
//
// The line (Platt) is fitted, so that the scorecard can be compared as a
// probability; b is never negative, so that a scorecard that points the wrong
// way is not turned round for it.
type Scorecard struct {
	// Signs gives the sign of a KPI by name: above 0 more is good, below 0 more
	// is bad, 0 leaves it out; the size is its weight. nil: the sign that a
	// practitioner would guess by the name. A name that is not given is left out.
	Signs map[string]float64
}

const (
	scoreClip = 3
	// leastSlope keeps the order of a scorecard without information or with the reverse order.
	leastSlope = 1e-3
)

// Name returns "scorecard".
func (Scorecard) Name() string { return "scorecard" }

// Fit measures means and deviations and fits the line.
func (t Scorecard) Fit(ctx context.Context, s *models.Sample) (models.Model, error) {
	total, err := checkSample(ctx, s)
	if err != nil {
		return nil, err
	}
	m := &scorecard{fields: cloneFields(s.Fields)}
	squares := 0.0
	for _, j := range byName(s.Fields) {
		sign := t.sign(s.Fields[j])
		mean, deviation, _ := moments(s.Columns[j], s)
		if sign == 0 || deviation == 0 || s.Fields[j].Categorical() {
			continue
		}
		m.entries = append(m.entries, entry{j, mean, deviation, sign})
		squares += sign * sign
	}
	for i := range m.entries {
		m.entries[i].weight /= math.Sqrt(squares)
	}
	score := m.score(s.Frame)
	if m.line, err = models.FitPlatt(score, s.Churned, s.Weight); err != nil {
		return nil, err
	}
	if m.line.Slope < leastSlope {
		m.line = flatLine(score, s, total)
	}
	return m, nil
}

// flatLine is the line with the least slope allowed that keeps the base rate.
func flatLine(score []float64, s *models.Sample, total [2]float64) models.Platt {
	mean := 0.0
	for i, v := range score {
		mean += s.WeightOf(i) * v / (total[0] + total[1])
	}
	return models.Platt{Slope: leastSlope, Intercept: math.Log(total[1]/total[0]) - leastSlope*mean}
}

type scorecard struct {
	fields  fieldList
	entries []entry
	line    models.Platt
}

type entry struct {
	column          int
	mean, deviation float64
	weight          float64 // above 0: more is good
}

// score is high where the KPIs are bad.
func (m *scorecard) score(f *models.Frame) []float64 {
	out := make([]float64, f.Rows())
	for _, e := range m.entries {
		for i, v := range f.Columns[e.column] {
			if usable(v) {
				out[i] -= e.weight * math.Max(-scoreClip, math.Min(scoreClip, (v-e.mean)/e.deviation))
			}
		}
	}
	return out
}

// LogOdds returns every row's log-odds of churn; models.ErrFields for other fields.
func (m *scorecard) LogOdds(f *models.Frame) ([]float64, error) {
	if err := m.fields.check(f); err != nil {
		return nil, err
	}
	z := m.score(f)
	for i, v := range z {
		z[i] = m.line.Apply(v)
	}
	return z, nil
}

func (t Scorecard) sign(f models.Field) float64 {
	if t.Signs != nil {
		return t.Signs[f.Name]
	}
	return guessSign(f.Name)
}

// What a practitioner reads into a KPI's name. Money and the calendar are not
// health; of the rest, more is better unless the name contains a word for trouble, and
// the other way round where the number is a time without it.
var (
	neutralWords  = []string{"charge", "price", "cost", "revenue", "discount", "to_renewal", "code", "zip"}
	neutralTokens = []string{"arr", "mrr"} // too short to look for inside a word
	badWords      = []string{
		"ticket", "complaint", "incident", "escalat", "bug", "error", "outage", "fail", "support", "service_call",
		"downgrade", "cancel", "overdue", "unpaid", "dispute", "concentration",
	}
	sinceWords = []string{"recency", "last_seen", "days_since", "inactive"}
)

func guessSign(name string) float64 {
	name = strings.ToLower(name)
	contains := func(words []string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(name, w) })
	}
	tokens := strings.FieldsFunc(name, func(r rune) bool { return !unicode.IsLetter(r) })
	if contains(neutralWords) || slices.ContainsFunc(neutralTokens, func(w string) bool { return slices.Contains(tokens, w) }) {
		return 0
	}
	if contains(badWords) != contains(sinceWords) {
		return -1
	}
	return 1
}
