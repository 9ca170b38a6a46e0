package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/etappe/etappe/datasets"
	"github.com/etappe/etappe/datasets/columnar"
	"github.com/etappe/etappe/features"
	"github.com/etappe/etappe/models/artifact"
	"github.com/etappe/etappe/serve/score"
	"github.com/etappe/etappe/serve/text"
)

type scoreCommand struct {
	dataFlags
	modelFlags
	historyFlags
	Table         string  `help:"Feature table instead of --data." type:"existingfile" placeholder:"FILE"`
	ID            string  `name:"id" help:"Column with the account id (with --table)." placeholder:"COL"`
	AsOf          day     `help:"Date of the scores; default: the day after the last event, or today with --table." placeholder:"DATE"`
	Out           outFile `help:"Parquet or CSV file to write; may be left out with --history." placeholder:"FILE"`
	Contributions string  `help:"Columns of contributions in points: none, top or all." enum:"none,top,all" default:"none"`
	Brief         bool    `help:"Write account, date, health score, churn probability and band alone: for very many accounts."`
	Part          bool    `help:"These are not all accounts: with --history, those that are missing have not left."`
	JSON          bool    `help:"Print a summary as JSON."`
}

// Run scores every account and writes one row each, into a file, a history or
// both.
func (c *scoreCommand) Run(ctx context.Context, a *app) error {
	if err := either(c.Data, c.Table); err != nil {
		return err
	}
	b := a.bars()
	defer b.close()
	conf, err := loadConfig(c.Config, c.Data)
	if err != nil {
		return err
	}
	if err := c.targets(conf); err != nil {
		return err
	}
	stored, entry, err := c.load()
	if err != nil {
		return err
	}
	s, err := scorerOf(stored, entry)
	if err != nil {
		return err
	}
	if err := c.door(s.Catalog(), entry.Version); err != nil {
		return err
	}
	p, err := c.read(ctx, a, conf, s, b)
	if err != nil {
		return err
	}
	sum := scoreSummary{Accounts: len(p.ids), AsOf: c.AsOf.Format(time.DateOnly), Model: entry.Version, Out: string(c.Out)}
	if c.Out != "" {
		out := &scores{scorer: s, portfolio: p, detail: details[c.Contributions], brief: c.Brief, bands: noBands()}
		if err := out.write(ctx, string(c.Out), b); err != nil {
			return err
		}
		sum.Bands = out.bands
		b.close()
		fmt.Fprintf(a.stderr, "scored %d accounts with %s into %s\n", len(p.ids), entry.Version, c.Out)
	}
	if dsn := c.dsn(conf); dsn != "" {
		if sum.Bands, err = c.store(ctx, a, conf, s, entry, p, b); err != nil {
			return err
		}
		sum.History = location(dsn)
	}
	if !c.JSON {
		return nil
	}
	return a.printJSON(sum)
}

// targets wants somewhere to write to.
func (c *scoreCommand) targets(conf *config) error {
	switch {
	case c.Out == "" && c.dsn(conf) == "":
		return fmt.Errorf("%w: give --out FILE, --history DSN or both", datasets.ErrConfig)
	case c.Table != "" && c.ID == "" && c.dsn(conf) != "":
		return fmt.Errorf("%w: a history needs --id: without it the accounts of a table have no names", datasets.ErrConfig)
	case c.Brief && (c.Out == "" || details[c.Contributions] != score.DetailNone):
		return fmt.Errorf("%w: --brief is for --out FILE without --contributions", datasets.ErrConfig)
	}
	return nil
}

// door refuses data that came in by another door than those the model was
// trained on.
func (c *scoreCommand) door(catalog *features.Catalog, version string) error {
	table := slices.ContainsFunc(catalog.Definitions, func(d features.Definition) bool { return d.Measure == features.MeasureColumn })
	switch {
	case c.Table != "" && !table:
		return fmt.Errorf("%w: model %s was trained on accounts and their events: give --data DIR, not --table", datasets.ErrConfig, version)
	case c.Table == "" && table:
		return fmt.Errorf("%w: model %s was trained on a feature table: give --table FILE, not --data", datasets.ErrConfig, version)
	}
	return nil
}

// store writes the answers into the history, drops what is too old, and returns
// the number of accounts in each band.
func (c *scoreCommand) store(ctx context.Context, a *app, conf *config, s *score.Scorer, entry artifact.Entry, p *portfolio, b *bars) (bands map[string]int, err error) {
	store, err := a.openHistory(ctx, c.dsn(conf))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	registry, err := artifact.OpenRegistry(c.Registry)
	if err != nil {
		return nil, err
	}
	w := p.storing(s, "etappe score")
	w.part = c.Part
	if w.model, err = historyModelOf(registry, entry, s.Catalog().Fingerprint()); err != nil {
		return nil, err
	}
	written, err := w.write(ctx, store, p, b)
	if err != nil {
		return nil, err
	}
	b.close()
	fmt.Fprintf(a.stderr, "stored %d accounts as of %s with %s in %s: %s\n", len(p.ids), c.AsOf.Format(time.DateOnly), entry.Version,
		location(c.dsn(conf)), describe(written))
	if months := conf.History.months(); months > 0 {
		return w.bands, a.keep(ctx, store, months)
	}
	return w.bands, nil
}

