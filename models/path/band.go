package path

import (
	"math"

	"github.com/etappe/etappe/models"
)

// Band returns a 90 % interval of Expected: Wilson's score interval (1927, JASA
// 22:209) of a share R out of N accounts.
//
//	R' ± z/(N+z²) · √( N·R(1−R) + z²/4 )        R' = (N·R + z²/2)/(N+z²), z = 1.645
//	N = N_k(t) + (1 − n_k/n) · min(M, N(t))
//
// N_k(t) is the effective number of the cluster's own curve, R(1−R) over its
// Greenwood variance: as many accounts as would give that variance if none were
// censored. Not Greenwood's interval itself, on a log-log scale or not, because
// it has no width where a share is 0 or 1, as every milestone's is at first and
// many are in the end. A pooled curve is the mean of a beta posterior whose prior
// is worth M accounts with the share of all (see Fit), so those count as
// evidence too, less the cluster's own part in them: a cluster that is everyone
// gains nothing, one without accounts is worth M accounts.
//
// Both are NaN for a tenure of NaN, on a team's own path, which is not an
// estimate, and for paths saved before the numbers were.
func (p *Path) Band(cluster, milestone int, tenure float64) (low, high float64) {
	if p.effective == nil || math.IsNaN(tenure) || !math.IsNaN(p.Own(cluster, milestone)) {
		return math.NaN(), math.NaN()
	}
	curve := p.curve[cluster][milestone]
	at := week(curve, tenure)
	return models.Wilson(curve[at], p.effective[cluster][milestone][at])
}
