package main

import (
	"context"
	"time"

	"github.com/etappe/etappe/datasets"
	"github.com/etappe/etappe/features"
	"github.com/etappe/etappe/models/artifact"
	"github.com/etappe/etappe/serve/score"
)

// modelFlags name a model of a registry.
type modelFlags struct {
	Registry string `help:"Folder of the registry." required:"" type:"existingdir" placeholder:"DIR"`
	Model    string `help:"Version; default: the champion." placeholder:"VERSION"`
}

// load reads the named model.
func (f *modelFlags) load() (*artifact.Artifact, artifact.Entry, error) {
	registry, err := artifact.OpenRegistry(f.Registry)
	if err != nil {
		return nil, artifact.Entry{}, err
	}
	version := f.Model
	if version == "" {
		version = "champion"
	}
	return registry.Get(version)
}

// scorer takes the named model into service.
func (f *modelFlags) scorer() (*score.Scorer, error) {
	model, entry, err := f.load()
	if err != nil {
		return nil, err
	}
	return scorerOf(model, entry)
}

// scorerOf takes a stored model into service.
func scorerOf(model *artifact.Artifact, entry artifact.Entry) (*score.Scorer, error) {
	return score.New(model, score.Meta{Version: entry.Version, TrainedAt: entry.TrainedAt, PromotedAt: entry.PromotedAt, Override: entry.Override}, score.Options{})
}

// older loads any version of the registry, for answers of the past.
func (f *modelFlags) older(version string) (*score.Scorer, error) {
	return (&modelFlags{Registry: f.Registry, Model: version}).scorer()
}

// portfolio is a batch of snapshots with their features, as a scorer reads them.
type portfolio struct {
	ids     []string
	asOf    []time.Time
	matrix  *features.Matrix
	journey *features.Journey
	// tables and snapshots are where the rows come from; nil for a feature table.
	tables    *datasets.Tables
	snapshots []features.Snapshot
}

// build computes the features that the scorer's model reads.
func build(ctx context.Context, s *score.Scorer, t *datasets.Tables, snapshots []features.Snapshot, progress func(done, total int)) (*portfolio, error) {
	matrix, journey, err := features.Build(ctx, s.Catalog(), t, snapshots, progress)
	if err != nil {
		return nil, err
	}
	p := &portfolio{matrix: matrix, journey: journey, tables: t, snapshots: snapshots}
	for _, snapshot := range snapshots {
		p.ids = append(p.ids, t.Accounts[snapshot.Account].ID)
		p.asOf = append(p.asOf, snapshot.AsOf)
	}
	return p, nil
}

// rows hands a run of the portfolio's rows to the scorer.
func (p *portfolio) rows(s *score.Scorer, from, to int) (*score.Input, error) {
	part := p.slice(from, to)
	return s.NewInput(part.matrix, part.journey, part.ids, part.asOf)
}

// slice is a run of the portfolio's rows.
func (p *portfolio) slice(from, to int) *portfolio {
	m := &features.Matrix{Catalog: p.matrix.Catalog, Columns: make([][]float64, len(p.matrix.Columns))}
	for j, column := range p.matrix.Columns {
		m.Columns[j] = column[from:to]
	}
	part := &portfolio{ids: p.ids[from:to], asOf: p.asOf[from:to], matrix: m, tables: p.tables}
	if p.snapshots != nil {
		part.snapshots = p.snapshots[from:to]
	}
	if p.journey != nil {
		part.journey = &features.Journey{Milestones: p.journey.Milestones, Tenure: p.journey.Tenure[from:to]}
		for _, reached := range p.journey.Reached {
			part.journey.Reached = append(part.journey.Reached, reached[from:to])
		}
	}
	return part
}

// tableOptions says how to read a ready-made feature table by a model's own
// catalogue.
func tableOptions(c *features.Catalog, id string) datasets.TableOptions {
	o := datasets.TableOptions{ID: id, Levels: map[string][]string{}, Spellings: map[string]datasets.Spelling{}}
	for _, d := range c.Definitions {
		if d.Categorical() {
			o.Levels[d.Name] = d.Levels
			continue
		}
		o.Numeric = append(o.Numeric, d.Name)
		if d.Spelling != nil {
			o.Spellings[d.Name] = datasets.Spelling(*d.Spelling)
		}
	}
	return o
}

// tablePortfolio reads a ready-made feature table by the model's own catalogue.
func tablePortfolio(ctx context.Context, a *app, s *score.Scorer, path, id string, asOf time.Time) (*portfolio, error) {
	t, err := datasets.ReadTable(ctx, path, tableOptions(s.Catalog(), id))
	if err != nil {
		return nil, err
	}
	a.tell(t)
	matrix, err := features.FromTable(t, s.Catalog())
	if err != nil {
		return nil, err
	}
	p := &portfolio{ids: t.IDs, matrix: matrix, asOf: make([]time.Time, t.Rows())}
	for i := range p.asOf {
		p.asOf[i] = asOf
	}
	return p, nil
}
