package explain

import (
	"errors"
	"math"
	"testing"

	"github.com/etappe/etappe/models/additive"
	"github.com/etappe/etappe/models/artifact"
	"github.com/etappe/etappe/serve/score/scoretest"
)

func TestClusterCard(t *testing.T) {
	s := testScorer(t)
	for k, id := range s.ClusterIDs() {
		c, err := ClusterOf(s, id)
		if err != nil {
			t.Fatal(err)
		}
		if c.Name != s.Cluster(k).Name || c.Evidence.Rows == 0 || len(c.Traits) == 0 || len(c.Drivers) == 0 {
			t.Fatalf("%s: %+v", id, c)
		}
		if first := c.Traits[0]; !first.Share || first.Definition == nil {
			t.Errorf("%s: the first trait is %+v", id, first)
		}
		total := 0.0
		for _, m := range c.Path {
			total += m.Weight
			last := 0.0
			for _, p := range m.Curve {
				if p.Share < last || p.Low > p.Share || p.High < p.Share {
					t.Fatalf("%s: %s at day %g: %+v", id, m.Name, p.Day, p)
				}
				last = p.Share
			}
		}
		if math.Abs(total-1) > 1e-9 {
			t.Errorf("%s: the milestones' weights sum to %g", id, total)
		}
		members := 0
		for i, d := range c.Drivers {
			members += d.Members
			if i > 0 && d.Here > c.Drivers[i-1].Here {
				t.Errorf("%s: %s is not in order", id, d.Feature)
			}
		}
		if members != len(s.Fields()) {
			t.Errorf("%s: the drivers are over %d of %d features", id, members, len(s.Fields()))
		}
	}
	if _, err := ClusterOf(s, "c99"); !errors.Is(err, ErrNoCluster) {
		t.Errorf("a cluster that there is none of: %v", err)
	}
}

// A driver's shape is the model's: over the training rows its mean size is what
// the driver weighs elsewhere, and here plus what is its own.
func TestDriverShapes(t *testing.T) {
	s := testScorer(t)
	perUnit := (1 - s.Points().PathWeight) * s.Points().Share(1)
	shared := map[string]additive.Term{}
	for _, term := range s.Churn().(*additive.Model).Terms() {
		if len(term.Fields) == 1 {
			shared[term.Fields[0]] = term
		}
	}
	c, err := ClusterOf(s, "c1")
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range c.Drivers {
		size, weight := 0.0, 0.0
		for _, b := range d.Shape {
			size, weight = size+b.Weight*math.Abs(b.Elsewhere), weight+b.Weight
			if b.Low > b.High {
				t.Errorf("%s: a bin from %g to %g", d.Feature, b.Low, b.High)
			}
		}
		if want := math.Abs(perUnit) * shared[d.Feature].Importance; math.Abs(weight-1) > 1e-9 || math.Abs(size-want) > 1e-9 {
			t.Errorf("%s: mean size %g, not %g; weights %g", d.Feature, size, want, weight)
		}
	}
}

func TestDriverSlope(t *testing.T) {
	bins := func(values ...float64) *ClusterDriver {
		d := &ClusterDriver{Shape: []ShapeBin{{Missing: true, Weight: 5, Here: 100}}}
		for _, v := range values {
			d.Shape = append(d.Shape, ShapeBin{Weight: 1, Here: v})
		}
		return d
	}
	levels := bins(1, 2)
	levels.Shape[1].Levels = []string{"a"}
	for _, c := range []struct {
		driver *ClusterDriver
		want   int
	}{{bins(-2, -1, 0, 4), 1}, {bins(3, 1, -9), -1}, {bins(1, -1, -1, 1), 0}, {bins(2, 2, 2), 0}, {bins(), 0}, {levels, 0}} {
		if got := c.driver.slope(); got != c.want {
			t.Errorf("%+v leads %d, not %d", c.driver.Shape, got, c.want)
		}
	}
}

// The scorecard and the model accounts are there where the artifact knows of
// renewed peers, and absent where it does not.
func TestScorecard(t *testing.T) {
	a := testArtifact(t)
	a.Peers, a.Exemplars = nil, nil
	if c, err := ClusterOf(scorerOf(t, a), "c1"); err != nil || c.Scorecard != nil || c.Exemplars != nil || c.Renewed != 0 {
		t.Fatalf("without peers: %+v, %v", c, err)
	}
	a.Exemplars = [][]artifact.Exemplar{{{AccountID: "x", Renewed: true}}, nil}
	c, err := ClusterOf(scorerOf(t, a), "c1")
	if err != nil || len(c.Exemplars) != 1 || c.Exemplars[0].AccountID != "x" {
		t.Errorf("model accounts %+v, %v", c.Exemplars, err)
	}
	s := scoretest.WithPeers(t)
	if c, err = ClusterOf(s, "c1"); err != nil || len(c.Scorecard) == 0 || c.Renewed != s.Peers().Renewed(0) {
		t.Fatalf("%d lines from %d renewed accounts, %v", len(c.Scorecard), c.Renewed, err)
	}
	for i, line := range c.Scorecard {
		if i > 0 && line.Points > c.Scorecard[i-1].Points {
			t.Errorf("%s is not in order", line.Feature)
		}
		j := at(s, line.Feature)
		if line.Level == "" && (line.Typical != s.Peers().Typical(0, j) || !(line.Low <= line.Typical && line.Typical <= line.High)) {
			t.Errorf("%+v, but typical is %g", line, s.Peers().Typical(0, j))
		}
		if (line.Level != "") != s.Catalog().Definitions[j].Categorical() {
			t.Errorf("%+v", line)
		}
	}
}
