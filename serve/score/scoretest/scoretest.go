// Package scoretest makes the scorers and batches that the tests of serve share,
// of the fitted model of package servetest and of a model made by hand.
package scoretest

import (
	"math"
	"testing"
	"time"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/artifact"
	"github.com/etappe/etappe/serve/score"
	"github.com/etappe/etappe/serve/servetest"
)

// Meta is that of the model in service.
var Meta = score.Meta{Version: servetest.Version, TrainedAt: servetest.TrainedAt}

// Scorer is the fitted model in service.
func Scorer(t testing.TB) *score.Scorer {
	t.Helper()
	return Of(t, servetest.Artifact(t))
}

// Of takes an artifact into service.
func Of(t testing.TB, a *artifact.Artifact) *score.Scorer {
	t.Helper()
	s, err := score.New(a, Meta, score.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Input is a batch of simulated accounts that training has not seen.
func Input(s *score.Scorer, rows int, seed uint64) *score.Input {
	sample, journey := servetest.Simulated(rows, seed)
	in := &score.Input{Frame: &models.Frame{Fields: s.Fields(), Columns: sample.Columns}, Journey: journey}
	for i := range rows {
		in.AccountIDs = append(in.AccountIDs, "a"+string(rune('0'+i%10)))
		in.AsOf = append(in.AsOf, time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC))
	}
	return in
}

// Row cuts one row out of a batch.
func Row(in *score.Input, i int) *score.Input {
	one := &score.Input{
		Frame: in.Frame.Select([]int{i}), AccountIDs: in.AccountIDs[i : i+1], AsOf: in.AsOf[i : i+1], Detail: in.Detail,
	}
	if in.Journey != nil {
		one.Journey = &models.Journey{Milestones: in.Journey.Milestones, Tenure: in.Journey.Tenure[i : i+1]}
		for _, reached := range in.Journey.Reached {
			one.Journey.Reached = append(one.Journey.Reached, reached[i:i+1])
		}
	}
	return one
}

// Linear answers with the hand-made model.
func Linear(t testing.TB) *score.Scorer {
	t.Helper()
	return LinearWith(t, servetest.LinearArtifact(t), servetest.Churn{})
}

// LinearWith answers with another churn model than the artifact's.
func LinearWith(t testing.TB, a *artifact.Artifact, churn score.ChurnModel) *score.Scorer {
	t.Helper()
	s, err := score.NewWith(a, churn, Meta, score.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Moment is one account of the golden files at a date, with a milestone reached or
// not.
func Moment(s *score.Scorer, asOf string, rollout float64, values ...float64) *score.Input {
	date, err := time.Parse(time.DateOnly, asOf)
	if err != nil {
		panic(err)
	}
	in := &score.Input{
		Frame:      &models.Frame{Fields: s.Fields()},
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

// Then is the account of the golden files at the earlier date.
func Then(s *score.Scorer) *score.Input {
	return Moment(s, "2025-12-01", math.NaN(), 61, 160, 12, 0.13, 11, 0.41, 0, 9, 430, 180, 1)
}

// Now is the account of the golden files at the later date.
func Now(s *score.Scorer) *score.Input {
	return Moment(s, "2026-03-01", 500, 18, 121, 10, -0.81, 3, 0.8, 4, math.NaN(), 520, 90, 1)
}
