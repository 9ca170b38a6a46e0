package datasets

import (
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

// readFolder reads tables that are written out as texts.
func readFolder(t *testing.T, config string, files map[string]string) *Tables {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	var sources Sources
	if err := yaml.Unmarshal([]byte(config), &sources); err != nil {
		t.Fatal(err)
	}
	tables, err := Read(t.Context(), dir, sources, Options{Now: readNow})
	if err != nil {
		t.Fatal(err)
	}
	return tables
}

const threeAccounts = "account_id,created_at\na,2022-01-01\nb,2022-01-01\nc,2022-01-01\n"
const oneEvent = "account_id,at,type\na,2023-01-03,login\n"

// A contract that goes on in another currency is no expansion.
func TestCurrenciesAreNotCompared(t *testing.T) {
	const config = "renewals: {file: periods.csv, periods: {start: start, end: end, amount: amount, amount_per: year, until: 2024-06-01}}"
	got := readFolder(t, config, map[string]string{"accounts.csv": threeAccounts, "events.csv": oneEvent, "periods.csv": `account_id,start,end,amount,currency
a,2022-01-01,2023-01-01,100,EUR
a,2023-01-01,2024-01-01,12000,jpy
a,2024-01-01,2025-01-01,13000,JPY
b,2022-01-01,2023-01-01,100,USD
b,2023-01-01,2024-01-01,150,USD
c,2022-01-01,2023-01-01,100,EUR
c,2022-01-01,2023-01-01,100,USD
c,2023-01-01,2024-01-01,0,EUR
c,2024-01-01,2025-01-01,10,EUR
`})
	nan := math.NaN()
	want := map[string][2]float64{"a 2023": {100, nan}, "a 2024": {12000, 13000}, "a 2025": {13000, nan}, "b 2023": {100, 150}, "b 2024": {150, 0},
		"c 2023": {nan, nan}, "c 2024": {0, 10}, "c 2025": {10, nan}}
	for _, r := range got.Renewals {
		name := got.Accounts[r.Account].ID + r.DueOn.Format(" 2006")
		w, known := want[name]
		same := func(x, y float64) bool { return x == y || x != x && y != y }
		if !known || !same(r.ARRBefore, w[0]) || !same(r.ARRAfter, w[1]) {
			t.Errorf("%s: %v to %v, want %v", name, r.ARRBefore, r.ARRAfter, w)
		}
	}
	if len(got.Renewals) != len(want) || got.Warnings[warnCurrencies] != 2 || got.Warnings[warnFree] != 1 {
		t.Errorf("%d renewals, warnings %v", len(got.Renewals), got.Warnings)
	}
	if notes := strings.Join(got.Labels.Notes, "\n"); !strings.Contains(notes, "EUR in 4 rows, JPY in 2 rows, USD in 3 rows") {
		t.Errorf("notes %q", notes)
	}
}

func TestRenewalsInSeveralCurrencies(t *testing.T) {
	table := func(rows string) map[string]string {
		return map[string]string{"accounts.csv": threeAccounts, "events.csv": oneEvent, "renewals.csv": "account_id,due_on,outcome,arr_before,arr_after,currency\n" + rows}
	}
	got := readFolder(t, "{}", table("a,2023-01-01,renewed,100,120,EUR\nb,2023-01-01,renewed,100,120,USD\nc,2023-01-01,renewed,-5,120,USD\n"))
	if notes := strings.Join(got.Labels.Notes, "\n"); !strings.Contains(notes, "EUR in 1 rows, USD in 2 rows") || got.Warnings[warnFree] != 1 {
		t.Errorf("notes %q, warnings %v", notes, got.Warnings)
	}
	got = readFolder(t, "{}", table("a,2023-01-01,renewed,100,120,EUR\nb,2023-01-01,renewed,100,120,EUR\nc,2023-01-01,churned,0,0,EUR\n"))
	if len(got.Labels.Notes) != 0 || got.Warnings[warnFree] != 0 {
		t.Errorf("one currency: %q, %v", got.Labels.Notes, got.Warnings)
	}
}
