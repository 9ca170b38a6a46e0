package datasets

import (
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/etappe/etappe/datasets/internal/datatest"
)

func TestDeriveLapses(t *testing.T) {
	nan := math.NaN()
	on := func(day int64) time.Time { return dayTime(19000 + day) }
	tests := []struct {
		name  string
		days  []int64
		until int64
		want  []Renewal
	}{
		{"active in each span, the last one open", []int64{0, 10, 95}, 200,
			[]Renewal{renewal(on(90), Renewed, on(10), nan, nan), renewal(on(180), Renewed, on(95), nan, nan), renewal(on(270), Open, time.Time{}, nan, nan)}},
		{"one purchase and none after it", []int64{0}, 90, []Renewal{renewal(on(90), Churned, on(90), nan, nan)}},
		{"not decided before the span is over", []int64{0}, 89, []Renewal{renewal(on(90), Open, time.Time{}, nan, nan)}},
		{"decided by activity before it is over", []int64{0, 20}, 30,
			[]Renewal{renewal(on(90), Renewed, on(20), nan, nan), renewal(on(180), Open, time.Time{}, nan, nan)}},
		{"activity on the due day counts", []int64{0, 90}, 90,
			[]Renewal{renewal(on(90), Renewed, on(90), nan, nan), renewal(on(180), Open, time.Time{}, nan, nan)}},
		{"who comes back begins anew", []int64{0, 100}, 150,
			[]Renewal{renewal(on(90), Churned, on(90), nan, nan), renewal(on(190), Open, time.Time{}, nan, nan)}},
		{"activity after until is not a fact", []int64{0, 50}, 40, []Renewal{renewal(on(90), Open, time.Time{}, nan, nan)}},
		{"never active", nil, 100, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var days []int64
			for _, d := range test.days {
				days = append(days, 19000+d)
			}
			got := deriveLapses(0, days, 90, 19000+test.until)
			if diff := cmp.Diff(test.want, got, cmpopts.EquateNaNs(), cmpopts.IgnoreFields(Renewal{}, "StartedOn")); diff != "" {
				t.Errorf("renewals (-want +got):\n%s", diff)
			}
		})
	}
}

// No decision lies after until, due days follow each other by the span or begin
// anew, and only the last renewal can be open.
func TestLapsesHoldTheirRules(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		days := rapid.SliceOfNDistinct(rapid.Int64Range(0, 600), 0, 30, rapid.ID).Draw(t, "days")
		for i := range days {
			for j := range i {
				if days[j] > days[i] {
					days[i], days[j] = days[j], days[i]
				}
			}
		}
		after, until := rapid.Int64Range(1, 120).Draw(t, "after"), rapid.Int64Range(0, 700).Draw(t, "until")
		got := deriveLapses(0, days, after, until)
		for i, r := range got {
			if r.Outcome == Open && i != len(got)-1 {
				t.Fatalf("renewal %d of %d is open", i+1, len(got))
			}
			if r.Outcome != Open && (dayNumber(r.DecidedOn) > until || r.DecidedOn.After(r.DueOn)) {
				t.Fatalf("decided on %v, due %v, until %v", r.DecidedOn, r.DueOn, dayTime(until))
			}
			if !slices.Contains(days, dayNumber(r.StartedOn)) || !r.StartedOn.Before(r.DueOn) {
				t.Fatalf("began on %v, due %v", r.StartedOn, r.DueOn)
			}
			if i > 0 && dayNumber(r.DueOn)-dayNumber(got[i-1].DueOn) < after {
				t.Fatalf("due %v and %v", got[i-1].DueOn, r.DueOn)
			}
		}
	})
}

func TestLapsesFromEvents(t *testing.T) {
	files := map[string]string{"renewals.csv": "",
		"events.csv": "account_id,type,at\na1,order,2023-01-01\na1,visit,2023-03-01\na2,order,2023-01-01\na2,order,2023-02-10\na2,visit,2023-05-01\n"}
	tables, _, err := readAll(t, folder(t, files), "renewals: {inactivity: {after: 60 days, of: [order]}}")
	if err != nil {
		t.Fatal(err)
	}
	nan := math.NaN()
	want := []Renewal{
		{Account: 0, DueOn: date(2023, 3, 2), DecidedOn: date(2023, 3, 2), Outcome: Churned, ARRBefore: nan, ARRAfter: nan},
		{Account: 1, DueOn: date(2023, 3, 2), DecidedOn: date(2023, 2, 10), Outcome: Renewed, ARRBefore: nan, ARRAfter: nan},
		{Account: 1, DueOn: date(2023, 5, 1), DecidedOn: date(2023, 5, 1), Outcome: Churned, ARRBefore: nan, ARRAfter: nan},
	}
	if diff := cmp.Diff(want, tables.Renewals, cmpopts.IgnoreFields(Renewal{}, "StartedOn"), cmpopts.EquateNaNs()); diff != "" {
		t.Errorf("renewals (-want +got):\n%s", diff)
	}
	if l := tables.Labels; !strings.Contains(l.Definition, "every 60 days") || !strings.Contains(l.Definition, "order") || !l.Until.Equal(date(2023, 5, 1)) || len(l.Notes) != 1 {
		t.Errorf("labels %+v", l)
	}
}

func TestLapsesRefuse(t *testing.T) {
	for mapping, says := range map[string]string{
		"renewals: {inactivity: {after: 3 weeks}}":                                       "90 days",
		"renewals: {inactivity: {after: month}}":                                         "90 days",
		"renewals: {file: renewals.csv, inactivity: {after: 90 days}}":                   "beside it",
		"renewals: {inactivity: {after: 90 days, of: [logins]}}":                         `did you mean "login"?`,
		"renewals: {inactivity: {after: 90 days, until: 2031-01-01}}":                    "future",
		"renewals: {inactivity: {after: 90 days}, periods: {start: a, end: b}}":          "give one",
		"renewals: {file: renewals.csv, periods: {start: a, end: b, every: fortnight}}":  "quarter",
		"renewals: {file: renewals.csv, periods: {start: a, end: b, until: 2031-01-01}}": "future",
	} {
		_, _, err := readAll(t, folder(t, nil), mapping)
		datatest.WantError(t, err, ErrConfig, says)
	}
}
