package train

import (
	"context"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/etappe/etappe/datasets/world"
	"github.com/etappe/etappe/features"
	"github.com/etappe/etappe/features/catalog"
	"github.com/etappe/etappe/models/additive"
	"github.com/etappe/etappe/models/cluster"
	"github.com/etappe/etappe/models/modelstest"
)

// learner is a model with the clusters that it reads.
type learner struct {
	catalog  *catalog.Catalog
	clusters *cluster.Model
	model    *additive.Model
}

// learnFrom fits clusters and model on a whole world, as a run does in the end.
func learnFrom(t *testing.T, c world.Config) *learner {
	t.Helper()
	ctx := context.Background()
	_, d := worldData(t, c, nil)
	o := Options{Seed: 1}.withDefaults()
	rows := make([]int, len(d.Churned))
	for i := range rows {
		rows[i] = i
	}
	clusters, _, err := fitClusters(ctx, d, o, rows)
	if err != nil {
		t.Fatal(err)
	}
	sample := d.sample()
	if err := assign(clusters, sample.Frame); err != nil {
		t.Fatal(err)
	}
	fitted, err := o.etappe(d, clusters.K(), d.lastSlice(nil)).Fit(ctx, sample)
	if err != nil {
		t.Fatal(err)
	}
	m := fitted.(*additive.Model)
	z, err := m.LogOdds(sample.Frame)
	if err != nil {
		t.Fatal(err)
	}
	if m, err = d.withSpread(m, z, *o.Config.Unmeasured); err != nil {
		t.Fatal(err)
	}
	return &learner{d.Catalog, clusters, m}
}

