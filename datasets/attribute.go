package datasets

import (
	"fmt"
	"math"
	"strings"

	"github.com/etappe/etappe/datasets/columnar"
)

// almostAll is the share of numbers from which on a column is taken for
// numeric, so that the values that are none are errors and not levels.
const almostAll = 0.95

// attributeColumn gathers one attribute over all accounts, and finds
// whether it is numeric when all have been read.
type attributeColumn struct {
	name    string
	forced  bool // categorical by configuration
	values  []Value
	known   int
	numbers int
	// the first values that a numeric column could not have, and how many
	notNumber, notFinite firstOf
	texts                map[string]string // one copy of every level
}

// firstOf is the first of several problems of one kind.
type firstOf struct {
	problem Problem
	count   int
}

func (f *firstOf) add(p Problem) {
	if f.count == 0 {
		f.problem = p
	}
	f.count++
}

// add appends the attribute of the account in row i.
func (a *attributeColumn) add(f *field, b *columnar.Block, i int) {
	text, ok := f.text(b, i)
	if !ok || text == "" {
		a.values = append(a.values, Value{})
		return
	}
	a.known++
	value := Value{Text: a.level(text), Number: math.NaN(), Known: true}
	x, ok := columnar.ParseNumber(text)
	problem := Problem{File: f.in.name, Row: b.Number(i), Column: f.column, Value: value.Text}
	if rule := brokenNumber(x, ok, true); !ok {
		problem.Rule = rule
		a.notNumber.add(problem)
	} else {
		a.numbers++
		value.Number = x
		if rule != "" {
			problem.Rule = rule
			a.notFinite.add(problem)
		}
	}
	a.values = append(a.values, value)
}

// level returns one lasting copy of a text.
func (a *attributeColumn) level(text string) string {
	known, ok := a.texts[text]
	if !ok {
		known = strings.Clone(text)
		a.texts[known] = known
	}
	return known
}

// finish decides whether the attribute is categorical and notes what does not
// fit the decision.
func (a *attributeColumn) finish(problems *columnar.Problems) Attribute {
	categorical := a.forced || float64(a.numbers) < almostAll*float64(a.known)
	if !categorical {
		a.notNumber.note(problems, fmt.Sprintf(", like %d of the column's %d values are (if they are codes, list the attribute under categorical:)", a.numbers, a.known))
		a.notFinite.note(problems, "")
	}
	for i := range a.values {
		if categorical {
			a.values[i].Number = 0
		} else {
			a.values[i].Text = ""
		}
	}
	return Attribute{Name: a.name, Categorical: categorical}
}

// note adds the first problem, with the number of further rows that have it.
func (f *firstOf) note(problems *columnar.Problems, why string) {
	if f.count == 0 {
		return
	}
	f.problem.Rule += why
	if f.count > 1 {
		f.problem.Rule += fmt.Sprintf("; %d more rows break this rule", f.count-1)
	}
	problems.Add(f.problem)
}

// value returns the attribute of account i.
func (a *attributeColumn) value(i int) Value {
	if v := a.values[i]; v.Known {
		return v
	}
	return Value{}
}
