package infer

import (
	"strings"
	"testing"
	"time"

	"github.com/etappe/etappe/datasets"
)

// A column that is named like an outcome teaches a model the answer: it is left
// out, with the reason, even where nothing else needs mapping.
func TestInferLeavesAnswersOut(t *testing.T) {
	dir := inferFolder(t, map[string]string{
		"accounts.csv": "account_id,created_at,plan,churn_flag,cancellation_reason,nps_result\na,2023-01-01,x,1,price,1\nb,2023-01-02,y,0,,2\n",
		"events.csv":   "account_id,type,at\na,login,2023-02-01\nb,login,2023-02-01\n",
		"renewals.csv": "account_id,due_on,outcome\na,2024-01-01,churned\nb,2024-01-02,renewed\n",
	})
	got, text := starter(t, dir)
	if got.Accounts == nil || len(got.Accounts.Attributes) != 1 || got.Accounts.Attributes["plan"].Column != "plan" {
		t.Errorf("accounts: %+v", got.Accounts)
	}
	wantText(t, text, "churn_flag (named like an outcome", "cancellation_reason (named like an outcome", "nps_result (named like an outcome")
	tables, err := datasets.Read(t.Context(), dir, got, inferNow)
	if err != nil || len(tables.Attributes) != 1 {
		t.Errorf("%v, %v", tables, err)
	}
}

// What is not read is named, with the reason.
func TestInferNamesUnreadFiles(t *testing.T) {
	dir := inferFolder(t, map[string]string{"accounts.xlsx": "PK", "dump.sql": "select", "broken.parquet": "PAR1", "events.csv": "account_id,type,at\na,x,2023-01-01\n"})
	_, text := starter(t, dir)
	wantText(t, text, "not read: accounts.xlsx (its name ends in none of", "not read: dump.sql", "left out: broken.parquet")
}

// An outreach log has results, and is no table of renewals; hours are measured,
// not counted; a plain id in a sister file is the account; the day an account
// left ends its subscription.
func TestInferReadsWhatIsThere(t *testing.T) {
	dir := inferFolder(t, map[string]string{
		"customers.csv": "id,signup,churn_date,region\n1,2023-01-05,2023-09-01,EU\n2,2023-02-05,,US\n3,2023-02-07,,EU\n",
		"outreach.csv":  "id,date,channel,result\n1,2023-05-01,call,renewed\n1,2023-06-01,mail,churned\n2,2023-06-03,call,renewed\n",
		"usage.csv":     "id,day,hours,logins\n1,2023-03-01,7,3\n2,2023-03-01,8,1\n1,2023-03-02,6,2\n3,2023-03-02,6,2\n",
	})
	got, text := starter(t, dir)
	if got.Interventions == nil || got.Interventions.Path != "outreach.csv" || got.Interventions.AccountID.Column != "id" {
		t.Errorf("interventions: %+v", got.Interventions)
	}
	if len(got.Events) != 1 || got.Events[0].AccountID.Column != "id" || len(got.Events[0].Emit) != 2 ||
		got.Events[0].Emit[0].Value == nil || got.Events[0].Emit[1].Count == nil {
		t.Errorf("events: %+v", got.Events)
	}
	if got.Renewals == nil || got.Renewals.Periods == nil || got.Renewals.Periods.End.Column != "churn_date" || got.Renewals.Periods.Every != "month" {
		t.Fatalf("renewals: %+v", got.Renewals)
	}
	wantText(t, text, "churn_date (a date)", "guess: how often such a subscription comes up for renewal")
	tables, err := datasets.Read(t.Context(), dir, got, datasets.Options{Now: time.Date(2024, 1, 10, 0, 0, 0, 0, time.UTC)})
	if err != nil {
		t.Fatal(err)
	}
	churned := 0
	for _, r := range tables.Renewals {
		if r.Outcome == datasets.Churned {
			churned++
		}
	}
	if churned > 1 || len(tables.Renewals) < 3 {
		t.Errorf("renewals: %+v", tables.Renewals)
	}
}

// A first date that some accounts lack is no date of creation for all.
func TestInferFirstDateForEveryAccount(t *testing.T) {
	files := map[string]string{
		"accounts.csv":      "account_id,plan\na,x\nb,y\n",
		"subscriptions.csv": "account_id,start_date,end_date\na,2023-01-01,2024-01-01\na,2024-01-01,2025-01-01\n",
		"events.csv":        "account_id,type,at\na,login,2023-02-01\nb,login,2023-02-01\nb,login,2023-02-03\n",
	}
	dir := inferFolder(t, files)
	got, _ := starter(t, dir)
	if c := got.Accounts.CreatedAt; c.Lookup == nil || c.Lookup.Path != "events.csv" {
		t.Errorf("created_at: %+v", c)
	}
	if _, err := datasets.Read(t.Context(), dir, got, inferNow); err != nil {
		t.Error(err)
	}
	files["events.csv"] = "account_id,type,at\na,login,2023-02-01\na,login,2023-02-03\n"
	got, text := starter(t, inferFolder(t, files))
	if got.Accounts.CreatedAt.Lookup != nil || !strings.Contains(text, "no file has a first date for every account") {
		t.Errorf("created_at: %+v", got.Accounts.CreatedAt)
	}
}

// A file with a table's own name and columns is that table, whatever else its
// columns are called; the starter has only keys that the configuration takes.
func TestInferTakesOwnNamesFirst(t *testing.T) {
	dir := inferFolder(t, map[string]string{
		"accounts.csv":      "account_id,created_at,plan,declared_outcome\na,2023-01-01,x,reporting\nb,2023-01-02,y,automation\nc,2023-01-03,y,reporting\n",
		"events.csv":        "account_id,type,at,outcome\na,login,2023-02-01,ok\nb,login,2023-02-01,ok\n",
		"renewals.csv":      "account_id,due_on,outcome\na,2024-01-01,churned\nb,2024-01-02,renewed\nc,2024-01-03,open\n",
		"interventions.csv": "account_id,at,kind,outcome\na,2023-05-01,call,renewed\n",
	})
	got, text := starter(t, dir)
	if got.Renewals != nil || got.Events != nil || got.Interventions != nil || got.Accounts == nil || got.Accounts.Path != "accounts.csv" {
		t.Errorf("%+v", got)
	}
	wantText(t, text, "Nothing needs mapping for events, renewals, interventions", "declared_outcome (named like an outcome")
	if strings.Contains(text, "-: ") || strings.Contains(text, "as well and is not used") {
		t.Errorf("the starter:\n%s", text)
	}
	if _, err := datasets.Read(t.Context(), dir, got, inferNow); err != nil {
		t.Error(err)
	}
	// Another name, the same columns: a table of accounts with an aim is no renewals.
	dir = inferFolder(t, map[string]string{
		"customers.csv": "customer_id,signup,desired_outcome\na,2023-01-01,reporting\nb,2023-01-02,automation\nc,2023-01-03,reporting\n",
		"usage.csv":     "customer_id,event,day\na,login,2023-02-01\nb,login,2023-02-01\na,login,2023-02-02\n",
		"terms.csv":     "customer_id,start_date,end_date\na,2023-01-01,2024-01-01\na,2024-01-01,2025-01-01\nb,2023-01-02,2024-01-02\nc,2023-01-03,2024-01-03\n",
	})
	got, text = starter(t, dir)
	if got.Accounts == nil || got.Accounts.Path != "customers.csv" || got.Renewals == nil || got.Renewals.Path != "terms.csv" || strings.Contains(text, "-: ") {
		t.Errorf("%+v\n%s", got, text)
	}
}
