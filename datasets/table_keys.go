package datasets

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// tableKeys gathers what a row is about: its id, its as-of date, its target.
type tableKeys struct {
	layout *tableLayout
	dates  *dateFormat
	seen   map[tableKey]int64 // row of the file
	rows   int64
	ids    []string
	asOf   []time.Time
	target []string
	bad    *problems
}

type tableKey struct {
	id   string
	asOf int64
}

func newTableKeys(l *tableLayout, bad *problems) (*tableKeys, error) {
	dates, err := parseDateFormat("")
	return &tableKeys{layout: l, dates: dates, seen: map[tableKey]int64{}, bad: bad}, err
}

// add takes the key columns of a block, in the order of tableLayout.picked.
func (k *tableKeys) add(in *block, vectors []vector) {
	var id, asOf, target *vector
	for _, role := range []struct {
		at  int
		out **vector
	}{{k.layout.id, &id}, {k.layout.asOf, &asOf}, {k.layout.target, &target}} {
		if role.at >= 0 {
			*role.out, vectors = &vectors[0], vectors[1:]
		}
	}
	for i := range in.rows {
		k.rows++
		row := in.number(i)
		var key tableKey
		if id != nil {
			key.id = k.text(k.layout.id, id, i, row)
		} else {
			key.id = "row-" + strconv.FormatInt(k.rows, 10)
		}
		k.ids = append(k.ids, key.id)
		if asOf != nil {
			key.asOf = k.date(asOf, i, row)
			k.asOf = append(k.asOf, time.UnixMicro(key.asOf).UTC())
		}
		if target != nil {
			k.target = append(k.target, k.text(k.layout.target, target, i, row))
		}
		if id != nil {
			k.once(key, row)
		}
	}
}

func (k *tableKeys) problem(column int, row int64, rule, value string) {
	k.bad.add(Problem{File: k.layout.file, Row: row, Column: k.layout.columns[column], Rule: rule, Value: value})
}

// text returns a value that must be there.
func (k *tableKeys) text(column int, v *vector, i int, row int64) string {
	s := v.string(i)
	if isMissingWord(s) {
		rule := "is missing"
		if column == k.layout.target {
			rule = "is missing (a row that is not decided yet says open)"
		}
		k.problem(column, row, rule, s)
		return ""
	}
	if !v.coded() {
		s = strings.Clone(s) // a CSV value holds on to its whole line
	}
	return s
}

// date returns an as-of date in microseconds since 1970.
func (k *tableKeys) date(v *vector, i int, row int64) int64 {
	us, ok := int64(math.MaxInt64), false
	switch {
	case v.missing(i):
		k.problem(k.layout.asOf, row, "is missing", "")
		return 0
	case v.kind == kindTime:
		us, ok = v.ints[i], true
	case v.kind == kindText:
		us, ok = k.dates.text(v.string(i))
	}
	if !ok || us < earliest.UnixMicro() || us > time.Date(2200, 1, 1, 0, 0, 0, 0, time.UTC).UnixMicro() {
		k.problem(k.layout.asOf, row, "is not an ISO date such as 2024-01-31, between 1990 and 2200", v.string(i))
		return 0
	}
	return us
}

// once refuses a second row of the same id and as-of date.
func (k *tableKeys) once(key tableKey, row int64) {
	if key.id == "" {
		return // missing, and said so
	}
	first, twice := k.seen[key]
	if !twice {
		k.seen[key] = row
		return
	}
	rule := fmt.Sprintf("is there twice (first in row %d)", first)
	if k.layout.asOf >= 0 {
		rule = fmt.Sprintf("is there twice with the same as-of date (first in row %d)", first)
	}
	k.problem(k.layout.id, row, rule, key.id)
}
