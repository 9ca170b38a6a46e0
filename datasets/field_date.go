package datasets

import (
	"time"

	"github.com/etappe/etappe/datasets/columnar"
)

// micros returns the field in row i in microseconds since 1970; known is false
// when it is missing. rule names what is broken.
func (f *field) micros(b *columnar.Block, i int) (us int64, known bool, rule string) {
	if f.absent(b, i) {
		return 0, false, ""
	}
	v, at := f.vector(b, i)
	ok := true
	switch {
	case f.plain() && v.Kind == columnar.Time:
		us = v.Ints[at]
	case f.plain() && v.Kind != columnar.Text && f.dates.Numeric:
		x, _ := v.Float(at)
		us, ok = f.dates.Number(x)
	default:
		value, found := f.translate(f.raw(b, i))
		if !found {
			return 0, false, f.noKey()
		}
		if value == "" {
			return 0, false, ""
		}
		us, ok = f.dates.Text(value)
	}
	if !ok {
		return 0, false, f.dates.Rule
	}
	return us, true, ""
}

// date returns the field in row i as a time that check lets pass; known is
// false when it is missing. ok is false, and the problem noted, otherwise.
func (f *field) date(b *columnar.Block, i int, check dateRule) (t time.Time, known, ok bool) {
	us, known, rule := f.micros(b, i)
	if rule == "" && known {
		rule = check.broken(us)
	}
	if rule != "" {
		f.problem(b, i, rule)
		return time.Time{}, false, false
	}
	if !known {
		return time.Time{}, false, true
	}
	return time.UnixMicro(us).UTC(), true, true
}

// must is date that must be there.
func (f *field) must(b *columnar.Block, i int, check dateRule) (time.Time, bool) {
	t, known, ok := f.date(b, i, check)
	if ok && !known {
		f.problem(b, i, "is empty")
	}
	return t, ok && known
}
