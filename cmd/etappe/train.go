package main

import (
	"context"
	"fmt"
	"slices"

	"github.com/etappe/etappe/datasets"
	"github.com/etappe/etappe/features/catalog"
	"github.com/etappe/etappe/models/artifact"
	"github.com/etappe/etappe/train"
)

type trainCommand struct {
	dataFlags
	tableFlags
	lineageFlags
	AsOf     string  `help:"Column with the as-of date (with --table)." placeholder:"COL"`
	Registry string  `help:"Folder of the registry; made when absent." required:"" placeholder:"DIR"`
	Seed     uint64  `help:"Seed: the same data, configuration and seed give the same bytes." default:"1"`
	Bags     int     `help:"Bags of the additive model; default: configuration, else 8." placeholder:"N"`
	Promote  bool    `help:"Make the model the champion if the gate lets it through."`
	Note     string  `help:"A note kept with the model."`
	OOF      outFile `name:"oof" help:"Write what every variant predicted for the rows that the report judges, out of time or out of fold, to this CSV or Parquet file." placeholder:"FILE"`
	forceFlag
	JSON bool `help:"Print the report as JSON."`
}

// Run trains, stores the artifact as a challenger and prints the report.
func (c *trainCommand) Run(ctx context.Context, a *app) error {
	if err := either(c.Data, c.Table); err != nil {
		return err
	}
	if c.OOF == standardOutput {
		return fmt.Errorf("%w: --oof needs a file: the report is written to standard output", datasets.ErrConfig)
	}
	b := a.bars()
	defer b.close()
	source := c.Data + c.Table // one of them is empty
	conf, d, err := c.read(ctx, a, b)
	if err != nil {
		return about(source, err)
	}
	if err := c.guard(c.OOF, c.Data, c.inputs(conf)...); err != nil {
		return err
	}
	if c.Bags != 0 {
		conf.Train.Bags = c.Bags
	}
	registry, err := artifact.OpenRegistry(c.Registry)
	if err != nil {
		return err
	}
	previous, err := c.find(registry)
	if err != nil {
		return err
	}
	var judged *train.Judged
	model, report, err := conf.train(ctx, b, d, previous, c.Seed, func(j *train.Judged) { judged = j })
	if err != nil {
		return about(source, err)
	}
	entry, err := registry.Add(model, a.now(), c.Note)
	if err != nil {
		return err
	}
	b.close()
	if c.OOF != "" {
		if err := a.writeColumns(c.OOF, judged.Columns(d)); err != nil {
			return err
		}
	}
	if c.JSON {
		err = a.printJSON(trained{report, d.Catalog.LeftOut})
	} else {
		err = a.printReport(report, false)
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(a.stderr, "stored %s in %s\n", entry.Version, c.Registry)
	if err := train.Gate(report); err != nil {
		return err
	}
	if c.Promote {
		return promote(a, registry, model, entry.Version)
	}
	return nil
}

// inputs are the files that the command reads.
func (c *trainCommand) inputs(conf *config) []string {
	files := []string{c.Table, c.Config}
	if c.Data != "" {
		files = append(files, conf.Sources.Paths(c.Data)...)
	}
	return files
}

// trained is what train prints as JSON.
type trained struct {
	*artifact.Report
	LeftOut []catalog.Omission `json:"left_out,omitempty"`
}

// read opens whichever door was named.
func (c *trainCommand) read(ctx context.Context, a *app, b *bars) (*config, *train.Data, error) {
	if c.Table != "" {
		conf, err := loadConfig(c.Config, "")
		if err != nil {
			return nil, nil, err
		}
		d, err := c.tableFlags.open(ctx, a, conf, c.AsOf)
		return conf, d, err
	}
	conf, tables, err := c.dataFlags.open(ctx, a)
	if err != nil {
		return nil, nil, err
	}
	a.notes(slices.Concat(tables.Notes, tables.Labels.Notes))
	a.warnings(tables.Warnings)
	d, err := conf.training(ctx, tables, b)
	if err == nil {
		a.leftOutOf(d.Catalog.LeftOut)
	}
	return conf, d, err
}

// train runs the training with the scale of the model before it, so that a
// retrain does not move it, and with its clusters' ids.
func (c *config) train(ctx context.Context, b *bars, d *train.Data, previous artifact.Predecessor, seed uint64, judged func(*train.Judged)) (*artifact.Artifact, *artifact.Report, error) {
	monotone, err := c.Features.Direct(d.Catalog)
	if err != nil {
		return nil, nil, err
	}
	o := train.Options{Config: c.Train, Health: c.Health, Monotone: monotone, Seed: seed, Progress: b.report,
		Judged: judged, Previous: previous.Model, PreviousVersion: previous.Version}
	if previous.Model != nil {
		o.Anchor = &previous.Model.Points.Anchor
	}
	return train.Run(ctx, d, o)
}
