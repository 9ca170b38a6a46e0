package account

import (
	"math"
	"testing"
	"time"

	"github.com/etappe/etappe/datasets"
	"github.com/etappe/etappe/features"
)

// The ARR of an account is that before its next renewal, or else that after the
// last one decided by then; name and owner are found under a team's own names.
func TestPortfolioRules(t *testing.T) {
	day := func(m time.Month, d int) time.Time { return time.Date(2026, m, d, 0, 0, 0, 0, time.UTC) }
	text := func(s string) datasets.Value { return datasets.Value{Known: s != "", Text: s} }
	tables := &datasets.Tables{
		Attributes: []datasets.Attribute{{Name: "seats"}, {Name: "CSM", Categorical: true}, {Name: "Company", Categorical: true}},
		Accounts: []datasets.Account{
			{ID: "a", Attributes: []datasets.Value{{}, text("Ada"), text("Acme")}},
			{ID: "b", Attributes: []datasets.Value{{}, text(""), text("Bolt")}},
			{ID: "c", Attributes: []datasets.Value{{}, text("Bo"), text("")}}},
		Renewals: []datasets.Renewal{
			{Account: 0, Outcome: datasets.Open, ARRBefore: 120, ARRAfter: math.NaN()},
			{Account: 1, Outcome: datasets.Renewed, DecidedOn: day(3, 1), ARRBefore: 50, ARRAfter: 70},
			{Account: 1, Outcome: datasets.Renewed, DecidedOn: day(1, 1), ARRBefore: 40, ARRAfter: 60},
			{Account: 1, Outcome: datasets.Open, ARRBefore: math.NaN(), ARRAfter: math.NaN()}},
		Interventions: []datasets.Intervention{{Account: 0, At: day(1, 5), Kind: "call", Owner: "Ada"}, {Account: 0, At: day(2, 1), Kind: "training", Owner: "Bo"}},
	}
	p := &Portfolio{tables: tables, snapshots: []features.Snapshot{{Account: 0, AsOf: day(2, 1), Renewal: 0}, {Account: 1, AsOf: day(2, 1), Renewal: 3}, {Account: 2, AsOf: day(2, 1), Renewal: -1}}}
	rows := p.accounts()
	for i, want := range []struct {
		name, owner string
		arr         float64
	}{{"Acme", "Ada", 120}, {"Bolt", "", 60}, {"", "Bo", math.NaN()}} {
		if got := rows[i]; got.Name != want.name || got.Owner != want.owner || got.ARR != want.arr && !(math.IsNaN(got.ARR) && math.IsNaN(want.arr)) {
			t.Errorf("account %d is %q of %q with %v, want %+v", i, got.Name, got.Owner, got.ARR, want)
		}
	}
	p.snapshots[1].AsOf = day(3, 2)
	if got := p.accounts()[1].ARR; got != 70 {
		t.Errorf("after the later renewal the ARR is %v, want 70", got)
	}
	if got := p.interventions(); len(got) != 1 || got[0].Kind != "call" { // one at the date itself is not known yet
		t.Errorf("interventions %+v", got)
	}
	if got := p.LastOwners(); got["a"] != "Ada" {
		t.Errorf("owners %v", got)
	}
}
