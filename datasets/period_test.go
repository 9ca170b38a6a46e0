package datasets

import (
	"context"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

// months returns a period of an account from a month of 2023 (1 is January) to
// another, on the 5th.
func months(account int32, from, to int, arr float64) period {
	day := func(month int) int64 { return dayNumber(date(2023, time.Month(month), 5)) }
	return period{account, day(from), day(to), arr, 0}
}

func renewal(due time.Time, outcome Outcome, decided time.Time, before, after float64) Renewal {
	return Renewal{DueOn: due, DecidedOn: decided, Outcome: outcome, ARRBefore: before, ARRAfter: after}
}

func TestDeriveRenewals(t *testing.T) {
	mar, apr, jun, jul := date(2023, 3, 5), date(2023, 4, 5), date(2023, 6, 5), date(2023, 7, 5)
	long := months(0, 1, 7, 100)
	open := months(0, 1, 2, 100)
	open.end = running
	early := months(0, 3, 9, 150)
	early.start -= 6
	tests := []struct {
		name    string
		periods []period
		grace   int64
		until   time.Time
		want    []Renewal
	}{
		{"consecutive periods each renew, the last churns",
			[]period{months(0, 1, 3, 100), months(0, 3, 4, 120), months(0, 4, 6, 90)}, 10, date(2023, 12, 1),
			[]Renewal{renewal(mar, Renewed, mar, 100, 120), renewal(apr, Renewed, apr, 120, 90), renewal(jun, Churned, jun.AddDate(0, 0, 10), 90, 0)}},
		{"open while the data do not reach past the grace period",
			[]period{months(0, 1, 3, 100)}, 10, date(2023, 3, 14), []Renewal{renewal(mar, Open, time.Time{}, 100, math.NaN())}},
		{"churned on the last day of it",
			[]period{months(0, 1, 3, 100)}, 10, date(2023, 3, 15), []Renewal{renewal(mar, Churned, date(2023, 3, 15), 100, 0)}},
		{"a gap within grace is a renewal",
			[]period{months(0, 1, 3, 100), months(0, 4, 7, 100)}, 31, date(2023, 5, 1),
			[]Renewal{renewal(mar, Renewed, apr, 100, 100), renewal(jul, Open, time.Time{}, 100, math.NaN())}},
		{"a longer gap is churn, and a new start later",
			[]period{months(0, 1, 3, 100), months(0, 4, 7, 100)}, 30, date(2023, 5, 1),
			[]Renewal{renewal(mar, Churned, date(2023, 4, 4), 100, 0), renewal(jul, Open, time.Time{}, 100, math.NaN())}},
		{"a month that a longer period covers is no decision",
			[]period{long, months(0, 1, 3, 10), months(0, 3, 4, 10)}, 30, date(2023, 12, 1),
			[]Renewal{renewal(jul, Churned, jul.AddDate(0, 0, 30), 100, 0)}},
		{"nor is one beside a period without end",
			[]period{open, months(0, 1, 3, 10)}, 30, date(2023, 12, 1), nil},
		{"products that end together are one renewal",
			[]period{months(0, 1, 3, 100), months(0, 2, 3, 20), months(0, 3, 4, 100)}, 0, date(2023, 4, 1),
			[]Renewal{renewal(mar, Renewed, mar, 120, 100), renewal(apr, Open, time.Time{}, 100, math.NaN())}},
		{"a successor signed early is the decision",
			[]period{months(0, 1, 3, 100), early}, 10, date(2023, 4, 1),
			[]Renewal{renewal(mar, Renewed, date(2023, 2, 27), 100, 150), renewal(date(2023, 9, 5), Open, time.Time{}, 150, math.NaN())}},
		{"one that began earlier than that covers the end",
			[]period{months(0, 1, 3, 100), early}, 5, date(2023, 4, 1),
			[]Renewal{renewal(date(2023, 9, 5), Open, time.Time{}, 150, math.NaN())}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := deriveRenewals(test.periods, test.grace, dayNumber(test.until))
			if diff := cmp.Diff(test.want, got, cmpopts.EquateNaNs(), cmpopts.IgnoreFields(Renewal{}, "StartedOn")); diff != "" {
				t.Errorf("renewals (-want +got):\n%s", diff)
			}
		})
	}
}

func drawPeriods(t *rapid.T) []period {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) period {
		start := rapid.Int64Range(19000, 19400).Draw(t, "start")
		end := start + rapid.SampledFrom([]int64{28, 30, 31, 90, 365}).Draw(t, "term")
		if rapid.IntRange(0, 9).Draw(t, "running") == 0 {
			end = running
		}
		return period{rapid.Int32Range(0, 2).Draw(t, "account"), start, end, 12, 0}
	}), 0, 25).Draw(t, "periods")
}

