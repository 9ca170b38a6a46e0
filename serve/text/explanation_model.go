package text

import "github.com/etappe/etappe/serve/explain"

// Models is which model answered, or which two: their scores are not by one measure.
func (l Language) Models(e *explain.Explanation) string {
	if e.From.Model == e.To.Model {
		return l.T("explanation.model", "model", e.To.Model)
	}
	before, after := l.ISODay(e.From.AsOf), l.ISODay(e.To.AsOf)
	return l.T("explanation.models", "from", e.From.Model, "to", e.To.Model, "before", before, "after", after)
}
