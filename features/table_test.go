package features

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/etappe/etappe/datasets"
	"github.com/etappe/etappe/features/catalog"
)

// telco is a small feature table.
func telco() *datasets.Table {
	nan := math.NaN()
	return &datasets.Table{
		Path: "telco.csv", IDs: []string{"a", "b", "c", "d"},
		Columns: []datasets.TableColumn{
			{Name: "Contract", Levels: []string{"Month-to-month", "One year"}, Numbers: []float64{0, 1, nan, 1}},
			{Name: "tenure", Numbers: []float64{1, 34, nan, 2}},
			{Name: "MonthlyCharges", Numbers: []float64{29.85, 56.95, 53.85, 42}, Spelling: &datasets.Spelling{Sign: "$", Group: ",", Point: "."}},
			{Name: "blank", Numbers: []float64{nan, nan, nan, nan}},
			{Name: "void", Levels: []string{}, Numbers: []float64{nan, nan, nan, nan}},
		},
	}
}

func TestTableCatalog(t *testing.T) {
	c := TableCatalog(telco(), []string{"tenure"})
	if got := c.Names(); !slices.Equal(got, []string{"Contract", "tenure", "MonthlyCharges"}) {
		t.Fatalf("columns: %v", got)
	}
	if len(c.LeftOut) != 2 || c.LeftOut[0].Name != "blank" || c.LeftOut[1].Name != "void" {
		t.Errorf("left out: %v", c.LeftOut)
	}
	for i, want := range []catalog.Definition{
		{Name: "Contract", Theme: catalog.Commercial, Levels: []string{"Month-to-month", "One year"}},
		{Name: "tenure", Theme: catalog.Calendar, Pattern: catalog.AsItIs},
		{Name: "MonthlyCharges", Theme: catalog.Commercial},
	} {
		got := c.Definitions[i]
		if got.Theme != want.Theme || got.Pattern != want.Pattern || !slices.Equal(got.Levels, want.Levels) ||
			got.Measure != catalog.MeasureColumn || got.Attribute != want.Name || got.Side != catalog.Reactive || got.Names != nil {
			t.Errorf("%s: %+v", want.Name, got)
		}
	}
	if s := c.Definitions[2].Spelling; s == nil || s.Sign != "$" || c.Definitions[1].Spelling != nil {
		t.Errorf("MonthlyCharges is spelled %v, tenure %v", s, c.Definitions[1].Spelling)
	}
	plain := telco()
	plain.Columns[2].Spelling = nil
	if TableCatalog(plain, nil).Fingerprint() != c.Fingerprint() {
		t.Error("another spelling is taken for other features")
	}
	for _, d := range TableCatalog(telco(), nil).Definitions {
		if d.Pattern != catalog.AsItIs {
			t.Errorf("%s: with no column named, all make the pattern", d.Name)
		}
	}
}

func TestFromTable(t *testing.T) {
	c := TableCatalog(telco(), nil)
	m, err := FromTable(telco(), c)
	if err != nil {
		t.Fatal(err)
	}
	if m.Rows() != 4 || m.value(t, "Contract", 1) != 1 || !math.IsNaN(m.value(t, "Contract", 2)) || m.value(t, "tenure", 1) != 34 {
		t.Errorf("matrix: %v", m.Columns)
	}
	// Another file: other order of columns and levels, a level of its own, codes past the levels.
	nan := math.NaN()
	other := &datasets.Table{Path: "next.csv", IDs: []string{"x", "y", "z", "v"}, Columns: []datasets.TableColumn{
		{Name: "extra", Numbers: []float64{9, 9, 9, 9}},
		{Name: "tenure", Levels: []string{"?"}, Numbers: []float64{nan, nan, nan, nan}}, // all missing: it could be either kind
		{Name: "MonthlyCharges", Numbers: []float64{1, 2, 3, 4}},
		{Name: "Contract", Levels: []string{"Month-to-month", "Weekly", "One year"}, Numbers: []float64{2, 1, 0, 3}},
	}}
	m, err = FromTable(other, c)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string][]float64{"Contract": {1, 2, 0, 2}, "tenure": {nan, nan, nan, nan}, "MonthlyCharges": {1, 2, 3, 4}} {
		for i := range want {
			if got := m.value(t, name, i); !same(got, want[i]) {
				t.Errorf("%s of row %d: %v, not %v", name, i, got, want[i])
			}
		}
	}
	if other.Columns[3].Numbers[0] != 2 {
		t.Error("the table was written to")
	}
	for name, change := range map[string]func(t *datasets.Table, c *catalog.Catalog){
		"missing column":    func(t *datasets.Table, _ *catalog.Catalog) { t.Columns = t.Columns[1:] },
		"numbers for names": func(t *datasets.Table, _ *catalog.Catalog) { t.Columns[0].Levels = nil },
		"names for numbers": func(t *datasets.Table, _ *catalog.Catalog) { t.Columns[1].Levels = []string{"x"} },
		"not of a table":    func(_ *datasets.Table, c *catalog.Catalog) { c.Definitions[1].Measure = catalog.MeasureTenure },
	} {
		table, list := telco(), TableCatalog(telco(), nil)
		change(table, list)
		if _, err := FromTable(table, list); !errors.Is(err, catalog.ErrCatalog) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestTableLevels(t *testing.T) {
	rows := 10000
	table := &datasets.Table{IDs: make([]string, rows), Columns: []datasets.TableColumn{
		{Name: "id", Numbers: make([]float64, rows)}, {Name: "city", Numbers: make([]float64, rows)}}}
	for i := range rows {
		table.Columns[0].Levels = append(table.Columns[0].Levels, fmt.Sprintf("%05d", i))
		table.Columns[0].Numbers[i] = float64(i)
		table.Columns[1].Numbers[i] = float64(i % 400)
	}
	table.Columns[1].Levels = table.Columns[0].Levels[:400]
	c := TableCatalog(table, nil)
	if len(c.Definitions) != 1 || len(c.Definitions[0].Levels) != columnLevels-1 || c.LeftOut[0].Name != "id" {
		t.Fatalf("%d entries, left out %v", len(c.Definitions), c.LeftOut)
	}
	m, err := FromTable(table, c)
	if err != nil {
		t.Fatal(err)
	}
	if m.Columns[0][399] != float64(columnLevels-1) || m.Columns[0][3] != 3 {
		t.Errorf("codes: %v %v", m.Columns[0][399], m.Columns[0][3])
	}
}
