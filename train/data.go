package train

import (
	"context"
	"fmt"
	"math"
	"time"

	"github.com/etappe/etappe/features/catalog"

	"github.com/etappe/etappe/datasets"
	"github.com/etappe/etappe/features"
	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/artifact"
	"github.com/etappe/etappe/models/cluster"
)

// Data is what a run learns from: features and, beside them, what became of
// each row. One row is a snapshot of an account before a decided renewal.
type Data struct {
	Catalog *catalog.Catalog
	Frame   *models.Frame
	Journey *models.Journey // nil: no milestones
	// All slices below have one entry per row.
	Churned  []bool
	Weight   []float64   // snapshots of one renewal share a weight of 1
	Account  []int32     // rows of one account share a number
	Renewal  []int32     // rows of one renewal share a number
	IDs      []string    // account ids, for the out-of-fold file
	AsOf     []time.Time // nil: the table has no dates
	Decided  []time.Time // nil: the table has no dates; when the outcome was known
	Growth   []float64   // relative change of recurring revenue with a renewal, NaN: unknown or churned; nil for a table
	Contacts [][]string  // kinds of the interventions between the snapshot and the decision, sorted; nil for a table
	TableRow []int       // of a feature table: the row in it, 0-based; open rows are left out
	// TableRows is how many rows the feature table has, open ones too.
	TableRows int
	// Notes are sentences on what was decided about the labels.
	Notes    []string
	leads    []int    // by row: days from the snapshot to the due date; nil for a table
	plan     leadPlan // what the configuration wanted of them
	labels   string   // how outcomes came about; "": in the table
	accounts int
	// portfolio is how many accounts have a contract at the end of the data, window
	// how many days before its due date the earliest snapshot of a renewal usually
	// (the median) lies; 0 for a table.
	portfolio, window int
	// attributes of the accounts, which Account indexes; nil for a table.
	attributes []datasets.Attribute
	holders    []datasets.Account
	weekly     *weekly // what accounts did by week; nil for a table
	// fromEvents: the features are usage computed from events, not a table's columns.
	fromEvents bool
}

// FromTables takes snapshots before every decided renewal and labels them.
func FromTables(ctx context.Context, t *datasets.Tables, c *catalog.Catalog, s features.Schedule, progress func(done, total int)) (*Data, error) {
	snapshots := s.Training(t)
	if len(snapshots) == 0 {
		return nil, fmt.Errorf("%w: no decided renewal has a snapshot before it", models.ErrTraining)
	}
	snapshots, plan := onlyLeads(t, snapshots, s.Leads)
	matrix, journey, err := features.Build(ctx, c, t, snapshots, progress)
	if err != nil {
		return nil, err
	}
	d := &Data{Catalog: c, Frame: FrameOf(matrix), accounts: len(t.Accounts), attributes: t.Attributes, holders: t.Accounts, fromEvents: true,
		labels: t.Labels.Definition, Notes: t.Labels.Notes, plan: plan}
	if journey != nil && len(journey.Milestones) > 0 {
		d.Journey = (*models.Journey)(journey)
	}
	d.label(t, snapshots)
	d.measurePortfolio(t)
	d.weekly, err = newWeekly(ctx, t, c, snapshots)
	return d, err
}

// label joins each snapshot with the outcome of its renewal. Snapshots of one
// renewal are the same decision seen from several distances, so they share a
// weight of 1: an annual contract must not count six times a monthly one.
func (d *Data) label(t *datasets.Tables, snapshots []features.Snapshot) {
	leads := make(map[int32]int)
	for _, s := range snapshots {
		leads[s.Renewal]++
	}
	for _, s := range snapshots {
		r := t.Renewals[s.Renewal]
		d.Churned = append(d.Churned, r.Outcome == datasets.Churned)
		d.Weight = append(d.Weight, 1/float64(leads[s.Renewal]))
		d.Account = append(d.Account, s.Account)
		d.Renewal = append(d.Renewal, s.Renewal)
		d.IDs = append(d.IDs, t.Accounts[s.Account].ID)
		d.AsOf = append(d.AsOf, s.AsOf)
		d.Decided = append(d.Decided, r.DecidedOn)
		d.Growth = append(d.Growth, growth(r))
		d.leads = append(d.leads, leadOf(s))
	}
	d.Contacts = contacts(t, snapshots)
}

