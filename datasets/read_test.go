package datasets

import (
	"context"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/etappe/etappe/datasets/internal/datatest"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/etappe/etappe/datasets/columnar"
)

// readNow is the present of every test here.
var readNow = time.Date(2024, 7, 1, 12, 0, 0, 0, time.UTC)

// smallFiles is a folder without fault; a test overrides some of it.
var smallFiles = map[string]string{
	"accounts.csv": "account_id,created_at,plan,seats\na1,2023-01-01,basic,10\na2,2023-02-01,pro,25\na3,2023-03-01,basic,\n",
	"events.csv":   "account_id,type,at\na1,login,2023-05-01\na2,login,2023-05-02T10:00:00Z\n",
	"renewals.csv": "account_id,due_on,outcome\na1,2024-01-01,renewed\na2,2024-02-01,churned\na3,2025-03-01,open\n",
}

// folder writes smallFiles with some replaced; "" leaves one out. A name that
// ends in .gz is compressed.
func folder(t testing.TB, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	all := maps.Clone(smallFiles)
	maps.Copy(all, files)
	for name, text := range all {
		if text == "" {
			continue
		}
		content := []byte(text)
		if strings.HasSuffix(name, ".gz") {
			content = datatest.Zip(t, text)
		}
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// readAll reads a folder and scans its events once.
func readAll(t testing.TB, dir, mapping string) (*Tables, []flatEvent, error) {
	t.Helper()
	tables, err := Read(context.Background(), dir, parseSources(t, mapping), Options{Now: readNow})
	if err != nil {
		return nil, nil, err
	}
	events, err := flatten(tables.Events)
	return tables, events, err
}

// flatEvent is one event by itself, for comparisons.
type flatEvent struct {
	Account      int32
	Type         string
	At, Ingested string
	Value, Count float64
	User         uint64
}

func flatten(events Events) ([]flatEvent, error) {
	var list []flatEvent
	err := events.Scan(context.Background(), func(b *EventBatch) error {
		for i := range b.Len() {
			list = append(list, flatEvent{
				b.Account[i], b.Types[b.Type[i]],
				time.Unix(b.At[i], 0).UTC().Format(time.RFC3339), time.Unix(b.IngestedAt[i], 0).UTC().Format(time.RFC3339),
				b.Value[i], b.Count[i], b.User[i],
			})
		}
		return nil
	})
	return list, err
}

func TestReadDefaultNames(t *testing.T) {
	dir := folder(t, map[string]string{
		"accounts.csv":      "\ufeff account_id ;x\n", // not read: named in the mapping below
		"customers.csv":     "\ufeffaccount_id; created_at ;parent_id;plan;seats\r\na1;2023-01-01;;\"ba;sic\";10\r\na2;2023-02-01 08:30:00;a1;pro; 25 \r\n",
		"events.csv":        "",
		"events-1.csv.gz":   "account_id,type,at,value,count,user_id,ingested_at\na1,login,2023-05-01,,,u7,\na2,nps,2023-05-02T10:00:00Z,9,3,,2023-05-04\n",
		"events-2.csv.gz":   "account_id,type,at\na1,export,2023-06-01T00:00:00+02:00\n",
		"renewals.csv":      "account_id,due_on,decided_on,outcome,arr_before,arr_after\na1,2024-01-01,2023-12-20,Renewed,1200,1500.5\na2,2025-02-01,,OPEN,,\n",
		"milestones.csv":    "account_id,milestone,reached_at\na1,first report,2023-01-20\na1,first report,2023-01-10 12:00\na1,first report,2023-01-10 09:00\n",
		"interventions.csv": "account_id,at,kind,owner\na2,2023-04-01,training,kim\n",
	})
	tables, events, err := readAll(t, dir, "accounts: {file: customers.csv, delimiter: ;}")
	if err != nil {
		t.Fatal(err)
	}
	want := &Tables{
		Accounts: []Account{
			{ID: "a1", CreatedAt: date(2023, 1, 1), Attributes: []Value{{Text: "ba;sic", Known: true}, {Number: 10, Known: true}}},
			{ID: "a2", CreatedAt: time.Date(2023, 2, 1, 8, 30, 0, 0, time.UTC), ParentID: "a1", Attributes: []Value{{Text: "pro", Known: true}, {Number: 25, Known: true}}},
		},
		Attributes: []Attribute{{Name: "plan", Categorical: true}, {Name: "seats"}},
		Renewals: []Renewal{
			{Account: 0, DueOn: date(2024, 1, 1), DecidedOn: date(2023, 12, 20), Outcome: Renewed, ARRBefore: 1200, ARRAfter: 1500.5},
			{Account: 1, DueOn: date(2025, 2, 1), Outcome: Open, ARRBefore: math.NaN(), ARRAfter: math.NaN()},
		},
		Milestones: []Milestone{{Account: 0, Name: "first report", ReachedAt: date(2023, 1, 20), IngestedAt: date(2023, 1, 20)},
			{Account: 0, Name: "first report", ReachedAt: date(2023, 1, 10).Add(9 * time.Hour), IngestedAt: date(2023, 1, 10).Add(9 * time.Hour)}},
		Interventions: []Intervention{{Account: 1, At: date(2023, 4, 1), Kind: "training", Owner: "kim"}},
		Warnings:      map[string]int{warnTwiceMilestone: 1, warnNotIngested: 1},
		Labels:        Labels{Definition: "the outcome of each renewal stands in renewals.csv"},
	}
	if diff := cmp.Diff(want, tables, cmpopts.EquateNaNs(), cmpopts.IgnoreFields(Tables{}, "Events")); diff != "" {
		t.Errorf("tables (-want +got):\n%s", diff)
	}
	user, _ := hashUser("u7")
	wantEvents := []flatEvent{
		{0, "login", "2023-05-01T00:00:00Z", "2023-05-01T00:00:00Z", math.NaN(), 1, user},
		{1, "nps", "2023-05-02T10:00:00Z", "2023-05-04T00:00:00Z", 9, 3, 0},
		{0, "export", "2023-05-31T22:00:00Z", "2023-05-31T22:00:00Z", math.NaN(), 1, 0},
	}
	for range 2 { // a stream can be read again
		if diff := cmp.Diff(wantEvents, events, cmpopts.EquateNaNs()); diff != "" {
			t.Errorf("events (-want +got):\n%s", diff)
		}
		if events, err = flatten(tables.Events); err != nil {
			t.Fatal(err)
		}
	}
}

func TestReadRefusesBrokenData(t *testing.T) {
	const header = "account_id,created_at,plan,seats\n"
	tests := []struct {
		name    string
		files   map[string]string
		mapping string
		says    []string
	}{
		{"empty file", map[string]string{"accounts.csv": " "}, "", []string{"accounts.csv"}},
		{"header only", map[string]string{"accounts.csv": header}, "", []string{"accounts.csv: has a header but no rows"}},
		{"header only renewals", map[string]string{"renewals.csv": "account_id,due_on,outcome\n"}, "", []string{"renewals.csv: has a header but no rows"}},
		{"header only events", map[string]string{"events.csv": "account_id,type,at\n"}, "", []string{"events.csv: has a header but no rows"}},
		{"filter keeps nothing", nil, `{events: [{file: events.csv, where: [{column: type, equals: logout}]}]}`, []string{"none of its 2 rows passes the filter"}},
		{"required column", map[string]string{"renewals.csv": "account_id,due,outcome\na1,2024-01-01,open\n"}, "", []string{`renewals.csv, column "due_on": is required and missing (did you mean "due"?); the file has: account_id, due, outcome`}},
		{"two columns of a name", map[string]string{"accounts.csv": "account_id,account_id\na,b\n"}, "", []string{`two columns are called "account_id"`}},
		{"ragged row", map[string]string{"accounts.csv": header + "a1,2023-01-01,basic\n"}, "", []string{"accounts.csv, row 1: has 3 values where the header has 4 columns"}},
		{"open quote", map[string]string{"accounts.csv": header + "a1,2023-01-01,\"basic,1\na2,2023-01-01,x,1\n"}, "", []string{"accounts.csv, row 1: quotes stand only around"}},
		{"broken UTF-8", map[string]string{"accounts.csv": header + "a1,2023-01-01,b\xe4sic,1\n"}, "", []string{`accounts.csv, row 1, column "plan": is not UTF-8`}},
		{"broken UTF-8 in the header", map[string]string{"accounts.csv": "account_id,created_at,gr\xf6sse\na1,2023-01-01,1\n"}, "", []string{"the name of column 3 is not UTF-8"}},
		{"UTF-16", map[string]string{"accounts.csv": "\xff\xfea\x00"}, "", []string{"UTF-16"}},
		{"no id", map[string]string{"accounts.csv": header + ",2023-01-01,basic,1\n"}, "", []string{`accounts.csv, row 1, column "account_id": is empty`}},
		{"duplicate id", map[string]string{"accounts.csv": header + "a1,2023-01-01,b,1\na1,2023-01-01,b,1\n"}, "", []string{`accounts.csv, row 2, column "account_id": is the id of another account already (accounts.csv, row 1) (found "a1")`}},
		{"created before 1990", map[string]string{"accounts.csv": header + "a1,1899-12-30,b,1\n"}, "", []string{`"created_at": lies before 1990 (found "1899-12-30")`}},
		{"created in the future", map[string]string{"accounts.csv": header + "a1,2024-07-03,b,1\n"}, "", []string{"lies in the future"}},
		{"dates in two formats", map[string]string{"accounts.csv": header + "a1,2023-01-01,b,1\na2,01.02.2023,b,1\n"}, "", []string{`accounts.csv, row 2, column "created_at": is not an ISO date`, `"01.02.2023"`}},
		{"almost numeric", map[string]string{"accounts.csv": header + numbered(40, "lots")}, "", []string{`accounts.csv, row 41, column "seats": is not a number, where 40 of the column's 41 values are (from 95 % on a column is taken for numeric) (if the numbers are codes, list the attribute under categorical:) (found "lots")`}},
		{"infinite attribute", map[string]string{"accounts.csv": header + numbered(3, "Inf")}, "", []string{"is not a finite number up to 1e300"}},
		{"1e308 attribute", map[string]string{"accounts.csv": header + numbered(3, "1e308")}, "", []string{"is not a finite number up to 1e300"}},
		{"unknown account in renewals", map[string]string{"renewals.csv": "account_id,due_on,outcome\na9,2024-01-01,open\n"}, "", []string{`renewals.csv, row 1, column "account_id": is no account of the accounts table (found "a9")`}},
		{"unknown account in events", map[string]string{"events.csv": "account_id,type,at\na9,login,2024-01-01\n"}, "", []string{`events.csv, row 1, column "account_id": is no account`}},
		{"unknown account in milestones", map[string]string{"milestones.csv": "account_id,milestone,reached_at\na9,x,2024-01-01\n"}, "", []string{"milestones.csv, row 1"}},
		{"unknown account in interventions", map[string]string{"interventions.csv": "account_id,kind,at\na9,x,2024-01-01\n"}, "", []string{"interventions.csv, row 1"}},
		{"duplicate renewal", map[string]string{"renewals.csv": "account_id,due_on,outcome\na1,2024-01-01,open\na1,2024-01-01,churned\n"}, "", []string{`renewals.csv, row 2, column "due_on": is the due date of another renewal of account "a1" already (row 1)`}},
		{"due too far ahead", map[string]string{"renewals.csv": "account_id,due_on,outcome\na1,2045-01-01,open\n"}, "", []string{"lies more than 20 years ahead"}},
		{"outcome word", map[string]string{"renewals.csv": "account_id,due_on,outcome\na1,2024-01-01,true\n"}, "", []string{"is not one of renewed, churned and open"}},
		{"open but decided", map[string]string{"renewals.csv": "account_id,due_on,decided_on,outcome\na1,2024-01-01,2023-12-01,open\n"}, "", []string{`column "decided_on": is a decision date although the renewal is open`}},
		{"decided without outcome", map[string]string{"renewals.csv": "account_id,due_on,decided_on,outcome\na1,2024-01-01,2023-12-01,\n"}, "", []string{`column "outcome": is empty although the renewal has a decision date`}},
		{"infinite ARR", map[string]string{"renewals.csv": "account_id,due_on,outcome,arr_before\na1,2024-01-01,open,inf\n"}, "", []string{`column "arr_before": is not a finite number`}},
		{"event in the future", map[string]string{"events.csv": "account_id,type,at\na1,login,2024-07-03\n"}, "", []string{`events.csv, row 1, column "at": lies in the future`}},
		{"ingested in the future", map[string]string{"events.csv": "account_id,type,at,ingested_at\na1,login,2024-06-03,2025-01-01\n"}, "", []string{`column "ingested_at": lies in the future`}},
		{"event before 1990", map[string]string{"events.csv": "account_id,type,at\na1,login,1970-01-01\n"}, "", []string{"lies before 1990"}},
		{"event without type", map[string]string{"events.csv": "account_id,type,at\na1,,2024-01-01\n"}, "", []string{`column "type": is empty`}},
		{"event value NaN", map[string]string{"events.csv": "account_id,type,at,value\na1,nps,2024-01-01,NaN\n"}, "", []string{`column "value": is not a finite number`}},
		{"event value 1e308", map[string]string{"events.csv": "account_id,type,at,value\na1,nps,2024-01-01,-1e308\n"}, "", []string{`column "value": is not a finite number`}},
		{"event value text", map[string]string{"events.csv": "account_id,type,at,value\na1,nps,2024-01-01,ten\n"}, "", []string{`column "value": is not a number (found "ten")`}},
		{"negative count", map[string]string{"events.csv": "account_id,type,at,count\na1,nps,2024-01-01,-1\n"}, "", []string{`column "count": is a count below 0`}},
		{"look-up miss", map[string]string{"types.csv": "id,name\n1,login\n"}, `{events: [{file: events.csv, type: {column: type, lookup: {file: types.csv, key: id, value: name}}}]}`, []string{`events.csv, row 1, column "type": is not a key of the look-up types.csv (found "login")`}},
		{"look-up with two answers", map[string]string{"types.csv": "id,name\nlogin,a\nlogin,b\n"}, `{events: [{file: events.csv, type: {column: type, lookup: {file: types.csv, key: id, value: name}}}]}`, []string{`types.csv, row 2, column "name"`, "has the value \"a\" already"}},
		{"bound on text", nil, `{events: [{file: events.csv, where: [{column: type, min: 3}]}]}`, []string{"is not a number, which the filter's bound asks for"}},
		{"period ends before it starts", map[string]string{"p.csv": "account_id,start,end\na1,2024-01-02,2024-01-01\n"}, `{renewals: {file: p.csv, periods: {start: start, end: end}}}`, []string{"does not lie after the period's start, 2024-01-02"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, _, err := readAll(t, folder(t, test.files), test.mapping)
			datatest.WantError(t, err, ErrContract, test.says...)
		})
	}
}

// numbered returns n accounts with seats 1, 2, … and one more with another value.
func numbered(n int, last string) string {
	var b strings.Builder
	for i := range n + 1 {
		value := columnar.FormatFloat(float64(i + 1))
		if i == n {
			value = last
		}
		b.WriteString("n" + columnar.FormatFloat(float64(i)) + ",2023-01-01,b," + value + "\n")
	}
	return b.String()
}

func TestDamagedGzip(t *testing.T) {
	var text strings.Builder
	random := rand.New(rand.NewPCG(3, 4))
	text.WriteString("account_id,type,at\n")
	for range 30000 {
		fmt.Fprintf(&text, "a%d,t%d,2023-05-01\n", 1+random.IntN(3), random.IntN(1000))
	}
	whole := datatest.Zip(t, text.String())
	for _, size := range []int{2, 15, len(whole) / 2, len(whole) - 4} {
		dir := folder(t, map[string]string{"events.csv": ""})
		if err := os.WriteFile(filepath.Join(dir, "events.csv.gz"), whole[:size], 0o600); err != nil {
			t.Fatal(err)
		}
		_, _, err := readAll(t, dir, "")
		datatest.WantError(t, err, ErrContract, "events.csv.gz", "ends too early")
	}
}

// A warehouse writes that there are no rows as a Parquet file of none: the table is
// empty. Accounts there must be.
func TestAnEmptyParquetFileIsAnEmptyTable(t *testing.T) {
	files := map[string]string{
		"accounts.csv": "account_id,created_at\na1,2023-01-01\n",
		"renewals.csv": "account_id,due_on,outcome\na1,2024-01-01,open\n",
		"events.csv":   "account_id,type,at\na1,login,2023-05-01\n",
	}
	columns := func(names ...string) (list []columnar.Column) {
		for _, name := range names {
			list = append(list, columnar.Column{Name: name, Strings: []string{}})
		}
		return list
	}
	for name, c := range map[string]struct {
		columns []columnar.Column
		says    string
	}{
		"events":        {columns("account_id", "type", "at"), ""},
		"renewals":      {columns("account_id", "due_on", "outcome"), ""},
		"milestones":    {columns("account_id", "milestone", "reached_at"), ""},
		"interventions": {columns("account_id", "at", "kind"), ""},
		"accounts":      {columns("account_id", "created_at"), "accounts.parquet: has no rows"},
	} {
		dir := t.TempDir()
		for file, text := range files {
			if file != name+".csv" {
				if err := os.WriteFile(filepath.Join(dir, file), []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
		}
		if err := columnar.Write(filepath.Join(dir, name+".parquet"), c.columns); err != nil {
			t.Fatal(err)
		}
		tables, err := Read(t.Context(), dir, Sources{}, Options{Now: date(2025, 1, 1)})
		if c.says != "" {
			if err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		if err == nil {
			_, err = Assess(t.Context(), tables)
		}
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
