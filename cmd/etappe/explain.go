package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/etappe/etappe/datasets"
	"github.com/etappe/etappe/features"
	"github.com/etappe/etappe/serve/account"
	"github.com/etappe/etappe/serve/explain"
	"github.com/etappe/etappe/serve/score"
	"github.com/etappe/etappe/serve/text"
)

type explainCommand struct {
	dataFlags
	modelFlags
	historyFlags
	Account   string        `help:"Account id." required:"" placeholder:"ID"`
	From      day           `help:"First date; default: 90 days before --to, or the stored date before it." placeholder:"DATE"`
	To        day           `help:"Second date; default: the day after the last event, or the latest stored date." placeholder:"DATE"`
	Reference string        `help:"What to hold the score against, with --history: previous, cluster or renewed_peers." enum:"previous,cluster,renewed_peers" default:"previous"`
	Language  text.Language `help:"Language of the answer, by its tag: en, de." default:"en" placeholder:"TAG"`
	JSON      bool          `help:"Print JSON."`
}

// Run explains the movement between two dates, from stored answers or from the
// tables.
func (c *explainCommand) Run(ctx context.Context, a *app) error {
	conf, err := loadConfig(c.Config, c.Data)
	if err != nil {
		return err
	}
	stored := c.History != "" || c.Data == "" && c.dsn(conf) != ""
	switch {
	case stored && c.Data != "":
		return fmt.Errorf("%w: give either --data DIR or --history DSN", datasets.ErrConfig)
	case !stored && c.Data == "":
		return fmt.Errorf("%w: explain needs --data DIR or --history DSN", datasets.ErrConfig)
	case !stored && c.Reference != string(explain.ReferencePrevious):
		return fmt.Errorf("%w: --reference %s needs --history", datasets.ErrConfig, c.Reference)
	case c.Reference != string(explain.ReferencePrevious) && !c.From.IsZero():
		return fmt.Errorf("%w: --from belongs to the reference previous, not to %s", datasets.ErrConfig, c.Reference)
	}
	compute := c.fromTables
	if stored {
		compute = c.fromHistory
	}
	e, err := compute(ctx, a, conf)
	if err != nil {
		return err
	}
	c.Language.Explanation(e)
	if c.JSON {
		return a.printJSON(e)
	}
	return a.printExplanation(c.Language, e)
}

// fromHistory explains stored answers by the models that gave them.
func (c *explainCommand) fromHistory(ctx context.Context, a *app, conf *config) (e *explain.Explanation, err error) {
	store, err := a.readHistory(ctx, c.dsn(conf))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	s, err := c.scorer()
	if err != nil {
		return nil, err
	}
	accounts := account.New(account.Options{Clock: a.now, History: store, Models: c.older,
		Current: func() (*score.Scorer, error) { return s, nil }})
	return accounts.Explanation(ctx, c.Account, c.From.Time, c.To.Time, explain.Reference(c.Reference))
}

// fromTables computes both dates anew, by one model.
func (c *explainCommand) fromTables(ctx context.Context, a *app, conf *config) (*explain.Explanation, error) {
	s, err := c.scorer()
	if err != nil {
		return nil, err
	}
	tables, err := datasets.Read(ctx, c.Data, conf.Sources, datasets.Options{Now: a.now()})
	if err != nil {
		return nil, err
	}
	account, ok := tables.AccountIndex()[c.Account]
	if !ok {
		return nil, fmt.Errorf("%w: there is no account %q", datasets.ErrConfig, c.Account)
	}
	if err := c.dates(ctx, a, tables); err != nil {
		return nil, err
	}
	snapshots := conf.schedule().Account(tables, account, []time.Time{c.From.Time, c.To.Time})
	if len(snapshots) != 2 {
		return nil, fmt.Errorf("%w: account %q did not exist on both %s and %s (created %s)", datasets.ErrConfig, c.Account,
			c.From.Format(time.DateOnly), c.To.Format(time.DateOnly), tables.Accounts[account].CreatedAt.Format(time.DateOnly))
	}
	return movement(ctx, a, s, tables, snapshots)
}

// dates fills in the defaults and refuses an order that runs backwards.
func (c *explainCommand) dates(ctx context.Context, a *app, t *datasets.Tables) error {
	var err error
	if c.To.Time, err = a.asOf(ctx, t, c.To); err != nil {
		return err
	}
	if c.From.IsZero() {
		c.From.Time = c.To.AddDate(0, 0, -90)
	}
	if !c.From.Before(c.To.Time) {
		return fmt.Errorf("%w: --from %s is not before --to %s", datasets.ErrConfig,
			c.From.Format(time.DateOnly), c.To.Format(time.DateOnly))
	}
	return nil
}

// movement explains what moved between the two snapshots of one account.
func movement(ctx context.Context, a *app, s *score.Scorer, t *datasets.Tables, snapshots []features.Snapshot) (*explain.Explanation, error) {
	p, err := account.Build(ctx, s, t, snapshots, nil)
	if err != nil {
		return nil, err
	}
	if err := a.noPath(p, false); err != nil {
		return nil, err
	}
	for _, one := range snapshots {
		types, err := features.FindSilent(ctx, t, s.Catalog(), one.AsOf)
		if err != nil {
			return nil, err
		}
		p.Unobserved(one.AsOf, types)
	}
	from, err := p.Input(s, 0, 1)
	if err != nil {
		return nil, err
	}
	to, err := p.Input(s, 1, 2)
	if err != nil {
		return nil, err
	}
	if err := p.CountWeeks(ctx, s); err != nil {
		return nil, err
	}
	e, err := explain.Compare([2][2]*score.Input{{from, nil}, {nil, to}}, [2]*score.Scorer{s, s}, explain.CompareOptions{Now: a.now(), Observed: p.Observed(s, 1)})
	if err != nil {
		return nil, err
	}
	return e, explain.AddWhatNext(e)
}

// printExplanation shows the sentence, the reasons, the waterfall and what is next.
func (a *app) printExplanation(l text.Language, e *explain.Explanation) error {
	fmt.Fprintf(a.stdout, "%s\n\n", e.Sentence)
	for _, r := range e.Reasons {
		fmt.Fprintf(a.stdout, "  %5s  %s  [%s]\n", r.Amount, r.Text, r.Code)
		for _, m := range r.Members {
			if *m.Shown != 0 {
				fmt.Fprintf(a.stdout, "         %5s  %s\n", l.Change(*m.Shown), m.Label)
			}
		}
	}
	_, err := fmt.Fprintf(a.stdout, "\n%s\n%s\n%s", l.Waterfall(e, a.width), l.Models(e), l.WhatNextLines(e.WhatNext))
	for _, w := range e.Warnings {
		fmt.Fprintf(a.stderr, "warning: %s: %s\n", w.Code, w.Text)
	}
	return err
}