// scoreSummary is what score reports as JSON.
type scoreSummary struct {
	Accounts int            `json:"accounts"`
	AsOf     string         `json:"as_of"`
	Model    string         `json:"model"`
	Out      string         `json:"out"`
	History  string         `json:"history,omitempty"`
	Bands    map[string]int `json:"bands"`
}

// read builds the rows to score from whichever door was named.
func (c *scoreCommand) read(ctx context.Context, a *app, conf *config, s *score.Scorer, b *bars) (*portfolio, error) {
	if c.Table != "" {
		if err := a.notToCome(c.AsOf); err != nil {
			return nil, err
		}
		if c.AsOf.IsZero() {
			c.AsOf.Time = a.now().UTC().Truncate(24 * time.Hour)
		}
		return tablePortfolio(ctx, a, s, c.Table, c.ID, c.AsOf.Time)
	}
	tables, err := datasets.Read(ctx, c.Data, conf.Sources, datasets.Options{Now: a.now()})
	if err != nil {
		return nil, err
	}
	if c.AsOf.Time, err = a.asOf(ctx, tables, c.AsOf); err != nil {
		return nil, err
	}
	return build(ctx, s, tables, conf.schedule().At(tables, c.AsOf.Time), b.of("features"))
}

// details are the values of --contributions.
var details = map[string]score.Detail{"all": score.DetailAll, "top": score.DetailTop, "none": score.DetailNone}

// noBands counts nothing in every band.
func noBands() map[string]int { return map[string]int{"healthy": 0, "at_risk": 0, "sick": 0} }

// writeScores scores a portfolio into a file and returns the number of rows in
// each band.
func writeScores(ctx context.Context, s *score.Scorer, p *portfolio, detail score.Detail, path string, b *bars) (map[string]int, error) {
	out := &scores{scorer: s, portfolio: p, detail: detail, bands: noBands()}
	return out.bands, out.write(ctx, path, b)
}

// scores answers for a portfolio, a run of rows at a time.
type scores struct {
	scorer    *score.Scorer
	portfolio *portfolio
	detail    score.Detail // of contributions
	brief     bool         // neither interval nor cluster nor reason
	done      int
	bands     map[string]int // rows of each band
	columns   score.Columns  // of one run of rows after the other
	reasons   []string       // and the first reason of each
}

const (
	scoreChunk = 1 << 16 // bounds the answers that are in memory at once, on their way into a history
	scoreRun   = 1 << 13 // and into a file: the columns stay near the processor until they are written
)

// write scores all rows into a file.
func (s *scores) write(ctx context.Context, path string, b *bars) error {
	return columnar.WriteBlocks(path, func() ([]columnar.Column, error) {
		block, err := s.next(ctx)
		b.report("scoring", min(s.done, len(s.portfolio.ids)), len(s.portfolio.ids))
		return block, err
	})
}

// next scores the next rows; nil when all are.
func (s *scores) next(ctx context.Context) ([]columnar.Column, error) {
	rows := len(s.portfolio.ids)
	if s.done > 0 && s.done >= rows {
		return nil, nil
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	from, to := s.done, min(s.done+scoreRun, rows)
	in, err := s.portfolio.rows(s.scorer, from, to)
	if err != nil {
		return nil, err
	}
	in.Detail = s.detail
	c := &s.columns
	parts := score.Usual | score.Reasons
	if s.brief {
		parts = score.Alone
	}
	if err := s.scorer.ScoreColumnsInto(c, in, parts); err != nil {
		return nil, err
	}
	if !s.brief {
		s.reasons = text.English.FirstReasons(s.scorer, in, c, s.reasons)
	}
	for _, band := range c.Band {
		s.bands[band]++
	}
	s.done = max(to, 1)
	return scoreColumns(in, c, s.reasons), nil
}

// scoreColumns lists what score writes; baseline_points and the points columns
// of a row sum to its health score.
func scoreColumns(in *score.Input, c *score.Columns, reasons []string) []columnar.Column {
	columns := []columnar.Column{
		{Name: "account_id", Strings: in.AccountIDs, Whole: true}, {Name: "as_of", Times: in.AsOf, Whole: true},
		{Name: "health_score", Numbers: c.Health, Whole: true}, {Name: "churn_probability", Numbers: c.Churn, Whole: true},
	}
	band := columnar.Column{Name: "band", Strings: c.Band, Whole: true}
	if c.Low == nil {
		return append(columns, band)
	}
	columns = append(columns,
		columnar.Column{Name: "interval_low", Numbers: c.Low, Whole: true}, columnar.Column{Name: "interval_high", Numbers: c.High, Whole: true},
		band, columnar.Column{Name: "cluster_id", Strings: c.ClusterID}, columnar.Column{Name: "cluster_name", Strings: c.ClusterName},
		columnar.Column{Name: "membership", Numbers: c.Membership, Whole: true}, columnar.Column{Name: "first_reason", Strings: reasons},
	)
	if c.Points == nil {
		return columns
	}
	columns = append(columns, columnar.Column{Name: "baseline_points", Numbers: c.Baseline, Whole: true})
	for e, name := range c.Entries {
		columns = append(columns, columnar.Column{Name: "points:" + name, Numbers: c.Points[e], Whole: true})
	}
	return columns
}
