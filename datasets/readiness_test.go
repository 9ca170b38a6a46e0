package datasets

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func date(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }

// smallTables has 4 accounts, 5 renewals (one open) and 7 events, so that every
// figure can be counted by hand.
func smallTables() *Tables {
	events := &MemoryEvents{}
	due := date(2024, 7, 1)
	at := func(account int32, kind string, at time.Time, delay time.Duration, value float64, user uint64) {
		events.Append(account, kind, at, at.Add(delay), value, 1, user)
	}
	at(0, "login", due.AddDate(0, 0, -180), 0, math.NaN(), 7)               // first instant of the long window
	at(0, "login", due.AddDate(0, 0, -28), 0, math.NaN(), 8)                // first instant of the short one
	at(1, "login", due.AddDate(0, 0, -28).Add(-time.Second), 0, NoValue, 0) // a second outside the short one
	at(2, "nps", due.Add(-time.Hour), 2*time.Hour, 9, 0)                    // known only after the renewal
	at(2, "login", due.AddDate(0, 0, -180).Add(-time.Second), 0, NoValue, 0)
	at(3, "login", due, 0, NoValue, 0) // on the day itself: not before it
	at(3, "nps", due.AddDate(0, 1, 0), 25*time.Hour, 0, 7)
	return &Tables{
		Accounts: []Account{{ID: "a"}, {ID: "b"}, {ID: "c"}, {ID: "d"}, {ID: "e"}},
		Renewals: []Renewal{
			{Account: 0, DueOn: due, Outcome: Renewed},
			{Account: 1, DueOn: due, Outcome: Churned},
			{Account: 2, DueOn: due, Outcome: Renewed},
			{Account: 3, DueOn: due, Outcome: Renewed},
			{Account: 0, DueOn: date(2025, 7, 1), Outcome: Open},
		},
		Events: events,
	}
}

