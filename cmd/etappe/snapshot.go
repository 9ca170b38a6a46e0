package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/etappe/etappe/datasets"
	"github.com/etappe/etappe/datasets/columnar"
	"github.com/etappe/etappe/features"
	"github.com/etappe/etappe/features/catalog"
	"github.com/etappe/etappe/serve/account"
)

type snapshotCommand struct {
	dataFlags
	Registry string       `help:"Folder of the registry: the features are those that its model reads; default: those that training would make of the data." type:"existingdir" placeholder:"DIR"`
	Model    string       `help:"Version (with --registry); default: the champion." placeholder:"VERSION"`
	AsOf     day          `help:"Date of the snapshots; default: the day after the last event." placeholder:"DATE"`
	Training bool         `help:"The snapshots that training uses (before every decided renewal) instead of one date."`
	Out      snapshotFile `help:"File to write: .parquet, .csv or .csv.gz; .ndjson has a body of POST /v1/predict a line, .json one body with all; - is standard output, as CSV." required:"" placeholder:"FILE"`
	forceFlag
	JSON bool `help:"Print a summary as JSON."`

	ended int // the last rows: of contracts that have ended
}

// snapshotFile is a table of features, or requests to score them.
type snapshotFile string

// Validate is called with the command line.
func (f snapshotFile) Validate() error {
	if f.lines() || f.list() {
		return columnar.CheckFolder(string(f))
	}
	return outFile(f).Validate()
}

// lines reports whether the file has a request a line, list whether it is one request.
func (f snapshotFile) lines() bool { return strings.HasSuffix(string(f), ".ndjson") }
func (f snapshotFile) list() bool  { return strings.HasSuffix(string(f), ".json") }

// Run writes one row per snapshot and one column per feature and milestone; no labels.
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
	if err := c.guard(outFile(c.Out), c.Data, append(conf.Sources.Paths(c.Data), c.Config)...); err != nil {
		return err
	}
	if c.AsOf.Time, err = c.day(ctx, a, tables); err != nil {
		return err
	}
	list, err := c.catalog(ctx, conf, tables)
	if err != nil {
		return err
	}
	p, err := c.rows(ctx, a, conf, tables, list, b)
	if err != nil {
		return err
	}
	if err := a.noPath(p, false); err != nil {
		return err
	}
	if err := c.write(a, p); err != nil {
		return err
	}
	b.close()
	a.leftOutOf(list.LeftOut)
	fmt.Fprintf(a.stderr, "wrote %d snapshots of %d features to %s\n", len(p.IDs), len(list.Definitions), c.Out)
	if !c.JSON {
		return nil
	}
	sum := map[string]any{"snapshots": len(p.IDs), "ended": c.ended, "features": len(list.Definitions),
		"fingerprint": list.Fingerprint(), "out": c.Out}
	if list.LeftOut != nil {
		sum["left_out"] = list.LeftOut
	}
	return a.printJSON(sum)
}

// day is the date of the snapshots; none for those of training.
func (c *snapshotCommand) day(ctx context.Context, a *app, tables *datasets.Tables) (time.Time, error) {
	if c.Training {
		return time.Time{}, nil
	}
	return a.asOf(ctx, tables, c.AsOf)
}

// catalog is the model's, or what training would make of what was known then.
func (c *snapshotCommand) catalog(ctx context.Context, conf *config, tables *datasets.Tables) (*catalog.Catalog, error) {
	switch {
	case c.Registry != "":
		s, err := (&modelFlags{Registry: c.Registry, Model: c.Model}).scorer()
		if err != nil {
			return nil, err
		}
		return s.Catalog(), nil
	case c.Model != "":
		return nil, fmt.Errorf("%w: --model is a version of --registry", datasets.ErrConfig)
	}
	known := c.AsOf.Time
	if c.Training {
		known = features.Latest(conf.schedule().Training(tables))
	}
	return features.NewCatalog(ctx, tables, conf.Features, known)
}

// rows computes the snapshots. As in score, the features of a type that all accounts
// stopped having before the date are missing.
func (c *snapshotCommand) rows(ctx context.Context, a *app, conf *config, tables *datasets.Tables, list *catalog.Catalog, b *bars) (p *account.Portfolio, err error) {
	if c.Training {
		return account.Compute(ctx, list, tables, conf.schedule().Training(tables), b.of("features"))
	}
	unobserved, err := (&scoreCommand{AsOf: c.AsOf}).silent(ctx, a, tables, list)
	if err != nil {
		return nil, err
	}
	who := conf.schedule().Portfolio(tables, c.AsOf.Time)
	a.noteEnded(tables, &who, c.AsOf.Time)
	c.ended = len(who.Ended)
	if p, err = account.Compute(ctx, list, tables, append(who.Running, who.Ended...), b.of("features")); err != nil {
		return nil, err
	}
	p.Unobserved(c.AsOf.Time, unobserved)
	return p, nil
}

// write writes the rows in the format that the file's ending decides. Contracts that
// have ended are nothing to send for scoring.
func (c *snapshotCommand) write(a *app, p *account.Portfolio) error {
	running := p.Slice(0, len(p.IDs)-c.ended)
	switch {
	case c.Out.lines():
		return writeTo(string(c.Out), func(w io.Writer) error { return running.WriteRequests(w, false) })
	case c.Out.list():
		return writeTo(string(c.Out), func(w io.Writer) error { return running.WriteRequests(w, true) })
	}
	return a.writeColumns(outFile(c.Out), p.FileColumns(c.ended))
}
