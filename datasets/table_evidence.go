package datasets

import (
	"math/bits"
	"slices"
	"strings"
)

// The rules by which words in a column of numbers are taken for missing values.
const (
	mostTokens  = 2  // so many different words
	fewNumbers  = 10 // and at least so many different numbers beside them
	tokenRepeat = 2  // a word that is not known for it must come so often
)

// evidence is what a column's values look like that are not plain numbers.
type evidence struct {
	zero     string // the first number with a leading zero
	fraction bool   // not all plain numbers are whole
	dotted   bool   // a plain number has a point
	pointed  bool   // and it can only be a decimal one
	distinct []float64

	words   []token // those that are no numbers at all, up to mostTokens
	more    bool    // there are further words
	spelled int64   // values that are numbers, but not plain ones
	sign    string  // that of the first of these
	styles  int     // the styles that all of them fit
	mixed   bool    // not all of them have the same sign
	commas  bool    // some have a comma
	points  bool    // some have a point
}

type token struct {
	text string
	rows int64
}

// different notes a number until there are enough different ones.
func (e *evidence) different(x float64) {
	if len(e.distinct) < fewNumbers && !slices.Contains(e.distinct, x) {
		e.distinct = append(e.distinct, x)
	}
}

// number looks at a plain number.
func (e *evidence) number(s string, whole bool) {
	e.fraction = e.fraction || !whole
	if len(s) < 2 {
		return
	}
	if e.zero == "" && s[0] == '0' && isDigit(s[1]) {
		e.zero = strings.Clone(s)
	}
	e.dotted = e.dotted || strings.Contains(s, ".")
	e.pointed = e.pointed || decimalPoint(s)
}

// decimalPoint reports whether a plain number has a point that cannot stand
// between thousands, as it may in 1.234.
func decimalPoint(s string) bool {
	whole, fraction, pointed := strings.Cut(s, ".")
	whole = strings.TrimLeft(whole, "+-")
	return pointed && (whole == "" || len(whole) > 3 || whole[0] == '0' || len(fraction) != 3 || !areDigits(fraction))
}

// text looks at a value that is not a plain number.
func (e *evidence) text(s string) {
	if e.more && e.spelled == 0 {
		return // a column of names: don't look at each of them
	}
	sign, fits, x := spelled(s)
	if fits == 0 {
		e.word(s)
		return
	}
	if e.spelled == 0 {
		e.sign, e.styles = sign, allStyles
	}
	e.spelled++
	e.mixed = e.mixed || sign != e.sign
	e.commas = e.commas || strings.Contains(s, ",")
	e.points = e.points || strings.Contains(s, ".")
	e.styles &= fits
	e.different(x)
}

func (e *evidence) word(s string) {
	at := slices.IndexFunc(e.words, func(t token) bool { return t.text == s })
	switch {
	case at >= 0:
		e.words[at].rows++
	case len(e.words) == mostTokens || strings.ContainsAny(s, "0123456789"):
		e.more = true
	default:
		e.words = append(e.words, token{strings.Clone(s), 1})
	}
}

// reading returns the one rule by which every value is a number or missing;
// nil: there is none. plain is how many values are plain numbers.
func (e *evidence) reading(plain int64) *reading {
	if e.more || !e.enough(plain) {
		return nil
	}
	r := &reading{}
	for _, t := range e.words {
		r.Missing = append(r.Missing, t.text)
	}
	if e.spelled > 0 {
		if r.style = e.style(plain); r.style == nil {
			return nil
		}
		r.Sign, r.Group, r.Point = e.sign, r.style.group, r.style.point
	}
	return r
}

// enough reports whether the words may be taken for missing values.
func (e *evidence) enough(plain int64) bool {
	words := int64(0)
	for _, t := range e.words {
		words += t.rows
		if t.rows < tokenRepeat && !isMissingSign(t.text) {
			return false
		}
	}
	return words == 0 || (plain+e.spelled >= words && len(e.distinct) >= fewNumbers)
}

// style returns the likeliest style that every number fits, the plain ones too.
func (e *evidence) style(plain int64) *style {
	if e.styles == 0 || e.mixed || (e.sign != "" && plain > 0) {
		return nil
	}
	if e.sign != "" && e.sign != "%" && !e.commas && e.styles&(1<<pointGroups) != 0 {
		if !e.points {
			return &bare // "99 €": no value shows what stands between thousands
		}
		return &styles[pointGroups] // "1.234 €": money has no third decimal
	}
	st := &styles[bits.TrailingZeros(uint(e.styles))]
	if st.point == "," && (e.pointed || (e.dotted && st.group != ".")) {
		return nil
	}
	return st
}
