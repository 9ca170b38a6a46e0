package artifact

import (
	"context"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/etappe/etappe/features/catalog"
	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/additive"
	"github.com/etappe/etappe/models/additive/boost"
	"github.com/etappe/etappe/models/cluster"
	"github.com/etappe/etappe/models/path"
	"github.com/etappe/etappe/models/peers"
)

var day = time.Date(2025, 7, 1, 9, 30, 0, 0, time.UTC)

// sample has two counts, two numbers and one categorical column.
func sample() *models.Sample {
	rng := rand.New(rand.NewPCG(1, 2))
	s := &models.Sample{Frame: &models.Frame{Fields: []models.Field{
		{Name: "reports"}, {Name: "comments"}, {Name: "seats"}, {Name: "trend"}, {Name: "plan", Levels: []string{"free", "pro"}},
		{Name: "region", Levels: []string{}},
	}}}
	s.Columns = make([][]float64, len(s.Fields))
	for i := range 240 {
		group, churned := i%2, rng.Float64() < .3
		row := []float64{float64(2 + 40*group + rng.IntN(6)), float64(42 - 40*group + rng.IntN(6)), rng.NormFloat64(), rng.NormFloat64(), float64(rng.IntN(2)), 0}
		if churned {
			row[3]--
		}
		for j, x := range row {
			s.Columns[j] = append(s.Columns[j], x)
		}
		s.Churned = append(s.Churned, churned)
	}
	return s
}

// fitted fits the parts once for all tests; every test gets its own Artifact.
var fitted = sync.OnceValues(func() (*Artifact, error) {
	ctx, s := context.Background(), sample()
	clusters, _, err := cluster.Fit(ctx, s.Frame, cluster.Space{Shares: []string{"reports", "comments"}, Values: []string{"trend", "plan"}},
		s.Churned, cluster.Options{MaxK: 3, Bootstraps: 3, MinEvents: 10, Seed: 1})
	if err != nil {
		return nil, err
	}
	outliers, err := cluster.FitOutliers(s.Frame, 1)
	if err != nil {
		return nil, err
	}
	narrow := *s
	narrow.Frame = &models.Frame{Fields: s.Fields[:5], Columns: s.Columns[:5]}
	churn, err := boost.Trainer{Bags: 2, Rounds: 20, Smooth: 5, Seed: 1}.Fit(ctx, &narrow)
	if err != nil {
		return nil, err
	}
	return &Artifact{
		Catalog: &catalog.Catalog{Definitions: []catalog.Definition{{Name: "reports", Unit: "reports < 5 & more"}}}, Fingerprint: "0123456789abcdef",
		Fields: s.Fields, Churn: churn.(*additive.Model), Clusters: clusters, Outliers: outliers,
		Points:   models.Points{PerDoubling: 10, Anchor: -1.5, PathWeight: .5, Healthy: 60, Sick: 40},
		Names:    clusters.Names(nil),
		Training: Training{From: "2023-01-01", To: "2025-06-30", Rows: 240, Accounts: 240, Renewals: 240, Churned: 70, Seed: 1},
		Report:   &Report{Test: Test{Kind: TestFolds}, Segments: []Segment{{Name: "all", Rows: 240}}, Warnings: []Warning{{WarnClusters, []string{"5"}, "5 clusters"}}}, Metrics: map[string]float64{"log_loss": .41, "auc": .79},
	}, nil
})

func artifact(t testing.TB) *Artifact {
	t.Helper()
	a, err := fitted()
	if err != nil {
		t.Fatal(err)
	}
	own := *a
	return &own
}

// withPath adds a success path.
func withPath(t testing.TB, a *Artifact) *Artifact {
	t.Helper()
	rng := rand.New(rand.NewPCG(5, 5))
	j := &models.Journey{Milestones: []string{"first_report", "second_team"}, Reached: [][]float64{nil, nil}}
	renewed := make([]bool, 200)
	for i := range renewed {
		renewed[i] = i%4 != 0
		j.Tenure = append(j.Tenure, 400)
		j.Reached[0] = append(j.Reached[0], 10+50*rng.Float64())
		j.Reached[1] = append(j.Reached[1], 100+100*rng.Float64())
	}
	p, err := path.Fit(j, make([]int32, 200), 1, renewed, path.Options{})
	if err != nil {
		t.Fatal(err)
	}
	a.Path = p
	return a
}

