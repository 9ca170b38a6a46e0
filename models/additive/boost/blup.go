package boost

// The BLUP step. Trees that sort many levels by their gradients and split that
// order mostly fit chance. A categorical field of many levels is a random
// effect instead: the value v_c of each level is a best linear unbiased
// predictor (BLUP) under a normal prior with mean 0 and precision κ, and moves
// by
//
//	v_c ← v_c − rate·(G_c + κ·v_c)/(H_c + κ),   1/κ = Σ_c (G_c² − H_c) / Σ_c H_c²
//
// G_c, H_c: gradient and hessian sums of level c. κ is the moment estimate of
// the variance between levels from their scores at the first visit (Breslow
// and Clayton 1993, section 2.2: without a difference the variance of G_c is
// H_c).

const (
	randomEffectLevels = 20  // bins of a categorical field above which its levels are a random effect
	minPrecision       = 1   // of κ: a level's value may always vary by 1 in log-odds
	maxPrecision       = 1e4 // of κ: as good as no difference
)

// blupStep fits one BLUP step of field j, leaves it in tree.step and returns
// the gain.
func (b *bag) blupStep(j int) float64 {
	g, h, v := b.gradient[:b.binnings[j].Bins], b.hess[j], b.tables[j]
	if b.precision[j] == 0 {
		b.precision[j] = momentPrecision(g, h)
	}
	k, gain := b.precision[j], 0.0
	for c := range g {
		b.tree.step[c] = 0
		if b.mass[j][c] == 0 {
			continue
		}
		s := g[c] + k*v[c]
		gain += s * s / (h[c] + k)
		b.tree.step[c] = float32(-b.rate * s / (h[c] + k))
		v[c] += float64(b.tree.step[c])
	}
	return gain
}

// momentPrecision returns κ, limited to minPrecision..maxPrecision.
func momentPrecision(g, h []float64) float64 {
	between, information := 0.0, 0.0
	for c := range g {
		between += g[c]*g[c] - h[c]
		information += h[c] * h[c]
	}
	if between*maxPrecision <= information {
		return maxPrecision
	}
	return max(information/between, minPrecision)
}
