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
}

// Outlook returns the reactive score of log-odds of churn z, before the cut
// to 0..100.
func (p Points) Outlook(z float64) float64 { return 50 + p.Share(z-p.Anchor) }

// Share returns what a share of log-odds of churn is worth in outlook points:
// more churn, fewer points.
func (p Points) Share(logOdds float64) float64 { return -p.PerDoubling / math.Ln2 * logOdds }

// Band names the band of a health score: healthy, at_risk or sick.
func (p Points) Band(health float64) string {
	switch {
	case health >= p.Healthy:
		return "healthy"
	case health < p.Sick:
		return "sick"
	}
	return "at_risk"
}
