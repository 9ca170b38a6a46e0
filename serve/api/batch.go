package api

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/etappe/etappe/features/catalog"
	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/serve"
)

// batch collects the rows of a request column by column.
type batch struct {
	names   *names
	columns [][]float64
	ids     []string
	asOf    []time.Time
	// tenure and reached ([milestone of the path]) hold one number per row.
	tenure   []float64
	reached  [][]float64
	warnings [][]serve.Warning
}

func newBatch(n *names) *batch {
	return &batch{names: n, columns: make([][]float64, len(n.fields)), reached: make([][]float64, len(n.milestones))}
}

// row is the account being read.
type row struct {
	index      int
	asOf       time.Time            // zero: not given
	milestones map[string]time.Time // nil: not given
	hasID      bool
	hasValues  bool
}

// begin starts a row in which nothing is known.
func (b *batch) begin() *row {
	for j := range b.columns {
		b.columns[j] = append(b.columns[j], math.NaN())
	}
	for j := range b.reached {
		b.reached[j] = append(b.reached[j], math.NaN())
	}
	b.tenure = append(b.tenure, math.NaN())
	b.ids = append(b.ids, "")
	b.asOf = append(b.asOf, time.Time{})
	b.warnings = append(b.warnings, nil)
	return &row{index: len(b.ids) - 1}
}

func (b *batch) input() *serve.Input {
	return &serve.Input{
		Frame:      &models.Frame{Fields: b.names.fields, Columns: b.columns},
		AccountIDs: b.ids,
		AsOf:       b.asOf,
		Journey:    &models.Journey{Milestones: b.names.milestones, Tenure: b.tenure, Reached: b.reached},
		Warnings:   b.warnings,
	}
}

// accountMember reads one member of an account.
func (d *decoder) accountMember(r *row, at place, key string) error {
	here := at.in(key)
	switch key {
	case "features":
		r.hasValues = true
		return d.object(here, max(2*len(d.names.fields), 16), func(name string) error {
			return d.feature(r, here, name)
		})
	case "milestones":
		r.milestones = map[string]time.Time{}
		return d.object(here, max(2*len(d.names.known), 64), func(name string) error {
			return d.milestone(r, here, name)
		})
	case "account_id", "as_of":
		token, err := d.next()
		if err != nil {
			return err
		}
		if key == "as_of" {
			r.asOf = d.date(here, token)
		} else {
			r.hasID = true
			d.batch.ids[r.index] = d.accountID(here, token)
		}
		return d.skip(token)
	}
	d.add(here.fault(fmt.Sprintf("unknown member %q; there are account_id, as_of, features and milestones", clip(key))))
	return d.skipValue()
}

// object reads a value that must be an object.
func (d *decoder) object(at place, most int, read func(name string) error) error {
	token, err := d.next()
	if err != nil {
		return err
	}
	if token != json.Delim('{') {
		d.add(at.fault("an object of names and values is expected, not " + kindOf(token)))
		return d.skip(token)
	}
	return d.members(at, most, read)
}

// accountID reads the account's id.
func (d *decoder) accountID(at place, token json.Token) string {
	id, ok := token.(string)
	switch {
	case !ok:
		d.add(at.fault("account_id is a text, not " + kindOf(token)))
	case id == "" || len(id) > 256:
		d.add(at.fault("account_id has 1 to 256 bytes"))
	}
	return id
}

// date reads a date.
func (d *decoder) date(at place, token json.Token) time.Time {
	text, ok := token.(string)
	if !ok {
		d.add(at.fault("a date like \"2026-03-31\" is expected, not " + kindOf(token)))
		return time.Time{}
	}
	date, err := time.Parse(time.DateOnly, text)
	if err != nil || date.Year() < 1900 {
		d.add(at.fault(fmt.Sprintf("a date like \"2026-03-31\" is expected, not %q", clip(text))))
		return time.Time{}
	}
	return date
}

