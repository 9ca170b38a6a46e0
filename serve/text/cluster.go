package text

import (
	"strings"

	"github.com/etappe/etappe/serve/explain"
	"github.com/etappe/etappe/serve/score"
)

// ClusterName writes the name of a cluster in a language; as it stands if the
// model did not learn it. Without a model (nil) every name stands.
func (l Language) ClusterName(s *score.Scorer, name string) string {
	return l.learned(name, s.LearnedName(name))
}

// learned writes a learned name, in English as the model made it. The words in it
// are the team's own.
func (l Language) learned(name string, n *score.LearnedName) string {
	if n == nil || l == English {
		return name
	}
	if n.All {
		return l.pick(name, "alle Accounts")
	}
	var words []string
	for _, p := range n.Parts {
		word := p.Word
		switch p.Degree {
		case 1:
			word += l.pick("", " hoch")
		case -1:
			word += l.pick("", " niedrig")
		}
		words = append(words, word)
	}
	return strings.Join(words, l.pick(" and ", " und "))
}

// second writes the sentence about the second cluster.
func (l Language) second(s *score.Second) {
	if s == nil {
		return
	}
	name := l.learned(s.Name, s.Learned)
	s.Text = l.pick("the account is between two clusters: measured with "+name+", its health score is ",
		"der Account steht zwischen zwei Clustern: Gemessen an "+name+" beträgt der Health Score ") + l.score(s.HealthScore)
}

// Cluster writes the labels of a cluster's description.
func (l Language) Cluster(c *explain.ClusterCard) {
	for i := range c.Traits {
		t := &c.Traits[i]
		t.Label = l.labelOr(t.Definition, t.Feature)
		if t.Level != "" {
			t.Label += ": " + t.Level
		}
	}
	for i := range c.Path {
		c.Path[i].Name = Spoken(c.Path[i].Name)
	}
	for i := range c.Drivers {
		c.Drivers[i].Label = l.labelOr(c.Drivers[i].Definition, c.Drivers[i].Feature)
	}
	for i := range c.Scorecard {
		c.Scorecard[i].Label = l.labelOr(c.Scorecard[i].Definition, c.Scorecard[i].Feature)
	}
}
