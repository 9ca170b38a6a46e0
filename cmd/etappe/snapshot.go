package main

import (
	"context"
	"fmt"
	"time"

	"github.com/etappe/etappe/datasets"
	"github.com/etappe/etappe/datasets/columnar"
	"github.com/etappe/etappe/features"
)

type snapshotCommand struct {
	dataFlags
	AsOf     day     `help:"Date of the snapshots; default: the day after the last event." placeholder:"DATE"`
	Training bool    `help:"The snapshots that training uses (before every decided renewal) instead of one date."`
	Out      outFile `help:"Parquet or CSV file to write." required:"" placeholder:"FILE"`
	JSON     bool    `help:"Print a summary as JSON."`
}

// Run writes one row per snapshot and one column per feature; no labels.
func (c *snapshotCommand) Run(ctx context.Context, a *app) error {
	if c.Data == "" {
		return fmt.Errorf("%w: snapshot needs --data DIR", datasets.ErrConfig)
	}
	b := a.bars()
	defer b.close()
	conf, tables, err := c.open(ctx, a)
	if err != nil {
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
	if err := columnar.Write(string(c.Out), snapshotColumns(tables, snapshots, matrix)); err != nil {
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

// snapshotColumns puts the ids and dates before the features; a categorical
// feature is written by its level's name.
func snapshotColumns(t *datasets.Tables, snapshots []features.Snapshot, m *features.Matrix) []columnar.Column {
	ids, asOf, due := make([]string, len(snapshots)), make([]time.Time, len(snapshots)), make([]time.Time, len(snapshots))
	for i, s := range snapshots {
		ids[i], asOf[i], due[i] = t.Accounts[s.Account].ID, s.AsOf, s.DueOn
	}
	columns := []columnar.Column{{Name: "account_id", Strings: ids}, {Name: "as_of", Times: asOf}, {Name: "due_on", Times: due}}
	for j, d := range m.Catalog.Definitions {
		column := columnar.Column{Name: d.Name}
		if d.Categorical() {
			column.Strings = levelNames(d.Levels, m.Columns[j])
		} else {
			column.Numbers = m.Columns[j]
		}
		columns = append(columns, column)
	}
	return columns
}

// levelNames turns codes into names; missing and unseen levels are empty.
func levelNames(levels []string, codes []float64) []string {
	names := make([]string, len(codes))
	for i, code := range codes {
		if k := int(code); code == code && k < len(levels) {
			names[i] = levels[k]
		}
	}
	return names
}
