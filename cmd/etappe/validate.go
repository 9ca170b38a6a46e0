package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/etappe/etappe/datasets"
	"github.com/etappe/etappe/serve/text/terminal"
)

type validateCommand struct {
	dataFlags
	JSON bool `help:"Print JSON."`
}

// Run reads everything once and prints the readiness table.
func (c *validateCommand) Run(ctx context.Context, a *app) error {
	if c.Data == "" {
		return fmt.Errorf("%w: validate needs --data DIR", datasets.ErrConfig)
	}
	r, warnings, err := c.assess(ctx, a)
	var broken *datasets.ContractError
	switch {
	case c.JSON && errors.As(err, &broken):
		return errors.Join(err, a.printJSON(problemList{broken.Problems, broken.Total}))
	case err != nil:
		return err
	case c.JSON:
		err = a.printJSON(assessed{r, warnings})
	default:
		err = a.printReadiness(r, warnings)
	}
	return errors.Join(err, r.Err())
}

// assessed and problemList are what validate prints as JSON: the one for data
// that keep their contract, the other for data that break it.
type (
	assessed struct {
		*datasets.Readiness
		Warnings map[string]int `json:"warnings,omitempty"`
	}
	problemList struct {
		Problems []datasets.Problem `json:"problems"`
		Total    int                `json:"total"` // those left out included
	}
)

// assess reads everything once; the warnings count what is odd but allowed.
func (c *validateCommand) assess(ctx context.Context, a *app) (*datasets.Readiness, map[string]int, error) {
	_, tables, err := c.open(ctx, a)
	if err != nil {
		return nil, nil, err
	}
	r, err := datasets.Assess(ctx, tables)
	return r, tables.Warnings, err
}

func (a *app) printReadiness(r *datasets.Readiness, warnings map[string]int) error {
	t := terminal.NewTable("event type", "rows", "accounts", "share", "first", "last", "with value", "with user", "late").Right(2, 9)
	for _, e := range r.EventTypes {
		t.Row(e.Type, e.Rows, e.Accounts, percent(e.AccountShare), date(e.First), date(e.Last),
			percent(e.ValueShare), percent(e.UserShare), percent(e.LateShare))
	}
	if err := t.Write(a.stdout); err != nil {
		return err
	}
	n := r.Renewals
	fmt.Fprintf(a.stdout, "\n%d accounts; %d renewals decided (%d renewed, %d churned), %d open, due %s to %s\n",
		r.Accounts, n.Decided, n.Renewed, n.Churned, n.Open, date(n.FirstDue), date(n.LastDue))
	fmt.Fprintf(a.stdout, "%s of the decided renewals have usage in the 180 days before, %s in the 28 days before\n\n",
		percent(n.Usage180), percent(n.Usage28))
	fmt.Fprintf(a.stdout, "labels: %s\n", r.Labels.Definition)
	for _, note := range slices.Concat(r.Labels.Notes, r.Notes) {
		fmt.Fprintln(a.stdout, "note:", note)
	}
	fmt.Fprintln(a.stdout)
	for _, v := range r.Verdicts {
		fmt.Fprintf(a.stdout, "%-4s  %s: %s\n", v.Level, v.Code, v.Text)
	}
	a.warnings(warnings)
	return nil
}

// warnings prints what is odd but allowed, with how often it occurs.
func (a *app) warnings(counts map[string]int) {
	for _, rule := range slices.Sorted(maps.Keys(counts)) {
		fmt.Fprintf(a.stderr, "warning: %s: %d\n", rule, counts[rule])
	}
}

func percent(share float64) string {
	return strings.TrimSuffix(terminal.Number(100*share, 0), "-") + "%"
}

// date leaves a date that is not known empty.
func date(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.DateOnly)
}
