package path

import "math"

// pool returns how many accounts with the shares of all a cluster's own shares
// of a milestone are mixed with. If the clusters' true shares are spread like a
// beta distribution around that of all, with correlation ρ = 1/(M+1) between two
// accounts of a cluster, then M accounts of all are as good an estimate for a cluster as
// one's own do, and the method of moments (Kleinman 1973, JASA 68:46) finds
//
//	ρ = Σ_w [ Σ_k n_k (R_k − R)² − (K−1) · R(1−R) ] / Σ_w R(1−R) · ( N − Σ_k n_k²/N )
//
// w the weeks, n_k the accounts that R_k(w) is worth, N their sum, K the clusters
// with accounts. M is cut to 1..Pool: an estimate from a handful of clusters is
// not to be trusted beyond, and where clusters are alike it has no upper end.
func (o Options) pool(groups []cohort, all cohort, m int) float64 {
	excess, scale := 0.0, 0.0
	for week, share := range all.curve[m].share {
		var spread, n, squares, k float64
		for _, g := range groups {
			if g.renewed == 0 {
				continue
			}
			own, miss := g.curve[m].effective[week], g.curve[m].share[week]-share
			spread, n, squares, k = spread+own*miss*miss, n+own, squares+own*own, k+1
		}
		if n > 0 {
			excess += spread - (k-1)*share*(1-share)
			scale += share * (1 - share) * (n - squares/n)
		}
	}
	if !(excess > 0 && scale > 0) {
		return o.Pool
	}
	return math.Min(math.Max(scale/excess-1, 1), o.Pool)
}

// blendCurves mixes a cluster's own curve with that of all.
func blendCurves(own, all []float64, belief float64) []float64 {
	out := make([]float64, len(all))
	for week := range out {
		out[week] = min(1, belief*own[week]+(1-belief)*all[week])
		if week > 0 {
			out[week] = max(out[week], out[week-1]) // against rounding
		}
	}
	return out
}

// worth returns how many accounts a cluster's mixed curve is worth, by week;
// share is the cluster's part in all.
func worth(own, all estimate, share, pool float64) []float64 {
	out := make([]float64, len(own.effective))
	for week, n := range own.effective {
		out[week] = n + (1-share)*math.Min(pool, all.effective[week])
	}
	return out
}