func TestAssessCountsExactly(t *testing.T) {
	got, err := Assess(context.Background(), smallTables())
	if err != nil {
		t.Fatal(err)
	}
	want := &Readiness{
		Accounts: 5, Active: 4, Events: 7,
		EventTypes: []TypeReadiness{
			{Type: "login", Rows: 5, Accounts: 4, AccountShare: 0.8, First: date(2024, 1, 3).Add(-time.Second), Last: date(2024, 7, 1), UserShare: 0.4},
			{Type: "nps", Rows: 2, Accounts: 2, AccountShare: 0.4, First: date(2024, 7, 1).Add(-time.Hour), Last: date(2024, 8, 1),
				ValueShare: 1, UserShare: 0.5, LateShare: 0.5},
		},
		Renewals: RenewalReadiness{
			Decided: 4, Renewed: 3, Churned: 1, Open: 1,
			FirstDue: date(2024, 7, 1), LastDue: date(2025, 7, 1),
			Usage180: 0.5, Usage28: 0.25,
		},
		Verdicts: got.Verdicts,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	wantCodes(t, got, "warn few_churned", "warn few_renewed", "warn late_ingestion", "warn no_milestones")
	if text := got.Verdicts[0].Text; text != "1 churned renewals: fewer than 50 cannot carry a model per cluster" {
		t.Errorf("the sentence reads %q", text)
	}
	if _, err := json.Marshal(got); err != nil {
		t.Error(err)
	}
}

func wantCodes(t *testing.T, r *Readiness, want ...string) {
	t.Helper()
	var got []string
	for _, v := range r.Verdicts {
		got = append(got, string(v.Level)+" "+v.Code)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("verdicts: %s", diff)
	}
}

// healthyTables has 120 accounts with weekly logins by named users, 60 of them
// churned: nothing speaks against training. Each case below spoils one thing.
func healthyTables() *Tables {
	t := &Tables{}
	events := &MemoryEvents{}
	for i := range int32(120) {
		t.Accounts = append(t.Accounts, Account{ID: "a" + strings.Repeat("x", int(i))})
		t.Renewals = append(t.Renewals, Renewal{Account: i, DueOn: date(2024, time.Month(1+i%12), 15), Outcome: Renewed + Outcome(i%2)})
		for week := range 104 {
			at := date(2023, 1, 1).AddDate(0, 0, 7*week)
			events.Append(i, "login", at, at, NoValue, 1, uint64(i+1))
		}
	}
	t.Milestones = []Milestone{{Account: 0, Name: "first report", ReachedAt: date(2023, 2, 1)}}
	t.Events = events
	return t
}

func TestAssessVerdicts(t *testing.T) {
	add := func(tables *Tables, kind string, from time.Time, step, n int, delay time.Duration) {
		for i := range n {
			at := from.AddDate(0, 0, step*i)
			tables.Events.(*MemoryEvents).Append(int32(i%120), kind, at, at.Add(delay), NoValue, 1, 1)
		}
	}
	for _, c := range []struct {
		name  string
		spoil func(*Tables)
		want  []string
	}{
		{"nothing", func(*Tables) {}, []string{"ok ready"}},
		{"49 churned", func(x *Tables) {
			for i := 0; i < 22; i++ {
				x.Renewals[i].Outcome = Renewed
			}
		}, []string{"warn few_churned"}},
		{"50 churned are enough", func(x *Tables) {
			for i := 0; i < 20; i++ {
				x.Renewals[i].Outcome = Renewed
			}
		}, []string{"ok ready"}},
		{"all renewed", func(x *Tables) {
			for i := range x.Renewals {
				x.Renewals[i].Outcome = Renewed
			}
		}, []string{"stop one_class"}},
		{"all churned", func(x *Tables) {
			for i := range x.Renewals {
				x.Renewals[i].Outcome = Churned
			}
		}, []string{"stop one_class"}},
		{"all open", func(x *Tables) {
			for i := range x.Renewals {
				x.Renewals[i].Outcome = Open
			}
		}, []string{"stop no_decided"}},
		{"no events", func(x *Tables) { x.Events = nil }, []string{"stop no_events"}},
		{"usage a year too early", func(x *Tables) {
			for i := range x.Renewals {
				x.Renewals[i].DueOn = x.Renewals[i].DueOn.AddDate(2, 0, 0)
			}
		}, []string{"stop no_usage_before"}},
		{"usage of a third", func(x *Tables) {
			for i := 0; i < 80; i++ {
				x.Renewals[i].DueOn = x.Renewals[i].DueOn.AddDate(2, 0, 0)
			}
		}, []string{"warn no_usage_before"}},
		{"tracking from July", func(x *Tables) { add(x, "export", date(2024, 7, 1), 1, 174, 0) }, []string{"warn type_started_late"}},
		{"a rare type", func(x *Tables) { add(x, "export", date(2024, 7, 1), 40, 4, 0) }, []string{"ok ready"}},
		{"late ingestion", func(x *Tables) { add(x, "export", date(2023, 1, 1), 7, 100, 25*time.Hour) }, []string{"warn late_ingestion"}},
		{"a day is not late", func(x *Tables) { add(x, "export", date(2023, 1, 1), 7, 100, 24*time.Hour) }, []string{"ok ready"}},
		{"a type that ends", func(x *Tables) { add(x, "export", date(2023, 1, 1), 1, 300, 0) }, []string{"warn type_ended"}},
		{"a campaign", func(x *Tables) { add(x, "webinar", date(2023, 1, 1), 0, 300, 0) }, []string{"ok ready"}},
		{"a rare type that ends", func(x *Tables) { add(x, "export", date(2023, 1, 1), 20, 22, 0) }, []string{"ok ready"}},
		{"no users", func(x *Tables) {
			for _, b := range x.Events.(*MemoryEvents).Batches {
				clear(b.User)
			}
		}, []string{"warn no_users"}},
		{"no milestones", func(x *Tables) { x.Milestones = nil }, []string{"warn no_milestones"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			tables := healthyTables()
			c.spoil(tables)
			r, err := Assess(context.Background(), tables)
			if err != nil {
				t.Fatal(err)
			}
			wantCodes(t, r, c.want...)
		})
	}
}

// A type that ends as another begins is named with it; one that goes on beside the
// other is not.
func TestAssessNamesARename(t *testing.T) {
	for _, c := range []struct {
		name string
		end  int
		want []EndedType
	}{
		{"renamed", 300, []EndedType{{"export", date(2023, 10, 27), "export_v2"}}},
		{"ended before", 200, []EndedType{{"export", date(2023, 7, 19), ""}}},
		{"beside", 710, nil},
	} {
		tables := healthyTables()
		for i := range 710 {
			at := date(2023, 1, 1).AddDate(0, 0, i)
			kind := "export_v2"
			if i < 300 {
				kind = "export"
			}
			if kind == "export_v2" || i < c.end {
				tables.Events.(*MemoryEvents).Append(int32(i%120), kind, at, at, NoValue, 1, 1)
			}
			if kind == "export_v2" && i < c.end {
				tables.Events.(*MemoryEvents).Append(int32(i%120), "export", at, at, NoValue, 1, 1)
			}
		}
		r, err := Assess(t.Context(), tables)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c.want, r.Ended); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
		if c.want != nil && !strings.Contains(r.Verdicts[len(r.Verdicts)-1].Text, c.want[0].String()) {
			t.Errorf("%s: %v", c.name, r.Verdicts)
		}
	}
}

type brokenEvents struct{}

func (brokenEvents) Scan(context.Context, func(*EventBatch) error) error {
	return &ContractError{Problems: []Problem{{File: "events.csv", Row: 3, Rule: "a date"}}, Total: 1}
}

func TestAssessHandsOnBadRows(t *testing.T) {
	tables := smallTables()
	tables.Events = brokenEvents{}
	if r, err := Assess(context.Background(), tables); !errors.Is(err, ErrContract) || r != nil {
		t.Errorf("got %v, %v", r, err)
	}
}

func TestAssessOfNothing(t *testing.T) {
	r, err := Assess(context.Background(), &Tables{})
	if err != nil {
		t.Fatal(err)
	}
	wantCodes(t, r, "stop no_decided", "stop no_events")
}