func TestDerivedRenewalsHoldTheirRules(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		periods := drawPeriods(t)
		grace := rapid.Int64Range(0, 40).Draw(t, "grace")
		until := rapid.Int64Range(19000, 20000).Draw(t, "until")
		got := deriveRenewals(periods, grace, until)
		seen := map[renewalKey]bool{}
		for _, r := range got {
			key := renewalKey{r.Account, r.DueOn.Unix()}
			if seen[key] {
				t.Fatalf("two renewals on %v", r.DueOn)
			}
			seen[key] = true
			due := dayNumber(r.DueOn)
			succeeded := slices.ContainsFunc(periods, func(p period) bool {
				return p.account == r.Account && p.end > due && p.start <= min(due+grace, until)
			})
			ended := slices.ContainsFunc(periods, func(p period) bool { return p.account == r.Account && p.end == due })
			if !ended || succeeded != (r.Outcome == Renewed) {
				t.Fatalf("renewal %+v: a period ends then: %v, one follows: %v", r, ended, succeeded)
			}
			began := slices.ContainsFunc(periods, func(p period) bool {
				return p.account == r.Account && p.end == due && p.start == dayNumber(r.StartedOn)
			})
			if !began {
				t.Fatalf("renewal %+v: no such period began on %v", r, r.StartedOn)
			}
			if decided := r.Outcome != Open; decided == r.DecidedOn.IsZero() {
				t.Fatalf("renewal %+v: decision and date disagree", r)
			}
		}
		shuffled := rapid.Permutation(periods).Draw(t, "shuffled")
		if diff := cmp.Diff(got, deriveRenewals(shuffled, grace, until), cmpopts.EquateNaNs()); diff != "" {
			t.Fatalf("the order of the rows matters:\n%s", diff)
		}
	})
}

// Whether a day is a decision must not depend on what came of it.
func TestADecisionIsKnownBeforeItsOutcome(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		periods := drawPeriods(t)
		grace := rapid.Int64Range(0, 40).Draw(t, "grace")
		cut := rapid.Int64Range(19000, 19500).Draw(t, "cut")
		var known []period // all that had begun before the cut
		for _, p := range periods {
			if p.start < cut {
				known = append(known, p)
			}
		}
		dates := func(list []period) (days []renewalKey) {
			for _, r := range deriveRenewals(list, grace, 20000) {
				if dayNumber(r.DueOn) == cut {
					days = append(days, renewalKey{r.Account, r.DueOn.Unix()})
				}
			}
			return days
		}
		if diff := cmp.Diff(dates(known), dates(periods), cmp.AllowUnexported(renewalKey{})); diff != "" {
			t.Fatalf("later periods decide what is a decision:\n%s", diff)
		}
	})
}

func TestPeriodsFromAFile(t *testing.T) {
	files := map[string]string{"p.csv": "account_id,product,from,to,price\n" +
		"a1,base,2023-01-31,2023-07-31,600\n" + // six months
		"a1,base,2023-07-31,2024-07-31,1300\n" + // a year
		"a1,addon,2023-01-31,,5\n" + // filtered
		"a2,base,2023-01-01,2023-01-11,10\n" + // ten days
		"a3,base,2023-01-01,,10\n"} // runs on
	mapping := `
renewals:
  file: p.csv
  where: [{column: product, equals: base}]
  periods: {start: from, end: to, amount: price, amount_per: period, grace_days: 5, until: 2024-06-30}
`
	tables, _, err := readAll(t, folder(t, files), mapping)
	if err != nil {
		t.Fatal(err)
	}
	tenDays := 10 / (10 / 365.25)
	want := []Renewal{
		{Account: 0, DueOn: date(2023, 7, 31), DecidedOn: date(2023, 7, 31), Outcome: Renewed, ARRBefore: 1200, ARRAfter: 1300},
		{Account: 0, DueOn: date(2024, 7, 31), Outcome: Open, ARRBefore: 1300, ARRAfter: math.NaN()},
		{Account: 1, DueOn: date(2023, 1, 11), DecidedOn: date(2023, 1, 16), Outcome: Churned, ARRBefore: tenDays, ARRAfter: 0},
	}
	if diff := cmp.Diff(want, tables.Renewals, cmpopts.IgnoreFields(Renewal{}, "StartedOn"), cmpopts.EquateNaNs(), cmpopts.EquateApprox(1e-12, 0)); diff != "" {
		t.Errorf("renewals (-want +got):\n%s", diff)
	}
	if err := tables.Events.Scan(context.Background(), func(*EventBatch) error { return nil }); err != nil {
		t.Error(err)
	}
}
