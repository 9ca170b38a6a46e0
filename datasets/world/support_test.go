package world

import (
	"context"
	"math"
	"slices"
	"sync"
	"testing"

	"github.com/etappe/etappe/datasets"
)

// small is one complete world that tests share and only read.
var small = sync.OnceValues(func() (*World, error) {
	return Simulate(context.Background(), Config{Accounts: 800, Seed: 7, Difference: 1}, nil)
})

// large is a world of many accounts without events, for what is statistical.
var large = sync.OnceValues(func() (*World, error) { return quiet(Config{Accounts: 12000, Seed: 11, Difference: 1}) })

func shared(t *testing.T, world func() (*World, error)) *World {
	t.Helper()
	w, err := world()
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// quiet simulates everything but the events.
func quiet(c Config) (*World, error) {
	s, err := newSimulation(c)
	if err != nil {
		return nil, err
	}
	w := &World{simulation: s}
	for a := range c.Accounts {
		w.histories = append(w.histories, s.live(a))
	}
	w.Tables = w.tables(nil)
	w.Truth = w.truth()
	return w, nil
}

// eachEvent calls yield with every event's batch and position.
func eachEvent(t *testing.T, w *World, yield func(b *datasets.EventBatch, i int)) {
	t.Helper()
	err := w.Tables.Events.Scan(context.Background(), func(b *datasets.EventBatch) error {
		for i := range b.At {
			yield(b, i)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// decided returns the snapshots at one lead whose renewal is decided, and what
// became of it.
func decided(w *World, lead int) (list []Snapshot, churned []bool) {
	for _, s := range w.Truth.Snapshots {
		r := w.Tables.Renewals[s.Renewal]
		if s.LeadDays == lead && r.Outcome != datasets.Open {
			list = append(list, s)
			churned = append(churned, r.Outcome == datasets.Churned)
		}
	}
	return list, churned
}

// logit fits log-odds = β₀ + Σ β_j x_j by Newton's method and returns the
// coefficients with their standard errors.
func logit(x [][]float64, churned []bool) (beta, deviation []float64) {
	p := len(x) + 1
	beta = make([]float64, p)
	row := make([]float64, p)
	var inverse [][]float64
	for range 30 {
		gradient, hessian := make([]float64, p), make([][]float64, p)
		for j := range hessian {
			hessian[j] = make([]float64, p)
		}
		for i := range churned {
			row[0] = 1
			z := beta[0]
			for j := range x {
				row[j+1] = x[j][i]
				z += beta[j+1] * x[j][i]
			}
			q, y := sigmoid(z), 0.
			if churned[i] {
				y = 1
			}
			for j := range row {
				gradient[j] += (y - q) * row[j]
				for l := range row {
					hessian[j][l] += q * (1 - q) * row[j] * row[l]
				}
			}
		}
		inverse = invert(hessian)
		for j := range beta {
			for l := range gradient {
				beta[j] += inverse[j][l] * gradient[l]
			}
		}
	}
	for j := range beta {
		deviation = append(deviation, math.Sqrt(inverse[j][j]))
	}
	return beta, deviation
}

// invert inverts a small positive definite matrix by Gauss and Jordan.
func invert(a [][]float64) [][]float64 {
	n := len(a)
	out := make([][]float64, n)
	for i := range out {
		out[i] = make([]float64, n)
		out[i][i] = 1
	}
	for c := range n {
		pivot := a[c][c]
		for j := range n {
			a[c][j] /= pivot
			out[c][j] /= pivot
		}
		for r := range n {
			if f := a[r][c]; r != c {
				for j := range n {
					a[r][j] -= f * a[c][j]
					out[r][j] -= f * out[c][j]
				}
			}
		}
	}
	return out
}

// correlation is Pearson's.
func correlation(a, b []float64) float64 {
	ma, mb := mean(a), mean(b)
	var ab, aa, bb float64
	for i := range a {
		ab += (a[i] - ma) * (b[i] - mb)
		aa += (a[i] - ma) * (a[i] - ma)
		bb += (b[i] - mb) * (b[i] - mb)
	}
	return ab / math.Sqrt(aa*bb)
}

// ranks replaces values by their ranks, for Spearman's correlation.
func ranks(x []float64) []float64 {
	order := make([]int, len(x))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int {
		if x[i] < x[j] {
			return -1
		}
		if x[i] > x[j] {
			return 1
		}
		return 0
	})
	out := make([]float64, len(x))
	for i := 0; i < len(order); {
		j := i
		for j < len(order) && x[order[j]] == x[order[i]] {
			j++
		}
		for _, o := range order[i:j] {
			out[o] = float64(i+j-1) / 2
		}
		i = j
	}
	return out
}

func mean(x []float64) float64 {
	sum := 0.
	for _, v := range x {
		sum += v
	}
	return sum / float64(len(x))
}

// auc is the share of pairs in which the churned one has the higher score.
func auc(score []float64, churned []bool) float64 {
	sum, n := 0., 0.
	for i, r := range ranks(score) {
		if churned[i] {
			sum += r
			n++
		}
	}
	return (sum - n*(n-1)/2) / (n * (float64(len(score)) - n))
}
