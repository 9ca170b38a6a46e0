package boost

import (
	"math"

	"github.com/etappe/etappe/models"
)

// clusterGain returns what cluster k's own tables gain out of fold over the
// shared ones alone, by account.
func (r *run) clusterGain(p *pooledFit, k int, line models.Platt) paired {
	from, to := applied(line, p.outOfFoldShared), applied(line, p.outOfFold)
	for i := range to {
		if r.clusterOf(i) != k {
			to[i] = math.NaN()
		}
	}
	return r.gainOver(from, to)
}

// vetoes fits without the rows of the last time slice and reports by deviating
// cluster whether its deviations surely lose there. A slice with too few rows of
// either kind in a cluster decides nothing; out-of-fold log-odds do then.
func (p *pooledFit) vetoes(r *run) ([]bool, error) {
	out := make([]bool, p.clusters)
	s := p.all.clone()
	if r.Veto != nil {
		if _, err := p.fit(s, p.weights(r, 0, r.Veto), poolingBagSteps); err != nil {
			return nil, err
		}
	}
	x := make([]float64, p.width())
	for n := range out {
		from, to := append([]float64(nil), p.outOfFoldShared...), append([]float64(nil), p.outOfFold...)
		if r.sliceDecides(p, n) {
			for i := range to {
				p.row(i, x)
				from[i], to[i] = p.logOdds(x, -1, s), p.logOdds(x, n, s)
				if !r.Veto[i] {
					to[i] = math.NaN()
				}
			}
		}
		for i, of := range p.clusterOf {
			if of != n {
				to[i] = math.NaN()
			}
		}
		gain := r.gainOver(from, to)
		out[n] = gain.mean < -poolingVetoSE*gain.se
	}
	return out, nil
}

// sliceDecides reports whether the last time slice holds enough rows of either
// kind of a deviating cluster.
func (r *run) sliceDecides(p *pooledFit, n int) bool {
	if r.Veto == nil {
		return false
	}
	var kinds [2]int
	for i, of := range p.clusterOf {
		if of == n && r.Veto[i] {
			if r.churned[i] {
				kinds[1]++
			} else {
				kinds[0]++
			}
		}
	}
	return min(kinds[0], kinds[1]) >= poolingMinEvents
}
