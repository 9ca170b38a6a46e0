package datasets

import (
	"fmt"
	"math"
	"slices"
	"sort"
	"strings"

	"github.com/etappe/etappe/datasets/columnar"
)

// The thresholds by which a column's kind is found (see almostAll as well).
const (
	freeLevels = 1000    // so many levels a column of names may always have
	mostLevels = 1 << 20 // and never more than so many
	uniqueRows = 100     // from so many rows on, names that never come twice are ids
	keyRows    = 10      // and from so many on if the column is named as ids are
)

// state is what a column was found to be so far.
type state uint8

const (
	unknown  state = iota // nothing but missing values
	numeric               // nothing but numbers
	textual               // nothing but text, or all taken as text
	mixed                 // both: nothing is kept, the rest is only counted
	hopeless              // dropped, for the reason in why
)

// tableBuilder gathers one feature column.
type tableBuilder struct {
	name     string
	state    state
	why      string // hopeless
	fixed    bool   // numeric or the levels are given: nothing is guessed
	asText   bool   // numbers are levels too, and so are words for missing values
	file     string
	cells    cells
	values   []float64 // numbers, or codes into levels
	levels   []string
	codes    map[string]int32
	rows     int64
	number   int64  // values that are numbers
	text     int64  // values that are text
	beyond   int64  // of these: numbers that are too large
	unseen   int64  // values that are none of the given levels
	stranger string // the first of them
	words    tally  // words for missing values, which are names in a column of names
	strange  []Problem
	look     evidence
	odd      tally  // what was not plain
	note     string // a remark on the column for Notes
	bad      *columnar.Problems
}

func newTableBuilder(file, name string, o *TableOptions, bad *columnar.Problems) (*tableBuilder, error) {
	b := &tableBuilder{file: file, name: name, bad: bad, codes: map[string]int32{}, fixed: o.fixed()}
	if !b.fixed {
		return b, nil
	}
	if levels, ok := o.Levels[name]; ok {
		b.state, b.asText = textual, true
		b.levels = levels
		for i, level := range levels {
			b.codes[level] = int32(i)
		}
		b.addTruth()
		return b, nil
	}
	how, err := readingOf(o.Spellings[name])
	if err != nil {
		return nil, fmt.Errorf("column %q: %w", name, err)
	}
	b.state, b.cells.how = numeric, how
	return b, nil
}

// expect sets memory aside for so many values.
func (b *tableBuilder) expect(rows int) {
	b.values = make([]float64, 0, rows)
}

// add takes the column's part of a block.
func (b *tableBuilder) add(in *columnar.Block, v *columnar.Vector) {
	if v.Kind == columnar.Time && !b.fixed && b.state != hopeless {
		b.give(isADate)
	}
	if v.Kind == columnar.Float && b.state == numeric {
		b.addFloats(in, v.Floats)
		return
	}
	for i := range in.Rows {
		b.rows++
		c := b.cells.of(v, i)
		b.odd.add(c)
		if b.fixed && b.state == numeric && !c.missing && !c.number {
			c = truthNumber(c)
		}
		if c.missing && (c.word == "" || !b.asText) {
			if c.word != "" {
				b.words.add(cell{missing: true, text: c.word})
			}
			b.keep(math.NaN())
		} else if c.missing {
			b.addText(c.word, in.Number(i))
		} else if c.number && !b.asText {
			b.addNumber(c, in.Number(i))
		} else {
			if c.number && !v.Coded() {
				c.text = v.Text(i)
			}
			if c.beyond {
				b.beyond++
			}
			b.addText(c.text, in.Number(i))
		}
	}
}

// addFloats is add for a column of numbers in a file of numbers: what add does
// value by value, without looking at each in every way.
func (b *tableBuilder) addFloats(in *columnar.Block, values []float64) {
	b.rows += int64(in.Rows)
	b.values = append(b.values, values...)
	if !b.look.fraction {
		fraction := func(x float64) bool { return x == x && x != math.Trunc(x) }
		b.look.number("", !slices.ContainsFunc(values, fraction))
	}
	within, missing := 0, 0
	for _, x := range values {
		if math.Abs(x) <= largest {
			within++
		}
		if x != x {
			missing++
		}
	}
	b.number += int64(len(values) - missing)
	if within+missing == len(values) {
		return
	}
	part := b.values[len(b.values)-len(values):]
	for i, x := range values {
		if rule := brokenNumber(x, true, false); rule != "" {
			b.bad.Add(Problem{File: b.file, Row: in.Number(i), Column: b.name, Rule: rule, Value: columnar.FormatFloat(x)})
			part[i] = math.NaN()
		}
	}
}

// keep stores a value as long as the column may still become a feature.
func (b *tableBuilder) keep(x float64) {
	if b.state < mixed {
		b.values = append(b.values, x)
	}
}

func (b *tableBuilder) addNumber(c cell, row int64) {
	x := c.x
	b.number++
	b.look.number(c.text, x == math.Trunc(x))
	switch b.state {
	case unknown:
		b.state = numeric
	case textual:
		b.mix()
	case mixed:
		b.look.different(x)
	}
	if rule := brokenNumber(x, true, true); rule != "" {
		b.bad.Add(Problem{File: b.file, Row: row, Column: b.name, Rule: rule, Value: columnar.FormatFloat(x)})
		x = math.NaN()
	}
	b.keep(x)
}

func (b *tableBuilder) addText(s string, row int64) {
	b.text++
	if !b.asText {
		b.look.text(s)
	}
	if len(b.strange) < tableProblems {
		b.strange = append(b.strange, Problem{File: b.file, Row: row, Column: b.name, Value: strings.Clone(s)})
	}
	switch {
	case b.state == unknown:
		b.state = textual
	case b.state == numeric:
		b.mix()
	}
	if b.state == textual {
		b.keep(float64(b.code(s)))
	}
}

// code returns the level's number, in the order of appearance.
func (b *tableBuilder) code(s string) int32 {
	if code, ok := b.codes[s]; ok {
		return code
	}
	code := int32(len(b.levels))
	switch {
	case b.fixed: // never seen in training
		if b.unseen == 0 {
			b.stranger = strings.Clone(s)
		}
		b.unseen++
	case code >= mostLevels:
		why := fmt.Sprintf("more than %d different values: looks like an identifier", mostLevels)
		if areDates(b.levels) {
			why = isADate
		}
		b.give(why)
	default:
		s = strings.Clone(s)
		b.codes[s] = code
		b.levels = append(b.levels, s)
	}
	return code
}

// mix drops the values of a column that has numbers and text.
func (b *tableBuilder) mix() {
	if b.state == numeric {
		for _, x := range b.values {
			if !math.IsNaN(x) {
				b.look.different(x)
			}
		}
	}
	b.state, b.values, b.levels, b.codes = mixed, nil, nil, nil
}

func (b *tableBuilder) give(why string) {
	b.mix()
	b.state, b.why = hopeless, why
}

// sortLevels puts the levels in the order of their names, so that the order of
// the rows does not matter.
func (b *tableBuilder) sortLevels() {
	order := make([]int, len(b.levels))
	for i := range order {
		order[i] = i
	}
	sort.Slice(order, func(x, y int) bool { return b.levels[order[x]] < b.levels[order[y]] })
	sorted, rank := make([]string, len(order)), make([]float64, len(order))
	for at, old := range order {
		sorted[at], rank[old] = b.levels[old], float64(at)
	}
	b.levels = sorted
	for i, x := range b.values {
		if !math.IsNaN(x) {
			b.values[i] = rank[int(x)]
		}
	}
}
