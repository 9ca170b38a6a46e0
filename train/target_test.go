package train

import (
	"context"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/etappe/etappe/datasets"
	"github.com/etappe/etappe/models"
)

// growing returns data whose renewals grow with the first feature.
func growing(t *testing.T, rows int, seed uint64) *Data {
	t.Helper()
	d := dataOf(t, rows, seed)
	rng := rand.New(rand.NewPCG(seed, 77))
	d.Growth = make([]float64, rows)
	for i := range d.Growth {
		d.Growth[i] = 0.03
		switch {
		case d.Churned[i] || rng.IntN(20) == 0:
			d.Growth[i] = math.NaN()
		case rng.Float64() < 0.3: // whoever shrinks does so by chance
			d.Growth[i] = -0.1
		case rng.Float64() < models.Sigmoid(4*d.Frame.Columns[0][i]-1):
			d.Growth[i] = 0.1
		}
	}
	return d
}

// A planted outcome is foreseen; one that chance decides is left out, and so is
// one that too few had.
func TestTargetsKeepWhatCanBeForeseen(t *testing.T) {
	d := growing(t, 2400, 41)
	targets, reports, err := fitTargets(context.Background(), d, Options{Seed: 1}.withDefaults())
	if err != nil {
		t.Fatal(err)
	}
	if len(reports) != 2 || len(targets) != 1 || targets[0].Name != "expansion" || !reports[0].Kept || reports[1].Kept {
		t.Fatalf("%d targets, reports %+v", len(targets), reports)
	}
	if !strings.Contains(reports[1].Detail, "not clearly better than the base rate") {
		t.Errorf("contraction: %s", reports[1].Detail)
	}
	e := targets[0]
	if e.AUC < 0.75 || e.LogLoss >= e.BaseLogLoss || e.Events >= e.Rows || e.Threshold != 0.1 {
		t.Errorf("expansion %+v", e.TargetFigures)
	}
	// The same machinery explains it: contributions add up, the driver is on top.
	z, err := e.Model.LogOdds(d.Frame)
	if err != nil {
		t.Fatal(err)
	}
	c, err := e.Model.Contributions(d.Frame)
	if err != nil {
		t.Fatal(err)
	}
	for i := range z {
		sum := c.Baseline[i]
		for j := range c.Share {
			sum += c.Share[j][i]
		}
		if math.Abs(sum-z[i]) > 1e-9 {
			t.Fatalf("row %d: %v, contributions %v", i, z[i], sum)
		}
	}
	for j := range c.Share[1:] {
		if meanAbsolute(c.Share[j+1], d.Weight) >= meanAbsolute(c.Share[0], d.Weight) {
			t.Errorf("%s is stronger than the planted driver", d.Frame.Fields[j+1].Name)
		}
	}
	for i := range d.Growth { // 99 events
		if d.Growth[i] == 0.1 && e.Events > 99 {
			d.Growth[i] = 0
			e.Events--
		}
	}
	targets, reports, err = fitTargets(context.Background(), d, Options{Seed: 1}.withDefaults())
	if err != nil || len(targets) != 0 || reports[0].Events != 99 || !strings.Contains(reports[0].Detail, "at least 100") {
		t.Errorf("99 events: %d targets, %+v (%v)", len(targets), reports[0], err)
	}
}

func TestTargetsAreNotAskedFor(t *testing.T) {
	d, no := growing(t, 300, 42), false
	targets, reports, err := fitTargets(context.Background(), d, Options{Config: Config{Targets: &no}}.withDefaults())
	if err != nil || targets != nil || reports != nil {
		t.Errorf("switched off: %v, %v (%v)", targets, reports, err)
	}
	d.Growth = nil
	if targets, reports, err = fitTargets(context.Background(), d, Options{}.withDefaults()); err != nil || targets != nil || reports != nil {
		t.Errorf("a table without revenue: %v, %v (%v)", targets, reports, err)
	}
}

// A target without any later renewal to be judged on is left out.
func TestTargetsNeedATimeAfter(t *testing.T) {
	d := growing(t, 1500, 43)
	for i := range d.AsOf {
		d.AsOf[i] = time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
		d.Decided[i] = d.AsOf[i]
	}
	targets, reports, err := fitTargets(context.Background(), d, Options{Seed: 1}.withDefaults())
	if err != nil || len(targets) != 0 || !strings.Contains(reports[0].Detail, "on either side of a cut in time") {
		t.Errorf("%d targets, %+v (%v)", len(targets), reports, err)
	}
}

func TestGrowth(t *testing.T) {
	for _, c := range []struct {
		outcome       datasets.Outcome
		before, after float64
		want          float64
	}{
		{datasets.Renewed, 100, 110, 0.1}, {datasets.Renewed, 100, 0, -1}, {datasets.Churned, 100, 0, math.NaN()},
		{datasets.Renewed, 0, 100, math.NaN()}, {datasets.Renewed, -5, 100, math.NaN()}, {datasets.Renewed, math.NaN(), 100, math.NaN()},
		{datasets.Renewed, 100, math.NaN(), math.NaN()}, {datasets.Renewed, 1e-300, 1e300, math.NaN()},
	} {
		got := growth(datasets.Renewal{Outcome: c.outcome, ARRBefore: c.before, ARRAfter: c.after})
		if math.Abs(got-c.want) > 1e-12 || math.IsNaN(got) != math.IsNaN(c.want) {
			t.Errorf("%v from %v to %v: %v, want %v", c.outcome, c.before, c.after, got, c.want)
		}
	}
}

// Each renewal is learned from once, and its lead times are all seen.
func TestLeadsTakeTurns(t *testing.T) {
	_, d, _ := settle(t)
	seen, leads := map[int32]int{}, map[int]int{}
	for _, i := range d.leadsInTurn() {
		seen[d.Renewal[i]]++
		leads[int(d.Decided[i].Sub(d.AsOf[i]).Hours()/24)]++
	}
	for r, n := range seen {
		if n != 1 {
			t.Fatalf("renewal %d is learned from %d times", r, n)
		}
	}
	for _, lead := range []int{30, 90, 180} {
		if leads[lead] < len(seen)/40 {
			t.Errorf("%d of %d renewals are seen %d days before", leads[lead], len(seen), lead)
		}
	}
}
