package infer

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/etappe/etappe/datasets"
)

// accountsAndUsage are the files beside an export under test.
func accountsAndUsage(files map[string]string, ids ...string) map[string]string {
	accounts, usage := "account_id,created_at,plan\n", "account_id,type,at\n"
	for i, id := range ids {
		accounts += fmt.Sprintf("%s,2020-01-%02d,%s\n", id, i+1, []string{"pro", "basic"}[i%2])
		usage += fmt.Sprintf("%s,login,2023-02-01\n%s,export,2024-06-01\n", id, id)
	}
	files["accounts.csv"], files["events.csv"] = accounts, usage
	return files
}

// outcomesOf reads a folder through its own guess and lists account, due day and
// outcome of each renewal.
func outcomesOf(t *testing.T, dir string, sources datasets.Sources) []string {
	t.Helper()
	tables, err := datasets.Read(t.Context(), dir, sources, inferNow)
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, r := range tables.Renewals {
		list = append(list, fmt.Sprint(tables.Accounts[r.Account].ID, " ", r.DueOn.Format(time.DateOnly), " ", r.Outcome))
	}
	slices.Sort(list)
	return list
}

// The deals of a sales system are renewals where they are about one: won is renewed,
// lost churned, every other stage open.
func TestInferDeals(t *testing.T) {
	dir := inferFolder(t, accountsAndUsage(map[string]string{"opportunities.csv": `Id,AccountId,Name,StageName,CloseDate,Amount,Type
o1,a,Renewal 1,Closed Won,2023-01-05,1200,Renewal
o2,a,Renewal 2,Closed Lost,2024-01-05,1200,Renewal
o3,b,Renewal 1,Closed Won,2023-02-05,2400,Existing Business - Renewal
o4,b,Renewal 2,Negotiation/Review,2025-02-05,2400,Renewal
o5,c,New,Closed Won,2022-03-05,2400,New Business
o6,c,Renewal 1,Closed Lost,2023-03-05,2400,Renewal
`}, "a", "b", "c"))
	got, text := starter(t, dir)
	want := []string{"a 2023-01-05 renewed", "a 2024-01-05 churned", "b 2023-02-05 renewed", "b 2025-02-05 open", "c 2023-03-05 churned"}
	if diff := cmp.Diff(want, outcomesOf(t, dir, got)); diff != "" {
		t.Error(diff)
	}
	wantText(t, text, "guess: a deal that was won is a renewal", "guess: a renewal is due on the day on which its deal closes", "the others of Type: New Business",
		"guess: the deal's amount is the revenue of a year")
}

// Without a column that shows which deals are renewals every deal is one, which is
// noted; other systems' words for the ends are read too.
func TestInferDealsOfOneKind(t *testing.T) {
	dir := inferFolder(t, accountsAndUsage(map[string]string{"deals.csv": `account_id;Deal Stage;Close Date
a;closedwon;05.01.2023
b;closedlost;31.01.2024
c;contractsent;28.02.2025
`}, "a", "b", "c"))
	got, text := starter(t, dir)
	want := []string{"a 2023-01-05 renewed", "b 2024-01-31 churned", "c 2025-02-28 open"}
	if diff := cmp.Diff(want, outcomesOf(t, dir, got)); diff != "" {
		t.Error(diff)
	}
	wantText(t, text, "every deal counts as a renewal")
}