func worldData(t *testing.T, c world.Config, cat *catalog.Catalog) (*world.World, *Data) {
	t.Helper()
	ctx := context.Background()
	w, err := world.Simulate(ctx, c, nil)
	if err != nil {
		t.Fatal(err)
	}
	if cat == nil {
		if cat, err = features.NewCatalog(ctx, w.Tables, features.Config{}, time.Time{}); err != nil {
			t.Fatal(err)
		}
	}
	d, err := FromTables(ctx, w.Tables, cat, features.Schedule{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return w, d
}

// coverage counts in how many snapshots the interval holds the true log-odds.
type coverage struct{ rows, held, below, above int }

func (c coverage) share() float64 { return float64(c.held) / float64(c.rows) }

// covers returns the coverage of 90 % intervals in all snapshots of a world (lead 0) and
// by lead.
func (l *learner) covers(t *testing.T, c world.Config) map[int]coverage {
	t.Helper()
	w, d := worldData(t, c, l.catalog)
	if err := assign(l.clusters, d.Frame); err != nil {
		t.Fatal(err)
	}
	low, high, err := l.model.Interval(d.Frame, 0.9)
	if err != nil {
		t.Fatal(err)
	}
	out := make(map[int]coverage)
	for i := range low {
		s, ok := w.TruthAt(d.Account[i], d.AsOf[i])
		if !ok || s.LeadDays != d.leads[i] {
			continue
		}
		for _, lead := range []int{0, s.LeadDays} {
			one := out[lead]
			one.rows++
			switch {
			case s.LogOdds < low[i]:
				one.below++
			case s.LogOdds > high[i]:
				one.above++
			default:
				one.held++
			}
			out[lead] = one
		}
	}
	return out
}

func line(c map[int]coverage) string {
	var b strings.Builder
	all := c[0]
	fmt.Fprintf(&b, "%.3f (below %.3f, above %.3f)", all.share(), float64(all.below)/float64(all.rows), float64(all.above)/float64(all.rows))
	for _, lead := range []int{30, 60, 90, 120, 150, 180} {
		fmt.Fprintf(&b, " | %.2f", c[lead].share())
	}
	return b.String()
}

var spreadLeads = []int{30, 60, 90, 120, 150, 180}

// within is whether a coverage is in a range; n of fewer rows than 100 show nothing.
func (c coverage) within(low, high float64) bool {
	return c.rows < 100 || c.share() >= low && c.share() <= high
}

// The 90 % interval of a model of the demo's size holds the true log-odds in .86 to .94
// of the snapshots of each of ten new worlds and, but for rounding, at each lead.
func TestIntervalsHoldTheTruthInNewWorlds(t *testing.T) {
	modelstest.Long(t)
	const seed = 8200
	l := learnFrom(t, world.Config{Accounts: 1200, Seed: seed, Difference: 1})
	for k := range 10 {
		accounts := 1000 + 1000*(k%4)
		c := l.covers(t, world.Config{Accounts: accounts, Seed: seed + 1 + uint64(k), Difference: 1})
		t.Logf("%d accounts: %s", accounts, line(c))
		if all := c[0]; !all.within(0.86, 0.94) || math.Abs(float64(all.below-all.above)) > 0.04*float64(all.rows) {
			t.Errorf("world %d: %+v", seed+1+k, all)
		}
		for _, lead := range spreadLeads {
			if !c[lead].within(0.855, 0.945) {
				t.Errorf("world %d, %d days before the renewal: %.3f", seed+1+k, lead, c[lead].share())
			}
		}
	}
}

// Models of fewer and of more accounts, and of worlds where clusters do not differ or
// drivers weigh half as much again, stay near: the assumption is not theirs.
func TestIntervalsOfOtherWorlds(t *testing.T) {
	modelstest.Long(t)
	for _, c := range []world.Config{
		{Accounts: 1000, Seed: 8220, Difference: 1},
		{Accounts: 2500, Seed: 8240, Difference: 1},
		{Accounts: 1200, Seed: 8260, Difference: 0},
		{Accounts: 1200, Seed: 8290, Difference: 1, Effect: 1.5},
	} {
		l := learnFrom(t, c)
		of := c
		of.Accounts, of.Seed = 2000, c.Seed+2
		got := l.covers(t, of)
		t.Logf("%+v: %s", c, line(got))
		if !got[0].within(0.84, 0.96) {
			t.Errorf("%+v: %+v", c, got[0])
		}
		for _, lead := range spreadLeads {
			if !got[lead].within(0.78, 0.98) {
				t.Errorf("%+v, %d days before the renewal: %.3f", c, lead, got[lead].share())
			}
		}
	}
}

// One small world in the normal suite. From 600 accounts a model learns so little that the
// assumption falls short (.81); the interval of the expectation holds .52.
func TestIntervalsHoldTheTruthInASmallWorld(t *testing.T) {
	l := learnFrom(t, world.Config{Accounts: 600, Seed: 8350, Difference: 1})
	next := world.Config{Accounts: 400, Seed: 8351, Difference: 1}
	own := l.covers(t, next)[0]
	expectation, err := l.model.WithSpread(nil)
	if err != nil {
		t.Fatal(err)
	}
	l.model = expectation
	before := l.covers(t, next)[0]
	t.Logf("holds %.3f, of the expectation %.3f", own.share(), before.share())
	if !own.within(0.76, 0.97) || before.share() > own.share()-0.2 {
		t.Errorf("holds %.3f, of the expectation %.3f; want .76 to .97, and .2 less", own.share(), before.share())
	}
}

// Without rows at several distances from the renewal there is nothing to stretch along,
// and without a date no such feature; a share of 0 leaves the model as it is.
func TestSpreadFallsBack(t *testing.T) {
	_, d := worldData(t, world.Config{Accounts: 200, Seed: 8360, Difference: 1}, nil)
	z := make([]float64, len(d.Churned))
	for i := range z {
		z[i] = float64(i%7) - 5
	}
	l := d.spreadLine(z)
	if l == nil || l.Low != 30 || l.High != 180 {
		t.Fatalf("line %+v", l)
	}
	for i := range d.Frame.Columns[l.Field] {
		d.Frame.Columns[l.Field][i] = 90
	}
	if got := d.spreadLine(z); got != nil {
		t.Errorf("of one distance: %+v", got)
	}
	for i := range d.Frame.Columns[l.Field] {
		d.Frame.Columns[l.Field][i] = math.NaN()
	}
	if got := d.spreadLine(z); got != nil {
		t.Errorf("of no distance: %+v", got)
	}
	m := new(additive.Model)
	if got, err := d.withSpread(m, z, 0); err != nil || got != m {
		t.Errorf("a share of 0: %v %v", got, err)
	}
}
