package train

import (
	"context"
	"math"
	"testing"
	"time"

	"github.com/etappe/etappe/datasets/world"
	"github.com/etappe/etappe/features"
	"github.com/etappe/etappe/features/catalog"
	"github.com/etappe/etappe/models/additive"
	"github.com/etappe/etappe/models/cluster"
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
	if m, err = d.withSpread(m, sample.Frame, z, *o.Config.Unmeasured); err != nil {
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

// within is whether a coverage is in a range; n of fewer rows than 100 show nothing.
func (c coverage) within(low, high float64) bool {
	return c.rows < 100 || c.share() >= low && c.share() <= high
}

// One small world in the normal suite. A model of 600 accounts shows little of
// what features determine; the rest is estimated. The interval of the expectation holds .45.
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
	if !own.within(0.82, 0.97) || before.share() > own.share()-0.2 {
		t.Errorf("holds %.3f, of the expectation %.3f; want .82 to .97, and .2 less", own.share(), before.share())
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
	l := d.spreadLine()
	if l == nil || l.Low != 30 || l.High != 180 {
		t.Fatalf("line %+v", l)
	}
	for i := range d.Frame.Columns[l.Field] {
		d.Frame.Columns[l.Field][i] = 90
	}
	if got := d.spreadLine(); got != nil {
		t.Errorf("of one distance: %+v", got)
	}
	for i := range d.Frame.Columns[l.Field] {
		d.Frame.Columns[l.Field][i] = math.NaN()
	}
	if got := d.spreadLine(); got != nil {
		t.Errorf("of no distance: %+v", got)
	}
	m := new(additive.Model)
	if got, err := d.withSpread(m, d.Frame, z, 0); err != nil || got != m {
		t.Errorf("a share of 0: %v %v", got, err)
	}
}
