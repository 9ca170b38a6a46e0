package cluster

import (
	"math"
	"math/rand/v2"
	"slices"
)

// partition is the outcome of k-means.
type partition struct {
	k       int
	centres []float64 // [cluster][dim], row-major
	labels  []int     // [row]
	within  float64   // sum of squared distances to the own centre
}

func (p *partition) centre(c int) []float64 {
	d := len(p.centres) / p.k
	return p.centres[c*d : (c+1)*d : (c+1)*d]
}

const (
	lloydRounds  = 40 // of the fit that counts
	searchRounds = 15 // of a start or a bootstrap
)

// kmeans minimises the sum of squared distances to k centres by Lloyd's rounds
// from k-means++ starts (Arthur and Vassilvitskii 2007), keeping the best of
// the given number of restarts.
func kmeans(points *matrix, k, restarts int, rng *rand.Rand) *partition {
	var best *partition
	for range restarts {
		p := &partition{k: k, centres: plusPlus(points, k, rng), labels: make([]int, points.n)}
		p.lloyd(points, searchRounds)
		if best == nil || p.within < best.within {
			best = p
		}
	}
	return best
}

// plusPlus draws k starting centres, each with probability proportional to the
// squared distance to the nearest one so far.
func plusPlus(points *matrix, k int, rng *rand.Rand) []float64 {
	centres := slices.Clone(points.row(rng.IntN(points.n)))
	nearest := make([]float64, points.n)
	for i := range nearest {
		nearest[i] = math.Inf(1)
	}
	for c := 1; c < k; c++ {
		last, total := centres[(c-1)*points.d:], 0.0
		for i := range nearest {
			nearest[i] = math.Min(nearest[i], squaredDistance(points.row(i), last))
			total += nearest[i]
		}
		u, pick := rng.Float64()*total, points.n-1
		for i, w := range nearest {
			if u -= w; u < 0 {
				pick = i
				break
			}
		}
		centres = append(centres, points.row(pick)...)
	}
	return centres
}

// lloyd moves each centre to the mean of its rows until no row changes sides.
func (p *partition) lloyd(points *matrix, rounds int) {
	for round := range rounds {
		if moved := p.assign(points); moved == 0 && round > 0 {
			return
		}
		p.recentre(points)
	}
	p.assign(points)
}

// assign labels each row with its nearest centre, the first one on a tie, and
// returns how many labels changed. Nearest is where ‖c‖²/2 − x·c is least.
func (p *partition) assign(points *matrix) (moved int) {
	d := points.d
	half := make([]float64, p.k)
	for c := range half {
		half[c] = dot(p.centre(c), p.centre(c)) / 2
	}
	p.within = 0
	for i := range points.n {
		row, best, least := points.row(i), 0, math.Inf(1)
		for c, h := range half {
			if s := h - dot(row, p.centres[c*d:(c+1)*d]); s < least {
				best, least = c, s
			}
		}
		if p.labels[i] != best {
			p.labels[i] = best
			moved++
		}
		p.within += math.Max(dot(row, row)+2*least, 0)
	}
	return moved
}

// recentre sets the means; a centre without a row moves to the row that is
// farthest from its own.
func (p *partition) recentre(points *matrix) {
	sums, count := make([]float64, len(p.centres)), make([]float64, p.k)
	for i, c := range p.labels {
		count[c]++
		for j, x := range points.row(i) {
			sums[c*points.d+j] += x
		}
	}
	for c := range p.k {
		if count[c] == 0 {
			copy(p.centre(c), points.row(p.farthest(points)))
			continue
		}
		for j := range points.d {
			p.centre(c)[j] = sums[c*points.d+j] / count[c]
		}
	}
}

func (p *partition) farthest(points *matrix) int {
	at, most := 0, -1.0
	for i, c := range p.labels {
		if d := squaredDistance(points.row(i), p.centre(c)); d > most {
			at, most = i, d
		}
	}
	return at
}

// sortBySize renumbers the clusters, largest first; ties by their centres.
func (p *partition) sortBySize() {
	size, order := make([]int, p.k), make([]int, p.k)
	for _, c := range p.labels {
		size[c]++
	}
	for c := range order {
		order[c] = c
	}
	slices.SortFunc(order, func(a, b int) int {
		if size[a] != size[b] {
			return size[b] - size[a]
		}
		return slices.Compare(p.centre(a), p.centre(b))
	})
	rank, centres := make([]int, p.k), make([]float64, 0, len(p.centres))
	for r, c := range order {
		rank[c] = r
		centres = append(centres, p.centre(c)...)
	}
	p.centres = centres
	for i, c := range p.labels {
		p.labels[i] = rank[c]
	}
}
