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
	Bytes    int64          `json:"bytes"`    // of the file or the tables
	Accounts int            `json:"accounts"` // with an answer, without those that have left
	Left     int            `json:"left"`     // accounts that have left
	Bands    map[string]int `json:"bands"`    // accounts by the band that is shown
	Answers  int            `json:"answers"`
	Dates    []historyDate  `json:"dates"`  // ascending
	Models   []historyModel `json:"models"` // by version
	Audit    []auditLine    `json:"audit"`  // newest first
}

// historyDate is an as-of date with answers.
type historyDate struct {
	AsOf    string         `json:"as_of"` // 2006-01-02
	Answers int            `json:"answers"`
	Models  map[string]int `json:"models"` // answers by version
}

// historyModel is a model that answered.
type historyModel struct {
	Version    string     `json:"version"`
	Answers    int        `json:"answers"`
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
	s := &historyStatus{History: location(dsn), Bands: map[string]int{}, Dates: []historyDate{}, Models: []historyModel{}, Audit: []auditLine{}}
	sum, err := store.Summary(ctx, history.Query{})
	if err != nil {
		return nil, err
	}
	contents, err := store.Contents(ctx)
	if err != nil {
		return nil, err
	}
	answers := s.count(contents)
	for _, g := range sum.Bands {
		s.Bands[g.ID] = g.Accounts
	}
	models, err := store.Models(ctx)
	if err != nil {
		return nil, err
	}
	for _, m := range models {
		s.Models = append(s.Models, historyModel{m.Version, answers[m.Version], known(m.TrainedAt), known(m.PromotedAt)})
	}
	log, err := store.Audit(ctx, cmp.Or(lines, lastAudited))
	for _, e := range log {
		s.Audit = append(s.Audit, auditLine{e.At, e.Actor, e.Action, e.AccountID, e.Subject, e.Detail})
	}
	return s, err
}

// count fills in how much there is, and returns the answers by model.
func (s *historyStatus) count(c history.Contents) map[string]int {
	s.Accounts, s.Left, s.Answers, s.Bytes = c.Accounts, c.Left, c.Answers, c.Bytes
	byModel := map[string]int{}
	for _, d := range c.Dates {
		at := d.AsOf.Format(time.DateOnly)
		if n := len(s.Dates); n == 0 || s.Dates[n-1].AsOf != at {
			s.Dates = append(s.Dates, historyDate{AsOf: at, Models: map[string]int{}})
		}
		last := &s.Dates[len(s.Dates)-1]
		last.Answers += d.Answers
		last.Models[d.Model] += d.Answers
		byModel[d.Model] += d.Answers
	}
	return byModel
}

// shownDates is how many dates are listed as text, the newest.
const shownDates = 12

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
	fmt.Fprintf(a.stdout, "%s: %d accounts: %d healthy, %d at risk, %d sick; %d have left\n",
		s.History, s.Accounts, s.Bands["healthy"], s.Bands["at_risk"], s.Bands["sick"], s.Left)
	fmt.Fprintf(a.stdout, "%d answers at %d dates in %.1f MB\n\n", s.Answers, len(s.Dates), float64(s.Bytes)/1e6)
	t := a.table("as of", "answers", "models")
	older := max(0, len(s.Dates)-shownDates)
	for _, d := range s.Dates[older:] {
		t.AppendRow([]any{d.AsOf, d.Answers, strings.Join(slices.Sorted(maps.Keys(d.Models)), ", ")})
	}
	if err := a.print(t); err != nil {
		return err
	}
	if older > 0 {
		fmt.Fprintf(a.stdout, "and %d dates from %s on; --json lists them all\n", older, s.Dates[0].AsOf)
	}
	fmt.Fprintln(a.stdout)
	t = a.table("model", "answers", "trained at", "promoted at")
	for _, m := range s.Models {
		t.AppendRow([]any{m.Version, m.Answers, moment(m.TrainedAt), moment(m.PromotedAt)})
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
