package features

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/etappe/etappe/datasets"
	"github.com/etappe/etappe/features/catalog"
)

// steady makes daily use of a type from one day to another, that day left out.
func steady(account int32, kind string, from, to int) []row {
	var rows []row
	for day := from; day < to; day++ {
		one := use(account, kind, at(day, 12))
		one.user = uint64(1 + day%2)
		rows = append(rows, one)
	}
	return rows
}

// What was recorded and did not happen is 0; missing is what could not be seen.
func TestZeroIsNotMissing(t *testing.T) {
	// Account 0 is old and fell silent on day 200; of account 1 users wrote tickets
	// before its tracking came on day 280; account 2 is young; account 3 never used
	// the product and has another event; account 4 has no event at all; account 5
	// began to use what it had had for 250 days; account 6 is account 1 without use.
	rows := steady(0, "report", 0, 200)
	for _, account := range []int32{1, 6} {
		asks := use(account, "ticket", at(200, 1))
		asks.user = 9
		rows = append(rows, asks)
	}
	rows = append(rows, steady(1, "report", 280, 300)...)
	rows = append(rows, steady(2, "report", 290, 300)...)
	rows = append(rows, use(0, "export", at(265, 1)), use(0, "ticket", at(10, 1)), use(3, "ticket", at(50, 1)), use(5, "report", at(290, 1)))
	rows[len(rows)-1].user = 3
	tables := &datasets.Tables{Accounts: accounts(0, 0, 290, 0, 100, 40, 0), Events: stream(rows)}
	c := older(catalogOf(t, tables, Config{}))
	var snapshots []Snapshot
	for a := range int32(7) {
		snapshots = append(snapshots, Snapshot{Account: a, AsOf: on(300), Renewal: -1})
	}
	m, j := buildOf(t, c, tables, snapshots)
	if j == nil || j.Milestones != nil || j.Reached != nil || j.Tenure[2] != 10 {
		t.Errorf("journey without milestones: %+v", j)
	}
	nan := math.NaN()
	for name, want := range map[string][7]float64{
		"report.count_7d":        {0, 7, 7, 0, 0, 0, nan},
		"report.count_28d":       {0, nan, nan, 0, 0, 1, nan}, // account 1 is tracked for 20 days, account 2 there for 10
		"report.count_84d":       {0, nan, nan, 0, 0, 1, nan},
		"report.rate":            {0, nan, nan, 0, 0, 1 / 1.75, nan},
		"report.trend":           {0, nan, nan, 0, 0, math.Log(2 / (1./3 + 1)), nan},
		"report.recency_days":    {101, 1, 1, 300.5, 200.5, 10, nan}, // never seen: half a day more than was observed
		"export.count_28d":       {0, nan, nan, 0, 0, 0, nan},        // anybody's exports are known for 35 days
		"export.count_84d":       {nan, nan, nan, nan, nan, nan, nan},
		"export.rate":            {0, nan, nan, 0, 0, 0, nan}, // of the steps that were observed
		"export.recency_days":    {35, 20.5, 10.5, 35.5, 35.5, 35.5, nan},
		"ticket.count_84d":       {0, 0, nan, 0, 0, 0, 0}, // the helpdesk does not wait for tracking
		"ticket.recency_days":    {290, 100, 10.5, 250, 200.5, 260.5, 100},
		"active_days_28d":        {0, nan, nan, 0, 0, 1, nan},
		"active_users_28d":       {0, nan, nan, 0, 0, 1, nan},
		"breadth_28d":            {0, nan, nan, 0, 0, 1, nan},
		"total_trend":            {math.Log(1 / (1./3 + 1)), nan, nan, 0, 0, math.Log(2 / (1./3 + 1)), nan},
		"last_seen_days":         {35, 1, 1, 300.5, 200.5, 10, nan},
		"tenure_days":            {300, 300, 10, 300, 200, 260, 300},
		"days_to_renewal":        {nan, nan, nan, nan, nan, nan, nan},
		"user_concentration_28d": {nan, nan, nan, nan, nan, 1, nan}, // of the others nobody was active
	} {
		for i := range want {
			if got := m.value(t, name, i); !same(got, want[i]) && !(math.Abs(got-want[i]) <= 1e-12) {
				t.Errorf("%s of account %d: %v, not %v", name, i, got, want[i])
			}
		}
	}
}

