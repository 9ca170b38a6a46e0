package datasets

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

func TestSpanAfter(t *testing.T) {
	for _, test := range []struct {
		every string
		from  time.Time
		k     int
		want  time.Time
	}{
		{"month", date(2023, 1, 31), 1, date(2023, 2, 28)},
		{"month", date(2023, 1, 31), 2, date(2023, 3, 31)},
		{"month", date(2023, 11, 15), 3, date(2024, 2, 15)},
		{"quarter", date(2023, 11, 30), 1, date(2024, 2, 29)},
		{"year", date(2024, 2, 29), 1, date(2025, 2, 28)},
		{"year", date(2024, 2, 29), 4, date(2028, 2, 29)},
		{"30 days", date(2023, 1, 31), 2, date(2023, 4, 1)},
		{"1 day", date(2023, 1, 31), 1, date(2023, 2, 1)},
	} {
		every, err := parseSpan(test.every)
		if err != nil {
			t.Fatal(err)
		}
		if got := dayTime(every.after(dayNumber(test.from), test.k)); !got.Equal(test.want) {
			t.Errorf("%d times %s after %s: %s, want %s", test.k, test.every, test.from, got, test.want)
		}
	}
	for _, text := range []string{"", "week", "0 days", "-3 days", "1.5 days", "30", "99999 days"} {
		if _, err := parseSpan(text); err == nil {
			t.Errorf("%q is a span", text)
		}
	}
}

func TestDeriveAnniversaries(t *testing.T) {
	evergreen := months(0, 1, 2, 100)
	evergreen.end = running
	feb, mar, apr := date(2023, 2, 5), date(2023, 3, 5), date(2023, 4, 5)
	nan := unknownARR
	tests := []struct {
		name    string
		periods []period
		grace   int64
		until   time.Time
		want    []Renewal
	}{
		{"an anniversary that a running subscription survives is a renewal", []period{evergreen}, 0, date(2023, 3, 20),
			[]Renewal{renewal(feb, Renewed, feb, 100, 100), renewal(mar, Renewed, mar, 100, 100), renewal(apr, Open, time.Time{}, 100, nan)}},
		{"the first one on or after the end is churned", []period{{0, evergreen.start, evergreen.start + 40, 100, 0}}, 0, date(2023, 5, 1),
			[]Renewal{renewal(feb, Renewed, feb, 100, 100), renewal(mar, Churned, date(2023, 2, 14), 100, 0)}},
		{"an end on an anniversary", []period{months(0, 1, 3, 100)}, 0, date(2023, 5, 1),
			[]Renewal{renewal(feb, Renewed, feb, 100, 100), renewal(mar, Churned, mar, 100, 0)}},
		{"a cancellation to come is open", []period{months(0, 1, 3, 100)}, 0, date(2023, 2, 10),
			[]Renewal{renewal(feb, Renewed, feb, 100, 100), renewal(mar, Open, time.Time{}, 100, nan)}},
		{"a change of plan is no end", []period{months(0, 1, 2, 100), months(0, 2, 3, 150)}, 0, date(2023, 2, 10),
			[]Renewal{renewal(feb, Renewed, feb, 100, 150), renewal(mar, Open, time.Time{}, 150, nan)}},
		{"who comes back later begins anew", []period{months(0, 1, 2, 100), months(0, 4, 5, 90)}, 20, date(2023, 4, 20),
			[]Renewal{renewal(feb, Churned, date(2023, 2, 25), 100, 0), renewal(date(2023, 5, 5), Open, time.Time{}, 90, nan)}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := deriveAnniversaries(test.periods, span{months: 1}, test.grace, dayNumber(test.until))
			if diff := cmp.Diff(test.want, got, cmpopts.EquateNaNs(), cmpopts.IgnoreFields(Renewal{}, "StartedOn")); diff != "" {
				t.Errorf("renewals (-want +got):\n%s", diff)
			}
		})
	}
}

// No decision lies after until, whatever is signed beyond it, and what is signed
// beyond it changes no decision.
func TestAnniversariesKeepToTheClock(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		periods := drawPeriods(t)
		grace := rapid.Int64Range(0, 40).Draw(t, "grace")
		until := rapid.Int64Range(19000, 20000).Draw(t, "until")
		var known []period
		for _, p := range periods {
			if p.start <= until {
				known = append(known, p)
			}
		}
		decided := func(list []Renewal) (out []Renewal) {
			for _, r := range list {
				if r.Outcome != Open {
					r.ARRAfter = 0 // of a renewal, may be of a period to come
					out = append(out, r)
				}
			}
			return out
		}
		for name, derive := range map[string]func([]period) []Renewal{
			"ends":          func(list []period) []Renewal { return deriveRenewals(list, grace, until) },
			"anniversaries": func(list []period) []Renewal { return deriveAnniversaries(list, span{days: 30}, grace, until) },
		} {
			got := decided(derive(periods))
			for _, r := range got {
				if dayNumber(r.DecidedOn) > until {
					t.Fatalf("%s: decided on %v, until %v", name, r.DecidedOn, dayTime(until))
				}
			}
			if diff := cmp.Diff(decided(derive(known)), got, cmpopts.EquateNaNs()); diff != "" {
				t.Fatalf("%s: periods to come change decisions:\n%s", name, diff)
			}
		}
	})
}
