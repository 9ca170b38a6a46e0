package train

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/etappe/etappe/datasets"
	"github.com/etappe/etappe/datasets/world"
	"github.com/etappe/etappe/features"
	"github.com/etappe/etappe/models/artifact"
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
	only := func(given bool) float64 {
		if given {
			return 1
		}
		return math.NaN()
	}
	for name, c := range map[string]struct {
		rows   int
		column func(bool, int) float64
		rule   string
	}{
		"the target turned round":     {60, number, "says almost the same"},
		"filled in only afterwards":   {60, func(churned bool, _ int) float64 { return only(churned) }, "says almost the same"},
		"missing only afterwards":     {120, func(churned bool, _ int) float64 { return only(!churned) }, "says almost the same"},
		"one row differs":             {60, func(churned bool, row int) float64 { return number(churned != (row == 17), row) }, "says almost the same"},
		"one in thirty differs":       {600, func(churned bool, row int) float64 { return number(churned != (row%30 == 17), row) }, "says almost the same"},
		"three values":                {60, func(churned bool, row int) float64 { return number(churned, row) * float64(1+row%2) }, "says almost the same"},
		"two ranges":                  {600, func(churned bool, row int) float64 { return 1000*number(churned, row) + float64(row) }, "says almost the same"},
		"a reason for half of them":   {600, func(churned bool, row int) float64 { return only(churned && row%2 == 0) }, "filled for one outcome only"},
		"a value without churn":       {6000, func(churned bool, row int) float64 { return number(!churned && row%5 == 0, 0) }, `a value "0" for one outcome only`},
		"a small value without churn": {600, func(churned bool, row int) float64 { return number(!churned && row%50 == 1, 0) }, ""},
		"a strong predictor":          {600, func(churned bool, row int) float64 { return number(churned != (row%6 < 2), row) }, ""},
		"a name of its own":           {600, func(_ bool, row int) float64 { return float64(row * 7919 % 601) }, ""},
		"a few rows":                  {12, number, ""},
	} {
		t.Run(name, func(t *testing.T) {
			d, err := FromTable(leaky(c.rows, c.column), positive("true"), nil)
			if err != nil {
				t.Fatal(err)
			}
			allowed, err := refuseLeaks(d, nil)
			if (c.rule != "") != errors.Is(err, ErrLeak) || allowed != nil {
				t.Fatalf("got %v", err)
			}
			if c.rule != "" && (!strings.Contains(err.Error(), `the target cannot be a feature: column "more" `) || !strings.Contains(err.Error(), c.rule) ||
				strings.Contains(err.Error(), "honest") || !strings.Contains(err.Error(), "train.allow")) {
				t.Errorf("the error does not give the evidence (%s): %v", c.rule, err)
			}
			if allowed, err = refuseLeaks(d, []string{"more"}); err != nil || c.rows >= leakRows && len(allowed) != 1 {
				t.Errorf("allowed, it is refused: %v, %v", allowed, err)
			}
		})
	}
}

// What no date is known of is held against how an account ended: an account that
// renewed often before it churned has the flag in each of its rows.
func TestAFlagOfTheAccountsEndIsRefused(t *testing.T) {
	table := leaky(600, func(bool, int) float64 { return 0 })
	for i := range table.IDs {
		account, turn := i/6, i%6
		ends := account%3 == 0
		table.IDs[i], table.Target[i] = fmt.Sprint("a", account), fmt.Sprint(ends && turn == 5)
		if table.Columns[1].Numbers[i] = 1; ends != (account == 50) {
			table.Columns[1].Numbers[i] = 2
		}
	}
	d, err := FromTable(table, positive("true"), nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err = refuseLeaks(d, nil); !errors.Is(err, ErrLeak) || !strings.Contains(err.Error(), `"more"`) {
		t.Errorf("got %v", err)
	}
}

// Both doors refuse, and an allowed column is on record.
func TestALeakIsRefusedAndOnRecord(t *testing.T) {
	d, err := FromTable(leaky(240, func(churned bool, row int) float64 {
		if churned != (row%40 == 7) {
			return 1
		}
		return 0
	}), positive("true"), nil)
	if err != nil {
		t.Fatal(err)
	}
	o := Options{Seed: 1, Config: Config{Bags: 2, MaxClusters: 1}}
	if _, _, err := Run(t.Context(), d, o); !errors.Is(err, ErrLeak) {
		t.Fatalf("got %v", err)
	}
	if _, err := Evaluate(t.Context(), d, splitFolds(len(d.Churned)), o); !errors.Is(err, ErrLeak) {
		t.Fatalf("got %v", err)
	}
	o.Config.Allow = []string{"more", "nowhere"}
	_, r, err := Run(t.Context(), d, o)
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Allowed) != 1 || r.Allowed[0].Column != "more" || r.Allowed[0].Rule != artifact.SuspectSeparates || r.Allowed[0].Low < 0.9 {
		t.Errorf("on record: %+v", r.Allowed)
	}
	var warned []string
	for _, w := range r.Warnings {
		warned = append(warned, w.Code+" "+strings.Join(w.Values, " "))
	}
	if !slices.Contains(warned, "leak_allowed more") || !slices.Contains(warned, "allow_unused nowhere") {
		t.Errorf("warnings %q", warned)
	}
}

func splitFolds(rows int) []int {
	fold := make([]int, rows)
	for i := range fold {
		fold[i] = i % 5
	}
	return fold
}

// Nothing that a simulated company does is taken for the outcome itself.
func TestACleanWorldHasNoLeak(t *testing.T) {
	for seed, accounts := range map[uint64]int{11: 120, 12: 300, 13: 900} {
		w, err := world.Simulate(t.Context(), world.Config{Accounts: accounts, Seed: seed}, nil)
		if err != nil {
			t.Fatal(err)
		}
		catalog, err := features.NewCatalog(t.Context(), w.Tables, features.Config{}, time.Time{})
		if err != nil {
			t.Fatal(err)
		}
		d, err := FromTables(t.Context(), w.Tables, catalog, features.Schedule{}, nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := refuseLeaks(d, nil); err != nil {
			t.Errorf("seed %d, %d accounts: %v", seed, accounts, err)
		}
	}
}
