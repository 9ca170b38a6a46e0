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
	out, err := scorePortfolio(ctx, a, s, p, c.Contributions, b)
	if err != nil {
		return err
	}
	if err := datasets.WriteColumns(string(c.Out), out.columns()); err != nil {
		return err
	}
	b.close()
	version := s.Info(a.now()).Version
	fmt.Fprintf(a.stderr, "scored %d accounts with %s into %s\n", len(out.ids), version, c.Out)
	if !c.JSON {
		return nil
	}
	return a.printJSON(scoreSummary{Accounts: len(out.ids), AsOf: c.AsOf.Format(time.DateOnly), Model: version,
		Out: string(c.Out), Bands: out.bands()})
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
		return tablePortfolio(ctx, s, c.Table, c.ID, c.AsOf.Time)
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

// scores collects answers column by column.
type scores struct {
	ids, band, cluster, name, reason []string
	asOf                             []time.Time
	health, churn, low, high         []float64
	membership, baseline             []float64
	entries                          []string             // names of contributions, in order of appearance
	points                           map[string][]float64 // [entry][row]; absent rows are 0
}

// scoreChunk bounds the answers that are in memory at once.
const scoreChunk = 4096

// scorePortfolio answers for every row.
func scorePortfolio(ctx context.Context, a *app, s *serve.Scorer, p *portfolio, contributions string, b *bars) (*scores, error) {
	out := &scores{points: map[string][]float64{}}
	detail := map[string]serve.Detail{"all": serve.DetailAll, "top": serve.DetailTop, "none": serve.DetailNone}[contributions]
	for from := 0; from < len(p.ids); from += scoreChunk {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		to := min(from+scoreChunk, len(p.ids))
		in, err := p.rows(s, from, to)
		if err != nil {
			return nil, err
		}
		in.Detail = detail
		answers, err := s.Score(in, a.now())
		if err != nil {
			return nil, err
		}
		for i := range answers {
			out.add(&answers[i], p.asOf[from+i])
		}
		b.report("scoring", to, len(p.ids))
	}
	for name := range out.points {
		out.points[name] = padded(out.points[name], len(out.ids))
	}
	return out, nil
}

func (s *scores) add(a *serve.Answer, asOf time.Time) {
	row := len(s.ids)
	s.ids, s.asOf = append(s.ids, a.AccountID), append(s.asOf, asOf)
	s.health, s.churn = append(s.health, a.HealthScore), append(s.churn, a.ChurnProbability)
	s.low, s.high = append(s.low, a.Interval.Low), append(s.high, a.Interval.High)
	s.band, s.cluster, s.name = append(s.band, a.Band), append(s.cluster, a.Cluster.ID), append(s.name, a.Cluster.Name)
	s.membership, s.baseline = append(s.membership, a.Cluster.Membership), append(s.baseline, a.Baseline.Points)
	reason := ""
	if len(a.Reasons) > 0 {
		reason = a.Reasons[0].Text
	}
	s.reason = append(s.reason, reason)
	for _, c := range a.Contributions {
		if s.points[c.Feature] == nil {
			s.entries = append(s.entries, c.Feature)
		}
		s.points[c.Feature] = append(padded(s.points[c.Feature], row), c.Points)
	}
}

// bands counts the rows of each band.
func (s *scores) bands() map[string]int {
	count := map[string]int{"healthy": 0, "at_risk": 0, "sick": 0}
	for _, b := range s.band {
		count[b]++
	}
	return count
}

// padded fills a column up with zeros: an entry that an answer does not list
// contributed nothing.
func padded(column []float64, rows int) []float64 {
	for len(column) < rows {
		column = append(column, 0)
	}
	return column
}

// columns lists what score writes; baseline_points and the points columns of a
// row sum to its health score.
func (s *scores) columns() []datasets.OutColumn {
	columns := []datasets.OutColumn{
		{Name: "account_id", Strings: s.ids}, {Name: "as_of", Times: s.asOf},
		{Name: "health_score", Numbers: s.health}, {Name: "churn_probability", Numbers: s.churn},
		{Name: "interval_low", Numbers: s.low}, {Name: "interval_high", Numbers: s.high},
		{Name: "band", Strings: s.band}, {Name: "cluster_id", Strings: s.cluster}, {Name: "cluster_name", Strings: s.name},
		{Name: "membership", Numbers: s.membership}, {Name: "first_reason", Strings: s.reason},
	}
	if len(s.entries) > 0 {
		columns = append(columns, datasets.OutColumn{Name: "baseline_points", Numbers: s.baseline})
	}
	for _, name := range s.entries {
		columns = append(columns, datasets.OutColumn{Name: "points:" + name, Numbers: s.points[name]})
	}
	return columns
}
