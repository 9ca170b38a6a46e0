package datasets

import (
	"fmt"
	"slices"
	"strings"

	"github.com/etappe/etappe/datasets/columnar"
)

// Spelling describes how a file writes the numbers of a column that are not all
// written plainly (12.5). It is found where a table is read for training and
// handed back for scoring (TableOptions.Spellings), because a few rows do not
// show it: "1,234" alone could be a thousand or a little more than one.
type Spelling struct {
	Sign    string   `json:"sign,omitempty"`    // currency or percent sign; numbers without one fit too
	Group   string   `json:"group,omitempty"`   // what stands between groups of three digits
	Point   string   `json:"point,omitempty"`   // what stands before the fraction; "": numbers are written plainly
	Missing []string `json:"missing,omitempty"` // words that stand for a missing value
}

// reading is a spelling in use: the rule by which a column of numbers is read.
type reading struct {
	Spelling
	style *style // nil: every number is written plainly
	given bool   // the column is known to be numeric: "?" and its like are missing
}

// readingOf takes a spelling into use. It is an ErrConfig if there is none such.
func readingOf(s Spelling) (*reading, error) {
	r := &reading{Spelling: s, given: true}
	at := slices.Index(styles[:], style{s.Group, s.Point})
	switch {
	case at >= 0:
		r.style = &styles[at]
	case s.Sign != "" && style{s.Group, s.Point} == bare:
		r.style = &bare
	case s.Group != "" || s.Point != "" || s.Sign != "":
		return nil, fmt.Errorf("%w: no number is written with %q between thousands and %q before the fraction", ErrConfig, s.Group, s.Point)
	}
	return r, nil
}

// cell reads one value. In a column with decimal commas 12.5 is no number, nor
// is 1.234 in a bare one: it could be another one than its writer meant.
func (r *reading) cell(s string) cell {
	if isMissingWord(s) {
		return cell{missing: true}
	}
	if slices.Contains(r.Missing, s) || (r.given && isMissingSign(s)) {
		return cell{missing: true, text: s}
	}
	plain := textCell(s)
	if r.style == nil {
		return plain
	}
	sign, body := cutSign(spaces.Replace(s))
	if x, ok := r.style.number(body); ok && (sign == "" || sign == r.Sign) {
		return cell{number: true, x: x, text: s, odd: !plain.number || plain.x != x}
	}
	if plain.number && (r.style.point == "," || *r.style == bare) && strings.Contains(s, ".") {
		return cell{text: s}
	}
	return plain
}

// like writes a number as the column does, for errors.
func (r *reading) like() string {
	if r.style == nil {
		return "1234.5"
	}
	number := "1" + r.style.group + "234" + r.style.point + "5"
	if r.Sign != "" {
		number += " " + r.Sign
	}
	return number
}

// tally counts what a reading did in a column.
type tally struct {
	words   []token // those taken for missing, in order of appearance
	numbers int64   // those not written plainly
	example string  // the first of these
	as      float64 // and the number that it is
}

// add counts one value.
func (t *tally) add(c cell) {
	switch {
	case c.missing && c.text != "":
		at := slices.IndexFunc(t.words, func(one token) bool { return one.text == c.text })
		if at < 0 {
			at = len(t.words)
			t.words = append(t.words, token{text: strings.Clone(c.text)})
		}
		t.words[at].rows++
	case c.odd:
		if t.numbers == 0 {
			t.example, t.as = strings.Clone(c.text), c.x
		}
		t.numbers++
	}
}

// String is a sentence for Notes; "" if all was plain.
func (t *tally) String() string {
	var notes []string
	for _, word := range t.words {
		notes = append(notes, fmt.Sprintf("%d values %q read as missing", word.rows, word.text))
	}
	if t.numbers > 0 {
		notes = append(notes, fmt.Sprintf("%d values such as %q read as numbers such as %s", t.numbers, t.example, columnar.FormatFloat(t.as)))
	}
	return strings.Join(notes, ", ")
}
