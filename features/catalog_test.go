package features

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/etappe/etappe/datasets"
	"github.com/etappe/etappe/features/catalog"
)

// shop is a team's data with one event type of every sort.
func shop() *datasets.Tables {
	rows := append(steady(0, "report_viewed", 0, 9), steady(1, "export_run", 3, 9)...)
	for i, kind := range []string{"nps_response", "invoice_paid", "seat_count"} {
		one := use(0, kind, at(i, 1))
		one.value = 8
		rows = append(rows, one)
	}
	rows = append(rows, use(1, "support_ticket", at(2, 1)), use(1, "call_logged", at(2, 1)))
	tables := &datasets.Tables{
		Accounts: accounts(0, 0, 0), Events: stream(rows),
		Attributes: []datasets.Attribute{{Name: "plan", Categorical: true}, {Name: "seats"}, {Name: "empty"}, {Name: "void", Categorical: true}},
		Milestones: []datasets.Milestone{{Name: "went_live", ReachedAt: at(1, 1), IngestedAt: at(1, 1)}},
	}
	for i := range tables.Accounts {
		tables.Accounts[i].Attributes = []datasets.Value{{Text: []string{"team", "basic", "team"}[i], Known: true}, {Number: 3, Known: true}, {}, {}}
	}
	return tables
}

