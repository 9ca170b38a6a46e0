package features

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/etappe/etappe/datasets"
	"github.com/etappe/etappe/features/catalog"
)

// silenceWorld has accounts that do two things every week; from a day on the
// second is called otherwise, or late.
func silenceWorld(accounts int, asOf time.Time, rename func(account int, at time.Time) (string, bool)) *datasets.Tables {
	batch := datasets.EventBatch{Types: []string{"login", "report", "report_v2"}}
	t := &datasets.Tables{}
	for a := range accounts {
		t.Accounts = append(t.Accounts, datasets.Account{ID: fmt.Sprint(a)})
		for week := range 30 {
			at := asOf.AddDate(0, 0, -7*week-1-a%7)
			for code := range uint16(2) {
				kind := code
				if code == 1 {
					name, ok := rename(a, at)
					if !ok {
						continue
					}
					kind = map[string]uint16{"report": 1, "report_v2": 2}[name]
				}
				batch.Account, batch.Type = append(batch.Account, int32(a)), append(batch.Type, kind)
				batch.At, batch.IngestedAt = append(batch.At, at.Unix()), append(batch.IngestedAt, at.Unix())
			}
		}
	}
	t.Events = &datasets.MemoryEvents{Batches: []datasets.EventBatch{batch}}
	return t
}

// A type that all accounts stop having on one day is silent, and the one that
// begins then is named; accounts that stop one by one are no broken tracker.
func TestSilentTypes(t *testing.T) {
	asOf := time.Date(2025, 7, 1, 0, 0, 0, 0, time.UTC)
	broken := asOf.AddDate(0, 0, -59)
	list := &catalog.Catalog{Definitions: []catalog.Definition{{Name: "a", Type: "login"}, {Name: "b", Type: "report"}}}
	for _, c := range []struct {
		name     string
		accounts int
		rename   func(int, time.Time) (string, bool)
		want     string
	}{
		{"renamed", 100, func(_ int, at time.Time) (string, bool) {
			if at.After(broken) {
				return "report_v2", true
			}
			return "report", true
		}, "report→report_v2"},
		{"stopped", 100, func(_ int, at time.Time) (string, bool) { return "report", !at.After(broken) }, "report→"},
		{"clean", 100, func(int, time.Time) (string, bool) { return "report", true }, ""},
		{"a third of the accounts stopped", 100, func(a int, at time.Time) (string, bool) { return "report", a%3 > 0 || !at.After(broken) }, ""},
		{"too few to tell", 15, func(_ int, at time.Time) (string, bool) { return "report", !at.After(broken) }, ""},
		{"it stops after the date", 100, func(_ int, at time.Time) (string, bool) { return "report", !at.After(asOf) }, ""},
	} {
		found, err := FindSilent(t.Context(), silenceWorld(c.accounts, asOf, c.rename), list, asOf)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, s := range found {
			got = append(got, s.Type+"→"+s.Successor)
			if !strings.Contains(s.String(), "not observed") {
				t.Errorf("%s: %q", c.name, s)
			}
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: silent %q, want %q", c.name, got, c.want)
		}
	}
}
