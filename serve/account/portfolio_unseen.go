package account

import (
	"strings"

	"github.com/etappe/etappe/serve/score"
)

// Unseen is how many rows of a portfolio have a level of a feature that training never
// saw: the model has learned nothing of it there.
type Unseen struct {
	Feature string `json:"feature"`
	Rows    int    `json:"rows"`
	Of      int    `json:"of"` // rows in which the feature has a value
}

// Unseen counts the levels that training never saw, by feature, in the order of the
// catalogue; nil if there are none.
func (p *Portfolio) Unseen() []Unseen {
	var list []Unseen
	definitions := p.matrix.Catalog.Definitions
	for j := range definitions {
		d := &definitions[j]
		if !d.Categorical() {
			continue
		}
		one := Unseen{Feature: d.Name}
		for _, x := range p.matrix.Columns[j] {
			switch {
			case x != x: // missing
			case score.Unseen(d, x):
				one.Rows++
				one.Of++
			default:
				one.Of++
			}
		}
		if one.Rows > 0 {
			list = append(list, one)
		}
	}
	return list
}

// unseenLevels names, for each row, the features whose level training never saw,
// between semicolons; "" where there are none.
func unseenLevels(s *score.Scorer, in *score.Input) []string {
	names := make([]string, in.Frame.Rows())
	definitions := s.Catalog().Definitions
	for j := range definitions {
		if !definitions[j].Categorical() {
			continue
		}
		for i, x := range in.Frame.Columns[j] {
			if score.Unseen(&definitions[j], x) {
				names[i] = strings.TrimPrefix(names[i]+"; "+definitions[j].Name, "; ")
			}
		}
	}
	return names
}
