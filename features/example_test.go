package features

import (
	"context"
	"fmt"

	"github.com/etappe/etappe/datasets"
	"github.com/etappe/etappe/features/catalog"
)

// Three exports on days 1, 2 and 9: on day 9 two of them are known, for a row
// counts only if it lies before the as-of date.
func ExampleBuild() {
	rows := []row{use(0, "export", at(1, 1)), use(0, "export", at(2, 1)), use(0, "export", at(9, 1))}
	tables := &datasets.Tables{Accounts: accounts(-100), Events: stream(append(rows, use(0, "export", at(-90, 1))))}
	list := &catalog.Catalog{Usage: []string{"export"}, Definitions: []catalog.Definition{
		{Name: "export.count_28d", Measure: catalog.MeasureCount, Type: "export", Window: 28},
	}}
	m, _, err := Build(context.Background(), list, tables, []Snapshot{{AsOf: on(9), Renewal: -1}, {AsOf: on(10), Renewal: -1}}, nil)
	fmt.Println(m.Columns[0], err)
	// Output: [2 3] <nil>
}
