package api

import (
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/etappe/etappe/features/catalog"
	"github.com/etappe/etappe/serve/score"
)

// accountID reads the account's id.
func (d *predictDecoder) accountID() error {
	raw, kind, err := d.scalar()
	if err != nil {
		return err
	}
	if kind != '"' {
		d.add("account_id is a text, not " + kindName(kind))
		return nil
	}
	id := string(unquote(raw))
	if id == "" || len(id) > 256 {
		d.add("account_id has 1 to 256 bytes")
	}
	d.batch.ids[d.row.index] = id
	return nil
}

// date turns a value that was read into a date; the zero time where it is none,
// which is a fault.
func (d *predictDecoder) date(raw []byte, kind jsontext.Kind) time.Time {
	if kind != '"' {
		d.add("a date like \"2026-03-31\" is expected, not " + kindName(kind))
		return time.Time{}
	}
	text := unquote(raw)
	date, ok := parseDate(text)
	if !ok || date.Year() < 1900 {
		d.add(fmt.Sprintf("a date like \"2026-03-31\" is expected, not %q", clip(string(text))))
		return time.Time{}
	}
	return date
}

// parseDate reads 2006-01-02 as time.Parse does, without allocating.
func parseDate(text []byte) (time.Time, bool) {
	if len(text) != len(time.DateOnly) || text[4] != '-' || text[7] != '-' {
		return time.Time{}, false
	}
	number := func(digits []byte) (n int) {
		for _, c := range digits {
			if c < '0' || c > '9' {
				return -1
			}
			n = 10*n + int(c-'0')
		}
		return n
	}
	year, month, day := number(text[:4]), number(text[5:7]), number(text[8:])
	if year < 0 || month < 1 || month > 12 || day < 1 {
		return time.Time{}, false
	}
	date := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	return date, date.Day() == day
}

// feature reads one feature's value into the row.
func (d *predictDecoder) feature(set *nameSet, name []byte) error {
	j, known := d.names.index[string(name)]
	if !known {
		if set.other(name) {
			return d.twice(name)
		}
		d.unknown("feature", "", string(name), d.names.catalog.Nearest)
		return d.tokens.SkipValue()
	}
	if set.known(j, d.row.index+1) {
		return d.twice(name)
	}
	raw, kind, err := d.scalar()
	if err != nil {
		return err
	}
	definition := &d.names.catalog.Definitions[j]
	x, wrong, err := featureValue(definition, raw, kind)
	if err != nil {
		return err
	}
	if wrong != "" {
		d.named(definition.Name, "", fmt.Sprintf("feature %q %s", definition.Name, wrong))
		return nil
	}
	d.batch.columns[j][d.row.index] = x
	return nil
}

// unknown notes an unknown name with the nearest known one. prefix begins the
// name by which the fault calls it.
func (d *predictDecoder) unknown(what, prefix, name string, nearest func(string) string) {
	if d.faults.full() {
		d.faults.total++
		return
	}
	near := nearest(name)
	d.named(prefix+clip(name), near, fmt.Sprintf("unknown %s %q; the nearest is %q", what, clip(name), near))
}

// named notes a fault of a name.
func (d *predictDecoder) named(name, nearest, detail string) {
	f := faultAt(d.tokens.StackPointer(), d.account, detail)
	f.Feature, f.Nearest = name, nearest
	d.faults.add(f)
}

// featureValue turns a value into a feature's number, or returns in wrong what is
// wrong with it. ErrSyntax for a number beyond what a float64 holds.
func featureValue(d *catalog.Definition, raw []byte, kind jsontext.Kind) (x float64, wrong string, err error) {
	if kind == 'n' {
		return math.NaN(), "", nil
	}
	if d.Categorical() {
		x, wrong = levelValue(d, raw, kind)
		return x, wrong, nil
	}
	switch kind {
	case '0':
		if x, err = strconv.ParseFloat(string(raw), 64); err != nil {
			return 0, "", fmt.Errorf("%w: feature %q: %s is beyond what a number can hold", ErrSyntax, d.Name, clip(string(raw)))
		}
		return x, beyond(d, x), nil
	case 't', 'f':
		x, _ = catalog.TruthNumber(string(raw))
		return x, "", nil
	case '"':
		if x, ok := catalog.TruthNumber(string(unquote(raw))); ok {
			return x, "", nil
		}
	}
	return 0, "is numeric: a number is expected, not " + kindName(kind), nil
}

// levelValue turns a value into the code of a level: past the last one if training
// never saw it, missing if it is the empty text and no level is called so. A number
// is a level's name where the feature has such a level (a zip code), or has true and
// false alone.
func levelValue(d *catalog.Definition, raw []byte, kind jsontext.Kind) (x float64, wrong string) {
	switch kind {
	case '"':
		return levelCode(d, unquote(raw)), ""
	case '0':
		if code, known := d.LevelCode(numberName(raw)); known {
			return float64(code), ""
		}
	case 't', 'f':
		if code, known := d.LevelCode(string(raw)); known {
			return float64(code), ""
		}
	}
	return 0, "is categorical: the name of a level is expected, not " + kindName(kind)
}

// levelCode is the code of a level that stands in quotes.
func levelCode(d *catalog.Definition, level []byte) float64 {
	for code, known := range d.Levels { // without allocating
		if string(level) == known {
			return float64(code)
		}
	}
	if code, known := d.LevelCode(string(level)); known {
		return float64(code)
	}
	if catalog.NormalLevel(string(level)) == "" {
		return math.NaN()
	}
	return float64(len(d.Levels))
}

// numberName is a number as a column of names has it: 1.0 is 1.
func numberName(raw []byte) string {
	x, err := strconv.ParseFloat(string(raw), 64)
	if err != nil {
		return string(raw)
	}
	return strconv.FormatFloat(x, 'f', -1, 64)
}

// beyond is what is wrong with a number that the feature cannot have, "" if it can.
func beyond(d *catalog.Definition, x float64) string {
	low, high := d.Bounds()
	if x >= low && x <= high {
		return ""
	}
	least, most := strconv.FormatFloat(low, 'g', 6, 64), strconv.FormatFloat(high, 'g', 6, 64)
	rule := ""
	switch {
	case math.IsInf(high, 1):
		rule = "is at least " + least
	case math.IsInf(low, -1):
		rule = "is at most " + most
	default:
		rule = "lies between " + least + " and " + most
	}
	return fmt.Sprintf("%s, not %s (null: not known)", rule, strconv.FormatFloat(x, 'g', -1, 64))
}

// milestone reads one milestone's date, or the dates of one that is reached again;
// null stands for not reached.
func (d *predictDecoder) milestone(set *nameSet, name []byte) error {
	m, known := d.names.milestone[string(name)]
	switch {
	case known && set.known(m, d.row.index+1), !known && set.other(name):
		return d.twice(name)
	case !known && len(d.names.known) > 0:
		d.unknown("milestone", score.MilestonePrefix, string(name), d.names.nearestMilestone)
		return d.tokens.SkipValue()
	}
	if d.tokens.PeekKind() == '[' {
		if !known {
			m = len(d.reached)
		}
		return d.dates(m)
	}
	raw, kind, err := d.scalar()
	if err != nil || kind == 'n' {
		return err
	}
	if date := d.date(raw, kind); known && m < len(d.reached) {
		d.reached[m] = date
	}
	return nil
}