// The last four weeks weigh twice as much as the four before, and these twice as
// much as the four before these; what was not observed weighs nothing.
func TestRateForgetsByHalves(t *testing.T) {
	rows := slices.Concat(steady(0, "report", 0, 300), steady(1, "report", 244, 300), steady(2, "report", 0, 272))
	rows = append(rows, use(2, "login", at(299, 1)))
	tables := &datasets.Tables{Accounts: accounts(0, 244, 0), Events: stream(rows)}
	var snapshots []Snapshot
	for a := range int32(3) {
		snapshots = append(snapshots, Snapshot{Account: a, AsOf: on(300), Renewal: -1})
	}
	c := catalogOf(t, tables, Config{})
	m, _ := buildOf(t, c, tables, snapshots)
	for i, want := range []float64{28, 28, 28 * (0.5 + 0.25) / 1.75} {
		if got := m.value(t, "report.rate", i); math.Abs(got-want) > 1e-12 {
			t.Errorf("account %d: %v per 28 days, not %v", i, got, want)
		}
	}
	bad := &catalog.Catalog{Definitions: []catalog.Definition{{Name: "x", Type: "report", Measure: catalog.MeasureRate, Window: 28}}}
	if _, _, err := Build(context.Background(), bad, tables, snapshots, nil); !errors.Is(err, catalog.ErrCatalog) {
		t.Errorf("a rate over 28 days: %v", err)
	}
}

func TestAnswers(t *testing.T) {
	said := func(account int32, day int, value float64) row {
		one := use(account, "nps_response", at(day, 1))
		one.value = value
		return one
	}
	// Account 1 never answers; account 2 answered too long ago; account 3 is young.
	tables := &datasets.Tables{Accounts: accounts(0, 0, 0, 250), Events: stream([]row{
		said(0, 150, 4), said(0, 290, 9), said(0, 10, 0), said(2, 60, 7), use(1, "login", at(5, 1)), use(3, "login", at(260, 1)),
	})}
	c := catalogOf(t, tables, Config{})
	if c.Index("nps_response.count_28d") >= 0 {
		t.Error("a survey is counted like product use")
	}
	var snapshots []Snapshot
	for a := range int32(4) {
		snapshots = append(snapshots, Snapshot{Account: a, AsOf: on(300), Renewal: -1})
	}
	m, _ := buildOf(t, c, tables, snapshots)
	nan := math.NaN()
	for name, want := range map[string][4]float64{
		"nps_response.mean_180d": {6.5, nan, nan, nan},
		"nps_response.last":      {9, nan, nan, nan},
		"nps_response.answered":  {1, 0, 0, nan},
	} {
		for i := range want {
			if got := m.value(t, name, i); !same(got, want[i]) {
				t.Errorf("%s of account %d: %v, not %v", name, i, got, want[i])
			}
		}
	}
}

