package datasets

import (
	"context"
	"testing"
	"time"

	"github.com/etappe/etappe/datasets/internal/datatest"

	"github.com/goccy/go-yaml"
)

// fightchurnMapping brings another project's export in by configuration alone:
// its accounts have no created_at, so the first subscription's start stands for
// it; add-ons exist for every account, so only base products are the contract.
const fightchurnMapping = `
accounts:
  file: account.csv
  created_at:
    column: account_id
    lookup: {file: subscription.csv, key: account_id, value: start_date, take: min}
  attributes: {channel: channel, country: country}
events:
  - file: event.csv.gz
    at: date
    type:
      column: event_type_id
      lookup: {file: event_type.csv, key: event_type_id, value: event_type_name}
    count: n_events
    value: value_sum
renewals:
  file: subscription.csv
  where:
    - {column: product, not_in: [meetings, search_unlimited]}
  periods:
    start: start_date
    end: end_date
    amount: mrr
    grace_days: 1
`

var fightchurnNow = time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)

func parseSources(t testing.TB, text string) Sources {
	t.Helper()
	var s Sources
	if err := yaml.UnmarshalWithOptions([]byte(text), &s, yaml.Strict()); err != nil {
		t.Fatal(err)
	}
	return s
}

func TestFightchurnByConfigurationAlone(t *testing.T) {
	dir := datatest.Shared(t, "fightchurn")
	tables, err := Read(context.Background(), dir, parseSources(t, fightchurnMapping), Options{Now: fightchurnNow})
	if err != nil {
		t.Fatal(err)
	}
	if len(tables.Accounts) != 1099 {
		t.Errorf("%d accounts, want 1,099", len(tables.Accounts))
	}
	count := map[Outcome]int{}
	churned := map[int32]bool{}
	for _, r := range tables.Renewals {
		count[r.Outcome]++
		if r.Outcome == Churned {
			churned[r.Account] = true
		}
	}
	t.Logf("%d renewed, %d churned, %d open", count[Renewed], count[Churned], count[Open])
	if len(churned) != 193 {
		t.Errorf("%d accounts churned, want 193 (the source's own figure)", len(churned))
	}
	if count[Churned] != 193 || count[Open] != 1099-193 {
		t.Errorf("every account churns once or ends open: %v", count)
	}
	rows, types, total := 0, 0, 0.0
	err = tables.Events.Scan(context.Background(), func(b *EventBatch) error {
		rows, types = rows+b.Len(), len(b.Types)
		for _, c := range b.Count {
			total += c
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if rows != 1111276 || types != 25 {
		t.Errorf("%d events of %d types, want 1,111,276 of 25", rows, types)
	}
	t.Logf("%.0f occurrences, warnings %v", total, tables.Warnings)
}

func BenchmarkFightchurnScan(b *testing.B) {
	dir := datatest.Shared(b, "fightchurn")
	tables, err := Read(context.Background(), dir, parseSources(b, fightchurnMapping), Options{Now: fightchurnNow})
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if err := tables.Events.Scan(context.Background(), func(*EventBatch) error { return nil }); err != nil {
			b.Fatal(err)
		}
	}
}
