package servetest

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/additive"
	"github.com/etappe/etappe/models/artifact"
	"github.com/etappe/etappe/models/path"
)

// Churn is a churn model made by hand, so that golden files change only when the
// package under test does: log-odds −1 + Σ weight·(x − centre), missing counts as
// the centre.
type Churn struct{}

var weights = [...][2]float64{ // weight, centre
	{-0.004, 40}, {-0.001, 120}, {-0.001, 120}, {-1.6, -0.1}, {-0.2, 6}, {0.8, 0.5}, {0.4, 1}, {-0.05, 6},
	{-0.0004, 500}, {-0.002, 90}, {-0.15, 1},
}

func share(j int, x float64) float64 {
	if math.IsNaN(x) {
		return 0
	}
	return weights[j][0] * (x - weights[j][1])
}

// Answer fills in what is wanted.
func (Churn) Answer(f *models.Frame, from, to int, a *additive.Answers) error {
	for i := from; i < to; i++ {
		z := -1.0
		for j, column := range f.Columns {
			z += share(j, column[i])
			if a.Share != nil {
				a.Share[j][i] = share(j, column[i])
			}
		}
		if a.Baseline != nil {
			a.Baseline[i] = -1
		}
		a.LogOdds[i] = z
		if a.Low != nil {
			a.Low[i], a.High[i] = z-0.3, z+0.3
		}
	}
	return nil
}

// Move is the difference of the shares.
func (Churn) Move(from, to *models.Frame) (*models.Movement, error) {
	out := &models.Movement{Share: make([][]float64, len(to.Columns)), Cluster: make([]float64, to.Rows())}
	for j, column := range to.Columns {
		for i, x := range column {
			out.Share[j] = append(out.Share[j], share(j, x)-share(j, from.Columns[j][i]))
		}
	}
	return out, nil
}

// LinearPath is a success path of two milestones made by hand.
func LinearPath(t testing.TB, arrays map[string][]float64) *path.Path {
	t.Helper()
	header := json.RawMessage(`{"milestones":["first_report","rollout"],"clusters":1,"weeks":` + string(rune('0'+len(arrays["curve"])/2)) + `}`)
	p, err := path.FromState(models.State{Kind: "path/1", Header: header, Arrays: arrays})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// LinearArtifact is an artifact of the hand-made path, one cluster and no outlier
// rule.
func LinearArtifact(t testing.TB) *artifact.Artifact {
	t.Helper()
	a := Artifact(t)
	a.Path = LinearPath(t, map[string][]float64{"curve": {0, 0.5, 0.9, 0, 0.2, 0.75}, "weight": {0.4, 0.6}})
	a.Clusters, a.Outliers, a.Names = nil, nil, nil
	return a
}
