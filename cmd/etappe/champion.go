package main

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/etappe/etappe/datasets"
	"github.com/etappe/etappe/features"
	"github.com/etappe/etappe/models/artifact"
	"github.com/etappe/etappe/serve"
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
func (f *modelFlags) scorer() (*serve.Scorer, error) {
	model, entry, err := f.load()
	if err != nil {
		return nil, err
	}
	return serve.NewScorer(model, serve.Meta{Version: entry.Version, TrainedAt: entry.TrainedAt}, serve.Options{})
}

// portfolio is a batch of snapshots with their features, as a scorer reads them.
type portfolio struct {
	ids     []string
	asOf    []time.Time
	matrix  *features.Matrix
	journey *features.Journey
}

// build computes the features that the scorer's model reads.
func build(ctx context.Context, s *serve.Scorer, t *datasets.Tables, snapshots []features.Snapshot, progress func(done, total int)) (*portfolio, error) {
	matrix, journey, err := features.Build(ctx, s.Catalog(), t, snapshots, progress)
	if err != nil {
		return nil, err
	}
	p := &portfolio{matrix: matrix, journey: journey}
	for _, snapshot := range snapshots {
		p.ids = append(p.ids, t.Accounts[snapshot.Account].ID)
		p.asOf = append(p.asOf, snapshot.AsOf)
	}
	return p, nil
}

// rows hands a run of the portfolio's rows to the scorer.
func (p *portfolio) rows(s *serve.Scorer, from, to int) (*serve.Input, error) {
	m := &features.Matrix{Catalog: p.matrix.Catalog, Columns: make([][]float64, len(p.matrix.Columns))}
	for j, column := range p.matrix.Columns {
		m.Columns[j] = column[from:to]
	}
	var j *features.Journey
	if p.journey != nil {
		j = &features.Journey{Milestones: p.journey.Milestones, Tenure: p.journey.Tenure[from:to]}
		for _, reached := range p.journey.Reached {
			j.Reached = append(j.Reached, reached[from:to])
		}
	}
	return s.NewInput(m, j, p.ids[from:to], p.asOf[from:to])
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
			o.Spellings[d.Name] = *d.Spelling
		}
	}
	return o
}

// tablePortfolio reads a ready-made feature table by the model's own catalogue.
func tablePortfolio(ctx context.Context, a *app, s *serve.Scorer, path, id string, asOf time.Time) (*portfolio, error) {
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

// trainingReport reads back the report that a model was stored with.
func trainingReport(a *artifact.Artifact, into any) error {
	if err := json.Unmarshal(a.Report, into); err != nil {
		return fmt.Errorf("reading the training report: %w", err)
	}
	return nil
}
