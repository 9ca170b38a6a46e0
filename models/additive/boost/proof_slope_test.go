package boost

import (
	"fmt"
	"math"
	"testing"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/modelstest"
)

// slope is the calibration slope of some rows' out-of-fold log-odds.
type slope struct {
	name           string
	events, rows   int
	value, se      float64
	predicted, was float64 // mean probability and share that churned
}

func slopeOf(name string, z []float64, churned []bool, of func(i int) bool) slope {
	s := slope{name: name}
	var picked []float64
	var outcome []bool
	for i := range z {
		if !of(i) {
			continue
		}
		picked, outcome = append(picked, z[i]), append(outcome, churned[i])
		s.predicted += models.Sigmoid(z[i])
		if churned[i] {
			s.was++
		}
	}
	s.rows, s.events = len(picked), min(int(s.was), len(picked)-int(s.was))
	s.predicted, s.was = s.predicted/float64(s.rows), s.was/float64(s.rows)
	s.value, _, s.se = models.CalibrationSlope(picked, outcome, nil)
	return s
}

// off tells whether a 90 % interval of the slope lies outside .9 to 1.1.
func (s slope) off() bool {
	return !(s.value+1.645*s.se > 0.9 && s.value-1.645*s.se < 1.1)
}

func (s slope) String() string {
	return fmt.Sprintf("%-12s %6d rows %5d events  slope %.3f (%.3f to %.3f)  mean %.4f, was %.4f",
		s.name, s.rows, s.events, s.value, s.value-1.645*s.se, s.value+1.645*s.se, s.predicted, s.was)
}

// outOfFold returns what models that have not seen a row say about it.
func outOfFold(t *testing.T, trainer Trainer, s *models.Sample, folds []int) []float64 {
	t.Helper()
	last := 0
	for _, f := range folds {
		last = max(last, f)
	}
	z := make([]float64, s.Rows())
	for fold := range last + 1 {
		train, test := modelstest.Split(folds, fold)
		if len(test) == 0 {
			continue
		}
		got := score(t, fit(t, trainer, s.Select(train)), s.Frame.Select(test))
		for n, i := range test {
			z[i] = got[n]
		}
	}
	return z
}

// slopes returns the slope of all rows and of every cluster of 100 events.
func slopes(z []float64, s *models.Sample, clusters int) []slope {
	out := []slope{slopeOf("all", z, s.Churned, func(int) bool { return true })}
	for k := range clusters {
		c := slopeOf(fmt.Sprint("cluster ", k), z, s.Churned, func(i int) bool { return s.ClusterOf(i) == k })
		if c.events >= 100 {
			out = append(out, c)
		}
	}
	return out
}

func evenFolds(rows, n int) []int {
	folds := make([]int, rows)
	for i := range folds {
		folds[i] = i % n
	}
	return folds
}

// Out of fold the log-odds are as far apart as they should be, as a whole and
// in every cluster; log-odds half as far again are noticed.
func TestSlopeOutOfFold(t *testing.T) {
	modelstest.Long(t)
	statistics(t)
	s, _ := apart(modelstest.World{Fields: 8, Difference: 0.7}, 1, 11, 400, 800, 1600)
	z := outOfFold(t, Trainer{Clusters: 3}, s, evenFolds(s.Rows(), 3))
	for _, got := range slopes(z, s, 3) {
		t.Log(got)
		if got.off() {
			t.Errorf("%s: slope %.3f", got.name, got.value)
		}
	}
	for i := range z {
		z[i] *= 1.5
	}
	if wrong := slopes(z, s, 3)[0]; !wrong.off() || math.IsNaN(wrong.value) {
		t.Errorf("log-odds stretched by half have the slope %.3f", wrong.value)
	}
}
