package explain

import (
	"cmp"
	"math"
	"slices"

	"github.com/etappe/etappe/serve/score"
)

// StandOut is one thing that sets an account's score below that of its renewed
// peers: features that show the same thing count as one, with the value of the
// strongest.
type StandOut struct {
	Code   string  `json:"code"`
	Theme  string  `json:"theme"`
	Points float64 `json:"points"` // below 0: how much lower the score is with it
	Value  any     `json:"value"`  // the account's; nil: a milestone that is not reached
	Peers  any     `json:"peers"`  // of the typical renewed account; nil: unknown
	// Low and High are where nine in ten renewed peers are; nil: unknown, or no number.
	Low  *float64 `json:"low"`
	High *float64 `json:"high"`
	Text string   `json:"text"` // written by package serve/text
	Bar  *Bar     `json:"-"`    // the strongest entry; its From is the peers' value
}

// standOuts lists what lowers a row's score against the typical renewed account of
// its cluster or, where there are no renewed peers, against its cluster's average.
// What follows the calendar and what is missing are left out: nobody can act on
// either.
func standOuts(s *score.Scorer, m *score.Row) (Reference, []StandOut, error) {
	against, bars := ReferenceCluster, []Bar(nil)
	if hasPeers(s, m) {
		peer, err := typicalPeer(s, m)
		if err != nil {
			return "", nil, err
		}
		if bars, err = barsAgainstPeer(s, peer, m); err != nil {
			return "", nil, err
		}
		against = ReferenceRenewedPeers
	} else {
		bars = barsAgainstCluster(s, m)
	}
	list := []StandOut{}
	for _, lead := range lowering(bars) {
		one := StandOut{Code: lead.bar.code, Theme: lead.bar.Theme, Points: lead.points, Value: lead.bar.To, Peers: lead.bar.Peers, Bar: lead.bar}
		if j, ok := s.FeatureIndex(lead.bar.Feature); ok && against == ReferenceRenewedPeers {
			if low, high := s.Peers().Range(m.Cluster, j); low <= high {
				one.Low, one.High = &low, &high
			}
		}
		list = append(list, one)
	}
	return against, list, nil
}

// hasPeers is whether the row has renewed peers.
func hasPeers(s *score.Scorer, m *score.Row) bool {
	return s.Peers() != nil && s.Peers().Renewed(m.Cluster) > 0
}

// lowered is what a group of bars takes from a score, and the bar that takes most.
type lowered struct {
	points float64
	bar    *Bar
}

// lowering sums up bars by group and returns the groups that lower the score so
// that it shows, the strongest first; ties keep the order of the bars.
func lowering(bars []Bar) []lowered {
	sums := map[string]*lowered{}
	var order []string
	for i := range bars {
		b := &bars[i]
		if b.Kind != KindFeature && b.Kind != KindMilestone || b.Definition != nil && b.Definition.OfTime() {
			continue
		}
		sum := sums[b.group]
		if sum == nil {
			sum = &lowered{}
			sums[b.group], order = sum, append(order, b.group)
		}
		if sum.points += b.Points; sum.bar == nil || b.Points < sum.bar.Points {
			sum.bar = b
		}
	}
	var list []lowered
	for _, group := range order {
		if sum := sums[group]; sum.points <= -score.QuietPoints && !math.IsInf(sum.points, 0) {
			list = append(list, *sum)
		}
	}
	slices.SortStableFunc(list, func(a, b lowered) int { return cmp.Compare(a.points, b.points) })
	return list[:min(len(list), mostStandOuts)]
}
