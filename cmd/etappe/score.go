package main

import (
	"context"
	"fmt"
	"time"

	"github.com/etappe/etappe/datasets"
	"github.com/etappe/etappe/serve"
)

type scoreCommand struct {
	dataFlags
	modelFlags
	Table         string  `help:"Feature table instead of --data." type:"existingfile" placeholder:"FILE"`
	ID            string  `name:"id" help:"Column with the account id (with --table)." placeholder:"COL"`
	AsOf          day     `help:"Date of the scores; default: the day after the last event, or today with --table." placeholder:"DATE"`
	Out           outFile `help:"Parquet or CSV file to write." required:"" placeholder:"FILE"`
	Contributions string  `help:"Columns of contributions in points: none, top or all." enum:"none,top,all" default:"none"`
	JSON          bool    `help:"Print a summary as JSON."`
}

// Run scores every account and writes one row each.
func (c *scoreCommand) Run(ctx context.Context, a *app) error {
	if err := either(c.Data, c.Table); err != nil {
		return err
	}
	b := a.bars()
	defer b.close()
	s, err := c.scorer()
	if err != nil {
		return err
	}
	p, err := c.read(ctx, a, s, b)
	if err != nil {
		return err
	}
	count, err := writeScores(ctx, s, p, details[c.Contributions], string(c.Out), b)
	if err != nil {
		return err
	}
	b.close()
	version := s.Info(a.now()).Version
	fmt.Fprintf(a.stderr, "scored %d accounts with %s into %s\n", len(p.ids), version, c.Out)
	if !c.JSON {
		return nil
	}
	return a.printJSON(scoreSummary{Accounts: len(p.ids), AsOf: c.AsOf.Format(time.DateOnly), Model: version,
		Out: string(c.Out), Bands: count})
}

// scoreSummary is what score reports as JSON.
type scoreSummary struct {
	Accounts int            `json:"accounts"`
	AsOf     string         `json:"as_of"`
	Model    string         `json:"model"`
	Out      string         `json:"out"`
	Bands    map[string]int `json:"bands"`
}

// read builds the rows to score from whichever door was named.
func (c *scoreCommand) read(ctx context.Context, a *app, s *serve.Scorer, b *bars) (*portfolio, error) {
	if c.Table != "" {
		if err := a.notToCome(c.AsOf); err != nil {
			return nil, err
		}
		if c.AsOf.IsZero() {
			c.AsOf.Time = a.now().UTC().Truncate(24 * time.Hour)
		}
		return tablePortfolio(ctx, a, s, c.Table, c.ID, c.AsOf.Time)
	}
	conf, tables, err := c.open(ctx, a)
	if err != nil {
		return nil, err
	}
	if c.AsOf.Time, err = a.asOf(ctx, tables, c.AsOf); err != nil {
		return nil, err
	}
	return build(ctx, s, tables, conf.schedule().At(tables, c.AsOf.Time), b.of("features"))
}

// details are the values of --contributions.
var details = map[string]serve.Detail{"all": serve.DetailAll, "top": serve.DetailTop, "none": serve.DetailNone}

// writeScores scores a portfolio into a file and returns the number of rows in
// each band.
func writeScores(ctx context.Context, s *serve.Scorer, p *portfolio, detail serve.Detail, path string, b *bars) (map[string]int, error) {
	out := &scores{scorer: s, portfolio: p, detail: detail, bands: map[string]int{"healthy": 0, "at_risk": 0, "sick": 0}}
	err := datasets.WriteBlocks(path, func() ([]datasets.OutColumn, error) {
		block, err := out.next(ctx)
		b.report("scoring", min(out.done, len(p.ids)), len(p.ids))
		return block, err
	})
	return out.bands, err
}

// scores answers for a portfolio, a run of rows at a time.
type scores struct {
	scorer    *serve.Scorer
	portfolio *portfolio
	detail    serve.Detail
	done      int
	bands     map[string]int // rows of each band
}

// scoreChunk bounds the answers that are in memory at once.
const scoreChunk = 1 << 16

// next scores the next rows; nil when all are.
func (s *scores) next(ctx context.Context) ([]datasets.OutColumn, error) {
	rows := len(s.portfolio.ids)
	if s.done > 0 && s.done >= rows {
		return nil, nil
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	from, to := s.done, min(s.done+scoreChunk, rows)
	in, err := s.portfolio.rows(s.scorer, from, to)
	if err != nil {
		return nil, err
	}
	in.Detail = s.detail
	c, err := s.scorer.ScoreColumns(in, true)
	if err != nil {
		return nil, err
	}
	for _, band := range c.Band {
		s.bands[band]++
	}
	s.done = max(to, 1)
	return scoreColumns(in, c), nil
}

// scoreColumns lists what score writes; baseline_points and the points columns
// of a row sum to its health score.
func scoreColumns(in *serve.Input, c *serve.Columns) []datasets.OutColumn {
	columns := []datasets.OutColumn{
		{Name: "account_id", Strings: in.AccountIDs}, {Name: "as_of", Times: in.AsOf},
		{Name: "health_score", Numbers: c.Health}, {Name: "churn_probability", Numbers: c.Churn},
		{Name: "interval_low", Numbers: c.Low}, {Name: "interval_high", Numbers: c.High},
		{Name: "band", Strings: c.Band}, {Name: "cluster_id", Strings: c.ClusterID}, {Name: "cluster_name", Strings: c.ClusterName},
		{Name: "membership", Numbers: c.Membership}, {Name: "first_reason", Strings: c.FirstReason},
	}
	if c.Points == nil {
		return columns
	}
	columns = append(columns, datasets.OutColumn{Name: "baseline_points", Numbers: c.Baseline})
	for e, name := range c.Entries {
		columns = append(columns, datasets.OutColumn{Name: "points:" + name, Numbers: c.Points[e]})
	}
	return columns
}