func TestCatalogNames(t *testing.T) {
	c := catalogOf(t, shop(), Config{})
	usage := func(kind string) []string {
		return []string{kind + ".count_28d", kind + ".count_84d", kind + ".rate"}
	}
	rare := func(kind string) []string { return append(usage(kind), kind+".recency_days") }
	want := slices.Concat(
		rare("call_logged"), usage("export_run"), rare("invoice_paid"), []string{"invoice_paid.last"},
		[]string{"nps_response.mean_180d", "nps_response.last", "nps_response.answered"},
		usage("report_viewed"), []string{"seat_count.last"}, rare("support_ticket"),
		[]string{"active_days_28d", "active_days_84d", "breadth_28d", "active_users_28d", "user_concentration_28d", "seat_utilisation",
			"total_trend", "last_seen_days", "tenure_days", "days_to_renewal", "plan", "seats"},
	)
	if diff := cmp.Diff(want, c.Names()); diff != "" {
		t.Errorf("names (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"export_run", "report_viewed"}, c.Usage); diff != "" {
		t.Errorf("product use (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]catalog.Omission{{Name: "empty", Code: catalog.OmittedEmpty}, {Name: "void", Code: catalog.OmittedEmpty}}, c.LeftOut); diff != "" {
		t.Errorf("left out (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]catalog.MilestoneRule{{Name: "went_live"}}, c.Milestones); diff != "" {
		t.Errorf("milestones (-want +got):\n%s", diff)
	}
	if d := c.Definitions[c.Index("plan")]; !slices.Equal(d.Levels, []string{"basic", "team"}) {
		t.Errorf("levels of plan: %v", d.Levels)
	}
	nobody := shop()
	for i := range nobody.Events.(*datasets.MemoryEvents).Batches {
		clear(nobody.Events.(*datasets.MemoryEvents).Batches[i].User)
	}
	for _, name := range []string{"active_users_28d", "user_concentration_28d", "seat_utilisation"} {
		if catalogOf(t, nobody, Config{}).Index(name) >= 0 {
			t.Errorf("%s without users", name)
		}
	}
}

// Every entry of a full catalogue is fit to be shown and to be computed.
func TestEveryEntryIsComplete(t *testing.T) {
	c := catalogOf(t, shop(), Config{})
	for _, d := range c.Definitions {
		if !slices.Contains(catalog.Themes, d.Theme) {
			t.Errorf("%s: theme %q", d.Name, d.Theme)
		}
		if d.Side != catalog.Reactive {
			t.Errorf("%s: side %q; only milestones are proactive", d.Name, d.Side)
		}
		// Only names, answers and values of unknown unit carry none.
		free := d.Categorical() || slices.Contains([]catalog.Measure{catalog.MeasureMean, catalog.MeasureLast, catalog.MeasureAnswered, catalog.MeasureAttribute}, d.Measure)
		if d.Unit == "" && !free || d.Categorical() && d.Unit != "" {
			t.Errorf("%s: unit %q", d.Name, d.Unit)
		}
		if d.Actionable && (d.Theme == catalog.Support || d.Theme == catalog.Sentiment || d.Theme == catalog.Calendar || d.Theme == catalog.Commercial) {
			t.Errorf("%s is called actionable", d.Name)
		}
		shared := d.Measure == catalog.MeasureCount && d.Window == 84 && slices.Contains(c.Usage, d.Type)
		asIs := slices.Contains([]string{"active_days_84d", "breadth_28d", "user_concentration_28d", "total_trend"}, d.Name)
		if want := map[bool]catalog.Pattern{true: catalog.ShareOf}[shared]; !asIs && d.Pattern != want || asIs && d.Pattern != catalog.AsItIs {
			t.Errorf("%s: pattern %q", d.Name, d.Pattern)
		}
	}
}

func TestCatalogRoundTrip(t *testing.T) {
	for name, c := range map[string]*catalog.Catalog{
		"tables": catalogOf(t, shop(), Config{Milestones: []catalog.MilestoneRule{{Name: "ten", Event: "export_run", Nth: 10}}}),
		"table":  TableCatalog(telco(), nil),
	} {
		text, err := json.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		back := &catalog.Catalog{}
		if err := json.Unmarshal(text, back); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(c, back) || c.Fingerprint() != back.Fingerprint() {
			t.Errorf("%s: the catalogue does not survive JSON: %s", name, cmp.Diff(c, back))
		}
	}
}

func TestFingerprint(t *testing.T) {
	fresh := func() *catalog.Catalog {
		return catalogOf(t, shop(), Config{Milestones: []catalog.MilestoneRule{{Name: "ten", Event: "export_run", Nth: 10}}})
	}
	want := fresh().Fingerprint()
	if fresh().Fingerprint() != want || len(want) != 16 {
		t.Fatalf("fingerprint %q", want)
	}
	plan := fresh().Index("plan")
	for name, change := range map[string]func(c *catalog.Catalog){
		"name":       func(c *catalog.Catalog) { c.Definitions[0].Name += "x" },
		"unit":       func(c *catalog.Catalog) { c.Definitions[0].Unit = "rows" },
		"window":     func(c *catalog.Catalog) { c.Definitions[0].Window++ },
		"measure":    func(c *catalog.Catalog) { c.Definitions[0].Measure = catalog.MeasureTrend },
		"type":       func(c *catalog.Catalog) { c.Definitions[0].Type = "export_run" },
		"attribute":  func(c *catalog.Catalog) { c.Definitions[plan].Attribute = "seats" },
		"level":      func(c *catalog.Catalog) { c.Definitions[plan].Levels[1] = "other" },
		"more level": func(c *catalog.Catalog) { c.Definitions[plan].Levels = append(c.Definitions[plan].Levels, "zero") },
		"order":      func(c *catalog.Catalog) { c.Definitions[0], c.Definitions[1] = c.Definitions[1], c.Definitions[0] },
		"entries":    func(c *catalog.Catalog) { c.Definitions = c.Definitions[1:] },
		"usage":      func(c *catalog.Catalog) { c.Usage = c.Usage[1:] },
		"milestone":  func(c *catalog.Catalog) { c.Milestones[0].Nth++ },
	} {
		c := fresh()
		if change(c); c.Fingerprint() == want {
			t.Errorf("the fingerprint does not see another %s", name)
		}
	}
	for name, change := range map[string]func(c *catalog.Catalog){
		"text":       func(c *catalog.Catalog) { c.Definitions[0].Names = map[string]string{"de": "anders"} },
		"theme":      func(c *catalog.Catalog) { c.Definitions[0].Theme = catalog.People },
		"actionable": func(c *catalog.Catalog) { c.Definitions[0].Actionable = !c.Definitions[0].Actionable },
	} {
		c := fresh()
		if change(c); c.Fingerprint() != want {
			t.Errorf("the fingerprint depends on the %s", name)
		}
	}
}

func TestLookupAndNearest(t *testing.T) {
	c := catalogOf(t, shop(), Config{})
	if i, ok := c.Lookup("plan"); !ok || c.Definitions[i].Name != "plan" {
		t.Errorf("plan: %d %v", i, ok)
	}
	if i, ok := c.Lookup("paln"); ok || i >= 0 {
		t.Errorf("paln: %d %v", i, ok)
	}
	for name, want := range map[string]string{"plann": "plan", "report_viewd.count28d": "report_viewed.count_28d", "tenure": "tenure_days"} {
		if got := c.Nearest(name); got != want {
			t.Errorf("nearest to %s: %s", name, got)
		}
	}
	if c.Nearest(strings.Repeat("x", 1<<20)) == "" || (&catalog.Catalog{}).Nearest("x") != "" {
		t.Error("nearest of a long name, or of none")
	}
}

func TestCompileRefuses(t *testing.T) {
	for _, d := range []catalog.Definition{
		{Name: "", Measure: catalog.MeasureTenure},
		{Name: "x", Measure: "magic"},
		{Name: "x", Measure: catalog.MeasureCount, Window: 7},
		{Name: "x", Measure: catalog.MeasureCount, Type: "t"},
		{Name: "x", Measure: catalog.MeasureCount, Type: "t", Window: 1 << 30},
		{Name: "x", Measure: catalog.MeasureMean, Type: "t", Window: 84},
		{Name: "x", Measure: catalog.MeasureActiveDays, Window: 129},
		{Name: "x", Measure: catalog.MeasureActiveUsers, Window: 84},
		{Name: "x", Measure: catalog.MeasureSeats, Window: 28},
		{Name: "x", Measure: catalog.MeasureSeats, Window: 28, Type: "t", Attribute: "a"},
		{Name: "x", Measure: catalog.MeasureAttribute},
	} {
		if _, err := compile(&catalog.Catalog{Definitions: []catalog.Definition{d}}); !errors.Is(err, catalog.ErrCatalog) {
			t.Errorf("%+v: %v", d, err)
		}
	}
	twice := catalog.Definition{Name: "x", Measure: catalog.MeasureTenure}
	if _, err := compile(&catalog.Catalog{Definitions: []catalog.Definition{twice, twice}}); !errors.Is(err, catalog.ErrCatalog) {
		t.Errorf("a name given twice: %v", err)
	}
}

func TestManyTypesAndLevels(t *testing.T) {
	var rows []row
	for i := range maxTypes + 10 {
		for range 2 + i%2 { // the even ones are rarer
			rows = append(rows, use(0, fmt.Sprintf("type_%03d", i), at(1, 1)))
		}
	}
	tables := &datasets.Tables{Events: stream(rows), Attributes: []datasets.Attribute{
		{Name: "id", Categorical: true}, {Name: "city", Categorical: true}, {Name: "tenure_days"}}}
	for i := range 200 {
		tables.Accounts = append(tables.Accounts, datasets.Account{CreatedAt: on(0), Attributes: []datasets.Value{
			{Text: fmt.Sprint(i), Known: true}, {Text: fmt.Sprintf("city_%02d", i%60), Known: true}, {Number: 1, Known: true}}})
	}
	c := catalogOf(t, tables, Config{})
	if len(c.Usage) != maxTypes || slices.Contains(c.Usage, "type_264") || !slices.Contains(c.Usage, "type_265") {
		t.Errorf("%d types are product use", len(c.Usage))
	}
	if len(c.LeftOut) != 11 || c.LeftOut[10].Name != "id" || c.LeftOut[10].Code != catalog.OmittedIdentifier || len(c.LeftOut[10].Counts) != 2 {
		t.Errorf("left out: %v", c.LeftOut)
	}
	// 20 cities have 4 accounts and stay; the 29 of the others that come first by name do, too.
	levels := c.Definitions[c.Index("city")].Levels
	if len(levels) != 49 || !slices.IsSorted(levels) || !slices.Contains(levels, "city_19") || slices.Contains(levels, "city_49") {
		t.Errorf("cities: %v", levels)
	}
	// An attribute that is called like a feature gets a prefix.
	if d := c.Definitions[c.Index("account.tenure_days")]; d.Attribute != "tenure_days" {
		t.Errorf("an attribute called tenure_days: %+v", d)
	}
}

func ExampleNewCatalog() {
	tables := shop()
	c, err := NewCatalog(context.Background(), tables, Config{
		Events: map[string]Rule{"report_viewed": {Text: map[string]string{"en": "reports viewed", "de": "angesehene Berichte"}}},
	}, time.Time{})
	if err != nil {
		panic(err)
	}
	d := c.Definitions[c.Index("report_viewed.count_28d")]
	fmt.Println(d.Names["de"])
	fmt.Println(d.Theme, d.Unit, d.Window)
	// Output:
	// angesehene Berichte
	// adoption events 28
}

// What comes often is not measured by how long ago it was, and what has a value
// by its mean as well; what comes seldom the other way round.
func TestRareTypesAreMeasuredByRecency(t *testing.T) {
	var rows []row
	for week := range 60 {
		for a := range int32(10) {
			often := use(a, "payment_made", at(7*week, 1))
			often.value = 5
			rows = append(rows, often)
		}
	}
	for a := range int32(8) {
		seldom := use(a, "refund_given", at(int(a)*40, 1))
		seldom.value = 3
		rows = append(rows, seldom)
	}
	tables := &datasets.Tables{Accounts: accounts(slices.Repeat([]int{0}, 10)...), Events: stream(rows)}
	c := catalogOf(t, tables, Config{})
	for name, want := range map[string]bool{
		"payment_made.recency_days": false, "payment_made.mean_180d": true, "payment_made.last": true,
		"refund_given.recency_days": true, "refund_given.mean_180d": false, "refund_given.last": true, "refund_given.answered": false,
	} {
		if got := c.Index(name) >= 0; got != want {
			t.Errorf("%s in the catalogue: %v", name, got)
		}
	}
}

// Features that show one thing share a driver, and what the contract's dates
// move is of time.
func TestDrivers(t *testing.T) {
	c := catalogOf(t, shop(), Config{})
	for name, want := range map[string]struct {
		driver string
		ofTime bool
	}{
		"report_viewed.count_28d": {"type/adoption/report_viewed", false}, "report_viewed.rate": {"type/adoption/report_viewed", false},
		"active_users_28d": {"users", false}, "seat_utilisation": {"users", false}, "total_trend": {"use", false},
		"invoice_paid.rate": {"type/commercial/invoice_paid", true}, "invoice_paid.last": {"type/commercial/invoice_paid", false},
		"plan": {"feature/plan", false}, "tenure_days": {"feature/tenure_days", true},
	} {
		d := &c.Definitions[c.Index(name)]
		if d.Driver() != want.driver || d.OfTime() != want.ofTime {
			t.Errorf("%s: driver %q, of time %v", name, d.Driver(), d.OfTime())
		}
	}
}

// A type that begins, or comes in, at a date or later adds nothing to the catalogue
// of that date; a configuration may name it all the same.
func TestCatalogOfADate(t *testing.T) {
	tables := shop()
	day := at(8, 0)
	rows := append(steady(0, "report_viewed", 0, 9), use(0, "export_run", day), use(0, "login", at(2, 1)), use(1, "chat_opened", at(7, 23)))
	rows[10].seen = day // login happened before the date and came in later
	tables.Events = stream(rows)
	tables.Milestones = append(tables.Milestones, datasets.Milestone{Name: "expanded", ReachedAt: day, IngestedAt: day})
	config := Config{Events: map[string]Rule{"export_run": {Theme: catalog.Breadth}}, Drop: []string{"export_run.rate"}, Seats: "login",
		Milestones: []catalog.MilestoneRule{{Name: "first_export", Event: "export_run"}}}
	c, err := NewCatalog(t.Context(), tables, config, day)
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"chat_opened", "report_viewed"}; !slices.Equal(c.Usage, want) {
		t.Errorf("product use known then: %v, not %v", c.Usage, want)
	}
	for _, name := range c.Names() {
		if strings.HasPrefix(name, "export_run") || strings.HasPrefix(name, "login") {
			t.Errorf("%s was not known then", name)
		}
	}
	if want := []catalog.MilestoneRule{{Name: "first_export", Event: "export_run"}, {Name: "went_live"}}; !reflect.DeepEqual(c.Milestones, want) {
		t.Errorf("milestones known then: %v", c.Milestones)
	}
	if all := catalogOf(t, tables, Config{}); all.Index("export_run.rate") < 0 || all.Index("login.rate") < 0 {
		t.Errorf("without a date: %v", all.Names())
	}
}