func TestSeats(t *testing.T) {
	seats := use(0, "seats_changed", at(0, 1))
	seats.value = 8
	rows := append(steady(0, "report", 0, 100), seats)
	tables := &datasets.Tables{Accounts: accounts(0), Events: stream(rows), Attributes: []datasets.Attribute{{Name: "seats"}, {Name: "team", Categorical: true}}}
	tables.Accounts[0].Attributes = []datasets.Value{{Number: 4, Known: true}, {Text: "a", Known: true}}
	for _, one := range []struct {
		seats string
		want  float64
	}{{"", 2. / 8}, {"seats", 2. / 4}} { // a dated type is guessed before an attribute
		m, _ := buildOf(t, catalogOf(t, tables, Config{Seats: one.seats}), tables, []Snapshot{{AsOf: on(100), Renewal: -1}})
		if got := m.value(t, "seat_utilisation", 0); got != one.want {
			t.Errorf("seats %q: %v, not %v", one.seats, got, one.want)
		}
	}
	m, _ := buildOf(t, catalogOf(t, tables, Config{}), tables, []Snapshot{{AsOf: on(100), Renewal: -1}})
	for name, want := range map[string]float64{"seats_changed.last": 8, "seats_changed.count_84d": 0, "seats_changed.rate": 0} {
		if got := m.value(t, name, 0); got != want {
			t.Errorf("%s: %v, not %v", name, got, want)
		}
	}
	if catalogOf(t, tables, Config{Seats: "none"}).Index("seat_utilisation") >= 0 {
		t.Error("seats: none still gives a utilisation")
	}
	for _, name := range []string{"team", "report", "nobody"} {
		if _, err := NewCatalog(context.Background(), tables, Config{Seats: name}, time.Time{}); !errors.Is(err, datasets.ErrConfig) {
			t.Errorf("seats %q: %v", name, err)
		}
	}
}

// Counts of aggregated rows keep their fractions, and a row that stands for
// nothing shows that tracking was on without being use.
func TestAggregatedRows(t *testing.T) {
	rows := []row{use(0, "report", at(0, 1)), use(0, "report", at(95, 1))}
	rows[1].count = 2.75
	events := stream(rows)
	events.Batches[0].Count[0] = 0
	tables := &datasets.Tables{Accounts: accounts(0), Events: events}
	m, _ := buildOf(t, older(catalogOf(t, tables, Config{})), tables, []Snapshot{{AsOf: on(90), Renewal: -1}, {AsOf: on(100), Renewal: -1}})
	for name, want := range map[string][2]float64{
		"report.count_84d": {0, 2.75}, "report.rate": {0, 2.75 / 1.75}, "active_days_84d": {0, 1}, "report.recency_days": {90.5, 5},
	} {
		for i := range want {
			if got := m.value(t, name, i); got != want[i] {
				t.Errorf("%s of snapshot %d: %v, not %v", name, i, got, want[i])
			}
		}
	}
}

func TestAttributesByName(t *testing.T) {
	text := func(s string) datasets.Value { return datasets.Value{Text: s, Known: true} }
	number := func(v float64) datasets.Value { return datasets.Value{Number: v, Known: true} }
	tables := &datasets.Tables{Accounts: accounts(0, 0, 0), Attributes: []datasets.Attribute{{Name: "plan", Categorical: true}, {Name: "seats"}}}
	for i, plan := range []string{"team", "basic", ""} {
		tables.Accounts[i].Attributes = []datasets.Value{text(plan), number(float64(i))}
	}
	tables.Accounts[2].Attributes = make([]datasets.Value, 2)
	c := catalogOf(t, tables, Config{})
	snapshots := []Snapshot{{Account: 0, AsOf: on(9)}, {Account: 1, AsOf: on(9)}, {Account: 2, AsOf: on(9)}}

	// Another export: columns the other way round, a plan nobody had.
	tables.Attributes = []datasets.Attribute{{Name: "seats"}, {Name: "plan", Categorical: true}}
	for i, plan := range []string{"team", "platinum", ""} {
		tables.Accounts[i].Attributes = []datasets.Value{number(float64(i)), text(plan)}
	}
	tables.Accounts[2].Attributes = make([]datasets.Value, 2)
	m, _ := buildOf(t, c, tables, snapshots)
	for name, want := range map[string][3]float64{"plan": {1, 2, math.NaN()}, "seats": {0, 1, math.NaN()}} {
		for i := range want {
			if got := m.value(t, name, i); !same(got, want[i]) {
				t.Errorf("%s of account %d: %v, not %v", name, i, got, want[i])
			}
		}
	}

	// Codes that look like numbers in this export are looked up as text.
	digits := &catalog.Catalog{Definitions: []catalog.Definition{{Name: "code", Measure: catalog.MeasureAttribute, Attribute: "seats", Levels: []string{"1", "7"}}}}
	m, _ = buildOf(t, digits, tables, snapshots)
	if m.Columns[0][0] != 2 || m.Columns[0][1] != 0 {
		t.Errorf("numeric codes: %v", m.Columns[0])
	}
	// A number that has become text, and an attribute that is gone, are refused.
	for _, d := range []catalog.Definition{
		{Name: "plan", Measure: catalog.MeasureAttribute, Attribute: "plan"},
		{Name: "x", Measure: catalog.MeasureAttribute, Attribute: "x"},
		{Name: "u", Measure: catalog.MeasureSeats, Attribute: "x", Window: 28},
	} {
		if _, _, err := Build(context.Background(), &catalog.Catalog{Definitions: []catalog.Definition{d}}, tables, snapshots, nil); !errors.Is(err, catalog.ErrCatalog) {
			t.Errorf("%s: %v", d.Name, err)
		}
	}
}

