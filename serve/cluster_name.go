package serve

import (
	"strings"

	"github.com/etappe/etappe/models/cluster"
)

// learnedNames are the names that the clusters learned, by how a German reader
// says them. A name that a person gave is said as it is, and so are the words in
// a learned one: they are the team's own.
func (s *Scorer) learnedNames() map[string]string {
	german := map[string]string{}
	for k, name := range s.names {
		if s.clusters == nil || s.lineage != nil && s.lineage.Clusters[k].Given {
			continue
		}
		if s.clusters.K() == 1 {
			if name == cluster.AllAccounts {
				german[name] = "alle Accounts"
			}
			continue
		}
		var words []string
		for _, p := range s.clusters.Parts(k, name) {
			word := p.Word
			switch p.Degree {
			case 1:
				word += " hoch"
			case -1:
				word += " niedrig"
			}
			words = append(words, word)
		}
		if words != nil {
			german[name] = strings.Join(words, " und ")
		}
	}
	return german
}

// ClusterText says the name of a cluster in a language; as it stands if the
// model did not learn it. A nil Scorer learned none.
func (s *Scorer) ClusterText(name string, l Language) string {
	if s == nil || l != German {
		return name
	}
	if text, ok := s.german[name]; ok {
		return text
	}
	return name
}
