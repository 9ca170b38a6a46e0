package train

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/goccy/go-yaml"

	"github.com/etappe/etappe/datasets"
	"github.com/etappe/etappe/datasets/world"
	"github.com/etappe/etappe/features"
	"github.com/etappe/etappe/models/artifact"
	"github.com/etappe/etappe/models/peers"
)

// village is a small world with its training rows, and each row's true cluster.
var village = sync.OnceValues(func() (*learnedWorld, error) {
	ctx := context.Background()
	w, err := world.Simulate(ctx, world.Config{Accounts: 500, Seed: 9, Difference: 1}, nil)
	if err != nil {
		return nil, err
	}
	catalog, err := features.NewCatalog(ctx, w.Tables, features.Config{}, time.Time{})
	if err != nil {
		return nil, err
	}
	d, err := FromTables(ctx, w.Tables, catalog, features.Schedule{}, nil)
	return &learnedWorld{World: w, data: d}, err
})

// fourIDs are the village's clusters.
var fourIDs = []string{"c1", "c2", "c3", "c4"}

// settle returns the village; its data are a copy that a test may change.
func settle(t *testing.T) (w *learnedWorld, d *Data, assigned []int32) {
	t.Helper()
	w, err := village()
	if err != nil {
		t.Fatal(err)
	}
	own := *w.data
	for _, a := range own.Account {
		assigned = append(assigned, int32(w.Truth.Accounts[a].Cluster))
	}
	return w, &own, assigned
}

// Learned or the team's own, each cluster's path is that of its configuration.
func TestPathOfTheTeam(t *testing.T) {
	w, d, assigned := settle(t)
	first, second := w.Truth.Clusters[0].Milestones[0], w.Truth.Clusters[1].Milestones[1]
	var c Config
	if err := yaml.UnmarshalWithOptions([]byte("cluster_names: {c2: reporting}\npath_floor: 0.5\npath:\n  reporting: [{milestone: "+second+
		", by_day: 45}]\n  c4: [{milestone: "+first+", by_day: 10}]\n  c9: [{milestone: "+first+", by_day: 10}]\n"), &c, yaml.Strict()); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(c.Validate(), c.checkMilestones(d)); err != nil {
		t.Fatal(err)
	}
	p, err := fitPath(d, c, d.everyRow(), assigned, fourIDs, 1)
	if err != nil {
		t.Fatal(err)
	}
	for m, name := range p.Milestones() {
		for k := range 4 {
			want := math.NaN()
			if k == 1 && name == second {
				want = 45
			}
			if k == 3 && name == first {
				want = 10
			}
			if got := p.Own(k, m); got != want && !(math.IsNaN(got) && math.IsNaN(want)) {
				t.Errorf("cluster %d, %s: by day %v, want %v", k, name, got, want)
			}
		}
	}
	r := &artifact.Report{}
	if c.warnPaths(r, fourIDs); len(r.Warnings) != 1 || !strings.Contains(r.Warnings[0].Text, `"c9"`) || r.Warnings[0].Code != artifact.WarnPath || r.Warnings[0].Values[0] != "c9" {
		t.Errorf("warnings %+v, want one about c9", r.Warnings)
	}
	// The floor holds: no milestone that counts weighs less than half of the largest.
	for k := range 4 {
		least, most := math.Inf(1), 0.0
		for m := range p.Milestones() {
			if weight := p.Weight(k, m); weight > 0 {
				least, most = min(least, weight), max(most, weight)
			}
		}
		if least < 0.5*most-1e-12 {
			t.Errorf("cluster %d: weights from %v to %v with a floor of .5", k, least, most)
		}
	}
	c.Path["*"] = []Step{{first, 20}}
	if p, err = fitPath(d, c, d.everyRow(), assigned, fourIDs, 1); err != nil {
		t.Fatal(err)
	}
	at := slices.Index(p.Milestones(), first)
	if p.Own(0, at) != 20 || p.Own(3, at) != 10 || !math.IsNaN(p.Own(1, at)) {
		t.Errorf("days %v, %v and %v, want 20, 10 and none", p.Own(0, at), p.Own(3, at), p.Own(1, at))
	}
}