// brokenEvents fails at its second batch.
type brokenEvents struct{ datasets.MemoryEvents }

var errBroken = errors.New("broken")

func (b *brokenEvents) Scan(ctx context.Context, yield func(*datasets.EventBatch) error) error {
	if err := b.MemoryEvents.Scan(ctx, yield); err != nil {
		return err
	}
	return errBroken
}

func TestBuildRefuses(t *testing.T) {
	good := func() *datasets.Tables {
		return &datasets.Tables{Accounts: accounts(0), Events: stream(steady(0, "report", 0, 5))}
	}
	c := catalogOf(t, good(), Config{})
	snapshot := []Snapshot{{AsOf: on(10), Renewal: -1}}
	batch := func(change func(b *datasets.EventBatch)) *datasets.Tables {
		tables := good()
		change(&tables.Events.(*datasets.MemoryEvents).Batches[0])
		return tables
	}
	valued := &catalog.Catalog{Definitions: []catalog.Definition{{Name: "r", Measure: catalog.MeasureLast, Type: "report", Window: answerWindow}}}
	for name, one := range map[string]struct {
		catalog   *catalog.Catalog
		tables    *datasets.Tables
		snapshots []Snapshot
		want      error
		text      string
	}{
		"no midnight":       {c, good(), []Snapshot{{AsOf: at(10, 1)}}, nil, "midnight"},
		"unknown account":   {c, good(), []Snapshot{{Account: 1, AsOf: on(10)}}, nil, "account 1 of 1"},
		"negative count":    {c, batch(func(b *datasets.EventBatch) { b.Count[1] = -1 }), snapshot, datasets.ErrContract, "-1"},
		"count is NaN":      {c, batch(func(b *datasets.EventBatch) { b.Count[1] = math.NaN() }), snapshot, datasets.ErrContract, "NaN"},
		"count is infinite": {c, batch(func(b *datasets.EventBatch) { b.Count[1] = math.Inf(1) }), snapshot, datasets.ErrContract, "Inf"},
		"value is infinite": {valued, batch(func(b *datasets.EventBatch) { b.Value[1] = math.Inf(1) }), snapshot, datasets.ErrContract, "report"},
		"value is 1e308":    {valued, batch(func(b *datasets.EventBatch) { b.Value[1] = 1e308 }), snapshot, datasets.ErrContract, "1e+308"},
		"event of nobody":   {c, batch(func(b *datasets.EventBatch) { b.Account[1] = 7 }), snapshot, nil, "no such account"},
		"type of no name":   {c, batch(func(b *datasets.EventBatch) { b.Type[1] = 7 }), snapshot, nil, "type code 7"},
		"broken stream":     {c, &datasets.Tables{Accounts: accounts(0), Events: &brokenEvents{}}, snapshot, errBroken, ""},
		"a table's column":  {&catalog.Catalog{Definitions: []catalog.Definition{{Name: "x", Measure: catalog.MeasureColumn, Attribute: "x"}}}, good(), snapshot, catalog.ErrCatalog, "feature table"},
	} {
		m, j, err := Build(context.Background(), one.catalog, one.tables, one.snapshots, nil)
		if err == nil || m != nil || j != nil || one.want != nil && !errors.Is(err, one.want) || !strings.Contains(err.Error(), one.text) {
			t.Errorf("%s: %v %v, error %v", name, m, j, err)
		}
	}
}

