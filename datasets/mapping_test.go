package datasets

import (
	"bytes"
	"math"
	"testing"

	"github.com/etappe/etappe/datasets/internal/datatest"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/parquet-go/parquet-go"
)

func TestFilters(t *testing.T) {
	rows := "account_id,type,at,size,owner\na1,login,2023-05-01,3,a2\na1,export,2023-05-01,,a2\na2,login,2023-05-02,12,a2\na3,,2023-05-03,7,\n"
	for filter, want := range map[string][]string{
		"{column: type, equals: login}":                                    {"2023-05-01 a1", "2023-05-02 a2"},
		"{column: type, in: [export, import]}":                             {"2023-05-01 a1"},
		"{column: account_id, not_in: [a1]}":                               {"2023-05-02 a2", "2023-05-03 a3"},
		"{column: type, not_empty: true}":                                  {"2023-05-01 a1", "2023-05-01 a1", "2023-05-02 a2"},
		"{column: size, min: 7}":                                           {"2023-05-02 a2", "2023-05-03 a3"},
		"{column: size, max: 7}":                                           {"2023-05-01 a1", "2023-05-03 a3"},
		"{any: [{column: type, equals: export}, {column: size, min: 12}]}": {"2023-05-01 a1", "2023-05-02 a2"},
		"{any: [{column: type, equals: export}, {column: size, min: 7}]}, {column: account_id, not_in: [a3]}": {"2023-05-01 a1", "2023-05-02 a2"},
		"{column: account_id, equals_column: owner}":                                                          {"2023-05-02 a2"},
		"{column: size, min: 4}, {column: size, max: 9}":                                                      {"2023-05-03 a3"},
	} {
		mapping := "events: [{file: events.csv, type: {constant: x}, where: [" + filter + "]}]"
		tables, events, err := readAll(t, folder(t, map[string]string{"events.csv": rows}), mapping)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, e := range events {
			got = append(got, e.At[:10]+" "+tables.Accounts[e.Account].ID)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", filter, diff)
		}
	}
}

// A file without a header has the names that are given, and its first row is data.
func TestHeaderlessFiles(t *testing.T) {
	files := map[string]string{"events.csv": "a1;login;2023-05-01\na2;login;2023-05-02\n",
		"renewals.csv": "a1,2023-01-01,2023-06-01\na1,2023-01-01,2023-06-01\na1,2023-06-01,\n"}
	tables, events, err := readAll(t, folder(t, files), `
events: [{file: events.csv, delimiter: ";", columns: [account_id, type, at]}]
renewals: {file: renewals.csv, columns: [account_id, start, end], periods: {start: start, end: end}}
`)
	if err != nil || len(events) != 2 || len(tables.Renewals) != 1 || tables.Warnings[warnRepeated] != 1 {
		t.Errorf("%d events, %v, %v", len(events), tables, err)
	}
	_, _, err = readAll(t, folder(t, files), "events: [{file: events.csv, delimiter: \";\", columns: [account_id, type]}]\nrenewals: {file: renewals.csv, columns: [account_id, start, end], periods: {start: start, end: end}}")
	datatest.WantError(t, err, ErrContract, `"at"`)
}

// An id may be made of several columns, in every table.
func TestCompositeKeys(t *testing.T) {
	files := map[string]string{
		"accounts.csv": "firm,site,created_at,plan\nx,1,2023-01-01,basic\nx,2,2023-01-01,pro\n",
		"events.csv":   "f,s,type,at,day\nx,1,login,2023-05-01,1\nx,2,login,2023-05-02,2\nx,2,login,2023-05-03,2\n",
		"renewals.csv": "firm,site,due_on,outcome\nx,1,2024-01-01,renewed\nx,2,2024-02-01,churned\n",
	}
	const mapping = `
accounts: {file: accounts.csv, account_id: {columns: [firm, site]}, attributes: {plan: plan}}
events: [{file: events.csv, account_id: {columns: [f, s]}, at: at}]
renewals: {file: renewals.csv, account_id: {columns: [firm, site]}}
`
	tables, events, err := readAll(t, folder(t, files), mapping)
	if err != nil || tables.Accounts[1].ID != "x/2" || len(events) != 3 || events[2].Account != 1 || tables.Renewals[1].Account != 1 {
		t.Errorf("%+v, %v, %v", tables, events, err)
	}
	files["events.csv"] = "f,s,type,at\nx,,login,2023-05-01\n"
	_, _, err = readAll(t, folder(t, files), mapping)
	datatest.WantError(t, err, ErrContract, `column "f/s": is empty`)
	for wrong, says := range map[string]string{"{columns: [firm]}": "two or more", "{columns: [firm, sites]}": `did you mean "site"?`, "{column: firm, columns: [firm, site]}": "two or more"} {
		_, _, err := readAll(t, folder(t, files), "accounts: {file: accounts.csv, account_id: "+wrong+"}")
		datatest.WantError(t, err, ErrConfig, says)
	}
}

