package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/etappe/etappe/datasets"
	"github.com/etappe/etappe/features"
	"github.com/etappe/etappe/features/catalog"
	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/serve/text"
	"github.com/etappe/etappe/train"
)

// dataFlags name the data of the first door.
type dataFlags struct {
	Data   string `help:"Folder with the tables, or with your own files and an etappe.yaml." type:"existingdir" placeholder:"DIR"`
	Config string `help:"Configuration; default: etappe.yaml in the data folder." type:"existingfile" placeholder:"FILE"`
}

// open reads configuration and tables.
func (f *dataFlags) open(ctx context.Context, a *app) (*config, *datasets.Tables, error) {
	c, err := loadConfig(f.Config, f.Data)
	if err != nil {
		return nil, nil, err
	}
	tables, err := datasets.Read(ctx, f.Data, c.Sources, datasets.Options{Now: a.now()})
	return c, tables, err
}

// labelFlags define what became of a feature table's accounts.
type labelFlags struct {
	Target   string   `help:"Column that holds what became of the account." placeholder:"COL"`
	Positive string   `help:"Value of the target that means churned." placeholder:"VALUE"`
	Negative []string `help:"Values that mean not churned; default: the one that is left." placeholder:"VALUE"`
	Open     []string `help:"Values that mean not decided yet, besides open, pending and the like." placeholder:"VALUE"`
}

// values takes the flags or else the configuration.
func (f *labelFlags) values(c *config) (datasets.TargetValues, error) {
	v := datasets.TargetValues{Positive: cmp.Or(f.Positive, c.Table.Positive), Negative: c.Table.Negative, Open: c.Table.Open}
	if len(f.Negative) > 0 {
		v.Negative = f.Negative
	}
	if len(f.Open) > 0 {
		v.Open = f.Open
	}
	if f.Target == "" || v.Positive == "" {
		return v, fmt.Errorf("%w: --table needs --target and --positive", datasets.ErrConfig)
	}
	return v, nil
}

// tableFlags name a ready-made feature table: the second door.
type tableFlags struct {
	Table string `help:"Feature table (CSV, CSV.gz or Parquet) instead of --data." type:"existingfile" placeholder:"FILE"`
	labelFlags
	ID        string   `name:"id" help:"Column with the account id." placeholder:"COL"`
	Drop      []string `help:"Columns that are no features." placeholder:"COL"`
	Delimiter string   `help:"Delimiter of a CSV table; default: a comma." placeholder:"CHAR"`
	ClusterBy []string `help:"Columns that describe the usage pattern; default: all." placeholder:"COL"`
}

// open reads the table and labels it.
func (f *tableFlags) open(ctx context.Context, a *app, c *config, asOf string) (*train.Data, error) {
	values, err := f.values(c)
	if err != nil {
		return nil, err
	}
	t, err := datasets.ReadTable(ctx, f.Table, datasets.TableOptions{ID: f.ID, AsOf: asOf, Target: f.Target,
		ClusterBy: f.ClusterBy, Drop: f.Drop, Delimiter: f.Delimiter})
	if err != nil {
		return nil, err
	}
	a.noteColumns(t)
	d, err := train.FromTable(t, values, f.ClusterBy)
	if err != nil {
		return nil, err
	}
	a.leftOutOf(d.Catalog.LeftOut)
	a.notes(d.Notes)
	return d, nil
}

// noteColumns prints which columns of a table are no features, and which were read in
// another way than plainly.
func (a *app) noteColumns(t *datasets.Table) {
	for _, d := range t.Dropped {
		a.leftOut(d.Name, d.Why)
	}
	a.notes(t.Notes)
}

// leftOutOf prints what was seen in the data and not made a feature: event types in
// one line, of the others the first, and how many more there are.
func (a *app) leftOutOf(list []catalog.Omission) {
	const most, mostTypes = 20, 5
	var types []string
	var others []catalog.Omission
	kept := 0
	for _, left := range list {
		if left.Code == catalog.OmittedRare {
			types, kept = append(types, strconv.Quote(left.Name)), left.Counts[0]
		} else {
			others = append(others, left)
		}
	}
	if n := len(types); n > 0 {
		named, more := types[:min(n, mostTypes)], ""
		if n > mostTypes {
			more = fmt.Sprintf(" and %d more (--json lists them)", n-mostTypes)
		}
		fmt.Fprintf(a.stderr, "left out: %d event types beyond the %d most frequent, which become features: %s%s\n",
			n, kept, strings.Join(named, ", "), more)
	}
	for _, left := range others[:min(len(others), most)] {
		a.leftOut(left.Name, text.English.Omission(&left))
	}
	if n := len(others) - most; n > 0 {
		fmt.Fprintf(a.stderr, "left out: %d more\n", n)
	}
}