// An account cannot add up to more than an int64 holds.
func TestBuildRefusesOverflow(t *testing.T) {
	var rows []row
	for range 1 << 12 {
		one := use(0, "bytes_sent", at(1, 1))
		one.count = maxCount
		rows = append(rows, one)
	}
	tables := &datasets.Tables{Accounts: accounts(0), Events: stream(rows)}
	c := catalogOf(t, tables, Config{})
	if _, _, err := Build(context.Background(), c, tables, []Snapshot{{AsOf: on(10)}}, nil); !errors.Is(err, datasets.ErrContract) {
		t.Errorf("overflow: %v", err)
	}
}

func TestBuildStopsAndReports(t *testing.T) {
	tables := &datasets.Tables{Accounts: accounts(0), Events: stream(steady(0, "report", 0, 500))}
	c := catalogOf(t, tables, Config{})
	var calls [][2]int
	progress := func(done, total int) { calls = append(calls, [2]int{done, total}) }
	if _, _, err := Build(context.Background(), c, tables, nil, progress); err != nil {
		t.Fatal(err)
	}
	if last := calls[len(calls)-1]; last != [2]int{500, 500} {
		t.Errorf("progress ends with %v", last)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, _, err := Build(ctx, c, tables, nil, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	if _, err := NewCatalog(ctx, tables, Config{}, time.Time{}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	// No events, no snapshots, no accounts: empty, not an error.
	empty := &datasets.Tables{}
	m, j := buildOf(t, catalogOf(t, empty, Config{}), empty, nil)
	if m.Rows() != 0 || len(j.Tenure) != 0 || len(m.Columns) != 2 {
		t.Errorf("empty tables: %v %v", m, j)
	}
}

// Dates far out of reason do not disturb the others.
func TestExtremeDates(t *testing.T) {
	rows := steady(0, "report", 0, 100)
	rows = append(rows, use(0, "report", time.Unix(math.MaxInt64/2, 0)), use(0, "report", time.Unix(math.MinInt64/2, 0)))
	tables := &datasets.Tables{Accounts: []datasets.Account{{ID: "no date"}}, Events: stream(rows)}
	m, j := buildOf(t, catalogOf(t, tables, Config{}), tables, []Snapshot{{AsOf: on(100), Renewal: -1}})
	if got := m.value(t, "report.count_84d", 0); got != 84 {
		t.Errorf("count: %v", got)
	}
	if !math.IsNaN(m.value(t, "tenure_days", 0)) || !math.IsNaN(j.Tenure[0]) {
		t.Error("an account without a date of creation has a tenure")
	}
}

// True, 1 and 1.0 are one thing in an account's attribute, whichever of them the model
// was trained on.
func TestTruthOfAttributes(t *testing.T) {
	names := &catalog.Definition{Name: "paid", Measure: catalog.MeasureAttribute, Attribute: "paid", Levels: []string{"false", "true"}}
	number := &catalog.Definition{Name: "paid", Measure: catalog.MeasureAttribute, Attribute: "paid"}
	asText := &datasets.Tables{Attributes: []datasets.Attribute{{Name: "paid", Categorical: true}}, Accounts: []datasets.Account{
		{Attributes: []datasets.Value{{Text: "true", Known: true}}}, {Attributes: []datasets.Value{{Text: "false", Known: true}}}}}
	asNumber := &datasets.Tables{Attributes: []datasets.Attribute{{Name: "paid"}}, Accounts: []datasets.Account{
		{Attributes: []datasets.Value{{Number: 1, Known: true}}}, {Attributes: []datasets.Value{{Number: 0, Known: true}}}}}
	for _, tables := range []*datasets.Tables{asText, asNumber} {
		for _, d := range []*catalog.Definition{names, number} {
			got, err := attributeValues(d, tables)
			if err != nil || !slices.Equal(got, []float64{1, 0}) {
				t.Errorf("levels %v: %v, %v", d.Levels, got, err)
			}
		}
	}
}
