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

// attributeColumn gathers one attribute over all accounts as text. It is read
// by the rules of a feature table's columns (tableBuilder) once all are there,
// so that both doors read a column alike.
type attributeColumn struct {
	name    string
	forced  bool // categorical by configuration
	column  string
	texts   []string          // one per account; "" is missing
	levels  map[string]string // one copy of every text
	builder *tableBuilder
}

// add appends the attribute of the account in row i.
func (a *attributeColumn) add(f *field, b *columnar.Block, i int) {
	text, _ := f.text(b, i) // a text without a look-up's key is a problem, and missing
	if f.decimal != "" {
		if x, ok := parseDecimal(text, f.decimal); ok {
			text = columnar.FormatFloat(x)
		}
	}
	known, ok := a.levels[text]
	if !ok {
		known = strings.Clone(text)
		a.levels[known] = known
	}
	a.column = f.column
	a.texts = append(a.texts, known)
}

// finish decides whether the attribute is categorical and notes what does not
// fit the decision. rows is where each account stands.
func (a *attributeColumn) finish(bad *columnar.Problems, rows []accountRow) Attribute {
	own := &columnar.Problems{Limit: 1}
	b := &tableBuilder{name: a.name, bad: own, codes: map[string]int32{}}
	if a.forced {
		b = b.asNames("")
	}
	block := &columnar.Block{Rows: len(a.texts), Vectors: []columnar.Vector{{Kind: columnar.Text, Strings: a.texts}}}
	b.add(block, &block.Vectors[0])
	if again := b.judge(); again != nil {
		b = again
		b.add(block, &block.Vectors[0])
	}
	a.builder = b
	if own.Total > 0 {
		p := own.First()
		at := rows[p.Row]
		p.File, p.Row, p.Column = at.file, at.row, a.column
		p.Rule += " (if the numbers are codes, list the attribute under categorical:)"
		if own.Total > 1 {
			p.Rule += fmt.Sprintf("; %d more rows break this rule", own.Total-1)
		}
		bad.Add(p)
	}
	return Attribute{Name: a.name, Categorical: b.state == textual || b.state == hopeless}
}

// value returns the attribute of account i, of a column that is finished.
func (a *attributeColumn) value(i int) Value {
	b := a.builder
	switch {
	case a.texts[i] == "":
		return Value{}
	case b.state == hopeless: // more levels than a feature could have
		return Value{Text: a.texts[i], Known: true}
	case b.state == unknown || b.state == mixed || math.IsNaN(b.values[i]):
		return Value{}
	case b.state == textual:
		return Value{Text: b.levels[int(b.values[i])], Known: true}
	}
	return Value{Number: b.values[i], Known: true}
}

// remark returns how the column was read, "" for plainly.
func (a *attributeColumn) remark() string {
	if note := a.builder.remark(); note != "" {
		return fmt.Sprintf("attribute %q: %s", a.name, note)
	}
	return ""
}