func (a *app) leftOut(column, why string) {
	fmt.Fprintf(a.stderr, "left out: column %q %s\n", column, why)
}

func (a *app) notes(list []string) {
	for _, note := range list {
		fmt.Fprintln(a.stderr, "note:", note)
	}
}

// about names the data that cannot carry a model.
func about(source string, err error) error {
	if errors.Is(err, models.ErrTraining) || errors.Is(err, train.ErrLeak) {
		return fmt.Errorf("%s: %w", source, err)
	}
	return err
}

// either refuses both doors at once and neither.
func either(data, table string) error {
	if (data == "") == (table == "") {
		return fmt.Errorf("%w: give either --data DIR or --table FILE", datasets.ErrConfig)
	}
	return nil
}

// day is a date on the command line.
type day struct{ time.Time }

// UnmarshalText reads 2006-01-02.
func (d *day) UnmarshalText(text []byte) error {
	t, err := time.Parse(time.DateOnly, string(text))
	if err != nil {
		return fmt.Errorf("must be a date like 2025-06-30")
	}
	if t.Year() < 1990 { // the zero time would stand for no date at all
		return fmt.Errorf("must be a date from 1990 on, like 2025-06-30")
	}
	d.Time = t
	return nil
}

// asOf returns the date to look at: the given one, or else the day after
// the last event. It refuses a date to come, and warns of one long after the
// last event, because silence would be taken for inactivity.
func (a *app) asOf(ctx context.Context, t *datasets.Tables, given day) (time.Time, error) {
	if err := a.notToCome(given); err != nil {
		return time.Time{}, err
	}
	last, err := t.LastDay(ctx, a.now())
	if err != nil || given.IsZero() {
		return last, err
	}
	if days := int(given.Sub(last).Hours() / 24); days > 0 {
		fmt.Fprintf(a.stderr, "warning: the last event was %d days before %s: what is missing since then counts as inactivity\n",
			days+1, given.Format(time.DateOnly))
	}
	return given.Time, nil
}

// noteEnded prints once how many accounts are in the data and are no customers at a
// date: those that had churned, and those whose contract ended.
func (a *app) noteEnded(t *datasets.Tables, p *features.Portfolio, asOf time.Time) {
	if p.Left > 0 {
		fmt.Fprintf(a.stderr, "note: %d accounts had churned before %s: they have no score\n", p.Left, asOf.Format(time.DateOnly))
	}
	if len(p.Ended) == 0 {
		return
	}
	const most = 5
	var names []string
	for _, s := range p.Ended[:min(most, len(p.Ended))] {
		names = append(names, t.Accounts[s.Account].ID)
	}
	if len(p.Ended) > most {
		names = append(names, "…")
	}
	fmt.Fprintf(a.stderr, "warning: the contracts of %d accounts ended more than %d days before %s, with no successor and no decision in the data: "+
		"they are not scored (status %s): %s\n", len(p.Ended), max(features.EndedAfter, t.Labels.GraceDays), asOf.Format(time.DateOnly), features.StatusEnded, strings.Join(names, ", "))
}

// notToCome refuses a date that lies in the future.
func (a *app) notToCome(d day) error {
	if d.After(a.now()) {
		return fmt.Errorf("%w: %s lies in the future: nothing is known of it", datasets.ErrConfig, d.Format(time.DateOnly))
	}
	return nil
}

// schedule takes the leads from the configuration.
func (c *config) schedule() features.Schedule { return features.Schedule{Leads: c.Train.Leads} }

// training builds the catalogue, of what was known at the latest snapshot, and the
// labelled snapshots.
func (c *config) training(ctx context.Context, t *datasets.Tables, b *bars) (*train.Data, error) {
	catalog, err := features.NewCatalog(ctx, t, c.Features, features.Latest(c.schedule().Training(t)))
	if err != nil {
		return nil, err
	}
	return train.FromTables(ctx, t, catalog, c.schedule(), b.of("features"))
}
