package datasets

import (
	"fmt"
	"math"
	"sort"
	"strings"
)

// The rules by which a column is told apart, in numbers (see almostAll as well).
const (
	freeLevels = 1000    // so many levels a column of names may always have
	mostLevels = 1 << 20 // and never more than so many
	uniqueRows = 100     // from so many rows on, names that never come twice are ids
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
	name    string
	state   state
	why     string // hopeless
	fixed   bool   // numeric or the levels are given: nothing is told apart
	asText  bool   // numbers are levels too
	file    string
	cells   cells
	values  []float64 // numbers, or codes into levels
	levels  []string
	codes   map[string]int32
	rows    int64
	number  int64 // values that are numbers
	text    int64 // values that are text
	strange []Problem
	bad     *problems
}

func newTableBuilder(file, name string, o *TableOptions, bad *problems) *tableBuilder {
	b := &tableBuilder{file: file, name: name, bad: bad, codes: map[string]int32{}, fixed: o.fixed()}
	if !b.fixed {
		return b
	}
	b.state = numeric
	if levels, ok := o.Levels[name]; ok {
		b.state, b.asText = textual, true
		b.levels = levels
		for i, level := range levels {
			b.codes[level] = int32(i)
		}
	}
	return b
}

// add takes the column's part of a block.
func (b *tableBuilder) add(in *block, v *vector) {
	if v.kind == kindTime && !b.fixed && b.state != hopeless {
		b.give("is a date: a model needs a number made from it (days since …)")
	}
	for i := range in.rows {
		b.rows++
		if c := b.cells.of(v, i); c.missing {
			b.keep(math.NaN())
		} else if c.number && !b.asText {
			b.addNumber(c.x, in.number(i))
		} else {
			if c.number && !v.coded() {
				c.text = v.string(i)
			}
			b.addText(c.text, in.number(i))
		}
	}
}

// keep stores a value as long as the column may still become a feature.
func (b *tableBuilder) keep(x float64) {
	if b.state < mixed {
		b.values = append(b.values, x)
	}
}

func (b *tableBuilder) addNumber(x float64, row int64) {
	b.number++
	switch b.state {
	case unknown:
		b.state = numeric
	case textual:
		b.mix()
	}
	if rule := brokenNumber(x, true, true); rule != "" {
		b.bad.add(Problem{File: b.file, Row: row, Column: b.name, Rule: rule, Value: formatFloat(x)})
		x = math.NaN()
	}
	b.keep(x)
}

func (b *tableBuilder) addText(s string, row int64) {
	b.text++
	if len(b.strange) < tableProblems {
		b.strange = append(b.strange, Problem{File: b.file, Row: row, Column: b.name, Value: strings.Clone(s)})
	}
	switch {
	case b.fixed && b.state == numeric:
		b.bad.add(Problem{File: b.file, Row: row, Column: b.name, Value: s, Rule: "is not a number, as the model's column is"})
		return
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
	case code >= mostLevels:
		b.give(fmt.Sprintf("more than %d different values: looks like an identifier", mostLevels))
	default:
		s = strings.Clone(s)
		b.codes[s] = code
		b.levels = append(b.levels, s)
	}
	return code
}

// mix forgets the values of a column that has numbers and text.
func (b *tableBuilder) mix() { b.state, b.values, b.levels, b.codes = mixed, nil, nil, nil }

func (b *tableBuilder) give(why string) {
	b.mix()
	b.state, b.why = hopeless, why
}

// judge names the problems of a mixed column that is meant to be numeric; or
// it returns true: the column is to be read again, all of it as text.
func (b *tableBuilder) judge() (again bool) {
	if b.state != mixed {
		return false
	}
	known := b.number + b.text
	if float64(b.number) < almostAll*float64(known) {
		return true
	}
	rule := fmt.Sprintf("is not a number, where %d of the column's %d values are (from 95 %% on a column is taken for numeric)", b.number, known)
	for _, p := range b.strange {
		p.Rule = rule
		b.bad.add(p)
	}
	b.bad.total += int(b.text) - len(b.strange)
	return false
}

// finish returns the column, or why it is dropped.
func (b *tableBuilder) finish() (column TableColumn, why string) {
	if b.fixed {
		return TableColumn{Name: b.name, Levels: b.levels, Numbers: b.values}, ""
	}
	switch b.state {
	case hopeless:
		return column, b.why
	case unknown:
		return column, "every value is missing"
	case numeric:
		if only, ok := b.constant(); ok {
			return column, "every value is " + formatFloat(only)
		}
		return TableColumn{Name: b.name, Numbers: b.values}, ""
	}
	if why := b.uselessText(); why != "" {
		return column, why
	}
	b.sortLevels()
	return TableColumn{Name: b.name, Levels: b.levels, Numbers: b.values}, ""
}

// constant tells whether every row has the same value. A value that is there
// in some rows and missing in others says something.
func (b *tableBuilder) constant() (float64, bool) {
	for _, x := range b.values {
		if x != b.values[0] {
			return 0, false
		}
	}
	return b.values[0], true
}

func (b *tableBuilder) uselessText() string {
	if _, ok := b.constant(); ok {
		return fmt.Sprintf("every value is %q", b.levels[0])
	}
	levels := int64(len(b.levels))
	known := b.number + b.text
	if levels > max(freeLevels, b.rows/2) || (levels == known && known >= uniqueRows) {
		return fmt.Sprintf("%d different values in %d rows: looks like an identifier", levels, b.rows)
	}
	for _, level := range b.levels {
		if _, ok := parseISO(level); !ok {
			return ""
		}
	}
	return "is a date: a model needs a number made from it (days since …)"
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
