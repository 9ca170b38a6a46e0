package serve

import (
	"encoding/json"
	"math"
	"testing"
	"time"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/additive"
	"github.com/etappe/etappe/models/path"
)

// linear is a churn model made by hand, so that golden files change only when
// this package does: log-odds −1 + Σ weight·(x − centre), missing counts as the
// centre.
type linear struct{}

var linearWeights = [...][2]float64{ // weight, centre
	{-0.004, 40}, {-0.001, 120}, {-0.001, 120}, {-1.6, -0.1}, {-0.2, 6}, {0.8, 0.5}, {0.4, 1}, {-0.05, 6},
	{-0.0004, 500}, {-0.002, 90}, {-0.15, 1},
}

func (linear) share(j int, x float64) float64 {
	if math.IsNaN(x) {
		return 0
	}
	return linearWeights[j][0] * (x - linearWeights[j][1])
}

func (l linear) Answer(f *models.Frame, from, to int, a *additive.Answers) error {
	for i := from; i < to; i++ {
		z := -1.0
		for j, column := range f.Columns {
			z += l.share(j, column[i])
			if a.Share != nil {
				a.Share[j][i] = l.share(j, column[i])
			}
		}
		if a.Baseline != nil {
			a.Baseline[i] = -1
		}
		a.LogOdds[i], a.Low[i], a.High[i] = z, z-0.3, z+0.3
	}
	return nil
}

func (l linear) Move(from, to *models.Frame) (*models.Movement, error) {
	out := &models.Movement{Share: make([][]float64, len(to.Columns)), Cluster: make([]float64, to.Rows())}
	for j, column := range to.Columns {
		for i, x := range column {
			out.Share[j] = append(out.Share[j], l.share(j, x)-l.share(j, from.Columns[j][i]))
		}
	}
	return out, nil
}

// linearScorer answers with the hand-made model and a hand-made path of two
// milestones, one cluster and no outlier rule.
func linearScorer(t testing.TB) *Scorer {
	t.Helper()
	header := json.RawMessage(`{"milestones":["first_report","rollout"],"clusters":1,"weeks":3}`)
	path, err := path.FromState(models.State{Kind: "path/1", Header: header, Arrays: map[string][]float64{
		"curve": {0, 0.5, 0.9, 0, 0.2, 0.75}, "weight": {0.4, 0.6},
	}})
	if err != nil {
		t.Fatal(err)
	}
	s := *testScorer(t)
	s.churn, s.path, s.clusters, s.outliers, s.ids, s.names = linear{}, path, nil, nil, []string{"c1"}, nil
	if err := s.selfTest(); err != nil {
		t.Fatal(err)
	}
	return &s
}

// linearMoment is one account of the golden files at a date, with a milestone
// reached or not.
func linearMoment(s *Scorer, asOf string, rollout float64, values ...float64) *Input {
	date, err := time.Parse(time.DateOnly, asOf)
	if err != nil {
		panic(err)
	}
	in := &Input{
		Frame:      &models.Frame{Fields: s.fields},
		AccountIDs: []string{"acme-17"},
		AsOf:       []time.Time{date},
		Journey: &models.Journey{
			Milestones: []string{"first_report", "rollout"},
			Tenure:     []float64{values[8]},
			Reached:    [][]float64{{12}, {rollout}},
		},
	}
	for _, v := range values {
		in.Frame.Columns = append(in.Frame.Columns, []float64{v})
	}
	return in
}

func linearThen(s *Scorer) *Input {
	return linearMoment(s, "2025-12-01", math.NaN(), 61, 160, 12, 0.13, 11, 0.41, 0, 9, 430, 180, 1)
}

func linearNow(s *Scorer) *Input {
	return linearMoment(s, "2026-03-01", 500, 18, 121, 10, -0.81, 3, 0.8, 4, math.NaN(), 520, 90, 1)
}
