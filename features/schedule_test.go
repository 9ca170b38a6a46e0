package features

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/etappe/etappe/datasets"
)

// renewal is a renewal due on a day and decided on it.
func renewal(account int32, due int, outcome datasets.Outcome) datasets.Renewal {
	r := datasets.Renewal{Account: account, DueOn: on(due), Outcome: outcome}
	if outcome != datasets.Open {
		r.DecidedOn = on(due)
	}
	return r
}

// days lists the as-of days of snapshots, counted from day0.
func days(list []Snapshot) []int {
	var out []int
	for _, s := range list {
		out = append(out, int(s.AsOf.Sub(day0).Hours()/24))
	}
	return out
}

func TestTrainingDates(t *testing.T) {
	early := func(due, decided int) datasets.Renewal {
		r := renewal(0, due, datasets.Churned)
		r.DecidedOn = on(decided)
		return r
	}
	contract := func(due, started int) datasets.Renewal {
		r := renewal(0, due, datasets.Renewed)
		r.StartedOn = on(started)
		return r
	}
	undated := renewal(0, 100, datasets.Renewed)
	undated.DecidedOn = time.Time{}
	for name, one := range map[string]struct {
		created  int
		renewals []datasets.Renewal
		leads    []int
		want     []int
	}{
		"annual":                        {0, []datasets.Renewal{renewal(0, 365, datasets.Churned)}, nil, []int{185, 215, 245, 275, 305, 335}},
		"not before the first contract": {0, []datasets.Renewal{contract(365, 290)}, nil, []int{305, 335}},
		"later contracts":               {0, []datasets.Renewal{contract(100, 0), contract(365, 340)}, []int{60}, []int{40, 305}},
		"open":                          {0, []datasets.Renewal{renewal(0, 365, datasets.Open)}, nil, nil},
		"quarterly":                     {0, []datasets.Renewal{renewal(0, 90, datasets.Renewed), renewal(0, 180, datasets.Renewed)}, nil, []int{30, 60, 120, 150}},
		"monthly":                       {0, []datasets.Renewal{renewal(0, 30, datasets.Renewed), renewal(0, 61, datasets.Renewed)}, nil, []int{15, 31}},
		"created late":                  {300, []datasets.Renewal{renewal(0, 365, datasets.Renewed)}, nil, []int{305, 335}},
		"created on the as-of day":      {335, []datasets.Renewal{renewal(0, 365, datasets.Renewed)}, nil, []int{350}},
		"weekly, half rounded down":     {0, []datasets.Renewal{renewal(0, 7, datasets.Renewed)}, nil, []int{4}},
		"two days":                      {0, []datasets.Renewal{renewal(0, 2, datasets.Renewed)}, nil, []int{1}},
		"one day leaves no room":        {0, []datasets.Renewal{renewal(0, 1, datasets.Renewed)}, nil, nil},
		"decided early":                 {0, []datasets.Renewal{early(365, 250)}, nil, []int{185, 215, 245}},
		"decided before any lead":       {0, []datasets.Renewal{early(365, 100)}, nil, []int{50}},
		"decided before it began":       {200, []datasets.Renewal{early(365, 100)}, nil, nil},
		"decided late":                  {0, []datasets.Renewal{early(40, 60)}, nil, []int{10}},
		"without a date of decision":    {0, []datasets.Renewal{undated}, nil, []int{10, 40, 70}},
		"two renewals on one day":       {0, []datasets.Renewal{renewal(0, 40, datasets.Renewed), renewal(0, 40, datasets.Renewed)}, nil, []int{10, 10}},
		"own leads, odd ones left out":  {0, []datasets.Renewal{renewal(0, 40, datasets.Renewed)}, []int{5, 10, 5, 0, -3}, []int{30, 35}},
	} {
		tables := &datasets.Tables{Accounts: accounts(one.created), Renewals: one.renewals}
		if got := days(Schedule{Leads: one.leads}.Training(tables)); !slices.Equal(got, one.want) {
			t.Errorf("%s: days %v, not %v", name, got, one.want)
		}
	}
}

// randomRenewals draws accounts with renewals of any rhythm.
func randomRenewals(r *rand.Rand) *datasets.Tables {
	t := &datasets.Tables{}
	for i := range 1 + r.IntN(6) {
		created := at(r.IntN(300), float64(r.IntN(24)))
		t.Accounts = append(t.Accounts, datasets.Account{CreatedAt: created})
		due := midnightOf(created)
		for range r.IntN(5) {
			due = due.AddDate(0, 0, []int{1, 30, 31, 90, 365}[r.IntN(5)])
			one := datasets.Renewal{Account: int32(i), DueOn: due, Outcome: datasets.Outcome(r.IntN(3))}
			if one.Outcome != datasets.Open {
				one.DecidedOn = due.AddDate(0, 0, r.IntN(60)-50)
			}
			t.Renewals = append(t.Renewals, one)
		}
	}
	r.Shuffle(len(t.Renewals), func(i, j int) { t.Renewals[i], t.Renewals[j] = t.Renewals[j], t.Renewals[i] })
	return t
}

