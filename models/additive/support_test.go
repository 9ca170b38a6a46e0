package additive

import (
	"bytes"
	"context"
	"errors"
	"math"
	"slices"
	"testing"

	"github.com/etappe/etappe/models"
)

// Trainer are the settings of boost.Trainer that tests of the fitted model use.
// The trainer imports this package, so these tests reach it through fitWith.
type Trainer struct {
	Bags, Rounds, Bins, Sets, Residual, Clusters int
	Seed                                         uint64
	Monotone                                     map[string]int
}

// fitWith fits a model; fit_test.go sets it.
var fitWith func(ctx context.Context, t Trainer, s *models.Sample) (models.Model, error)

// SetFit gives the tests a trainer.
func SetFit(fit func(ctx context.Context, t Trainer, s *models.Sample) (models.Model, error)) {
	fitWith = fit
}

func (t Trainer) Fit(ctx context.Context, s *models.Sample) (models.Model, error) {
	if fitWith == nil {
		return nil, errors.New("no trainer")
	}
	return fitWith(ctx, t, s)
}

// fit fits or fails the test.
func fit(t testing.TB, trainer Trainer, s *models.Sample) *Model {
	t.Helper()
	m, err := trainer.Fit(context.Background(), s)
	if err != nil {
		t.Fatal(err)
	}
	return m.(*Model)
}

func score(t testing.TB, m models.Model, f *models.Frame) []float64 {
	t.Helper()
	z, err := m.LogOdds(f)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func sameState(a, b models.State) bool {
	if a.Kind != b.Kind || !bytes.Equal(a.Header, b.Header) || len(a.Arrays) != len(b.Arrays) {
		return false
	}
	for name, values := range a.Arrays {
		if !slices.EqualFunc(values, b.Arrays[name], func(x, y float64) bool { return math.Float64bits(x) == math.Float64bits(y) }) {
			return false
		}
	}
	return true
}

// statistics marks a test of many fits whose concurrency the contract test of the
// trainer covers: the race detector would take minutes over it.
func statistics(t *testing.T) {
	t.Helper()
	if raceDetector {
		t.Skip("many fits, nothing new for the race detector")
	}
}

// quantileBinning returns bins of about the same number of values, one for each
// distinct value as long as they fit.
func quantileBinning(values []float64, limit int) Binning {
	sorted := slices.DeleteFunc(slices.Clone(values), math.IsNaN)
	slices.Sort(sorted)
	distinct := slices.Compact(slices.Clone(sorted))
	if len(distinct) > limit {
		for b := range limit {
			distinct[b] = sorted[b*len(sorted)/limit]
		}
		distinct = slices.Compact(distinct[:limit])
	}
	var cuts []float64
	for i := 1; i < len(distinct); i++ {
		cuts = append(cuts, distinct[i-1]/2+distinct[i]/2)
	}
	return Binning{Cuts: slices.Compact(cuts), Bins: len(slices.Compact(cuts)) + 2}
}
