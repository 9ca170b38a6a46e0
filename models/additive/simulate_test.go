package additive

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/etappe/etappe/models"
)

// truth is a world of additive shapes, with a difference per cluster of known
// strength: the oracle of the tests.
type truth struct {
	fields     int
	difference float64 // 0: all clusters alike
}

// logOdds returns the true log-odds of a row in cluster k.
func (w truth) logOdds(x []float64, k int) float64 {
	z := -1.2 + 0.9*math.Tanh(1.5*x[0]) - 0.8*x[1]
	if x[2] > 0.5 {
		z += 0.7
	}
	z += 0.4 * (x[3]*x[3] - 1)
	// What counts in one cluster means nothing, or the opposite, in another.
	j := 4 + k%(len(x)-4)
	z += w.difference * (x[j] - 0.5*x[1]*math.Cos(float64(k)*2) + 0.6*math.Sin(float64(k)*3))
	return z
}

// draw returns a sample with so many rows in each cluster, and the true
// log-odds of its rows.
func (w truth) draw(seed uint64, sizes ...int) (*models.Sample, []float64) {
	random := rand.New(rand.NewPCG(seed, 77))
	s := &models.Sample{Frame: &models.Frame{Columns: make([][]float64, w.fields)}}
	for j := range w.fields {
		s.Fields = append(s.Fields, models.Field{Name: fmt.Sprintf("x%d", j)})
	}
	var z []float64
	for k, n := range sizes {
		for range n {
			x := make([]float64, w.fields)
			for j := range x {
				x[j] = random.NormFloat64()
				s.Columns[j] = append(s.Columns[j], x[j])
			}
			z = append(z, w.logOdds(x, k))
			s.Cluster = append(s.Cluster, int32(k))
			s.Churned = append(s.Churned, random.Float64() < models.Sigmoid(z[len(z)-1]))
		}
	}
	return s, z
}

// expectedLoss is the mean log-loss of log-odds z where the truth is known, so
// that no noise of outcomes is left in it; only rows of cluster k, all for -1.
func expectedLoss(z, truth []float64, cluster []int32, k int) float64 {
	var sum, n float64
	for i := range z {
		if k >= 0 && int(cluster[i]) != k {
			continue
		}
		p := models.Sigmoid(truth[i])
		sum += p*logLoss(z[i], true) + (1-p)*logLoss(z[i], false)
		n++
	}
	return sum / n
}

// statistics marks a test of many fits whose concurrency the contract test
// covers already: the race detector would take minutes over it.
func statistics(t *testing.T) {
	t.Helper()
	if raceDetector {
		t.Skip("many fits, nothing new for the race detector")
	}
}
