package datasets

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// readPeriodFile reads periods of a1 to a3; readNow is the present.
func readPeriodFile(t *testing.T, periods, settings string) *Tables {
	t.Helper()
	files := map[string]string{"p.csv": "account_id,start,end,mrr\n" + periods,
		"events.csv": "account_id,type,at\na1,login,2023-05-01\na2,login,2024-06-28\n"}
	tables, _, err := readAll(t, folder(t, files), "renewals: {file: p.csv, periods: {start: start, end: end, amount: mrr"+settings+"}}")
	if err != nil {
		t.Fatal(err)
	}
	return tables
}

// outcomesOf returns the renewals as text.
func outcomesOf(tables *Tables) (list []string) {
	for _, r := range tables.Renewals {
		one := tables.Accounts[r.Account].ID + " " + r.DueOn.Format(time.DateOnly) + " " + r.Outcome.String()
		if r.Outcome != Open {
			one += " " + r.DecidedOn.Format(time.DateOnly)
		}
		list = append(list, one)
	}
	return list
}

// A period that starts after the present is signed, not a fact: it must not turn
// the contracts that still run into churned ones.
func TestFutureStartsDecideNothing(t *testing.T) {
	const running = "a1,2023-07-10,2024-07-10,10\na2,2023-03-01,2024-03-01,10\na2,2024-03-01,2025-03-01,10\na3,2022-05-01,2023-05-01,10\n"
	want := []string{"a1 2024-07-10 open", "a2 2024-03-01 renewed 2024-03-01", "a2 2025-03-01 open", "a3 2023-05-01 churned 2023-05-01"}
	for name, ahead := range map[string]string{"none": "", "signed": "a2,2025-03-01,2026-03-01,10\n", "a typing error": "a2,2034-03-01,2035-03-01,10\n",
		"soon, and after all events": "a2,2025-03-01,2026-03-01,10\na3,2024-06-30,,10\n"} {
		tables := readPeriodFile(t, running+ahead, "")
		var got []string
		for _, one := range outcomesOf(tables) {
			if !strings.HasPrefix(one, "a2 2026") && !strings.HasPrefix(one, "a2 2035") {
				got = append(got, one)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if !tables.Labels.Until.Equal(date(2024, 3, 1)) {
			t.Errorf("%s: until %s", name, tables.Labels.Until)
		}
		if notes := strings.Join(tables.Labels.Notes, "\n"); !strings.Contains(notes, "until is not given: the data cover the time up to 2024-03-01") {
			t.Errorf("%s: notes %q", name, notes)
		}
		if signed := tables.Warnings[warnAhead]; (signed > 0) != (ahead != "") {
			t.Errorf("%s: %d periods ahead", name, signed)
		}
	}
}

// Where starts follow each other closely, the days since the latest are covered
// as far as anything is known of them; a longer silence ends the export.
func TestUntilReachesOverAUsualGap(t *testing.T) {
	var periods strings.Builder
	for i := range 30 {
		fmt.Fprintf(&periods, "a%d,%s,,10\n", 1+i%3, date(2024, 1, 1).AddDate(0, 0, 5*i).Format(time.DateOnly)) // the last on 25 May
	}
	for event, want := range map[string]time.Time{"2024-05-30": date(2024, 5, 30), "2024-05-31": date(2024, 5, 25), "2024-06-20": date(2024, 5, 25), "2024-05-22": date(2024, 5, 20)} {
		files := map[string]string{"p.csv": "account_id,start,end,mrr\n" + periods.String(), "events.csv": "account_id,type,at\na1,login,2023-05-01\na2,login," + event + "\n"}
		tables, _, err := readAll(t, folder(t, files), "renewals: {file: p.csv, periods: {start: start, end: end}}")
		if err != nil {
			t.Fatal(err)
		}
		if !tables.Labels.Until.Equal(want) {
			t.Errorf("events until %s: until %s, want %s", event, tables.Labels.Until, want)
		}
	}
}

// A renewal that is due in the future and was decided, nobody says when, was
// decided by today.
func TestDecisionsWithoutADateLieInThePast(t *testing.T) {
	files := map[string]string{"renewals.csv": "account_id,due_on,outcome\na1,2025-01-01,renewed\na2,2024-01-01,churned\n"}
	tables, _, err := readAll(t, folder(t, files), "")
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"a1 2025-01-01 renewed 2024-07-01", "a2 2024-01-01 churned 2024-01-01"}
	if diff := cmp.Diff(want, outcomesOf(tables)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestInclusiveEnds(t *testing.T) {
	tests := []struct{ name, periods, settings, want string }{
		{"the last day", "a1,2022-03-01,2023-02-28,10\na1,2023-03-01,2024-02-29,10\na1,2024-03-01,,10\n", "",
			"a1 2023-03-01 renewed 2023-03-01, a1 2024-03-01 renewed 2024-03-01"},
		{"the last second", "a1,2022-01-01 00:00:00,2022-12-31 23:59:59,10\na1,2023-01-01 00:00:00,2023-12-31 23:59:59,10\na1,2024-01-01 00:00:00,,10\n", "",
			"a1 2023-01-01 renewed 2023-01-01, a1 2024-01-01 renewed 2024-01-01"},
		{"midnight in another zone", "a1,2023-01-01T00:00:00+01:00,2024-01-01T00:00:00+01:00,10\na1,2024-01-01,,10\n", "",
			"a1 2024-01-01 renewed 2024-01-01"},
		{"the day after", "a1,2022-03-01,2023-03-01,10\na1,2023-03-01,2024-03-01,10\na1,2024-03-02,,10\n", "",
			"a1 2023-03-01 renewed 2023-03-01, a1 2024-03-01 churned 2024-03-01"},
		{"each form by itself", "a1,2022-01-01,2023-01-01,10\na1,2023-01-01,2024-01-01 23:59:59,10\na1,2024-01-02,2024-02-01,10\na1,2024-02-01,,10\n", "",
			"a1 2023-01-01 renewed 2023-01-01, a1 2024-01-02 renewed 2024-01-02, a1 2024-02-01 renewed 2024-02-01"},
		{"grace that is given finds nothing", "a1,2022-03-01,2023-02-28,10\na1,2023-03-01,,10\n", ", grace_days: 1", "a1 2023-02-28 renewed 2023-03-01"},
		{"configured", "a1,2022-03-01,2023-03-01,10\na1,2023-03-01,,10\n", ", last_day: true, grace_days: 1", "a1 2023-03-02 renewed 2023-03-01"},
		{"one day is a period", "a1,2023-03-01,2023-03-01,10\na1,2023-03-02,,10\n", "", "a1 2023-03-02 renewed 2023-03-02"},
	}
	for _, test := range tests {
		got := strings.Join(outcomesOf(readPeriodFile(t, test.periods, test.settings)), ", ")
		if got != test.want {
			t.Errorf("%s:\n got %s\nwant %s", test.name, got, test.want)
		}
	}
	tables := readPeriodFile(t, tests[0].periods, "")
	if notes := strings.Join(tables.Labels.Notes, "\n"); !strings.Contains(notes, "p.csv: ends name the last day of a period: 2 of 2") || !strings.Contains(notes, "grace_days: 0") {
		t.Errorf("notes %q", notes)
	}
}

// A row that stands twice counts once; rows that differ in a column that is not
// mapped stay.
func TestIdenticalPeriodRowsCountOnce(t *testing.T) {
	files := func(rows string) map[string]string {
		return map[string]string{"p.csv": "account_id,product,start,end,mrr\n" + rows}
	}
	const mapping = "renewals: {file: p.csv, periods: {start: start, end: end, amount: mrr}}"
	first, addon, second := "a1,base,2022-03-01,2023-03-01,10\n", "a1,more,2022-03-01,2023-03-01,10\n", "a1,base,2023-03-01,,10\n"
	for rows, before := range map[string]float64{first + second: 120, first + first + second: 120, first + addon + second + addon: 240, first + addon + second: 240} {
		tables, _, err := readAll(t, folder(t, files(rows)), mapping)
		if err != nil {
			t.Fatal(err)
		}
		if got := tables.Renewals[0].ARRBefore; got != before {
			t.Errorf("%q: ARR before %v, want %v", rows, got, before)
		}
		if twice := strings.Count(rows, "\n") > 3 || rows == first+first+second; twice != (tables.Warnings[warnRepeated] == 1) {
			t.Errorf("%q: warnings %v", rows, tables.Warnings)
		}
	}
}
