package main

import (
	"context"
	"fmt"

	"github.com/etappe/etappe/datasets"
	"github.com/etappe/etappe/features"
)

type snapshotCommand struct {
	dataFlags
	AsOf     day     `help:"Date of the snapshots; default: the day after the last event." placeholder:"DATE"`
	Training bool    `help:"The snapshots that training uses (before every decided renewal) instead of one date."`
	Out      outFile `help:"Parquet or CSV file to write; - is standard output, as CSV." required:"" placeholder:"FILE"`
	forceFlag
	JSON bool `help:"Print a summary as JSON."`
}

// Run writes one row per snapshot and one column per feature; no labels.
func (c *snapshotCommand) Run(ctx context.Context, a *app) error {
	if c.JSON && c.Out == standardOutput {
		return errTwoOutputs
	}
	if c.Data == "" {
		return fmt.Errorf("%w: snapshot needs --data DIR", datasets.ErrConfig)
	}
	b := a.bars()
	defer b.close()
	conf, tables, err := c.open(ctx, a)
	if err != nil {
		return err
	}
	if err := c.guard(c.Out, c.Data, append(conf.Sources.Paths(c.Data), c.Config)...); err != nil {
		return err
	}
	snapshots := conf.schedule().Training(tables)
	if !c.Training {
		if c.AsOf.Time, err = a.asOf(ctx, tables, c.AsOf); err != nil {
			return err
		}
		snapshots = conf.schedule().At(tables, c.AsOf.Time)
	}
	catalog, err := features.NewCatalog(ctx, tables, conf.Features)
	if err != nil {
		return err
	}
	matrix, _, err := features.Build(ctx, catalog, tables, snapshots, b.of("features"))
	if err != nil {
		return err
	}
	if err := a.writeColumns(c.Out, features.FileColumns(matrix, tables, snapshots)); err != nil {
		return err
	}
	b.close()
	fmt.Fprintf(a.stderr, "wrote %d snapshots of %d features to %s\n", len(snapshots), len(matrix.Columns), c.Out)
	if !c.JSON {
		return nil
	}
	return a.printJSON(map[string]any{"snapshots": len(snapshots), "features": len(matrix.Columns),
		"fingerprint": catalog.Fingerprint(), "out": c.Out})
}
