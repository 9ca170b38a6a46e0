package artifact

import (
	"fmt"
	"math"
)

// mostExemplars is how many accounts a cluster may name.
const mostExemplars = 10

// Exemplar is a model account of a cluster: one that stayed and is typical of
// it. The id means nothing to this package.
type Exemplar struct {
	AccountID string  `json:"account_id"`
	Renewed   bool    `json:"renewed"`  // its last decision was to renew
	Expanded  bool    `json:"expanded"` // and its recurring revenue grew clearly with it
	Distance  float64 `json:"distance"` // from the middle of its cluster, in usual deviations
}

// checkExemplars wants a short list per cluster, of different accounts.
func (a *Artifact) checkExemplars() error {
	if a.Exemplars != nil && len(a.Exemplars) != a.Clusters.K() {
		return fmt.Errorf("the artifact has model accounts of %d clusters for %d", len(a.Exemplars), a.Clusters.K())
	}
	seen := make(map[string]bool)
	for k, list := range a.Exemplars {
		if len(list) > mostExemplars {
			return fmt.Errorf("the artifact has %d model accounts of cluster %d, at most %d", len(list), k, mostExemplars)
		}
		for _, e := range list {
			if e.AccountID == "" || seen[e.AccountID] || !(e.Distance >= 0 && e.Distance <= math.MaxFloat64) {
				return fmt.Errorf("the artifact's model account %q of cluster %d stands twice, or at distance %v", e.AccountID, k, e.Distance)
			}
			seen[e.AccountID] = true
		}
	}
	return nil
}
