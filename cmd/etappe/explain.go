package main

import (
	"context"
	"fmt"
	"time"

	"github.com/etappe/etappe/datasets"
	"github.com/etappe/etappe/features"
	"github.com/etappe/etappe/serve"
)

type explainCommand struct {
	dataFlags
	modelFlags
	Account string `help:"Account id." required:"" placeholder:"ID"`
	From    day    `help:"First date; default: 90 days before --to." placeholder:"DATE"`
	To      day    `help:"Second date; default: the day after the last event." placeholder:"DATE"`
	German  bool   `help:"Answer in German."`
	JSON    bool   `help:"Print JSON."`
}

// Run explains the movement between two dates.
func (c *explainCommand) Run(ctx context.Context, a *app) error {
	if c.Data == "" {
		return fmt.Errorf("%w: explain needs --data DIR", datasets.ErrConfig)
	}
	s, err := c.scorer()
	if err != nil {
		return err
	}
	conf, tables, err := c.open(ctx, a)
	if err != nil {
		return err
	}
	account, ok := tables.AccountIndex()[c.Account]
	if !ok {
		return fmt.Errorf("%w: there is no account %q", datasets.ErrConfig, c.Account)
	}
	if err := c.dates(ctx, a, tables); err != nil {
		return err
	}
	snapshots := conf.schedule().Account(tables, account, []time.Time{c.From.Time, c.To.Time})
	if len(snapshots) != 2 {
		return fmt.Errorf("%w: account %q did not exist on both %s and %s (created %s)", datasets.ErrConfig, c.Account,
			c.From.Format(time.DateOnly), c.To.Format(time.DateOnly), tables.Accounts[account].CreatedAt.Format(time.DateOnly))
	}
	e, err := explain(ctx, a, s, tables, snapshots, c.German)
	if err != nil {
		return err
	}
	if c.JSON {
		return a.printJSON(e)
	}
	return a.printExplanation(e)
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

// explain says what moved between the two snapshots of one account.
func explain(ctx context.Context, a *app, s *serve.Scorer, t *datasets.Tables, snapshots []features.Snapshot, german bool) (*serve.Explanation, error) {
	p, err := build(ctx, s, t, snapshots, nil)
	if err != nil {
		return nil, err
	}
	from, err := p.rows(s, 0, 1)
	if err != nil {
		return nil, err
	}
	to, err := p.rows(s, 1, 2)
	if err != nil {
		return nil, err
	}
	if german {
		to.Language = serve.German
	}
	return s.Explain(from, to, a.now())
}

// printExplanation shows the sentence, the reasons and the waterfall.
func (a *app) printExplanation(e *serve.Explanation) error {
	fmt.Fprintf(a.stdout, "%s\n\n", e.Sentence)
	for _, r := range e.Reasons {
		fmt.Fprintf(a.stdout, "  %5s  %s  [%s]\n", r.Amount, r.Text, r.Code)
	}
	_, err := fmt.Fprintf(a.stdout, "\n%s", e.Waterfall(a.width))
	for _, w := range e.Warnings {
		fmt.Fprintf(a.stderr, "warning: %s: %s\n", w.Code, w.Text)
	}
	return err
}