// FromTable takes a ready-made feature table, whose target's values mean what
// values states; open rows are left out.
func FromTable(t *datasets.Table, values datasets.TargetValues, clusterBy []string) (*Data, error) {
	return FromTableAs(t, values, features.TableCatalog(t, clusterBy))
}

// FromTableAs takes the features that a catalogue (an artifact's) names out of
// a ready-made feature table, and labels the rows. Rows that are not decided yet
// are censored, never negatives: they are left out.
func FromTableAs(t *datasets.Table, values datasets.TargetValues, c *catalog.Catalog) (*Data, error) {
	outcomes, notes, err := t.Outcomes(values)
	if err != nil {
		return nil, err
	}
	matrix, err := features.FromTable(t, c)
	if err != nil {
		return nil, err
	}
	d := &Data{Catalog: c, Frame: FrameOf(matrix), TableRows: t.Rows(), Notes: notes}
	index := make(map[string]int32)
	for i, outcome := range outcomes {
		if outcome == datasets.Open {
			continue
		}
		id := t.IDs[i]
		if _, ok := index[id]; !ok {
			index[id] = int32(len(index))
		}
		d.Account = append(d.Account, index[id])
		d.Renewal = append(d.Renewal, int32(len(d.Renewal)))
		d.Weight = append(d.Weight, 1)
		d.Churned = append(d.Churned, outcome == datasets.Churned)
		d.TableRow = append(d.TableRow, i)
	}
	d.accounts = len(index)
	d.IDs = models.Pick(t.IDs, d.TableRow)
	if t.AsOf != nil {
		d.AsOf = models.Pick(t.AsOf, d.TableRow)
		d.Decided = d.AsOf
	}
	if len(d.TableRow) < len(outcomes) {
		d.Frame = d.Frame.Select(d.TableRow)
	}
	return d, nil
}

// FrameOf hands a feature matrix on to the models; the columns are shared.
func FrameOf(m *features.Matrix) *models.Frame {
	f := &models.Frame{Columns: m.Columns, Fields: FieldsOf(m.Catalog)}
	return f
}

// FieldsOf describes a catalogue's columns to the models.
func FieldsOf(c *catalog.Catalog) []models.Field {
	fields := make([]models.Field, len(c.Definitions))
	for i, def := range c.Definitions {
		fields[i] = models.Field{Name: def.Name, Levels: def.Levels}
	}
	return fields
}

// Space lists the columns that describe the usage pattern.
func Space(c *catalog.Catalog) cluster.Space {
	var s cluster.Space
	for _, def := range c.Definitions {
		switch def.Pattern {
		case catalog.ShareOf:
			s.Shares = append(s.Shares, def.Name)
		case catalog.AsItIs:
			s.Values = append(s.Values, def.Name)
		}
	}
	return s
}

// check refuses what no model can be learned from.
func (d *Data) check() error {
	churned := count(d.Churned)
	switch {
	case len(d.Churned) == 0:
		return fmt.Errorf("%w: no row", models.ErrTraining)
	case len(d.Frame.Columns) == 0:
		return fmt.Errorf("%w: no usable feature", models.ErrTraining)
	case churned == 0:
		return fmt.Errorf("%w: none of %d rows churned", models.ErrTraining, len(d.Churned))
	case churned == len(d.Churned):
		return fmt.Errorf("%w: all %d rows churned", models.ErrTraining, churned)
	}
	return nil
}

// sample is the whole of the data as the models see it.
func (d *Data) sample() *models.Sample {
	frame := *d.Frame
	return &models.Sample{Frame: &frame, Churned: d.Churned, Weight: d.Weight, Group: d.Account}
}

