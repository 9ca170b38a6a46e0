package datasets

import (
	"context"
	"errors"
	"math"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/etappe/etappe/datasets/internal/datatest"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

var writeNow = Options{Now: time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)}

// roundTripTables has a value, a zero and a missing value wherever there may be
// one.
func roundTripTables() *Tables {
	nan := math.NaN()
	noon := func(day int) time.Time { return time.Date(2023, 5, day, 12, 30, 15, 0, time.UTC) }
	events := &MemoryEvents{}
	events.Append(0, "login", noon(1), noon(1), NoValue, 1, 42)
	events.Append(1, "nps", noon(2), noon(4), 0, 1, 0)
	events.Append(1, "login", noon(2), noon(2), NoValue, 3, math.MaxUint64)
	events.Append(2, "nps", noon(3), noon(3), -1.25, 1, 42)
	return &Tables{
		Accounts: []Account{
			{ID: "a", CreatedAt: noon(1).AddDate(-1, 0, 0), Attributes: []Value{{Text: "pro", Known: true}, {Number: 0, Known: true}}},
			{ID: "b,\"ü\"", CreatedAt: date(2022, 1, 1), ParentID: "a", Attributes: []Value{{}, {Number: 7.5, Known: true}}},
			{ID: "c", CreatedAt: date(2022, 1, 2), Attributes: []Value{{Text: "basic", Known: true}, {}}},
		},
		Attributes: []Attribute{{Name: "plan", Categorical: true}, {Name: "seats"}},
		Renewals: []Renewal{
			{Account: 0, DueOn: date(2023, 6, 1), DecidedOn: date(2023, 5, 20), Outcome: Renewed, ARRBefore: 100, ARRAfter: 0},
			{Account: 1, DueOn: date(2023, 6, 2), DecidedOn: date(2023, 6, 2), Outcome: Churned, ARRBefore: nan, ARRAfter: nan},
			{Account: 2, DueOn: date(2024, 12, 1), Outcome: Open, ARRBefore: 0, ARRAfter: nan},
		},
		Milestones:    []Milestone{{Account: 2, Name: "first report", ReachedAt: noon(5), IngestedAt: noon(6)}},
		Interventions: []Intervention{{Account: 0, At: noon(7), Kind: "call", Owner: "Eva"}, {Account: 0, At: noon(8), Kind: "training"}},
		Events:        events,
		Warnings:      map[string]int{},
	}
}

// event is one event with its type by name and its user left aside.
type event struct {
	Account      int32
	Type         string
	At, Ingested int64
	Value, Count float64
}

func eventsOf(t *testing.T, tables *Tables) (events []event, users []uint64) {
	t.Helper()
	err := tables.Events.Scan(context.Background(), func(b *EventBatch) error {
		for i := range b.Len() {
			events = append(events, event{b.Account[i], b.Types[b.Type[i]], b.At[i], b.IngestedAt[i], b.Value[i], b.Count[i]})
			users = append(users, b.User[i])
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return events, users
}

func TestWriteReadsBackTheSame(t *testing.T) {
	dir, want := t.TempDir(), roundTripTables()
	if err := Write(context.Background(), dir, want); err != nil {
		t.Fatal(err)
	}
	datatest.WantFiles(t, dir, "accounts.parquet", "events.parquet", "interventions.parquet", "milestones.parquet", "renewals.parquet")
	got, err := Read(context.Background(), dir, Sources{}, writeNow)
	if err != nil {
		t.Fatal(err)
	}
	wantEvents, wantUsers := eventsOf(t, want)
	gotEvents, gotUsers := eventsOf(t, got)
	if diff := cmp.Diff(want, got, cmpopts.EquateNaNs(), cmpopts.EquateEmpty(), cmpopts.IgnoreFields(Tables{}, "Events", "Labels")); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(wantEvents, gotEvents, cmpopts.EquateNaNs()); diff != "" {
		t.Error(diff)
	}
	for i := range wantUsers {
		for j := range wantUsers {
			if (wantUsers[i] == wantUsers[j]) != (gotUsers[i] == gotUsers[j]) || (wantUsers[i] == 0) != (gotUsers[i] == 0) {
				t.Errorf("users of events %d and %d: %v became %v", i, j, wantUsers, gotUsers)
			}
		}
	}
	// What was read can be written and read once more.
	again := t.TempDir()
	if err := Write(context.Background(), again, got); err != nil {
		t.Fatal(err)
	}
	if _, err := Read(context.Background(), again, Sources{}, writeNow); err != nil {
		t.Fatal(err)
	}
}

func TestWriteRemovesWhatIsNoMore(t *testing.T) {
	dir, tables := t.TempDir(), roundTripTables()
	for range 2 {
		if err := Write(context.Background(), dir, tables); err != nil {
			t.Fatal(err)
		}
		tables.Milestones, tables.Interventions = nil, nil
	}
	datatest.WantFiles(t, dir, "accounts.parquet", "events.parquet", "renewals.parquet")
}

// Every way to fail leaves the folder as it was.
func TestWriteLeavesNothingHalfWritten(t *testing.T) {
	stopped, stop := context.WithCancel(context.Background())
	stop()
	batch := func(change func(*EventBatch)) func(*Tables) {
		return func(x *Tables) { change(&x.Events.(*MemoryEvents).Batches[0]) }
	}
	for name, c := range map[string]struct {
		ctx   context.Context
		spoil func(*Tables)
	}{
		"stopped":            {stopped, func(*Tables) {}},
		"renewal of nobody":  {nil, func(x *Tables) { x.Renewals[0].Account = 3 }},
		"milestone of -1":    {nil, func(x *Tables) { x.Milestones[0].Account = -1 }},
		"unknown outcome":    {nil, func(x *Tables) { x.Renewals[0].Outcome = 3 }},
		"event of nobody":    {nil, batch(func(b *EventBatch) { b.Account[3] = 99 })},
		"event of no type":   {nil, batch(func(b *EventBatch) { b.Type[3] = 99 })},
		"batch out of step":  {nil, batch(func(b *EventBatch) { b.Value = b.Value[:2] })},
		"bad rows in events": {nil, func(x *Tables) { x.Events = brokenEvents{} }},
		"attribute twice":    {nil, func(x *Tables) { x.Attributes[0].Name = "seats" }},
		"attribute as id":    {nil, func(x *Tables) { x.Attributes[0].Name = "account_id" }},
	} {
		t.Run(name, func(t *testing.T) {
			dir, tables := t.TempDir(), roundTripTables()
			if c.ctx == nil {
				c.ctx = context.Background()
			}
			old := filepath.Join(dir, "accounts.parquet")
			if err := os.WriteFile(old, []byte("old"), 0o644); err != nil {
				t.Fatal(err)
			}
			c.spoil(tables)
			if err := Write(c.ctx, dir, tables); err == nil {
				t.Error("was written")
			} else if name == "bad rows in events" && !errors.Is(err, ErrContract) {
				t.Error(err)
			}
			datatest.WantFiles(t, dir, "accounts.parquet")
			if text, _ := os.ReadFile(old); string(text) != "old" {
				t.Error("the old file was touched")
			}
		})
	}
}
