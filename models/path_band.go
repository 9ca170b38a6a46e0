package models

import "math"

// bandQuantile is the standard normal quantile of a 90 % interval, the level of
// the program's other intervals.
const bandQuantile = 1.6448536269514722

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
// is worth M accounts with the share of all (see FitPath), so those count as
// evidence too, less the cluster's own part in them: a cluster that is everyone
// gains nothing, one without accounts knows what M would tell it.
//
// Both are NaN for a tenure of NaN, on a team's own path, which is not an
// estimate, and for paths saved before the numbers were.
func (p *Path) Band(cluster, milestone int, tenure float64) (low, high float64) {
	if p.effective == nil || math.IsNaN(tenure) || !math.IsNaN(p.Own(cluster, milestone)) {
		return math.NaN(), math.NaN()
	}
	curve := p.curve[cluster][milestone]
	at := week(curve, tenure)
	return Wilson(curve[at], p.effective[cluster][milestone][at])
}

// Wilson returns the 90 % score interval (Wilson 1927) of a share out of n; 0 to 1
// for n = 0.
func Wilson(share, n float64) (low, high float64) {
	const z2 = bandQuantile * bandQuantile
	middle := (n*share + z2/2) / (n + z2)
	half := bandQuantile / (n + z2) * math.Sqrt(n*share*(1-share)+z2/4)
	return math.Max(0, math.Min(share, middle-half)), math.Min(1, math.Max(share, middle+half)) // against rounding
}
