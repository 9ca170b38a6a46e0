package serve

import "strings"

// Bare is a reason's text without what it is associated with, for a list whose
// heading and numbers say so.
func (l Language) Bare(r Reason) string {
	return strings.TrimSuffix(r.Text, ", "+l.association(r.Points))
}

// ReasonLabels names reasons by their codes: what a feature or milestone is
// called in a language. A code that the model does not know, of an older one
// for instance, stays as it is.
func (s *Scorer) ReasonLabels(l Language) func(code string) string {
	labels := make(map[string]string, len(s.codes)+len(s.milestoneCodes))
	for j, code := range s.codes {
		labels[code] = l.of(s.catalog.Definitions[j].Text)
	}
	for j, code := range s.milestoneCodes {
		labels[code] = l.pick("milestone ", "Meilenstein ") + Spoken(s.milestones[j])
	}
	return func(code string) string {
		if label, ok := labels[code]; ok {
			return label
		}
		return code
	}
}
