package datasets

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/etappe/etappe/datasets/columnar"
	"github.com/etappe/etappe/datasets/internal/names"
)

const isADate = "is a date: a model needs a number made from it (days since …)"

// judge describes what a column is after its first reading: nil, it stands as it
// is; or it is to be read again, by the builder that is returned. It names the
// problems of a column that is meant to be numeric and is not.
func (b *tableBuilder) judge() *tableBuilder {
	look := &b.look
	switch {
	case b.asText:
		return nil
	case !b.fixed && look.zero != "" && !look.fraction:
		return b.asNames(fmt.Sprintf("numbers with leading zeros such as %q read as names", look.zero))
	case b.text == 0:
		return nil
	case b.number > 0 && b.beyond == b.text:
		b.refuse("is not a finite number up to 1e300")
		return nil
	}
	if b.fixed {
		rule := "is not a number, as the model's column is"
		if how := b.cells.how; how.style != nil || look.spelled > 0 {
			rule += " (its numbers are written like " + how.like() + ")"
		}
		b.refuse(rule)
		return nil
	}
	if how := look.reading(b.number); how != nil {
		return &tableBuilder{file: b.file, name: b.name, bad: b.bad, state: numeric, cells: cells{how: how}}
	}
	known := b.number + b.text
	if looks := b.number + look.spelled; 2*looks > known {
		b.note = fmt.Sprintf("%d of %d values look like numbers, but no one rule reads them all (such as %q): read as names", looks, known, b.strange[0].Value)
	}
	switch {
	case b.state != mixed && b.words.String() == "":
		return nil
	case b.state != mixed:
		return b.asNames(b.note)
	case float64(b.number) < almostAll*float64(known):
		return b.asNames(b.note)
	}
	b.refuse(fmt.Sprintf("is not a number, where %d of the column's %d values are (from 95 %% on a column is taken for numeric)", b.number, known))
	return nil
}

// asNames returns a builder that takes every value for a name.
func (b *tableBuilder) asNames(note string) *tableBuilder {
	for _, word := range b.words.words {
		if note != "" {
			note += "; "
		}
		note += fmt.Sprintf("%d values %q read as a name, because the column holds names", word.rows, word.text)
	}
	return &tableBuilder{file: b.file, name: b.name, bad: b.bad, state: textual, asText: true, codes: map[string]int32{}, note: note, words: b.words}
}

// refuse makes every value that is not a number a problem.
func (b *tableBuilder) refuse(rule string) {
	for _, p := range b.strange {
		p.Rule = rule
		b.bad.Add(p)
	}
	b.bad.Total += int(b.text) - len(b.strange)
}

// finish returns the column, or why it is dropped.
func (b *tableBuilder) finish() (column TableColumn, why string) {
	if b.fixed {
		return TableColumn{Name: b.name, Levels: b.levels, Numbers: b.values, Spelling: b.spelling()}, ""
	}
	switch b.state {
	case hopeless:
		return column, b.why
	case unknown:
		return column, "every value is missing"
	case numeric:
		return TableColumn{Name: b.name, Numbers: b.values, Spelling: b.spelling()}, b.uselessNumbers()
	}
	if why := b.uselessText(); why != "" {
		return column, why
	}
	b.sortLevels()
	return TableColumn{Name: b.name, Levels: b.levels, Numbers: b.values}, ""
}

// spelling returns how the column's numbers are written; nil: plainly.
func (b *tableBuilder) spelling() *Spelling {
	if how := b.cells.how; how != nil && (how.style != nil || len(how.Missing) > 0) {
		return &how.Spelling
	}
	return nil
}

// remark returns how the column was read, for Notes; "" for plainly.
func (b *tableBuilder) remark() string {
	if b.unseen > 0 {
		return fmt.Sprintf("%d of %d values were never seen in training, such as %q", b.unseen, b.text, b.stranger)
	}
	if note := b.odd.String(); note != "" {
		return note
	}
	return b.note
}

