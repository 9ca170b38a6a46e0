package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/etappe/etappe/serve/account"
	"github.com/etappe/etappe/serve/history"
	"github.com/etappe/etappe/serve/text/terminal"
)

type historyCommand struct {
	storedHistory
	Keep  int  `help:"First drop answers that are more than this many months older than the last portfolio, but no account's latest one; audited." placeholder:"MONTHS"`
	Left  bool `help:"With --keep: accounts too that have left and whose latest answer is older."`
	Yes   bool `help:"Drop without a question, however much it is."`
	Audit int  `help:"List this many of the last lines of the audit log." placeholder:"N"`
	JSON  bool `help:"Print JSON."`
}

// Validate refuses numbers that mean nothing.
func (c *historyCommand) Validate() error {
	if c.Keep < 0 || c.Audit < 0 {
		return errors.New("--keep and --audit are numbers above 0")
	}
	if c.Left && c.Keep == 0 {
		return errors.New("--left goes with --keep MONTHS")
	}
	return nil
}

// Run prints what a history holds.
func (c *historyCommand) Run(ctx context.Context, a *app) (err error) {
	store, conf, err := c.open(ctx, a)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	if c.Keep > 0 {
		if err := a.keep(ctx, store, history.Retention{Months: c.Keep, Left: c.Left}, c.Yes); err != nil {
			return err
		}
	}
	status, err := account.StatusOf(ctx, store, cmp.Or(c.Audit, lastAudited))
	if err != nil {
		return err
	}
	status.History = location(c.dsn(conf))
	if c.JSON {
		return a.printJSON(status)
	}
	return a.printStatus(status)
}

// lastAudited is how many lines of the audit log are shown by default.
const lastAudited = 3

// shownDates is how many dates are listed as text, the newest.
const shownDates = 12

// moment writes a time that may be unknown.
func moment(t *time.Time) string {
	if t == nil {
		return "-"
	}
	return t.UTC().Format(time.DateTime)
}

func (a *app) printStatus(s *account.Status) error {
	fmt.Fprintf(a.stdout, "%s: %d accounts: %d healthy, %d at risk, %d sick; %d have left\n",
		s.History, s.Accounts, s.Bands["healthy"], s.Bands["at_risk"], s.Bands["sick"], s.Left)
	fmt.Fprintf(a.stdout, "%d answers at %d dates in %.1f MB\n\n", s.Answers, len(s.Dates), float64(s.Bytes)/1e6)
	t := terminal.NewTable("as of", "answers", "models")
	older := max(0, len(s.Dates)-shownDates)
	for _, d := range s.Dates[older:] {
		t.Row(d.AsOf, d.Answers, strings.Join(slices.Sorted(maps.Keys(d.Models)), ", "))
	}
	if err := t.Write(a.stdout); err != nil {
		return err
	}
	if older > 0 {
		fmt.Fprintf(a.stdout, "and %d dates from %s on; --json lists them all\n", older, s.Dates[0].AsOf)
	}
	fmt.Fprintln(a.stdout)
	t = terminal.NewTable("model", "answers", "trained at", "promoted at")
	for _, m := range s.Models {
		t.Row(m.Version, m.Answers, moment(m.TrainedAt), moment(m.PromotedAt))
	}
	if err := t.Write(a.stdout); err != nil {
		return err
	}
	fmt.Fprintln(a.stdout)
	t = terminal.NewTable("audited at", "by", "what", "about", "detail")
	for _, l := range s.Audit {
		t.Row(l.At.UTC().Format(time.DateTime), l.Actor, l.Action, cmp.Or(l.Account, l.Subject, "-"), l.Detail)
	}
	return t.Write(a.stdout)
}