// Deals stand behind a table of renewals and, where nothing shows which are renewals,
// behind periods; a note names that they are not used.
func TestInferDealsAreSecond(t *testing.T) {
	deals := "account_id,stage,close_date\na,won,2023-01-05\nb,lost,2024-01-31\n"
	dir := inferFolder(t, accountsAndUsage(map[string]string{"a_deals.csv": deals,
		"decisions.csv": "account_id,due_date,outcome\na,2023-01-05,churned\nb,2024-01-31,renewed\n"}, "a", "b"))
	got, text := starter(t, dir)
	if got.Renewals == nil || got.Renewals.Path != "decisions.csv" {
		t.Errorf("%+v", got.Renewals)
	}
	wantText(t, text, "a_deals.csv is not used: its deals could stand for renewals, but decisions.csv has them")
	dir = inferFolder(t, accountsAndUsage(map[string]string{"a_deals.csv": deals,
		"contracts.csv": "account_id,start_date,end_date\na,2022-01-05,2023-01-05\na,2023-01-05,2024-01-05\nb,2023-01-31,2024-01-31\n"}, "a", "b"))
	got, text = starter(t, dir)
	if got.Renewals == nil || got.Renewals.Path != "contracts.csv" {
		t.Errorf("%+v", got.Renewals)
	}
	wantText(t, text, "a_deals.csv is not used: no column shows which of its deals are renewals, and contracts.csv has periods")
}

// A billing system's current period is no subscription: it runs from its start to the
// day it ended, and renews every period.
func TestInferBilling(t *testing.T) {
	dir := inferFolder(t, accountsAndUsage(map[string]string{"subscriptions.csv": `id,customer,status,start_date,current_period_start,current_period_end,cancel_at_period_end,ended_at,plan_amount
sub_1,a,active,2024-03-05,2024-12-05,2025-01-05,false,,1000
sub_2,b,canceled,2024-03-10,2024-04-10,2024-05-10,true,2024-05-10,1000
sub_3,c,incomplete_expired,2024-06-01,2024-06-01,2024-07-01,false,2024-06-02,1000
`}, "a", "b", "c"))
	got, text := starter(t, dir)
	want := []string{"b 2024-04-10 renewed", "b 2024-05-10 churned"}
	for month := 4; month <= 11; month++ {
		want = append(want, fmt.Sprintf("a 2024-%02d-05 renewed", month))
	}
	slices.Sort(want)
	if diff := cmp.Diff(want, slices.DeleteFunc(outcomesOf(t, dir, got), func(line string) bool { return line >= "a 2024-12" && line < "b" })); diff != "" {
		t.Error(diff)
	}
	wantText(t, text, "guess: a subscription runs from start_date to ended_at", "cancel_at_period_end) is not read", "guess: such subscriptions were never paid for", "every: month")
	// Numbers of seconds, as the interface writes them; a year is a year.
	dir = inferFolder(t, accountsAndUsage(map[string]string{"stripe.csv": `customer,status,created,current_period_start,current_period_end,canceled_at
a,active,1641340800,1704412800,1736035200,
b,canceled,1641340800,1672876800,1704412800,1704412800
`}, "a", "b"))
	if got, _ = starter(t, dir); got.Renewals == nil || got.Renewals.Periods == nil || got.Renewals.Periods.Every != "year" || got.Renewals.Periods.Start.Format != "unix" {
		t.Errorf("%+v", got.Renewals)
	}
	want = []string{"a 2023-01-05 renewed", "a 2024-01-05 renewed", "b 2023-01-05 renewed", "b 2024-01-05 churned"}
	if diff := cmp.Diff(want, slices.DeleteFunc(outcomesOf(t, dir, got), func(line string) bool { return line > "a 2024-12" && line < "b" })); diff != "" {
		t.Error(diff)
	}
}

// Without a subscription's own start and end the current period is a renewal of which
// only the status is known, and a note names that there is nothing to learn from.
func TestInferBillingOfOneDay(t *testing.T) {
	dir := inferFolder(t, accountsAndUsage(map[string]string{"subscriptions.csv": `customer,status,current_period_start,current_period_end,cancel_at_period_end
a,active,2024-12-05,2025-01-05,false
b,canceled,2024-04-10,2024-05-10,true
`}, "a", "b"))
	got, text := starter(t, dir)
	want := []string{"a 2025-01-05 open", "b 2024-05-10 churned"}
	if diff := cmp.Diff(want, outcomesOf(t, dir, got)); diff != "" {
		t.Error(diff)
	}
	wantText(t, text, "An export of one day has no renewed ones")
}