func TestLookupTakes(t *testing.T) {
	files := map[string]string{"sizes.csv": "plan,seats\nbasic,9\nbasic,10\nbasic,2\npro,1\nother,\n"}
	for take, want := range map[string]float64{"first": 9, "last": 2, "min": 2, "max": 10} {
		mapping := `accounts: {file: accounts.csv, attributes: {size: {column: plan, lookup: {file: sizes.csv, key: plan, value: seats, take: ` + take + `}}}}`
		tables, _, err := readAll(t, folder(t, files), mapping)
		if err != nil {
			t.Fatal(err)
		}
		if got := tables.Accounts[0].Attributes[0]; got != (Value{Number: want, Known: true}) {
			t.Errorf("take %s: got %+v, want %v", take, got, want)
		}
	}
	if !less("9", "10") || !less("10", "9a") || less("b", "a") {
		t.Error("numbers compare as numbers, anything else as text")
	}
}

func TestLookupMissIsNotAValue(t *testing.T) {
	files := map[string]string{
		"sizes.csv":  "plan,seats\nbasic,9\n",
		"events.csv": "account_id,type,at,value\na1,x,2023-05-01,basic\na1,x,2023-05-02,\na1,x,2023-05-03,huge\n",
	}
	mapping := `events: [{file: events.csv, value: {column: value, lookup: {file: sizes.csv, key: plan, value: seats}}}]`
	_, events, err := readAll(t, folder(t, files), mapping)
	datatest.WantError(t, err, ErrContract, `events.csv, row 3, column "value": is not a key of the look-up sizes.csv (found "huge")`, "1 problem(s)")
	if len(events) != 2 || events[0].Value != 9 || !math.IsNaN(events[1].Value) {
		t.Errorf("good events: %+v", events)
	}
}

// warehouseEvent is how a warehouse writes events: keys and times as numbers.
type warehouseEvent struct {
	Account int64    `parquet:"account_id"`
	Kind    *int32   `parquet:"type,optional"`
	At      int64    `parquet:"at"`
	Loaded  *float64 `parquet:"ingested_at,optional"`
	Done    bool     `parquet:"value"`
}

func TestNumericKeysOfParquet(t *testing.T) {
	seven := int32(7)
	loaded := 45048.0
	var b bytes.Buffer
	if err := parquet.Write(&b, []warehouseEvent{
		{Account: 1001, Kind: &seven, At: 1682899200000, Done: true},
		{Account: 1001, Kind: &seven, At: 1682985600000, Loaded: &loaded},
		{Account: 1002, Kind: &seven, At: 1682985600000},
		{Account: 1001, At: 1682985600000},
		{Account: 1001, Kind: &seven, At: math.MaxInt64},
	}); err != nil {
		t.Fatal(err)
	}
	dir := folder(t, map[string]string{
		"events.csv":     "",
		"events.parquet": b.String(),
		"accounts.csv":   "account_id,created_at\n1001,2023-01-01\n",
		"renewals.csv":   "account_id,due_on,outcome\n1001,2024-01-01,open\n",
		"types.csv":      "code,name\n7,login\n",
	})
	mapping := `
events:
  - file: events.parquet
    at: {column: at, format: unix_ms}
    ingested_at: {column: ingested_at, format: days since 1899-12-30}
    type: {column: type, lookup: {file: types.csv, key: code, value: name}}
`
	_, events, err := readAll(t, dir, mapping)
	datatest.WantError(t, err, ErrContract, "3 problem(s)",
		`row 3, column "account_id": is no account of the accounts table (found "1002")`,
		`row 4, column "type": is empty`, `row 5, column "at": lies in the future`)
	want := []flatEvent{
		{0, "login", "2023-05-01T00:00:00Z", "2023-05-01T00:00:00Z", 1, 1, 0},
		{0, "login", "2023-05-02T00:00:00Z", "2023-05-02T00:00:00Z", 0, 1, 0},
	}
	if diff := cmp.Diff(want, events, cmpopts.EquateNaNs()); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
	_, _, err = readAll(t, dir, "events: [{file: events.parquet, type: {constant: x}}]")
	datatest.WantError(t, err, ErrContract, `column "at": is not an ISO date`) // a number says nothing without its format
}

func TestAccountsInSeveralFiles(t *testing.T) {
	dir := folder(t, map[string]string{
		"a-1.csv": "account_id,created_at,seats\na1,2023-01-01,n/a\na2,2023-01-01,2\n",
		"a-2.csv": "seats,account_id,created_at\n5,a3,2023-01-01\n6,a1,2023-01-01\n",
	})
	_, _, err := readAll(t, dir, "accounts: {file: 'a-*.csv'}")
	datatest.WantError(t, err, ErrContract, "1 problem(s)", `a-2.csv, row 2, column "account_id": is the id of another account already (a-1.csv, row 1)`)
}
