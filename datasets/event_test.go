package datasets

import (
	"context"
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/etappe/etappe/datasets/internal/datatest"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/etappe/etappe/datasets/columnar"
)

func TestEventSources(t *testing.T) {
	dir := folder(t, map[string]string{
		"usage.csv": "Konto|Tag|Aktion|Anzahl|Wer\n" +
			"K-1|45047|7|3|12\n" + // 2023-05-01 as an Excel day
			"K-2|45048|8|0|12\n" + // counted none: no event
			"K-2|45049|8||\n" +
			"K-2|45050|9|1|12\n", // filtered
		"aktionen.csv": "code,name\n7,Login\n8,Export\n",
		"konten.csv":   "konto,account\nK-1,a1\nK-2,a2\n",
		"survey.csv":   "account_id,day,nps,csat,logins\na1,03.06.2023,9,,4\na2,04.06.2023,,3.5,\n",
	})
	mapping := `
events:
  - file: usage.csv
    delimiter: "|"
    where: [{column: Aktion, max: 8}]
    account_id: {column: Konto, lookup: {file: konten.csv, key: konto, value: account}}
    at: {column: Tag, format: days since 1899-12-30}
    type: {column: Aktion, lookup: {file: aktionen.csv, key: code, value: name}}
    count: Anzahl
    user_id: Wer
  - file: survey.csv
    at: {column: day, format: "%d.%m.%Y"}
    emit:
      - {type: {constant: nps}, value: nps}
      - {type: {constant: csat}, value: csat}
      - {type: {constant: Login}, count: logins}
      - {type: {constant: answered}}
`
	_, got, err := readAll(t, dir, mapping)
	if err != nil {
		t.Fatal(err)
	}
	user, _ := hashUser("12")
	nan := math.NaN()
	event := func(account int32, kind, day string, value, count float64, user uint64) flatEvent {
		return flatEvent{account, kind, day + "T00:00:00Z", day + "T00:00:00Z", value, count, user}
	}
	want := []flatEvent{
		event(0, "Login", "2023-05-01", nan, 3, user),
		event(1, "Export", "2023-05-03", nan, 1, 0),
		event(0, "nps", "2023-06-03", 9, 1, 0),
		event(0, "Login", "2023-06-03", nan, 4, 0),
		event(0, "answered", "2023-06-03", nan, 1, 0),
		event(1, "csat", "2023-06-04", 3.5, 1, 0),
		event(1, "answered", "2023-06-04", nan, 1, 0),
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateNaNs()); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
}

// The same events from CSV and from Parquet, where every column has its own
// type, are the same events.
func TestEventsFormatsAgree(t *testing.T) {
	const n = 40000 // more than one block and one batch
	var text strings.Builder
	text.WriteString("account_id,type,at,value,user_id\n")
	columns := []columnar.Column{
		{Name: "account_id", Strings: make([]string, n)}, {Name: "type", Strings: make([]string, n)}, {Name: "at", Times: make([]time.Time, n)},
		{Name: "value", Numbers: make([]float64, n)}, {Name: "user_id", Numbers: make([]float64, n)},
	}
	for i := range n {
		at := date(2023, 4, 1).Add(time.Duration(i) * 7 * time.Minute)
		value, user := math.NaN(), float64(i%50)
		if i%4 == 0 {
			value = float64(i) / 8
		}
		columns[0].Strings[i], columns[1].Strings[i], columns[2].Times[i] = fmt.Sprintf("a%d", 1+i%3), fmt.Sprintf("t%d", i%11), at
		columns[3].Numbers[i], columns[4].Numbers[i] = value, user
		cell := ""
		if !math.IsNaN(value) {
			cell = fmt.Sprint(value)
		}
		fmt.Fprintf(&text, "a%d,t%d,%s,%s,%v\n", 1+i%3, i%11, at.Format("2006-01-02 15:04:05"), cell, user)
	}
	_, fromCSV, err := readAll(t, folder(t, map[string]string{"events.csv": text.String()}), "")
	if err != nil {
		t.Fatal(err)
	}
	dir := folder(t, map[string]string{"events.csv": ""})
	if err := columnar.Write(filepath.Join(dir, "events.parquet"), columns); err != nil {
		t.Fatal(err)
	}
	_, fromParquet, err := readAll(t, dir, "")
	if err != nil {
		t.Fatal(err)
	}
	if len(fromCSV) != n || len(fromParquet) != n {
		t.Fatalf("%d and %d events, want %d", len(fromCSV), len(fromParquet), n)
	}
	for i, a := range fromCSV {
		b := fromParquet[i]
		if diff := cmp.Diff(a, b, cmpopts.EquateNaNs()); i%997 == 0 && diff != "" || a.Account != b.Account || a.Type != b.Type || a.At != b.At || a.User != b.User {
			t.Fatalf("event %d differs: %+v in CSV, %+v in Parquet", i, a, b)
		}
	}
}

func TestScanYieldsTheGoodRowsAndCountsTheRest(t *testing.T) {
	var text strings.Builder
	text.WriteString("account_id,type,at\n")
	for i := range 100 {
		fmt.Fprintf(&text, "a%d,login,2023-05-01\n", 1+i%5) // a4 and a5 are unknown
	}
	tables, err := Read(context.Background(), folder(t, map[string]string{"events.csv": text.String()}), Sources{}, Options{Now: readNow, Limit: 3})
	if err != nil {
		t.Fatal(err)
	}
	events, err := flatten(tables.Events)
	if len(events) != 60 {
		t.Errorf("%d good rows, want 60", len(events))
	}
	var contract *ContractError
	if !errors.As(err, &contract) || len(contract.Problems) != 3 || contract.Total != 40 {
		t.Errorf("got %v, want 3 problems of 40", err)
	}
}

