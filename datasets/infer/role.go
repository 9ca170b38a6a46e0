package infer

import (
	"slices"
	"strings"

	"github.com/etappe/etappe/datasets"
	"github.com/etappe/etappe/datasets/internal/names"
)

// role is the table that a file looks like.
type role string

// The roles of files.
const (
	noRole           role = ""
	accountsRole     role = "accounts"
	eventsRole       role = "events"
	renewalsRole     role = "renewals"
	periodsRole      role = "periods"
	dealsRole        role = "deals"
	milestonesRole   role = "milestones"
	interventionRole role = "interventions"
)

var (
	accountStems      = []string{"*account*", "*customer*", "*compan*", "*client*", "*organi*", "*tenant*", "*workspace*", "*kunde*"}
	periodStems       = []string{"*subscription*", "*contract*", "*period*", "*licen*", "*vertr*", "*abo*", "*plan*"}
	milestoneStems    = []string{"*milestone*", "*onboarding*", "*meilenstein*"}
	interventionStems = []string{"*intervention*", "*touch*", "*outreach*", "*playbook*", "*qbr*"}
)

// role returns what a file looks like.
func (g *guess) role(f *fileProfile) role {
	account := g.accountOf(f)
	if account == nil || f.rows == 0 {
		return noRole
	}
	start, end := f.period()
	direct := f.column(account.Column)
	single := account.Lookup == nil && direct.unique()
	if own := f.ownRole(); own != noRole {
		return own
	}
	switch {
	case !f.anyDate() && !single:
		return noRole
	case f.anyDate() && names.Like(f.stem(), interventionStems): // its results are no outcomes
		return interventionRole
	case names.Like(f.stem(), accountStems) && single && f.outcome() != nil && !outcomes(f.outcome()): // an aim, not a decision
		return accountsRole
	case f.outcome() != nil && f.anyDate():
		return renewalsRole
	case f.anyDate() && f.stage() != nil:
		return dealsRole
	case f.isBilling():
		return periodsRole
	case f.anyDate() && f.milestone() != nil:
		return milestonesRole
	case names.Like(f.stem(), accountStems) && single:
		return accountsRole
	case start != nil && end != nil && (!single || names.Like(f.stem(), periodStems)):
		return periodsRole
	case single:
		return accountsRole
	}
	return eventsRole
}

// ownRole is the table whose own name and columns a file carries; noRole without.
func (f *fileProfile) ownRole() role {
	for _, own := range []struct {
		role    role
		columns []string
	}{
		{accountsRole, []string{"account_id", "created_at"}}, {eventsRole, []string{"account_id", "at", "type"}},
		{renewalsRole, []string{"account_id", "due_on", "outcome"}}, {milestonesRole, []string{"account_id", "milestone", "reached_at"}},
		{interventionRole, []string{"account_id", "at", "kind"}},
	} {
		if f.isOwn(string(own.role), own.columns...) {
			return own.role
		}
	}
	return noRole
}

// accountOf describes where a file's account ids come from: its own column, or that
// of another file in which one of its columns is the key.
func (g *guess) accountOf(f *fileProfile) *datasets.Column {
	if own := f.account(); own != nil {
		return &datasets.Column{Column: own.name}
	}
	if shared := g.sharedKey(f); shared != nil {
		return &datasets.Column{Column: shared.name}
	}
	for i := range f.columns {
		key := &f.columns[i]
		for j := range g.files {
			other := &g.files[j]
			if other == f || !names.Like(key.name, codeWords) {
				continue
			}
			twin, account := other.column(key.name), other.account()
			if twin != nil && twin.unique() && account != nil && account != twin && other.holds(twin, key) {
				return &datasets.Column{Column: key.name, Lookup: &datasets.Lookup{File: other.source(), Key: key.name, Value: account.name}}
			}
		}
	}
	return nil
}

// sharedKey returns the column of f that has the name and the values of the ids
// of a table of accounts beside it: a plain "id" that no name gives away.
func (g *guess) sharedKey(f *fileProfile) *columnProfile {
	for j := range g.files {
		other := &g.files[j]
		if other == f || !names.Like(other.stem(), accountStems) {
			continue
		}
		key := other.account()
		if key == nil || !key.unique() {
			continue
		}
		if own := f.column(key.name); own != nil && filled(own) && !own.unique() && other.holds(key, own) {
			return own
		}
	}
	return nil
}

func filled(c *columnProfile) bool { return c.known > 0 && !c.date }

func isDate(c *columnProfile) bool { return c.date }

// account is the file's own column of account ids; in a table of accounts "id"
// will do.
func (f *fileProfile) account() *columnProfile {
	words := names.Accounts
	if names.Like(f.stem(), accountStems) {
		words = slices.Concat(names.Accounts, []string{"id", "key", "name"})
	}
	best, _ := f.choose(words, nil, filled)
	return best
}

func (f *fileProfile) anyDate() bool {
	return slices.ContainsFunc(f.columns, func(c columnProfile) bool { return c.date })
}

func (f *fileProfile) period() (start, end *columnProfile) {
	if start, _ = f.choose(startWords, nil, isDate); start != nil {
		end, _ = f.choose(endWords, []string{start.name}, isDate)
	}
	return start, end
}

// outcome is the column with the decision of a renewal: by its values, or
// by an unmistakable name.
func (f *fileProfile) outcome() *columnProfile {
	best, _ := f.choose(outcomeWords, nil, func(c *columnProfile) bool {
		if !c.few() || c.date {
			return false
		}
		return outcomes(c) || strings.Contains(names.Snake(c.name), "outcome") || strings.Contains(names.Snake(c.name), "renewal")
	})
	return best
}

// outcomes reports whether all values are the words for outcomes.
func outcomes(c *columnProfile) bool {
	for value := range c.distinct {
		if _, ok := datasets.ParseOutcome(value); !ok {
			return false
		}
	}
	return c.known > 0
}

func (f *fileProfile) milestone() *columnProfile {
	words := []string{"milestone", "milestone_name", "meilenstein", "*milestone*"}
	if names.Like(f.stem(), milestoneStems) {
		words = milestoneWord
	}
	best, _ := f.choose(words, nil, (*columnProfile).text)
	return best
}
