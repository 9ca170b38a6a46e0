package text

import (
	"github.com/etappe/etappe/serve/explain"
	"github.com/etappe/etappe/serve/score"
)

// ClusterName writes the name of a cluster in a language; as it stands if the
// model did not learn it. Without a model (nil) every name stands.
func (l Language) ClusterName(s *score.Scorer, name string) string {
	return l.learned(name, s.LearnedName(name))
}

// NoCluster is what stands in the place of a cluster's name for an account that has
// none.
func (l Language) NoCluster() string { return l.T("cluster.none") }

// learned writes a learned name. The words in it are the team's own.
func (l Language) learned(name string, n *score.LearnedName) string {
	switch {
	case n == nil:
		return name
	case n.All:
		return l.T("cluster.name.all")
	}
	text := ""
	for i, p := range n.Parts {
		word := p.Word
		switch p.Degree {
		case 1:
			word = l.T("cluster.name.high", "word", word)
		case -1:
			word = l.T("cluster.name.low", "word", word)
		}
		if i == 0 {
			text = word
		} else {
			text = l.T("list.and", "before", text, "next", word)
		}
	}
	return text
}

// second writes the sentence about the second cluster.
func (l Language) second(s *score.Second) {
	if s == nil {
		return
	}
	s.Text = l.T("second.text", "cluster", l.learned(s.Name, s.Learned), "score", l.Score(s.HealthScore))
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
		c.Path[i].Name = Readable(c.Path[i].Name)
	}
	for i := range c.Drivers {
		c.Drivers[i].Label = l.labelOr(c.Drivers[i].Definition, c.Drivers[i].Feature)
	}
	for i := range c.Scorecard {
		c.Scorecard[i].Label = l.labelOr(c.Scorecard[i].Definition, c.Scorecard[i].Feature)
	}
}
