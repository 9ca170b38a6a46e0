package modelstest

import (
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/etappe/etappe/models"
)

// World is a population with known additive effects on the log-odds of churn,
// and with a known difference between clusters.
type World struct {
	Fields     int     // numeric, standard normal, named x0, x1, …; at least 5
	Difference float64 // between clusters; 0: all are alike
}

// LogOdds returns the true log-odds of a row in cluster k.
func (w World) LogOdds(x []float64, k int) float64 {
	z := -1.2 + 0.9*math.Tanh(1.5*x[0]) - 0.8*x[1]
	if x[2] > 0.5 {
		z += 0.7
	}
	z += 0.4 * (x[3]*x[3] - 1)
	// An effect of one cluster is absent or reversed in another.
	j := 4 + k%(len(x)-4)
	z += w.Difference * (x[j] - 0.5*x[1]*math.Cos(float64(k)*2) + 0.6*math.Sin(float64(k)*3))
	return z
}

// Draw returns a sample of sizes[k] rows of every cluster k, and the true
// log-odds of its rows.
func (w World) Draw(seed uint64, sizes ...int) (*models.Sample, []float64) {
	random := rand.New(rand.NewPCG(seed, 77))
	s := &models.Sample{Frame: &models.Frame{Columns: make([][]float64, w.Fields)}}
	for j := range w.Fields {
		s.Fields = append(s.Fields, models.Field{Name: fmt.Sprintf("x%d", j)})
	}
	var z []float64
	for k, n := range sizes {
		for range n {
			x := make([]float64, w.Fields)
			for j := range x {
				x[j] = random.NormFloat64()
				s.Columns[j] = append(s.Columns[j], x[j])
			}
			z = append(z, w.LogOdds(x, k))
			s.Cluster = append(s.Cluster, int32(k))
			s.Churned = append(s.Churned, random.Float64() < models.Sigmoid(z[len(z)-1]))
		}
	}
	return s, z
}

// ExpectedLoss returns the expectation of the mean log-loss of log-odds z over
// outcomes drawn with the true log-odds: no noise of outcomes is in it. Only rows
// of cluster k count; -1: all.
func ExpectedLoss(z, truth []float64, cluster []int32, k int) float64 {
	var sum, n float64
	for i := range z {
		if k >= 0 && int(cluster[i]) != k {
			continue
		}
		p := models.Sigmoid(truth[i])
		sum += p*models.Softplus(-z[i]) + (1-p)*models.Softplus(z[i])
		n++
	}
	return sum / n
}
