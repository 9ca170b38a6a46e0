package infer

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/etappe/etappe/datasets/internal/datatest"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/etappe/etappe/datasets"
	"github.com/etappe/etappe/datasets/columnar"
)

// starter writes the starter for dir, reads it back strictly, and checks that
// it describes what InferSources says.
func starter(t *testing.T, dir string) (datasets.Sources, string) {
	t.Helper()
	text, err := StarterYAML(context.Background(), dir)
	if err != nil {
		t.Fatal(err)
	}
	var parsed datasets.Sources
	if err := yaml.UnmarshalWithOptions(text, &parsed, yaml.Strict()); err != nil {
		t.Fatalf("the starter is no etappe.yaml: %v\n%s", err, text)
	}
	guessed, _, err := Sources(context.Background(), dir)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(guessed, parsed); diff != "" {
		t.Fatalf("the starter reads back as something else: %s\n%s", diff, text)
	}
	return parsed, string(text)
}

// inferFolder writes files and returns their folder.
func inferFolder(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func wantText(t *testing.T, text string, wants ...string) {
	t.Helper()
	for _, want := range wants {
		if !strings.Contains(text, want) {
			t.Errorf("the starter does not say %q:\n%s", want, text)
		}
	}
}

var inferNow = datasets.Options{Now: time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)}

