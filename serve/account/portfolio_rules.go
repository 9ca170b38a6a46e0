package account

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/etappe/etappe/datasets"
	"github.com/etappe/etappe/features"
	"github.com/etappe/etappe/serve/history"
)

// The attributes that hold an account's name, and who is responsible for it,
// under the names that teams give them.
var (
	nameColumns  = []string{"name", "account_name", "company", "company_name"}
	ownerColumns = []string{"owner", "account_owner", "csm", "csm_name", "account_manager"}
)

// accounts is what the tables hold of the portfolio's accounts; none for a
// feature table.
func (p *Portfolio) accounts() []history.Account {
	t := p.tables
	if t == nil {
		return nil
	}
	name, owner := attributeAt(t, nameColumns), attributeAt(t, ownerColumns)
	arr := arrOf(t)
	rows := make([]history.Account, 0, len(p.snapshots))
	for _, s := range p.snapshots {
		a := &t.Accounts[s.Account]
		rows = append(rows, history.Account{
			ID: a.ID, AsOf: s.AsOf, Name: attribute(a, name), Owner: attribute(a, owner), Parent: a.ParentID,
			CreatedAt: a.CreatedAt, DueOn: s.DueOn, ARR: arr(s),
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

// arrOf returns a function of a snapshot to the account's ARR: that before its
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

// interventions are those of the portfolio's accounts before their dates.
func (p *Portfolio) interventions() []history.Intervention {
	if p.tables == nil {
		return nil
	}
	until := map[int32]time.Time{}
	for _, s := range p.snapshots {
		until[s.Account] = s.AsOf
	}
	var rows []history.Intervention
	for _, i := range p.tables.Interventions {
		if i.At.Before(until[i.Account]) {
			rows = append(rows, history.Intervention{AccountID: p.tables.Accounts[i.Account].ID, At: i.At, Kind: i.Kind, Owner: i.Owner})
		}
	}
	return rows
}