func TestScanStops(t *testing.T) {
	tables, err := Read(context.Background(), folder(t, nil), Sources{}, Options{Now: readNow})
	if err != nil {
		t.Fatal(err)
	}
	enough := errors.New("enough")
	if err := tables.Events.Scan(context.Background(), func(*EventBatch) error { return enough }); !errors.Is(err, enough) {
		t.Errorf("the caller's error became %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := tables.Events.Scan(ctx, func(*EventBatch) error { return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("after cancelling: %v", err)
	}
	if _, err := Read(ctx, folder(t, nil), Sources{}, Options{Now: readNow}); !errors.Is(err, context.Canceled) {
		t.Errorf("Read after cancelling: %v", err)
	}
}

func TestScansAtTheSameTime(t *testing.T) {
	dir := folder(t, map[string]string{"events.csv": "account_id,type,at\na1,login,2022-05-01\na1,login,2023-05-01\n"})
	tables, err := Read(context.Background(), dir, Sources{}, Options{Now: readNow})
	if err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			if events, err := flatten(tables.Events); err != nil || len(events) != 2 {
				t.Errorf("%d events, %v", len(events), err)
			}
		})
	}
	group.Wait()
	if diff := cmp.Diff(map[string]int{warnEarlyEvent: 1}, tables.Warnings); diff != "" {
		t.Errorf("warnings are not counted once (-want +got):\n%s", diff)
	}
}

func TestWarnings(t *testing.T) {
	dir := folder(t, map[string]string{
		"accounts.csv": "account_id,created_at,parent_id\na1,2023-01-01T15:00:00Z,\na2,2023-01-01,a0\n",
		"renewals.csv": "account_id,due_on,decided_on,outcome\na1,2023-06-30,,open\na1,2023-07-03,,open\na2,2023-01-01,,churned\n",
		"events.csv":   "account_id,type,at\na1,login,2022-12-31\na1,login,2023-01-01T10:00:00Z\na2,login,2023-02-01\n", // after churn: no matter
	})
	tables, events, err := readAll(t, dir, "")
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]int{warnParent: 1, warnOverdue: 1, warnUndated: 1, warnEarlyEvent: 1}
	if diff := cmp.Diff(want, tables.Warnings); diff != "" || len(events) != 3 {
		t.Errorf("%d events, warnings (-want +got):\n%s", len(events), diff)
	}
}

// What features cannot add up is named by validate too, with its place.
func TestEventsBeyondAllSums(t *testing.T) {
	dir := folder(t, map[string]string{"events.csv": "account_id,type,at,value,count\na1,x,2023-05-01,1e291,\na1,x,2023-05-01,-1e290,2147483648\na1,x,2023-05-01,,2147483649\n"})
	_, events, err := readAll(t, dir, "")
	datatest.WantError(t, err, ErrContract, `events.csv, row 1, column "value": is a value beyond 1e290`, `row 3, column "count": is a count above 2147483648`, "2 problem(s)")
	if len(events) != 1 {
		t.Errorf("%d good events", len(events))
	}
}

func TestTooManyEventTypes(t *testing.T) {
	var text strings.Builder
	text.WriteString("account_id,type,at\n")
	for i := range maxTypes + 2 {
		fmt.Fprintf(&text, "a1,t%d,2023-05-01\n", i)
	}
	_, events, err := readAll(t, folder(t, map[string]string{"events.csv": text.String()}), "")
	datatest.WantError(t, err, ErrContract, "is one event type too many", "2 problem(s)")
	if len(events) != maxTypes {
		t.Errorf("%d events, want %d", len(events), maxTypes)
	}
}

func TestHashUserIsStable(t *testing.T) {
	// The test vectors of FNV-1a, 64 bits.
	for id, want := range map[string]uint64{"a": 0xaf63dc4c8601ec8c, "foobar": 0x85944171f73967e8} {
		if got, _ := hashUser(id); got != want {
			t.Errorf("%q hashes to %x, want %x", id, got, want)
		}
	}
}

func BenchmarkParquetScan(b *testing.B) {
	const n = 1 << 20
	columns := []columnar.Column{
		{Name: "account_id", Strings: make([]string, n)}, {Name: "type", Strings: make([]string, n)},
		{Name: "at", Times: make([]time.Time, n)}, {Name: "value", Numbers: make([]float64, n)},
	}
	for i := range n {
		columns[0].Strings[i], columns[1].Strings[i] = fmt.Sprintf("a%d", 1+i%3), fmt.Sprintf("t%d", i%11)
		columns[2].Times[i], columns[3].Numbers[i] = date(2023, 4, 1).Add(time.Duration(i)*time.Second), float64(i%10)
	}
	dir := folder(b, map[string]string{"events.csv": ""})
	if err := columnar.Write(filepath.Join(dir, "events.parquet"), columns); err != nil {
		b.Fatal(err)
	}
	tables, err := Read(context.Background(), dir, Sources{}, Options{Now: readNow})
	if err != nil {
		b.Fatal(err)
	}
	b.ResetTimer()
	for b.Loop() {
		if err := tables.Events.Scan(context.Background(), func(*EventBatch) error { return nil }); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds()/1e6, "Mrows/s")
}