func TestPathsThatMeanNothingAreRefused(t *testing.T) {
	_, d, _ := settle(t)
	known := d.Journey.Milestones[0]
	one := func(key string, steps ...Step) Config { return Config{Path: map[string][]Step{key: steps}} }
	for name, c := range map[string]struct {
		config Config
		want   string
	}{
		"sound":             {one("*", Step{known, 30}), ""},
		"no such milestone": {one("*", Step{"applause", 30}), `not "applause"`},
		"no milestone":      {one("c1"), "train.path.c1: at least one"},
		"unnamed":           {one("c1", Step{"", 30}), "not an empty one"},
		"twice":             {one("c1", Step{known, 30}, Step{known, 40}), "stands twice"},
		"day 0":             {one("c1", Step{known, 0}), "by_day 1 to 7280, not 0"},
		"a century":         {one("c1", Step{known, 36500}), "by_day"},
		"no cluster":        {one("reporting", Step{known, 30}), `not "reporting"`},
		"no key":            {Config{Names: map[string]string{"c1": ""}, Path: map[string][]Step{"": {{known, 3}}}}, "train.path"},
		"floor":             {Config{PathFloor: 1.5}, "train.path_floor"},
		"floor NaN":         {Config{PathFloor: math.NaN()}, "train.path_floor"},
	} {
		t.Run(name, func(t *testing.T) {
			err := Options{Config: c.config}.check(d)
			ok := err == nil
			if c.want != "" {
				ok = errors.Is(err, datasets.ErrConfig) && strings.Contains(err.Error(), c.want)
			}
			if !ok {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
	d.Journey = nil
	if err := (Options{Config: one("*", Step{known, 30})}).check(d); !errors.Is(err, datasets.ErrConfig) {
		t.Errorf("without milestones: %v", err)
	}
}

// The learned days and shares are those of the world that was simulated: half of
// the renewed have a milestone by about its planted median day (they were on
// boarded better than average, so rather before), and the band is around it.
func TestPathIsThePlantedOne(t *testing.T) {
	w, d, assigned := settle(t)
	p, err := fitPath(d, Config{}, d.everyRow(), assigned, fourIDs, 1)
	if err != nil {
		t.Fatal(err)
	}
	for k, c := range w.Truth.Clusters {
		for n, name := range c.Milestones[:3] { // later ones are seldom reached within the data
			m := slices.Index(p.Milestones(), name)
			due, median := p.Due(k, m), c.MedianDays[n]
			t.Logf("cluster %d, %s: half have it by day %v, planted %v", k, name, due, median)
			if !(due > 0.6*median-7 && due < 1.25*median+7) {
				t.Errorf("cluster %d, %s: half have it by day %v, planted %v", k, name, due, median)
			}
			if low, high := p.Band(k, m, median); !(high-low > 0.02 && high-low < 0.5) {
				t.Errorf("cluster %d, %s: between %v and %v on day %v", k, name, low, high, median)
			}
		}
	}
}

// Peers of the village: whoever renewed is counted once, and what they had by a
// tenure agrees with the path's curve.
func TestPeersOfTheVillage(t *testing.T) {
	w, d, assigned := settle(t)
	frame := *d.Frame
	frame.Cluster = assigned
	c := &peers.Snapshots{Frame: &frame, Account: d.Account, Day: d.days(), LogOdds: make([]float64, frame.Rows()), Journey: d.Journey}
	for i, churned := range d.Churned {
		c.Renewed = append(c.Renewed, !churned)
		if s, ok := w.TruthAt(d.Account[i], d.AsOf[i]); ok {
			c.LogOdds[i] = s.LogOdds
		}
	}
	peers, err := peers.Fit(c, 4)
	if err != nil {
		t.Fatal(err)
	}
	path, err := fitPath(d, Config{}, d.everyRow(), assigned, fourIDs, 1)
	if err != nil {
		t.Fatal(err)
	}
	for k, cluster := range w.Truth.Clusters {
		m := slices.Index(path.Milestones(), cluster.Milestones[0])
		for _, day := range []float64{28, 56, 112, 224} {
			had, of := peers.Had(k, m, day)
			if share := float64(had) / float64(of); math.Abs(share-path.Expected(k, m, day)) > 0.12 {
				t.Errorf("cluster %d, day %v: %d of %d had it, the curve says %.2f", k, day, had, of, path.Expected(k, m, day))
			}
		}
		if v := peers.Movement(k); !(v > 0.05 && v < 2) {
			t.Errorf("cluster %d: the true log-odds move by %v a month", k, v)
		}
	}
}