// withPeers adds a success path and peers.
func withPeers(t testing.TB, a *Artifact) *Artifact {
	t.Helper()
	withPath(t, a)
	s := sample()
	assigned, err := a.Clusters.Assign(s.Frame)
	if err != nil {
		t.Fatal(err)
	}
	frame := *s.Frame
	frame.Cluster = assigned.Cluster
	n := frame.Rows()
	c := &peers.Snapshots{Frame: &frame, Renewed: make([]bool, n), LogOdds: make([]float64, n),
		Journey: &models.Journey{Milestones: a.Path.Milestones(), Tenure: make([]float64, n), Reached: [][]float64{make([]float64, n), make([]float64, n)}}}
	rng := rand.New(rand.NewPCG(6, 6))
	for i := range n {
		c.Account, c.Day = append(c.Account, int32(i/3)), append(c.Day, float64(30*(i%3)))
		c.Renewed[i], c.LogOdds[i] = !s.Churned[i], rng.NormFloat64()
		c.Journey.Tenure[i], c.Journey.Reached[0][i], c.Journey.Reached[1][i] = 400*rng.Float64(), 100*rng.Float64(), 900*rng.Float64()
	}
	if a.Peers, err = peers.Fit(c, a.Clusters.K()); err != nil {
		t.Fatal(err)
	}
	return a
}

// withEverything has every part that an artifact may have.
func withEverything(t testing.TB, a *Artifact) *Artifact {
	withPeers(t, a)
	s := sample()
	s.Frame = &models.Frame{Fields: s.Fields[:5], Columns: s.Columns[:5]}
	for _, name := range []string{"expansion", "contraction"} {
		m, err := boost.Trainer{Bags: 2, Rounds: 5, Smooth: 2, Sets: -1, Residual: -1, Seed: 3}.Fit(context.Background(), s)
		if err != nil {
			t.Fatal(err)
		}
		a.Targets = append(a.Targets, Target{TargetFigures{Name: name, Threshold: .1, Rows: 240, Events: 70, AUC: .7, AUCSE: .02, LogLoss: .5, BaseLogLoss: .6}, m.(*additive.Model)})
	}
	a.Exemplars = make([][]Exemplar, a.Clusters.K())
	a.Lineage = lineageOf(t, a)
	a.Exemplars[0] = []Exemplar{{"acme", true, true, .2}, {"globex", true, false, .1}}
	return a
}

// lineageOf is a line's second artifact: some groups went on, one came and one
// went.
func lineageOf(t testing.TB, a *Artifact) *Lineage {
	t.Helper()
	var err error
	if a.Clusters, err = a.Clusters.WithIDs([]string{"c2", "c4"}); err != nil {
		t.Fatal(err)
	}
	return &Lineage{Previous: "2024-12-31-0123456789", Last: 5, Gone: []Group{{"c1", "mention sent"}},
		Clusters: []Descent{{ID: "c2", Continues: true, Was: "report viewed", Given: true}, {ID: "c4"}}}
}

// another is a second, different artifact.
func another(t testing.TB) *Artifact {
	a := artifact(t)
	a.Training.To, a.Training.Seed = "2025-12-31", 2
	return a
}

func registry(t testing.TB) *Registry {
	t.Helper()
	r, err := OpenRegistry(filepath.Join(t.TempDir(), "registry"))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func read(t testing.TB, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func overwrite(t testing.TB, path string, data []byte) {
	t.Helper()
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
}

// Save writes an artifact as the folder dir and returns its version.
func Save(dir string, a *Artifact) (version string, err error) {
	files, err := Encode(a)
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		return "", err
	}
	return a.version(files[2].Data), writeFolder(realDisk{}, dir, files)
}
