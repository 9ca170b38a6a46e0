package models

import "math"

// Points turns log-odds into a health score.
//
//	outlook = 50 + PerDoubling · log2( odds(renewal) / odds_anchor )
//	health  = PathWeight · path + (1 − PathWeight) · outlook
//
// The anchor is set at the first training run and kept across retrains.
type Points struct {
	PerDoubling float64 `json:"points_per_doubling"` // points per doubling of the odds of renewal, default 10
	Anchor      float64 `json:"anchor_log_odds"`     // log-odds of churn whose outlook is 50
	PathWeight  float64 `json:"path_weight"`         // 0 to 1, default 0.5
	Healthy     float64 `json:"healthy"`             // health score from which an account is healthy
	Sick        float64 `json:"sick"`                // health score below which an account is sick
	// Hysteresis is by how many points a health score must pass a threshold before
	// an account that was shown one band is shown another; 0 to (Healthy − Sick)/2.
	Hysteresis float64 `json:"hysteresis"`
}

// Outlook returns the reactive score of log-odds of churn z, before the cut
// to 0..100.
func (p Points) Outlook(z float64) float64 { return 50 + p.Share(z-p.Anchor) }

// Weights returns the weights of the two sides of the health score, path and
// outlook; 0 and 1 where the path is not measured. They sum to 1.
func (p Points) Weights(measured bool) (path, outlook float64) {
	if !measured {
		return 0, 1
	}
	outlook = 1 - p.PathWeight
	return 1 - outlook, outlook
}

// Health returns the health score, 0 to 100, of a path score (NaN: not measured)
// and log-odds of churn z. It is the only place of the formula:
//
//	health = w · path + (1 − w) · min(max(outlook(z), 0), 100),   w = PathWeight
//
// Without a path, health is the bounded outlook alone.
func (p Points) Health(path, z float64) float64 {
	bounded := p.Bounded(z)
	if math.IsNaN(path) {
		return bounded
	}
	v, w := p.Weights(true)
	return v*path + w*bounded
}

// Bounded returns the outlook of log-odds of churn z, cut to 0..100.
func (p Points) Bounded(z float64) float64 { return min(max(p.Outlook(z), 0), 100) }

// Cut returns what the cut to 0..100 adds to the outlook of log-odds of churn z.
func (p Points) Cut(z float64) float64 { return p.Bounded(z) - p.Outlook(z) }

// Baseline returns the health score of baseline log-odds z before the cut, for
// an account that stands where its peers stand on the path, which is at 50.
// measured is whether the account's path is.
func (p Points) Baseline(measured bool, z float64) float64 {
	v, w := p.Weights(measured)
	return w*p.Outlook(z) + v*50
}

// Share returns what a share of log-odds of churn is worth in outlook points:
// more churn, fewer points.
func (p Points) Share(logOdds float64) float64 { return -p.PerDoubling / math.Ln2 * logOdds }

// Band names the band of a health score alone: healthy, at_risk or sick.
func (p Points) Band(health float64) string {
	switch {
	case health >= p.Healthy:
		return "healthy"
	case health < p.Sick:
		return "sick"
	}
	return "at_risk"
}

// Near names the other band that an account of this health score stays in if it
// was shown it before: the score has passed their threshold by less than the
// hysteresis. "" where there is none. With thresholds T and hysteresis h:
//
//	T − h ≤ health < T   the band above T
//	T ≤ health < T + h   the band below T
//
// There is at most one, for thresholds are at least 2h apart.
func (p Points) Near(health float64) string {
	for _, near := range []string{p.Band(health - p.Hysteresis), p.Band(health + p.Hysteresis)} {
		if near != p.Band(health) {
			return near
		}
	}
	return ""
}

// BandAfter is the band that is shown of an account that was shown another at
// the date before: that one for as long as it is the band of the health score
// or near to it. before may be "": then, and where it is neither, it is the band
// of the score alone.
func (p Points) BandAfter(before string, health float64) string {
	if before != "" && before == p.Near(health) {
		return before
	}
	return p.Band(health)
}

// Leaves is the health score at which an account that is held in a band by
// hysteresis leaves it, and whether it does so below that score or from it on.
func (p Points) Leaves(band string, health float64) (at float64, below bool) {
	threshold := p.Healthy
	if band == "sick" || p.Band(health) == "sick" {
		threshold = p.Sick
	}
	if health < threshold {
		return threshold - p.Hysteresis, true
	}
	return threshold + p.Hysteresis, false
}
