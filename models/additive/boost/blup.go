package boost

// Trees that order many levels by their gradients and cut the order mostly fit
// chance. Many levels are a random effect instead: each has a value of its own,
// drawn towards 0 by a normal prior of precision κ,
//
//	v_c ← v_c − rate·(G_c + κ·v_c)/(H_c + κ),   1/κ = Σ_c (G_c² − H_c) / Σ_c H_c²
//
// κ is the moment estimate of the variance between the levels from their scores
// at the first visit (Breslow and Clayton 1993, section 2.2: under no difference
// the variance of G_c is H_c).

const (
	randomEffectLevels = 20  // bins of a categorical field above which its levels are a random effect
	minPrecision       = 1   // of κ: a level's value may always vary by 1 in log-odds
	maxPrecision       = 1e4 // of κ: as good as no difference
)

// shrink visits a field of many levels, leaves the step to be applied and
// returns the gain.
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

// priorOf returns κ.
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