// feature reads one feature's value into row r.
func (d *decoder) feature(r *row, at place, name string) error {
	here := at.in(name)
	token, err := d.next()
	if err != nil {
		return err
	}
	j, known := d.names.index[name]
	if !known {
		nearest := ""
		if len(d.faults) < maxFaults {
			nearest = d.names.catalog.Nearest(name)
		}
		f := here.fault(fmt.Sprintf("unknown feature %q; the nearest is %q", clip(name), nearest))
		f.Feature, f.Nearest = clip(name), nearest
		d.add(f)
		return d.skip(token)
	}
	definition := &d.names.catalog.Definitions[j]
	x, wrong, err := featureValue(definition, token)
	if err != nil {
		return err
	}
	if wrong != "" {
		f := here.fault(fmt.Sprintf("feature %q %s, not %s", name, wrong, kindOf(token)))
		f.Feature = name
		d.add(f)
		return d.skip(token)
	}
	d.batch.columns[j][r.index] = x
	return nil
}

// featureValue turns a token into a feature's number, or says in wrong what
// the feature is. ErrSyntax for a number beyond what a float64 holds.
func featureValue(d *catalog.Definition, token json.Token) (x float64, wrong string, err error) {
	if token == nil {
		return math.NaN(), "", nil
	}
	if d.Categorical() {
		switch v := token.(type) {
		case string:
			return levelCode(d, v), "", nil
		case bool:
			if code := slices.Index(d.Levels, fmt.Sprint(v)); code >= 0 {
				return float64(code), "", nil
			}
		}
		return 0, "is categorical: the name of a level is expected", nil
	}
	switch v := token.(type) {
	case json.Number:
		x, ok := number(v)
		if !ok {
			return 0, "", fmt.Errorf("%w: feature %q: %s is beyond what a number can hold", ErrSyntax, d.Name, clip(v.String()))
		}
		return x, "", nil
	case bool:
		if v {
			return 1, "", nil
		}
		return 0, "", nil
	}
	return 0, "is numeric: a number is expected", nil
}

// levelCode is the code of a level: past the last one if it is unseen, missing
// if it is the empty text and no level is called so.
func levelCode(d *catalog.Definition, level string) float64 {
	if code := slices.Index(d.Levels, level); code >= 0 {
		return float64(code)
	}
	if level == "" {
		return math.NaN()
	}
	return float64(len(d.Levels))
}

// milestone reads one milestone's date; null stands for not reached.
func (d *decoder) milestone(r *row, at place, name string) error {
	here := at.in(name)
	token, err := d.next()
	if err != nil {
		return err
	}
	if names := d.names.known; len(names) > 0 && !slices.Contains(names, name) {
		nearest := nearestName(name, names)
		f := here.fault(fmt.Sprintf("unknown milestone %q; the nearest is %q", clip(name), nearest))
		f.Feature, f.Nearest = serve.MilestonePrefix+clip(name), nearest
		d.add(f)
		return d.skip(token)
	}
	if token == nil {
		return nil
	}
	if date := d.date(here, token); !date.IsZero() {
		r.milestones[name] = date
	}
	return d.skip(token)
}

// finish settles what needs the whole account: the as-of date first, then the
// milestones known at it.
func (d *decoder) finish(r *row, at place) {
	if !r.hasID {
		d.add(at.fault("account_id is missing"))
	}
	if !r.hasValues {
		d.add(at.fault("features is missing; {} stands for none known"))
	}
	if r.asOf.IsZero() {
		r.asOf = d.limit.today
	}
	d.batch.asOf[r.index] = r.asOf
	if r.milestones != nil {
		d.batch.journey(r, d.limit.language)
	}
}

// journey turns the dates of row r's milestones into tenures. A milestone that
// was reached on the as-of date or later is not known at it.
func (b *batch) journey(r *row, l serve.Language) {
	if b.names.tenure < 0 {
		return
	}
	tenure := b.columns[b.names.tenure][r.index]
	b.tenure[r.index] = tenure
	var late []string
	for j, name := range b.names.milestones {
		date, given := r.milestones[name]
		if !given {
			continue
		}
		if !date.Before(r.asOf) {
			late = append(late, name)
			continue
		}
		b.reached[j][r.index] = tenure - r.asOf.Sub(date).Hours()/24
	}
	if late != nil {
		b.warnings[r.index] = append(b.warnings[r.index], l.MilestonesIgnored(late))
	}
}

// nearestName is the catalogue's nearest name, over any list of names.
func nearestName(name string, names []string) string {
	list := catalog.Catalog{Definitions: make([]catalog.Definition, len(names))}
	for i := range names {
		list.Definitions[i].Name = names[i]
	}
	return list.Nearest(name)
}
