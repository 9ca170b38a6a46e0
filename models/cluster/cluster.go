// Package cluster groups accounts by usage pattern, not by size and not by
// what became of them.
//
// In comes a models.Frame and a Space that says which columns describe the
// pattern; out goes a Model that assigns rows to clusters, softly, and an
// Outliers rule that says when a row is unlike anything seen in training.
package cluster

import "github.com/etappe/etappe/models"

// Space says which columns of a frame describe the usage pattern.
type Space struct {
	// Shares are columns of counts that enter as square roots of their shares
	// of the sum (Hellinger coordinates), so that size cancels out.
	Shares []string `json:"shares,omitempty"`
	// Values are columns that enter as they are, robustly scaled; the levels
	// of a categorical one as indicators.
	Values []string `json:"values,omitempty"`
}

// Assignment says where each row belongs.
type Assignment struct {
	Cluster    []int32   // most likely cluster, 0-based
	Membership []float64 // soft membership in it, 0..1
	Second     []int32   // second most likely; -1 with one cluster only
}

// interface kept by the model so that train and serve can rely on it.
var _ interface {
	Assign(f *models.Frame) (*Assignment, error)
	State() (models.State, error)
} = (*Model)(nil)