func TestTrainingRules(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		tables := randomRenewals(random(rapid.Uint64().Draw(rt, "seed")))
		list := Schedule{}.Training(tables)
		for _, s := range list {
			r := tables.Renewals[s.Renewal]
			if r.Outcome == datasets.Open || s.Account != r.Account || !s.DueOn.Equal(r.DueOn) {
				rt.Fatalf("snapshot %+v of renewal %+v", s, r)
			}
			if !s.AsOf.After(tables.Accounts[s.Account].CreatedAt) || !s.AsOf.Before(r.DecidedOn) || !s.AsOf.Before(r.DueOn) && r.DecidedOn.Before(r.DueOn) {
				rt.Fatalf("snapshot %+v of renewal %+v, account created %v", s, r, tables.Accounts[s.Account].CreatedAt)
			}
			for _, other := range tables.Renewals {
				if other.Account == s.Account && other.DueOn.Before(r.DueOn) && !s.AsOf.After(other.DueOn) {
					rt.Fatalf("snapshot %+v lies in an earlier period, due %v", s, other.DueOn)
				}
			}
		}
		if !slices.IsSortedFunc(list, func(a, b Snapshot) int {
			return cmp.Or(a.AsOf.Compare(b.AsOf), cmp.Compare(a.Account, b.Account), cmp.Compare(a.Renewal, b.Renewal))
		}) {
			rt.Fatalf("not sorted: %+v", list)
		}
		// What was decided must not matter, only that it was.
		for i := range tables.Renewals {
			if tables.Renewals[i].Outcome != datasets.Open {
				tables.Renewals[i].Outcome = datasets.Renewed + datasets.Churned - tables.Renewals[i].Outcome
			}
		}
		if !slices.Equal(list, Schedule{}.Training(tables)) {
			rt.Fatal("the outcome moved a snapshot")
		}
	})
}

func TestAt(t *testing.T) {
	early := renewal(5, 300, datasets.Churned)
	early.DecidedOn = on(150)
	tables := &datasets.Tables{Accounts: accounts(0, 200, 0, 0, 0, 0, 199), Renewals: []datasets.Renewal{
		renewal(0, 400, datasets.Open), renewal(0, 250, datasets.Churned), renewal(0, 100, datasets.Renewed),
		renewal(2, 200, datasets.Churned), // decided on the as-of day: not known yet
		renewal(3, 199, datasets.Churned),
		renewal(4, 90, datasets.Churned), renewal(4, 190, datasets.Renewed), // came back
		early,
	}}
	list := Schedule{}.At(tables, on(200).Add(5*time.Hour))
	want := []Snapshot{
		{Account: 0, AsOf: on(200), DueOn: on(250), Renewal: 1},
		{Account: 2, AsOf: on(200), DueOn: on(200), Renewal: 3},
		{Account: 4, AsOf: on(200), Renewal: -1},
		{Account: 6, AsOf: on(200), Renewal: -1},
	}
	if !slices.Equal(list, want) {
		t.Errorf("at day 200:\n%+v, not\n%+v", list, want)
	}
	// Decided early to renew: the account is heading for the one after.
	decided := renewal(0, 210, datasets.Renewed)
	decided.DecidedOn = on(150)
	tables = &datasets.Tables{Accounts: accounts(0), Renewals: []datasets.Renewal{decided}}
	if s := (Schedule{}).At(tables, on(200)); len(s) != 1 || s[0].Renewal != 0 {
		t.Errorf("the only renewal ahead: %+v", s)
	}
	for _, renewals := range [][]datasets.Renewal{{decided, renewal(0, 575, datasets.Open)}, {renewal(0, 575, datasets.Open), decided}} {
		tables.Renewals = renewals
		if s := (Schedule{}).At(tables, on(200)); !s[0].DueOn.Equal(on(575)) {
			t.Errorf("the renewal after: %+v", s)
		}
	}
}

// The next renewal at a date does not depend on what is decided later.
func TestAtKnowsNoFuture(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		r := random(rapid.Uint64().Draw(rt, "seed"))
		tables := randomRenewals(r)
		asOf := on(r.IntN(900))
		before := Schedule{}.At(tables, asOf)
		for i := range tables.Renewals {
			one := &tables.Renewals[i]
			if one.Outcome != datasets.Open && !one.DecidedOn.Before(asOf) {
				one.Outcome = datasets.Outcome(1 + r.IntN(2))
			}
		}
		if !slices.Equal(before, Schedule{}.At(tables, asOf)) {
			rt.Fatal("a later decision changed the snapshots")
		}
	})
}

func TestAccountDates(t *testing.T) {
	tables := &datasets.Tables{Accounts: accounts(0, 50), Renewals: []datasets.Renewal{
		renewal(0, 60, datasets.Open), renewal(1, 100, datasets.Churned), renewal(1, 70, datasets.Renewed)}}
	got := Schedule{}.Account(tables, 1, []time.Time{at(90, 3), on(50), on(60), on(90), on(120)})
	want := []Snapshot{
		{Account: 1, AsOf: on(60), DueOn: on(70), Renewal: 2},
		{Account: 1, AsOf: on(90), DueOn: on(100), Renewal: 1},
		{Account: 1, AsOf: on(120), Renewal: -1},
	}
	if !slices.Equal(got, want) {
		t.Errorf("%+v, not %+v", got, want)
	}
}
