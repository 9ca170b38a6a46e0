package serve

import (
	"fmt"
	"time"
)

// Reference is what an account's score is held against.
type Reference string

// The references.
const (
	ReferencePrevious     Reference = "previous"      // the account itself at an earlier date
	ReferenceCluster      Reference = "cluster"       // the baseline of its cluster
	ReferenceRenewedPeers Reference = "renewed_peers" // the typical renewed account of its cluster
)

// Against explains one date's score: what sets it apart from a reference, in
// the form of a movement from the reference to the account. in has one row.
func (s *Scorer) Against(in *Input, r Reference, now time.Time) (*Explanation, error) {
	if r == ReferencePrevious {
		return nil, fmt.Errorf("%w: the reference %q needs two dates", ErrInput, r)
	}
	return s.Explain(in, in, now)
}
