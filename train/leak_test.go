package train

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/etappe/etappe/datasets"
)

// leaky is a table of a target, an honest feature and one more column.
func leaky(rows int, column func(churned bool, row int) float64) *datasets.Table {
	t := &datasets.Table{Path: "t.csv", Columns: []datasets.TableColumn{{Name: "honest"}, {Name: "more"}}}
	for i := range rows {
		churned := i%3 == 0
		t.IDs = append(t.IDs, fmt.Sprint("a", i))
		t.Target = append(t.Target, fmt.Sprint(churned))
		t.Columns[0].Numbers = append(t.Columns[0].Numbers, float64(i%7))
		t.Columns[1].Numbers = append(t.Columns[1].Numbers, column(churned, i))
	}
	return t
}

func TestTheTargetUnderAnotherNameIsRefused(t *testing.T) {
	number := func(churned bool, _ int) float64 {
		if churned {
			return 0
		}
		return 5
	}
	for name, c := range map[string]struct {
		rows   int
		column func(bool, int) float64
		refuse bool
	}{
		"the target turned round": {60, number, true},
		"filled in only afterwards": {60, func(churned bool, row int) float64 {
			if churned {
				return 1
			}
			return math.NaN()
		}, true},
		"one row differs": {60, func(churned bool, row int) float64 { return number(churned != (row == 17), row) }, false},
		"three values":    {60, func(churned bool, row int) float64 { return number(churned, row) * float64(1+row%2) }, false},
		"a few rows":      {12, number, false},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := FromTable(leaky(c.rows, c.column), positive("true"), nil)
			if c.refuse != errors.Is(err, datasets.ErrConfig) {
				t.Fatalf("got %v", err)
			}
			if c.refuse && !strings.Contains(err.Error(), `t.csv: the target cannot be a feature: column "more"`) {
				t.Errorf("the error does not say which column: %v", err)
			}
		})
	}
}
