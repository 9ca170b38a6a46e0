package explain

import (
	"cmp"
	"math"
	"slices"

	"github.com/etappe/etappe/serve/score"
)

// PathMilestone is one milestone of a cluster's success path.
type PathMilestone struct {
	Name   string
	Weight float64 // share of the path, 0 to 1
	Due    float64 // tenure in days by which half of those who ever reach it have it; NaN: nobody does
	// Curve is the share of renewed accounts who had it by each tenure, with
	// its interval where one is known.
	Curve []PathPoint
}

// PathPoint is one tenure of a milestone's curve; Low and High are NaN where no
// interval is known.
type PathPoint struct {
	Day              float64
	Share, Low, High float64
}

// pathCardDays is how far the curves of a path are read: two years, by weeks.
const pathCardDays = 728

// pathCard lists the milestones that count in cluster k, first due first.
func pathCard(s *score.Scorer, k int) []PathMilestone {
	if s.Path() == nil {
		return nil
	}
	var list []PathMilestone
	for j, name := range s.Milestones() {
		if s.Path().Weight(k, j) == 0 {
			continue
		}
		m := PathMilestone{Name: name, Weight: s.Path().Weight(k, j), Due: s.Path().Due(k, j)}
		for day := 0.0; day <= pathCardDays; day += 7 {
			m.Curve = append(m.Curve, pathPoint(s, k, j, day))
		}
		list = append(list, m)
	}
	slices.SortStableFunc(list, func(a, b PathMilestone) int {
		return cmp.Compare(lastIfNaN(a.Due), lastIfNaN(b.Due))
	})
	return list
}

func lastIfNaN(v float64) float64 {
	if math.IsNaN(v) {
		return math.Inf(1)
	}
	return v
}

func pathPoint(s *score.Scorer, k, j int, day float64) PathPoint {
	low, high := s.Path().Band(k, j, day)
	return PathPoint{Day: day, Share: s.Path().Expected(k, j, day), Low: low, High: high}
}
