package account

import (
	"cmp"
	"context"
	"errors"
	"math"
	"slices"
	"time"

	"github.com/etappe/etappe/datasets"
	"github.com/etappe/etappe/features"
	"github.com/etappe/etappe/features/catalog"
	"github.com/etappe/etappe/serve/score"
)

// ErrNoDrop is returned where no account's score dropped between two dates.
var ErrNoDrop = errors.New("no account's score dropped between the two dates")

// Portfolio is a batch of accounts at their dates with their features, as a
// scorer reads them.
type Portfolio struct {
	IDs  []string
	AsOf []time.Time
	// Ended are the ids of accounts whose contract had ended at a date, EndedAt
	// (features.Portfolio): they are no rows.
	Ended   []string
	EndedAt time.Time
	matrix  *features.Matrix
	journey *features.Journey // nil: not measured
	// tables and snapshots are where the rows come from; nil for a feature table.
	tables    *datasets.Tables
	snapshots []features.Snapshot
	weekly    *features.Weekly  // what accounts did by week; nil: not counted
	unseen    []string          // event types that were not observed
	warnings  [][]score.Warning // by row; nil: none
}

// Build computes the features that the scorer's model reads.
func Build(ctx context.Context, s *score.Scorer, t *datasets.Tables, snapshots []features.Snapshot, progress func(done, total int)) (*Portfolio, error) {
	return Compute(ctx, s.Catalog(), t, snapshots, progress)
}

// Compute computes the features of a catalogue, which need not be a model's.
func Compute(ctx context.Context, list *catalog.Catalog, t *datasets.Tables, snapshots []features.Snapshot, progress func(done, total int)) (*Portfolio, error) {
	matrix, journey, err := features.Build(ctx, list, t, snapshots, progress)
	if err != nil {
		return nil, err
	}
	p := &Portfolio{matrix: matrix, journey: journey, tables: t, snapshots: snapshots}
	for _, snapshot := range snapshots {
		p.IDs = append(p.IDs, t.Accounts[snapshot.Account].ID)
		p.AsOf = append(p.AsOf, snapshot.AsOf)
	}
	return p, nil
}

// Unobserved makes the features of event types missing that were not observed at a
// date, in the rows of that date, with a warning for each type: what nobody recorded
// is not known to be 0. Explanations then show it as a matter of data quality.
func (p *Portfolio) Unobserved(asOf time.Time, types []features.Silent) {
	if len(types) == 0 {
		return
	}
	if p.warnings == nil {
		p.warnings = make([][]score.Warning, len(p.AsOf))
	}
	for _, one := range types {
		p.unseen = append(p.unseen, one.Type)
		p.unobserved(asOf, one)
	}
}

func (p *Portfolio) unobserved(asOf time.Time, one features.Silent) {
	warning := score.NotObserved(one.Type, one.Last.Format(time.DateOnly))
	for i, day := range p.AsOf {
		if day.Equal(asOf) {
			p.warnings[i] = append(slices.Clip(p.warnings[i]), warning)
		}
	}
	for j := range p.matrix.Catalog.Definitions {
		if p.matrix.Catalog.Definitions[j].Type != one.Type {
			continue
		}
		column := slices.Clone(p.matrix.Columns[j]) // another portfolio may share it
		for i, day := range p.AsOf {
			if day.Equal(asOf) {
				column[i] = math.NaN()
			}
		}
		p.matrix.Columns[j] = column
	}
}

// FromTable takes the rows of a ready-made feature table, all at one date.
func FromTable(s *score.Scorer, t *datasets.Table, asOf time.Time) (*Portfolio, error) {
	matrix, err := features.FromTable(t, s.Catalog())
	if err != nil {
		return nil, err
	}
	return &Portfolio{IDs: t.IDs, matrix: matrix, AsOf: slices.Repeat([]time.Time{asOf}, t.Rows())}, nil
}

// Input is a run of the portfolio's rows for a scorer.
func (p *Portfolio) Input(s *score.Scorer, from, to int) (*score.Input, error) {
	run := p.Slice(from, to)
	in, err := s.NewInput(run.matrix, run.journey, run.IDs, run.AsOf)
	if err == nil {
		in.Warnings = run.warnings
	}
	return in, err
}

// Slice is a run of the portfolio's rows; it shares their memory.
func (p *Portfolio) Slice(from, to int) *Portfolio {
	m := &features.Matrix{Catalog: p.matrix.Catalog, Columns: make([][]float64, len(p.matrix.Columns))}
	for j, column := range p.matrix.Columns {
		m.Columns[j] = column[from:to]
	}
	run := &Portfolio{IDs: p.IDs[from:to], AsOf: p.AsOf[from:to], matrix: m, tables: p.tables, unseen: p.unseen}
	if p.warnings != nil {
		run.warnings = p.warnings[from:to]
	}
	if p.snapshots != nil {
		run.snapshots = p.snapshots[from:to]
	}
	if p.journey != nil {
		run.journey = &features.Journey{Milestones: p.journey.Milestones, Tenure: p.journey.Tenure[from:to]}
		for _, reached := range p.journey.Reached {
			run.journey.Reached = append(run.journey.Reached, reached[from:to])
		}
	}
	return run
}

// Health is the health score of every row.
func (p *Portfolio) Health(s *score.Scorer) ([]float64, error) {
	in, err := p.Input(s, 0, len(p.IDs))
	if err != nil {
		return nil, err
	}
	in.Detail = score.DetailNone
	c, err := s.ScoreColumns(in, score.Alone)
	if err != nil {
		return nil, err
	}
	return c.Health, nil
}

// Drops lists the accounts whose score dropped most between two dates by one
// model, at most so many: a difference between two models is no drop. ErrNoDrop
// where none did.
func Drops(s *score.Scorer, earlier, later *Portfolio, most int) ([]string, error) {
	was, err := earlier.Health(s)
	if err != nil {
		return nil, err
	}
	is, err := later.Health(s)
	if err != nil {
		return nil, err
	}
	before := make(map[string]float64, len(was))
	for i, id := range earlier.IDs {
		before[id] = was[i]
	}
	drop := make(map[string]float64, len(is))
	var ids []string
	for i, id := range later.IDs {
		if h, ok := before[id]; ok && h > is[i] {
			drop[id] = h - is[i]
			ids = append(ids, id)
		}
	}
	if ids == nil {
		return nil, ErrNoDrop
	}
	slices.SortStableFunc(ids, func(a, b string) int { return cmp.Compare(drop[b], drop[a]) })
	return ids[:min(len(ids), most)], nil
}

// UnknownMilestones lists the milestones that the model was trained on and of which
// the data hold nothing: where there are any, no path is measured. nil for a feature
// table, which has none.
func (p *Portfolio) UnknownMilestones() (names []string) {
	if p.journey == nil {
		return nil
	}
	for _, rule := range p.matrix.Catalog.Milestones {
		if !slices.Contains(p.journey.Milestones, rule.Name) {
			names = append(names, rule.Name)
		}
	}
	return names
}