func TestInferFightchurn(t *testing.T) {
	dir := datatest.Shared(t, "fightchurn")
	got, text := starter(t, dir)
	want := datasets.Sources{
		Accounts: &datasets.AccountSource{
			File:      datasets.File{Path: "account.csv"},
			AccountID: datasets.Column{Column: "account_id"},
			CreatedAt: datasets.Column{Column: "account_id", Lookup: &datasets.Lookup{
				File: datasets.File{Path: "subscription.csv"}, Key: "account_id", Value: "start_date", Take: "min"}},
			Attributes: map[string]datasets.Column{"channel": {Column: "channel"}, "country": {Column: "country"}},
		},
		Events: []datasets.EventSource{{
			File:      datasets.File{Path: "event.csv.gz"},
			AccountID: datasets.Column{Column: "account_id"},
			At:        datasets.Column{Column: "date"},
			Type: &datasets.Column{Column: "event_type_id", Lookup: &datasets.Lookup{
				File: datasets.File{Path: "event_type.csv"}, Key: "event_type_id", Value: "event_type_name"}},
			Value: &datasets.Column{Column: "value_sum"},
			Count: &datasets.Column{Column: "n_events"},
		}},
		Renewals: &datasets.RenewalSource{
			File:      datasets.File{Path: "subscription.csv"},
			AccountID: datasets.Column{Column: "account_id"},
			Periods: &datasets.Periods{Start: datasets.Column{Column: "start_date"}, End: datasets.Column{Column: "end_date"},
				Amount: &datasets.Column{Column: "mrr"}, AmountPer: "month"},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	wantText(t, text, "date_of_birth (a date)", "not used: n_users", "add-ons")
	tables, err := datasets.Read(context.Background(), dir, got, inferNow)
	if err != nil {
		t.Fatal(err)
	}
	churned := 0
	for _, r := range tables.Renewals {
		if r.Outcome == datasets.Churned {
			churned++
		}
	}
	if len(tables.Accounts) != 1099 || churned < 150 || churned > 250 {
		t.Errorf("%d accounts, %d churned renewals", len(tables.Accounts), churned)
	}
}

// ownTables has a row in each of the tables.
func ownTables() *datasets.Tables {
	day := time.Date(2023, 5, 1, 12, 30, 15, 0, time.UTC)
	events := &datasets.MemoryEvents{}
	events.Append(0, "login", day, day, datasets.NoValue, 1, 42)
	return &datasets.Tables{
		Accounts:      []datasets.Account{{ID: "a", CreatedAt: day}, {ID: "b", CreatedAt: day}},
		Renewals:      []datasets.Renewal{{DueOn: day.AddDate(0, 1, 0).Truncate(24 * time.Hour), ARRBefore: 1, ARRAfter: 1}},
		Milestones:    []datasets.Milestone{{Name: "first report", ReachedAt: day, IngestedAt: day}},
		Interventions: []datasets.Intervention{{At: day, Kind: "call"}},
		Events:        events,
	}
}

func TestInferOwnNamesNeedNoMapping(t *testing.T) {
	dir := t.TempDir()
	if err := datasets.Write(context.Background(), dir, ownTables()); err != nil {
		t.Fatal(err)
	}
	got, text := starter(t, dir)
	if diff := cmp.Diff(datasets.Sources{}, got); diff != "" {
		t.Error(diff)
	}
	wantText(t, text, "Nothing needs mapping for accounts, events, renewals, milestones, interventions")
}

// germanFiles is an export of a German CRM: semicolons, German names and dates,
// one file of events a year.
var germanFiles = map[string]string{
	"Kunden.csv":          "Kundennummer;Firma;Kunde seit;Plan;PLZ\n1;Alpha;03.01.2022;Pro;10115\n2;Beta;17.02.2022;Basic;80331\n3;Gamma;25.02.2022;Pro;20095\n",
	"nutzung-2022.csv":    "Kundennummer;Datum;Aktion;Benutzer\n1;05.03.2022;login;u1\n1;06.03.2022;export;u2\n2;13.03.2022;login;u3\n",
	"nutzung-2023.csv":    "Kundennummer;Datum;Aktion;Benutzer\n1;05.03.2023;login;u1\n",
	"Vertraege.csv":       "Kundennummer;Beginn;Ende;Preis\n1;03.01.2022;03.01.2023;1200\n1;03.01.2023;03.01.2024;1300\n2;17.02.2022;17.02.2023;600\n3;25.02.2022;25.02.2023;600\n",
	"notes.txt":           "not a table",
	"broken.parquet":      "PAR1",
	"empty.csv":           "",
	"umsatzkategorie.csv": "code,bezeichnung\n1,klein\n2,groß\n",
}

func TestInferForeignExport(t *testing.T) {
	dir := inferFolder(t, germanFiles)
	got, text := starter(t, dir)
	want := datasets.Sources{
		Accounts: &datasets.AccountSource{
			File:        datasets.File{Path: "Kunden.csv", Delimiter: ";"},
			AccountID:   datasets.Column{Column: "Kundennummer"},
			CreatedAt:   datasets.Column{Column: "Kunde seit", Format: "%d.%m.%Y"},
			Categorical: []string{"PLZ"},
		},
		Events: []datasets.EventSource{{
			File:      datasets.File{Path: "nutzung-*.csv", Delimiter: ";"},
			AccountID: datasets.Column{Column: "Kundennummer"},
			At:        datasets.Column{Column: "Datum", Format: "%d.%m.%Y"},
			Type:      &datasets.Column{Column: "Aktion"},
			User:      &datasets.Column{Column: "Benutzer"},
		}},
		Renewals: &datasets.RenewalSource{
			File:      datasets.File{Path: "Vertraege.csv", Delimiter: ";"},
			AccountID: datasets.Column{Column: "Kundennummer"},
			Periods: &datasets.Periods{Start: datasets.Column{Column: "Beginn", Format: "%d.%m.%Y"}, End: datasets.Column{Column: "Ende", Format: "%d.%m.%Y"},
				Amount: &datasets.Column{Column: "Preis"}, AmountPer: "period"},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	wantText(t, text, "left out: broken.parquet: is not a readable Parquet file", "left out: empty.csv: the file is empty", "umsatzkategorie.csv is not used", "per month or per year")
	tables, err := datasets.Read(context.Background(), dir, got, inferNow)
	if err != nil {
		t.Fatal(err)
	}
	if len(tables.Accounts) != 3 || len(tables.Renewals) != 4 {
		t.Errorf("%d accounts, %d renewals", len(tables.Accounts), len(tables.Renewals))
	}
}

// wideFiles has a column per event type, tickets that know only a subscription,
// survey answers, and decisions in words of their own.
var wideFiles = map[string]string{
	"customers.csv":     "id,name,created,size\nA,Alpha,2022-01-03,5\nB,Beta,2022-02-17,7\n",
	"usage.csv":         "customer_id,day,logins,exports,minutes\nA,2023-01-01,5,0,12.5\nA,2023-01-02,7,1,3.25\nB,2023-01-01,2,0,1.5\n",
	"nps.csv":           "customer_id,submitted_at,score\nA,2023-02-01,9\nA,2023-05-01,7\nB,2023-02-01,3\n",
	"subscriptions.csv": "subscription_id,customer_id,tier\nS1,A,gold\nS2,A,silver\nS3,B,gold\n",
	"tickets.csv":       "subscription_id,opened_at,priority\nS1,2023-03-01T10:00:00Z,high\nS1,2023-03-02T10:00:00Z,low\nS3,2023-03-01T10:00:00Z,low\n",
	"renewals.csv":      "customer_id,renewal_date,outcome\nA,2024-01-01,won\nB,2024-01-01,lost\nA,2023-01-01,won\nB,2023-01-01,won\n",
	"milestones.csv":    "customer_id,milestone,completed_at\nA,first report,2022-03-01\nA,ten users,2022-05-01\n",
	"touchpoints.csv":   "customer_id,date,activity,csm\nA,2022-03-01,call,Eva\nA,2022-04-01,training,Eva\n",
}

func TestInferSeveralEventFiles(t *testing.T) {
	dir := inferFolder(t, wideFiles)
	got, text := starter(t, dir)
	if got.Accounts == nil || got.Accounts.AccountID.Column != "id" || got.Accounts.CreatedAt.Column != "created" {
		t.Errorf("accounts: %+v", got.Accounts)
	}
	byFile := map[string]datasets.EventSource{}
	for _, s := range got.Events {
		byFile[s.Path] = s
	}
	usage := byFile["usage.csv"]
	if diff := cmp.Diff([]datasets.Emit{
		{Type: datasets.Column{Constant: "logins"}, Count: &datasets.Column{Column: "logins"}},
		{Type: datasets.Column{Constant: "exports"}, Count: &datasets.Column{Column: "exports"}},
		{Type: datasets.Column{Constant: "minutes"}, Value: &datasets.Column{Column: "minutes"}},
	}, usage.Emit); diff != "" {
		t.Error(diff)
	}
	nps := byFile["nps.csv"]
	if nps.Type == nil || nps.Type.Constant != "nps" || nps.Value == nil || nps.Value.Column != "score" {
		t.Errorf("nps: %+v", nps)
	}
	tickets := byFile["tickets.csv"]
	if diff := cmp.Diff(datasets.Column{Column: "subscription_id", Lookup: &datasets.Lookup{
		File: datasets.File{Path: "subscriptions.csv"}, Key: "subscription_id", Value: "customer_id"}}, tickets.AccountID); diff != "" {
		t.Error(diff)
	}
	if len(byFile) != 3 {
		t.Errorf("%d files of events: %v", len(byFile), byFile)
	}
	if got.Renewals == nil || got.Renewals.DueOn.Column != "renewal_date" || got.Milestones == nil || got.Milestones.ReachedAt.Column != "completed_at" ||
		got.Interventions == nil || got.Interventions.Kind.Column != "activity" || got.Interventions.Owner.Column != "csm" {
		t.Errorf("renewals %+v, milestones %+v, interventions %+v", got.Renewals, got.Milestones, got.Interventions)
	}
	wantText(t, text, "translate won, lost through a look-up file")
}

func TestInferSaysWhatIsAmbiguousOrMissing(t *testing.T) {
	dir := inferFolder(t, map[string]string{
		"log.csv": "account_id,created_at,updated_at,action\na,03/04/2023,05/04/2023,x\na,04/04/2023,06/04/2023,y\na,05/04/2023,07/04/2023,x\n",
	})
	_, text := starter(t, dir)
	wantText(t, text,
		"guess: it could also be updated_at",
		`the dates fit the format "%d/%m/%Y", and also %m/%d/%Y`,
		"accounts: no file has one row per account",
		"renewals: no file looks like renewals")
}

func TestInferAnEmptyFolder(t *testing.T) {
	got, text := starter(t, t.TempDir())
	if diff := cmp.Diff(datasets.Sources{}, got); diff != "" {
		t.Error(diff)
	}
	wantText(t, text, "events: no file has rows with an account and a date")
	if _, _, err := Sources(context.Background(), filepath.Join(t.TempDir(), "absent")); err == nil {
		t.Error("inferred from a folder that is not there")
	}
}

// Whatever the files are called and hold, there is a starter that reads back.
func TestInferNeverPanics(t *testing.T) {
	stem := rapid.SampledFrom([]string{"accounts", "events-1", "events-2", "renewals", "subscriptions", "milestones", "touch", "x", "codes"})
	column := rapid.SampledFrom([]string{"account_id", "id", "customer", "at", "created_at", "ingested_at", "start_date", "end_date", "outcome",
		"due_on", "milestone", "type", "type_id", "name", "count", "value", "user_id", "mrr", "plan", ""})
	cell := rapid.SampledFrom([]string{"", "a", "b", "1", "2", "3.5", "2023-01-02", "03.04.2023", "04/05/2023", "1700000000", "renewed", "churned", "é", "\xff"})
	rapid.Check(t, func(r *rapid.T) {
		files := map[string]string{}
		for range rapid.IntRange(0, 5).Draw(r, "files") {
			columns := rapid.SliceOfNDistinct(column, 1, 6, rapid.ID[string]).Draw(r, "columns")
			text := strings.Join(columns, ",") + "\n"
			for range rapid.IntRange(0, 5).Draw(r, "rows") {
				text += strings.Join(rapid.SliceOfN(cell, len(columns), len(columns)).Draw(r, "row"), ",") + "\n"
			}
			files[stem.Draw(r, "stem")+".csv"] = text
		}
		dir := inferFolder(t, files)
		s, _ := starter(t, dir)
		tables, err := datasets.Read(context.Background(), dir, s, inferNow)
		if err != nil && !errors.Is(err, columnar.ErrContract) && !errors.Is(err, columnar.ErrConfig) {
			r.Fatal(err)
		}
		if err == nil {
			if _, err := datasets.Assess(context.Background(), tables); err != nil && !errors.Is(err, columnar.ErrContract) {
				r.Fatal(err)
			}
		}
	})
}

// Whatever stands in Sources, the writer writes what reads back as the same.
func TestStarterWriterReadsBack(t *testing.T) {
	word := rapid.SampledFrom([]string{"a", "b c", "1", "true", "null", "~", "", "x: y", "# no", "- z", "'", `"q"`, "ä", "%d.%m.%Y", "a\tb", "{}", "*", "l1\nl2"})
	rapid.Check(t, func(r *rapid.T) {
		column := func() datasets.Column {
			c := datasets.Column{Column: word.Draw(r, "column"), Constant: word.Draw(r, "constant"), Format: word.Draw(r, "format")}
			if rapid.Bool().Draw(r, "lookup") {
				c.Lookup = &datasets.Lookup{File: datasets.File{Path: word.Draw(r, "file")}, Key: word.Draw(r, "key"), Value: word.Draw(r, "value")}
			}
			return c
		}
		grace := 3
		limit, equals := 1.5, word.Draw(r, "equals")
		c := column()
		want := datasets.Sources{
			Accounts: &datasets.AccountSource{File: datasets.File{Path: word.Draw(r, "path"), Delimiter: word.Draw(r, "delimiter")}, AccountID: column(),
				Attributes: map[string]datasets.Column{"x: y": column(), "a": column()}},
			Events: []datasets.EventSource{
				{File: datasets.File{Path: "e", Where: []datasets.Filter{{Column: "c", Equals: &equals}, {Column: "d", Min: &limit}, {Column: "f", NotEmpty: true}, {Column: "g", In: []string{"1", word.Draw(r, "in")}}}}, At: column(), Type: &c},
				{File: datasets.File{Path: "f"}, Emit: []datasets.Emit{{Type: column(), Value: &c}, {Type: column()}}},
			},
			Renewals: &datasets.RenewalSource{File: datasets.File{Path: "r"}, Periods: &datasets.Periods{Start: column(), End: column(), GraceDays: &grace}},
		}
		y := &yamlWriter{notes: map[string][]string{"events[1]": {"a\nremark"}, "accounts.account_id": {"another"}}}
		y.fields(reflect.ValueOf(want), 0, "")
		var got datasets.Sources
		if err := yaml.UnmarshalWithOptions(y.out.Bytes(), &got, yaml.Strict()); err != nil {
			r.Fatalf("%v\n%s", err, y.out.Bytes())
		}
		if diff := cmp.Diff(want, got); diff != "" {
			r.Fatalf("%s\n%s", diff, y.out.Bytes())
		}
	})
}

func TestSchemaTakesStarters(t *testing.T) {
	schema := datatest.CompileSchema(t, datasets.SourcesSchema())
	for _, dir := range []string{t.TempDir(), inferFolder(t, wideFiles), inferFolder(t, germanFiles)} {
		text, err := StarterYAML(context.Background(), dir)
		if err != nil {
			t.Fatal(err)
		}
		if err := datatest.ValidateYAML(t, schema, string(text)); err != nil {
			t.Errorf("the schema refuses a starter: %v\n%s", err, text)
		}
	}
}
