package cluster

import (
	"context"
	"math"
	"math/rand/v2"
)

// bootRestarts are the k-means++ starts of one bootstrap.
const bootRestarts = 4

// stability returns, for every cluster of own, how well bootstraps find it
// again: the rows are drawn with replacement, clustered anew, and on the rows
// drawn the cluster C is compared with the most similar new one,
//
//	γ_C = mean over bootstraps of max_D |C ∩ D| / |C ∪ D|
//
// (Hennig, Cluster-wise assessment of cluster stability, CSDA 52, 2007). A row
// drawn several times counts once in the comparison.
func stability(ctx context.Context, points *matrix, own *partition, bootstraps int, rng *rand.Rand) ([]float64, error) {
	sum, seen := make([]float64, own.k), make([]float64, own.k)
	drawn, last := make([]int, points.n), make([]int, points.n)
	for round := range bootstraps {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		for i := range drawn {
			drawn[i] = rng.IntN(points.n)
		}
		again := kmeans(points.pick(drawn), own.k, bootRestarts, rng)
		shared := make([][]float64, own.k) // [own][again] rows
		for c := range shared {
			shared[c] = make([]float64, own.k)
		}
		for i, r := range drawn {
			if last[r] != round+1 { // else: this row has been counted
				last[r] = round + 1
				shared[own.labels[r]][again.labels[i]]++
			}
		}
		for c, best := range bestJaccard(shared) {
			if !math.IsNaN(best) {
				sum[c] += best
				seen[c]++
			}
		}
	}
	for c := range sum {
		sum[c] /= math.Max(seen[c], 1) // never drawn: as unstable as can be
	}
	return sum, nil
}

// bestJaccard returns the highest Jaccard index of every row cluster of a
// contingency table; NaN for an empty one.
func bestJaccard(shared [][]float64) []float64 {
	rows, columns := make([]float64, len(shared)), make([]float64, len(shared[0]))
	for a, line := range shared {
		for b, n := range line {
			rows[a] += n
			columns[b] += n
		}
	}
	best := make([]float64, len(shared))
	for a, line := range shared {
		if rows[a] == 0 {
			best[a] = math.NaN()
			continue
		}
		for b, n := range line {
			best[a] = math.Max(best[a], n/(rows[a]+columns[b]-n))
		}
	}
	return best
}

// widestValley looks at every pair of clusters along the line that joins their
// centres, at −1 and +1, and compares three windows of equal width:
//
//	valley = rows with |t| ≤ 1/4  /  min( rows with |t + 1| ≤ 1/4, rows with |t − 1| ≤ 1/4 )
//
// Cutting one cloud in two gives at least 1 whatever its shape, as long as it
// has one peak; two clouds leave few rows halfway. It returns the pair with the
// highest ratio, and whether in every pair the dent is deeper than chance (1 %,
// the two counts taken as Poisson).
func widestValley(points *matrix, p *partition) (worst float64, a, b int, clear bool) {
	clear = true
	for c := range p.k {
		for d := c + 1; d < p.k; d++ {
			middle, side := windows(points, p, c, d)
			ratio := math.Inf(1)
			if side > 0 {
				ratio = middle / side
			}
			if (side-middle)/math.Sqrt(math.Max(side+middle, 1)) < valleyZ {
				clear = false
				ratio = math.Max(ratio, 1)
			}
			if c == 0 && d == 1 || ratio > worst {
				worst, a, b = ratio, c, d
			}
		}
	}
	return math.Min(worst, 99), a, b, clear
}

// windows counts the rows halfway between two centres and at the sparser one.
func windows(points *matrix, p *partition, c, d int) (middle, side float64) {
	from, to := p.centre(c), p.centre(d)
	length := squaredDistance(from, to)
	var at [3]float64
	for i, label := range p.labels {
		if label != c && label != d {
			continue
		}
		t := 0.0
		for j, x := range points.row(i) {
			t += (x - from[j]) * (to[j] - from[j])
		}
		t = 2*t/length - 1
		for w := range at {
			if math.Abs(t-float64(w-1)) <= .25 {
				at[w]++
			}
		}
	}
	return at[1], math.Min(at[0], at[2])
}
