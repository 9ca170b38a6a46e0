package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/etappe/etappe/serve/history"
)

type historyCommand struct {
	storedHistory
	Keep  int  `help:"First drop what is more than this many months old; audited." placeholder:"MONTHS"`
	Audit int  `help:"List this many of the last lines of the audit log." placeholder:"N"`
	JSON  bool `help:"Print JSON."`
}

// Validate refuses numbers that mean nothing.
func (c *historyCommand) Validate() error {
	if c.Keep < 0 || c.Audit < 0 {
		return errors.New("--keep and --audit are numbers above 0")
	}
	return nil
}

// Run says what a history holds.
func (c *historyCommand) Run(ctx context.Context, a *app) (err error) {
	store, conf, err := c.open(ctx, a)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	if c.Keep > 0 {
		if err := a.keep(ctx, store, c.Keep); err != nil {
			return err
		}
	}
	status, err := a.statusOf(ctx, store, c.dsn(conf), c.Audit)
	if err != nil {
		return err
	}
	if c.JSON {
		return a.printJSON(status)
	}
	return a.printStatus(status)
}

// historyStatus is what a history holds.
type historyStatus struct {
	History  string         `json:"history"`
	Accounts int            `json:"accounts"` // with an answer
	Bands    map[string]int `json:"bands"`    // accounts by the band of their latest answer
	Models   []historyModel `json:"models"`   // by version
	Audit    []auditLine    `json:"audit"`    // newest first
}

// historyModel is a model that answered.
type historyModel struct {
	Version    string     `json:"version"`
	TrainedAt  *time.Time `json:"trained_at"`
	PromotedAt *time.Time `json:"promoted_at"`
}

// auditLine is a line of the audit log.
type auditLine struct {
	At      time.Time `json:"at"`
	Actor   string    `json:"actor"`
	Action  string    `json:"action"`
	Account string    `json:"account_id"`
	Subject string    `json:"subject"`
	Detail  string    `json:"detail"`
}

// lastAudited is how many lines of the audit log are shown unasked.
const lastAudited = 3

func (a *app) statusOf(ctx context.Context, store *history.Store, dsn string, lines int) (*historyStatus, error) {
	s := &historyStatus{History: location(dsn), Bands: map[string]int{}, Models: []historyModel{}, Audit: []auditLine{}}
	sum, err := store.Summary(ctx, history.Query{})
	if err != nil {
		return nil, err
	}
	s.Accounts = sum.Accounts
	for _, g := range sum.Bands {
		s.Bands[g.ID] = g.Accounts
	}
	models, err := store.Models(ctx)
	if err != nil {
		return nil, err
	}
	for _, m := range models {
		s.Models = append(s.Models, historyModel{m.Version, known(m.TrainedAt), known(m.PromotedAt)})
	}
	log, err := store.Audit(ctx, cmp.Or(lines, lastAudited))
	for _, e := range log {
		s.Audit = append(s.Audit, auditLine{e.At, e.Actor, e.Action, e.AccountID, e.Subject, e.Detail})
	}
	return s, err
}

// known is a time, nil for the zero one.
func known(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// moment writes a time that may be unknown.
func moment(t *time.Time) string {
	if t == nil {
		return "-"
	}
	return t.UTC().Format(time.DateTime)
}

func (a *app) printStatus(s *historyStatus) error {
	fmt.Fprintf(a.stdout, "%s: %d accounts: %d healthy, %d at risk, %d sick\n\n",
		s.History, s.Accounts, s.Bands["healthy"], s.Bands["at_risk"], s.Bands["sick"])
	t := a.table("model", "trained at", "promoted at")
	for _, m := range s.Models {
		t.AppendRow([]any{m.Version, moment(m.TrainedAt), moment(m.PromotedAt)})
	}
	if err := a.print(t); err != nil {
		return err
	}
	fmt.Fprintln(a.stdout)
	t = a.table("audited at", "by", "what", "about", "detail")
	for _, l := range s.Audit {
		t.AppendRow([]any{l.At.UTC().Format(time.DateTime), l.Actor, l.Action, cmp.Or(l.Account, l.Subject, "-"), l.Detail})
	}
	return a.print(t)
}