// weightWithin weighs rows so that those of one renewal share a weight of 1 among
// the given ones: a renewal of which six snapshots are judged counts as much as one
// of which two are.
func (d *Data) weightWithin(rows []int) []float64 {
	snapshots := make(map[int32]int)
	for _, i := range rows {
		snapshots[d.Renewal[i]]++
	}
	weight := make([]float64, len(rows))
	for k, i := range rows {
		weight[k] = 1 / float64(snapshots[d.Renewal[i]])
	}
	return weight
}

// describe summarises the data, for artifact and report.
func (d *Data) describe(o Options) artifact.Training {
	renewals := make(map[int32]bool)
	churned := 0
	for i, r := range d.Renewal {
		if !renewals[r] && d.Churned[i] {
			churned++
		}
		renewals[r] = true
	}
	t := artifact.Training{Rows: len(d.Churned), Accounts: d.accounts, Renewals: len(renewals), Churned: churned, Seed: o.Seed, Labels: d.labels, Unmeasured: *o.Config.Unmeasured}
	first, last := span(d.AsOf)
	if !first.IsZero() {
		t.From, t.To = first.Format(time.DateOnly), last.Format(time.DateOnly)
	}
	return t
}

// onePerRenewal picks, of the given rows, the one of each renewal whose lead is
// in the middle: clustering counts a decision once.
func (d *Data) onePerRenewal(rows []int) []int {
	byRenewal := make(map[int32][]int)
	var order []int32
	for _, i := range rows {
		if byRenewal[d.Renewal[i]] == nil {
			order = append(order, d.Renewal[i])
		}
		byRenewal[d.Renewal[i]] = append(byRenewal[d.Renewal[i]], i)
	}
	out := make([]int, len(order))
	for k, r := range order {
		out[k] = byRenewal[r][len(byRenewal[r])/2] // rows are in order of as-of date
	}
	return out
}

func count(flags []bool) int {
	n := 0
	for _, f := range flags {
		if f {
			n++
		}
	}
	return n
}

// lastRows lists each account's latest row, in the order of rows.
func (d *Data) lastRows() []int { return d.lastRowsAmong(d.everyRow()) }

// everyRow lists all rows.
func (d *Data) everyRow() []int {
	rows := make([]int, len(d.Account))
	for i := range rows {
		rows[i] = i
	}
	return rows
}

// lastRowsAmong is lastRows of the given rows.
func (d *Data) lastRowsAmong(among []int) []int {
	last := make(map[int32]int)
	for _, i := range among {
		a := d.Account[i]
		if before, ok := last[a]; !ok || d.AsOf == nil || !d.AsOf[i].Before(d.AsOf[before]) {
			last[a] = i
		}
	}
	var rows []int
	for _, i := range among {
		if last[d.Account[i]] == i {
			rows = append(rows, i)
		}
	}
	return rows
}

// growth is the relative change of recurring revenue with a renewal; NaN where
// it is not known, or the account churned.
func growth(r datasets.Renewal) float64 {
	if r.Outcome != datasets.Renewed || !(r.ARRBefore > 0) || !(r.ARRAfter >= 0) || math.IsInf(r.ARRAfter/r.ARRBefore, 1) {
		return math.NaN()
	}
	return r.ARRAfter/r.ARRBefore - 1
}

// days numbers the as-of dates; nil without dates.
func (d *Data) days() []float64 {
	if d.AsOf == nil {
		return nil
	}
	days := make([]float64, len(d.AsOf))
	for i, t := range d.AsOf {
		days[i] = math.Floor(float64(t.Unix()) / (24 * 60 * 60))
	}
	return days
}

func span(dates []time.Time) (first, last time.Time) {
	for i, t := range dates {
		if i == 0 || t.Before(first) {
			first = t
		}
		if i == 0 || t.After(last) {
			last = t
		}
	}
	return first, last
}

// baseLogOdds is the weighted log-odds of churn, smoothed by half a row.
func (d *Data) baseLogOdds() float64 {
	churned, renewed := 0.5, 0.5
	for i, c := range d.Churned {
		if c {
			churned += d.Weight[i]
		} else {
			renewed += d.Weight[i]
		}
	}
	return math.Log(churned / renewed)
}
