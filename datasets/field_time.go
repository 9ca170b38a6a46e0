package datasets

import "github.com/etappe/etappe/datasets/columnar"

// timeReader reads a field's dates as Unix seconds. Event files repeat their
// dates, so a date in text is parsed once.
type timeReader struct {
	field field
	check dateRule
	texts *codedField[int64]
}

func newTimeReader(f field, check dateRule) *timeReader {
	return &timeReader{field: f, check: check, texts: newCodedField(f, func(text string) (int64, string) {
		us, ok := f.dates.Text(text)
		if !ok {
			return 0, f.dates.Rule
		}
		return columnar.FloorDiv(us, 1e6), check.broken(us)
	})}
}

// at returns the time in row i in Unix seconds; known is false when it is
// missing. ok is false, and the problem noted, when it breaks a rule.
func (r *timeReader) at(b *columnar.Block, i int) (seconds int64, known, ok bool) {
	f := &r.field
	if !f.bound {
		return 0, false, true
	}
	if v, _ := f.vector(b, i); v.Kind == columnar.Text || !f.plain() {
		return r.texts.at(b, i)
	}
	us, known, rule := f.micros(b, i)
	if rule == "" && known {
		rule = r.check.broken(us)
	}
	if rule != "" {
		f.problem(b, i, rule)
		return 0, false, false
	}
	return columnar.FloorDiv(us, 1e6), known, true
}

// must is at for a time that must be there.
func (r *timeReader) must(b *columnar.Block, i int) (int64, bool) {
	seconds, known, ok := r.at(b, i)
	if ok && !known {
		r.field.problem(b, i, "is empty")
	}
	return seconds, ok && known
}
