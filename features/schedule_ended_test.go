package features

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/etappe/etappe/datasets"
)

func TestPortfolioOfEnded(t *testing.T) {
	late := renewal(4, 169, datasets.Churned)
	late.DecidedOn = on(220)
	tables := &datasets.Tables{Accounts: accounts(0, 0, 0, 0, 0, 0, 0, 0), Renewals: []datasets.Renewal{
		renewal(0, 169, datasets.Open),                                 // 31 days ago
		renewal(1, 170, datasets.Open),                                 // 30 days ago: may still be decided
		renewal(2, 100, datasets.Open), renewal(2, 300, datasets.Open), // one is to come
		renewal(3, 100, datasets.Renewed), // goes on, to a day that nobody wrote down
		late,                              // decided after the date: not known yet
		renewal(5, 100, datasets.Churned),
		renewal(6, 90, datasets.Open), renewal(6, 120, datasets.Renewed), // a later one was decided
	}}
	ids := func(list []Snapshot) (accounts []int32) {
		for _, s := range list {
			accounts = append(accounts, s.Account)
		}
		return accounts
	}
	p := Schedule{}.Portfolio(tables, on(200))
	if !slices.Equal(ids(p.Ended), []int32{0, 4}) || !slices.Equal(ids(p.Running), []int32{1, 2, 3, 6, 7}) || p.Left != 1 {
		t.Errorf("ended %v, running %v, %d left", ids(p.Ended), ids(p.Running), p.Left)
	}
	for _, s := range p.Ended {
		if s.Renewal != -1 || !s.DueOn.IsZero() {
			t.Errorf("%+v heads for a renewal", s)
		}
	}
	tables.Labels.GraceDays = 31
	if p := (Schedule{}).Portfolio(tables, on(200)); len(p.Ended) != 0 {
		t.Errorf("within the days of grace: %+v", p.Ended)
	}
}

// Every account that existed is in one of the three parts, and later decisions move none.
func TestPortfolioDividesAndKnowsNoFuture(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		r := random(rapid.Uint64().Draw(rt, "seed"))
		tables := randomRenewals(r)
		day := int32(r.IntN(900))
		before := Schedule{}.Portfolio(tables, on(int(day)))
		there := 0
		for _, a := range tables.Accounts {
			if a.CreatedAt.Before(on(int(day))) {
				there++
			}
		}
		if got := len(before.Running) + len(before.Ended) + before.Left; got != there {
			rt.Fatalf("%d of %d accounts", got, there)
		}
		for i := range tables.Renewals {
			one := &tables.Renewals[i]
			if one.Outcome != datasets.Open && !one.DecidedOn.Before(on(int(day))) {
				one.Outcome = datasets.Outcome(1 + r.IntN(2))
			}
		}
		after := Schedule{}.Portfolio(tables, on(int(day)))
		if !slices.Equal(before.Ended, after.Ended) || !slices.Equal(before.Running, after.Running) {
			rt.Fatal("a later decision changed who had ended")
		}
	})
}
