package explain

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/etappe/etappe/serve/score"
)

// ModelAccount is an account of the same cluster to copy: healthy now, renewed last,
// typical of the cluster, and what it does differently.
type ModelAccount struct {
	AccountID   string       `json:"account_id"`
	Name        string       `json:"name"` // "": unknown
	HealthScore float64      `json:"health_score"`
	Expanded    bool         `json:"expanded"` // its last renewal grew it clearly
	Differs     []Difference `json:"differs"`  // strongest first; at most three
	Text        string       `json:"text"`     // what it does differently, written by package serve/text
}

// Difference is a feature that can be acted on, of two accounts.
type Difference struct {
	Feature string  `json:"feature"`
	Label   string  `json:"label"` // written by package serve/text
	Own     any     `json:"own"`
	Model   any     `json:"model"`
	Points  float64 `json:"points"` // associated with it

	Bar *Bar `json:"-"` // from the own value to the model's
}

// mostDifferences is how many differences from a model account are named.
const mostDifferences = 3

// Differences lists by which features that can be acted on the score of another
// account of a row's cluster is higher, one of each group of features that show the
// same thing, strongest first.
func Differences(s *score.Scorer, m, other *score.Row) ([]Difference, error) {
	move, err := s.Churn().Move(m.Frame, other.Frame)
	if err != nil {
		return nil, fmt.Errorf("%w: movement: %w", score.ErrAnswer, err)
	}
	var bars []Bar
	for j := range s.Fields() {
		b := featureBar(s, m, other, j)
		b.Points = m.Weight * s.Points().Share(move.Share[j][0])
		if b.Definition.Actionable && b.Kind == KindFeature && b.From != b.To && b.Points >= score.QuietPoints {
			bars = append(bars, b)
		}
	}
	slices.SortStableFunc(bars, func(a, b Bar) int { return cmp.Compare(b.Points, a.Points) })
	list := []Difference{}
	for i := range bars {
		b := &bars[i]
		if len(list) < mostDifferences && !slices.ContainsFunc(list, func(d Difference) bool { return d.Bar.group == b.group }) {
			list = append(list, Difference{Feature: b.Feature, Own: b.From, Model: b.To, Points: b.Points, Bar: b})
		}
	}
	return list, nil
}
