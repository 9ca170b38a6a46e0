package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/etappe/etappe/datasets"
	"github.com/etappe/etappe/features"
	"github.com/etappe/etappe/models/artifact"
	"github.com/etappe/etappe/serve/account"
	"github.com/etappe/etappe/serve/history"
	"github.com/etappe/etappe/serve/score"
)

// storing is a portfolio on its way into a history.
type storing struct {
	model         history.Model
	scorer        *score.Scorer
	accounts      []history.Account
	interventions []history.Intervention
	actor         string
	part          bool           // not all accounts: nobody is marked as having left
	bands         map[string]int // answers written, by the band that is shown
}

// storing prepares a portfolio to be stored; its model is still to be named.
func (p *portfolio) storing(s *score.Scorer, actor string) *storing {
	w := &storing{scorer: s, actor: actor, bands: noBands()}
	if p.tables != nil {
		w.accounts = accountRows(p.tables, p.snapshots)
		w.interventions = interventionRows(p.tables, p.snapshots)
	}
	return w
}

// write stores the portfolio's answers in one transaction.
func (s *storing) write(ctx context.Context, store *history.Store, p *portfolio, b *bars) (written history.Written, err error) {
	w, err := store.Begin(ctx, s.actor)
	if err != nil {
		return written, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(ctx.Err(), err, w.Rollback()) // an interrupted database says so in words of its own
		}
	}()
	if err := w.Model(s.model); err != nil {
		return written, err
	}
	for i := range s.accounts {
		if err := w.Account(s.accounts[i]); err != nil {
			return written, err
		}
	}
	for from := 0; from < len(p.ids); from += scoreChunk {
		to := min(from+scoreChunk, len(p.ids))
		if err := s.snapshots(ctx, w, p, from, to); err != nil {
			return written, err
		}
		b.report("storing", to, len(p.ids))
	}
	for _, i := range s.interventions {
		if err := w.Intervention(i); err != nil {
			return written, err
		}
	}
	if len(p.asOf) > 0 && !s.part {
		if err := w.Whole(p.asOf[len(p.asOf)-1]); err != nil {
			return written, err
		}
	}
	written, err = w.Commit()
	for band, n := range w.Bands() {
		s.bands[band] += n
	}
	return written, err
}

// snapshots scores and stores a run of rows.
func (s *storing) snapshots(ctx context.Context, w *history.Writer, p *portfolio, from, to int) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	in, err := p.rows(s.scorer, from, to)
	if err != nil {
		return err
	}
	list, err := account.Snapshots(s.scorer, in)
	if err != nil {
		return err
	}
	for i := range list {
		if err := w.Snapshot(&list[i]); err != nil {
			return err
		}
	}
	return nil
}

// historyModelOf is what a history keeps of a stored model. When it became the
// champion is in the registry's list of promotions, also after another has.
func historyModelOf(registry *artifact.Registry, entry artifact.Entry, fingerprint string) (history.Model, error) {
	m := history.Model{Version: entry.Version, TrainedAt: entry.TrainedAt, Fingerprint: fingerprint}
	promotions, err := registry.History()
	for _, p := range promotions {
		if p.Version == entry.Version {
			m.PromotedAt = p.At
		}
	}
	return m, err
}

// The attributes that hold an account's name, and who looks after it, under the
// names that teams give them.
var (
	nameColumns  = []string{"name", "account_name", "company", "company_name"}
	ownerColumns = []string{"owner", "account_owner", "csm", "csm_name", "account_manager"}
)

// accountRows says what the tables know of the accounts of some snapshots.
func accountRows(t *datasets.Tables, snapshots []features.Snapshot) []history.Account {
	name, owner := attributeAt(t, nameColumns), attributeAt(t, ownerColumns)
	value := arrOf(t)
	rows := make([]history.Account, 0, len(snapshots))
	for _, s := range snapshots {
		a := &t.Accounts[s.Account]
		rows = append(rows, history.Account{
			ID: a.ID, Name: attribute(a, name), Owner: attribute(a, owner), Parent: a.ParentID,
			CreatedAt: a.CreatedAt, DueOn: s.DueOn, ARR: value(s),
		})
	}
	return rows
}

// attributeAt finds the first of the names among the attributes; −1: none.
func attributeAt(t *datasets.Tables, names []string) int {
	for _, name := range names {
		at := slices.IndexFunc(t.Attributes, func(a datasets.Attribute) bool { return strings.EqualFold(a.Name, name) })
		if at >= 0 && t.Attributes[at].Categorical {
			return at
		}
	}
	return -1
}

func attribute(a *datasets.Account, at int) string {
	if at < 0 || !a.Attributes[at].Known {
		return ""
	}
	return a.Attributes[at].Text
}

// arrOf returns what tells the ARR of an account at a snapshot: that before its
// next renewal or else that after the last one decided by then; NaN: unknown.
func arrOf(t *datasets.Tables) func(features.Snapshot) float64 {
	decided := map[int32][]int{}
	for i, r := range t.Renewals {
		if r.Outcome == datasets.Renewed && !math.IsNaN(r.ARRAfter) {
			decided[r.Account] = append(decided[r.Account], i)
		}
	}
	for _, list := range decided {
		slices.SortFunc(list, func(a, b int) int {
			return cmp.Or(t.Renewals[a].DecidedOn.Compare(t.Renewals[b].DecidedOn), cmp.Compare(a, b))
		})
	}
	return func(s features.Snapshot) float64 {
		if s.Renewal >= 0 && !math.IsNaN(t.Renewals[s.Renewal].ARRBefore) {
			return t.Renewals[s.Renewal].ARRBefore
		}
		arr := math.NaN()
		for _, i := range decided[s.Account] {
			if t.Renewals[i].DecidedOn.Before(s.AsOf) {
				arr = t.Renewals[i].ARRAfter
			}
		}
		return arr
	}
}

// interventionRows are the interventions that the snapshots' accounts had seen
// by their dates.
func interventionRows(t *datasets.Tables, snapshots []features.Snapshot) []history.Intervention {
	until := map[int32]time.Time{}
	for _, s := range snapshots {
		until[s.Account] = s.AsOf
	}
	var rows []history.Intervention
	for _, i := range t.Interventions {
		if i.At.Before(until[i.Account]) {
			rows = append(rows, history.Intervention{AccountID: t.Accounts[i.Account].ID, At: i.At, Kind: i.Kind, Owner: i.Owner})
		}
	}
	return rows
}

// describe says what a write did.
func describe(w history.Written) string {
	text := fmt.Sprintf("%d answers new, %d replaced, %d as they were", w.Inserted, w.Replaced, w.Unchanged)
	if w.Left+w.Back > 0 {
		text += fmt.Sprintf("; %d accounts left, %d are back", w.Left, w.Back)
	}
	return text
}
