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
	"github.com/etappe/etappe/features"
	"github.com/etappe/etappe/features/catalog"
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
	r, err := c.assess(ctx, a)
	var broken *datasets.ContractError
	switch {
	case c.JSON && errors.As(err, &broken):
		return errors.Join(err, a.printJSON(problemList{broken.Problems, broken.Total}))
	case err != nil:
		return err
	case c.JSON:
		err = a.printJSON(r)
	default:
		err = a.printReadiness(r)
	}
	return errors.Join(err, r.Err())
}

// assessed and problemList are what validate prints as JSON: the one for data
// that keep their contract, the other for data that break it.
type (
	assessed struct {
		*datasets.Readiness
		LeftOut  []catalog.Omission `json:"left_out,omitempty"` // event types beyond those that become features
		Warnings map[string]int     `json:"warnings,omitempty"`
	}
	problemList struct {
		Problems []datasets.Problem `json:"problems"`
		Total    int                `json:"total"` // those left out included
	}
)

// assess reads everything; the warnings count what is odd but allowed.
func (c *validateCommand) assess(ctx context.Context, a *app) (*assessed, error) {
	conf, tables, err := c.open(ctx, a)
	if err != nil {
		return nil, err
	}
	r, err := datasets.Assess(ctx, tables)
	if err != nil {
		return nil, err
	}
	if err := silentVerdicts(ctx, a, tables, r); err != nil {
		return nil, err
	}
	var columns []string
	for _, one := range tables.Attributes {
		if !conf.Features.Drops(one.Name) {
			columns = append(columns, one.Name)
		}
	}
	r.RemarkProtected(columns)
	return &assessed{r, features.LeftOut(r.EventTypes), tables.Warnings}, nil
}

// silentVerdicts adds the event types that nearly all accounts stopped having at
// once, but those that have ended for good.
func silentVerdicts(ctx context.Context, a *app, t *datasets.Tables, r *datasets.Readiness) error {
	day, err := t.LastDay(ctx, a.now())
	if err != nil {
		return err
	}
	types, err := features.FindSilent(ctx, t, nil, day)
	if err != nil {
		return err
	}
	for _, one := range types {
		if !slices.ContainsFunc(r.Ended, func(e datasets.EndedType) bool { return e.Type == one.Type }) {
			r.Warn(datasets.VerdictTypeNotObserved, one.String())
		}
	}
	return nil
}

const (
	mostTypes    = 40 // lines of event types that are printed
	mostVerdicts = 5  // verdicts of one code that are printed
)

// mostFrequent returns the types with the most rows, in the order of the list.
func mostFrequent(list []datasets.TypeReadiness) []datasets.TypeReadiness {
	if len(list) <= mostTypes {
		return list
	}
	rows := make([]int64, len(list))
	for i := range list {
		rows[i] = list[i].Rows
	}
	slices.Sort(rows)
	least := rows[len(rows)-mostTypes]
	var out []datasets.TypeReadiness
	for _, one := range list {
		if one.Rows >= least && len(out) < mostTypes {
			out = append(out, one)
		}
	}
	return out
}

func (a *app) printReadiness(r *assessed) error {
	t := terminal.NewTable("event type", "rows", "accounts", "share", "first", "last", "with value", "with user", "late").Right(2, 9)
	shown := mostFrequent(r.EventTypes)
	for _, e := range shown {
		t.Row(e.Type, e.Rows, e.Accounts, percent(e.AccountShare), date(e.First), date(e.Last),
			percent(e.ValueShare), percent(e.UserShare), percent(e.LateShare))
	}
	if err := t.Write(a.stdout); err != nil {
		return err
	}
	if n := len(r.EventTypes) - len(shown); n > 0 {
		fmt.Fprintf(a.stdout, "and %d more event types, all rarer (--json lists them)\n", n)
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
	a.printVerdicts(r.Verdicts)
	a.leftOutOf(r.LeftOut)
	a.warnings(r.Warnings)
	return nil
}

// printVerdicts prints verdicts: of one code the first, and how many more there are.
func (a *app) printVerdicts(list []datasets.Verdict) {
	count, printed := map[string]int{}, map[string]int{}
	for _, v := range list {
		count[v.Code]++
	}
	for _, v := range list {
		if printed[v.Code]++; printed[v.Code] <= mostVerdicts {
			fmt.Fprintf(a.stdout, "%-4s  %s: %s\n", v.Level, v.Code, v.Text)
		}
		if more := count[v.Code] - mostVerdicts; more > 0 && printed[v.Code] == mostVerdicts {
			fmt.Fprintf(a.stdout, "%-4s  %s: and %d more (--json lists them)\n", v.Level, v.Code, more)
		}
	}
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