// constant reports whether every row has the same value. A value that is there
// in some rows and missing in others is information.
func (b *tableBuilder) constant() (float64, bool) {
	for _, x := range b.values {
		if x != b.values[0] {
			return 0, false
		}
	}
	return b.values[0], true
}

func (b *tableBuilder) uselessNumbers() string {
	if only, ok := b.constant(); ok {
		return "every value is " + columnar.FormatFloat(only)
	}
	named := namedAsKey(b.name)
	if b.look.fraction || b.number < keyRows || (b.number < uniqueRows && !named) || !b.allDistinct() {
		return ""
	}
	low, high := math.Inf(1), math.Inf(-1)
	for _, x := range b.values {
		if !math.IsNaN(x) {
			low, high = min(low, x), max(high, x)
		}
	}
	found := fmt.Sprintf("%d different whole numbers in %d rows", b.number, b.rows)
	if named || high-low == float64(b.number-1) {
		return found + ": looks like an identifier"
	}
	b.note = found + ": read as a measure; leave the column out if it is an identifier"
	return ""
}

func (b *tableBuilder) allDistinct() bool {
	seen := map[float64]struct{}{} // most columns show a number twice soon
	for _, x := range b.values {
		if math.IsNaN(x) {
			continue
		}
		if _, twice := seen[x]; twice {
			return false
		}
		seen[x] = struct{}{}
	}
	return true
}

// keyWords end the names of identifiers.
var keyWords = []string{"key", "code", "nr", "no", "*number", "*nummer", "*uuid", "*guid"}

// namedAsKey reports whether a column is named as identifiers are: customer_id,
// InvoiceNo, key; but not number_of_seats.
func namedAsKey(name string) bool {
	name = names.Snake(name)
	if stem, ok := strings.CutSuffix(name, "id"); ok && (names.Like(stem, names.Accounts) || names.Like(stem, names.Users)) {
		return true // customerid
	}
	words := strings.Split(name, "_")
	return slices.Contains(words, "id") || slices.Contains(words, "uuid") || names.Like(words[len(words)-1], keyWords)
}

func (b *tableBuilder) uselessText() string {
	if _, ok := b.constant(); ok {
		return fmt.Sprintf("every value is %q", b.levels[0])
	}
	if areDates(b.levels) {
		return isADate
	}
	levels := int64(len(b.levels))
	known := b.number + b.text
	for _, word := range b.words.words { // they come again in a column of identifiers too
		levels, known = levels-1, known-word.rows
	}
	unique := levels == known && (known >= uniqueRows || (known >= keyRows && namedAsKey(b.name)))
	if levels > max(freeLevels, b.rows/2) || unique {
		return fmt.Sprintf("%d different values in %d rows: looks like an identifier", levels, b.rows)
	}
	return ""
}

// tableDates are the ways in which a date may be written that is only to be
// recognised.
var tableDates = slices.Concat(columnar.GuessedFormats, []string{"%Y/%m/%d %H:%M", "%Y/%m/%d %H:%M:%S", "%m/%d/%Y %I:%M %p", "%m/%d/%Y %I:%M:%S %p",
	"%d-%m-%Y %H:%M", "%d-%m-%Y %H:%M:%S", "%d.%m.%y", "%d/%m/%y", "%m/%d/%y", "%d-%b-%Y", "%d-%b-%y", "%d %B %Y", "%B %d, %Y", "%Y-%m"})

// areDates reports whether all the names are dates written in one way, but for
// those that stand for a missing one.
func areDates(names []string) bool {
	known := slices.DeleteFunc(slices.Clone(names), func(s string) bool { return isMissingSign(s) || isMissingWord(s) })
	if len(known) == 0 || !strings.ContainsAny(known[0], "0123456789") {
		return false
	}
	return slices.ContainsFunc(tableDates, func(format string) bool {
		reader, err := columnar.ParseDateFormat(format)
		return err == nil && !slices.ContainsFunc(known, func(s string) bool {
			_, ok := reader.Text(s)
			return !ok
		})
	})
}
