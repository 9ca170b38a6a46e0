package serve

import "github.com/etappe/etappe/models/artifact"

// Report returns the report of the training run, not to be changed; nil if the
// artifact holds none.
func (s *Scorer) Report() *artifact.Report { return s.report }

// Label returns what a feature is called in a language; its name if the model
// does not read it.
func (s *Scorer) Label(feature string, l Language) string {
	j, ok := s.index[feature]
	if !ok {
		return feature
	}
	return l.of(s.catalog.Definitions[j].Text)
}

// StaleAfter is how many days after its training a model is stale.
func (s *Scorer) StaleAfter() int { return s.options.StaleAfter }
