package explain

import (
	"math"

	"github.com/etappe/etappe/features/catalog"
	"github.com/etappe/etappe/serve/score"
)

// ScorecardLine is one thing to look at in a cluster: what its renewed accounts
// usually have of what weighs most there.
type ScorecardLine struct {
	Feature    string
	Label      string // written by package serve/text
	Definition *catalog.Definition
	Unit       string
	Answered   bool    // the values are no (0) and yes (1)
	Level      string  // the most frequent level of a categorical feature; "" for a numeric one
	Typical    float64 // median of renewed accounts; NaN for a categorical feature
	Low, High  float64 // where nine of ten of them are; NaN: unknown
	Points     float64 // that the score moves with it on average here
	More       int     // 1: more is associated with a higher score, −1: less does, 0: neither
}

// scorecardLines is how many lines a scorecard has.
const scorecardLines = 10

// scorecard lists what renewed accounts of cluster k have of what weighs most
// there; nil where nothing is known of them.
func scorecard(s *score.Scorer, k int, drivers []ClusterDriver) []ScorecardLine {
	if s.Peers() == nil || k >= s.Peers().Clusters() || s.Peers().Renewed(k) == 0 {
		return nil
	}
	var list []ScorecardLine
	for i := range drivers {
		d := &drivers[i]
		j, known := s.FeatureIndex(d.Feature)
		typical := math.NaN()
		if known {
			typical = s.Peers().Typical(k, j)
		}
		if math.IsNaN(typical) || len(list) == scorecardLines {
			continue
		}
		line := ScorecardLine{Feature: d.Feature, Definition: d.Definition, Unit: d.Unit, Answered: d.Answered, Typical: typical, Points: d.Here, More: d.slope()}
		line.Low, line.High = s.Peers().Range(k, j)
		if definition := s.Definition(j); definition.Categorical() {
			line.Level, _ = score.ValueOf(definition, typical).(string)
			line.Typical, line.Low, line.High, line.More = math.NaN(), math.NaN(), math.NaN(), 0
		}
		list = append(list, line)
	}
	return list
}

// slope is where the cluster's shape leads on the whole: the sign of the
// weighted covariance of a bin's place with its points, 0 if the two hang
// together too little (a correlation below .3) or there are no places.
func (c *ClusterDriver) slope() int {
	var n, x, y, xx, yy, xy float64
	for i, b := range c.Shape {
		if b.Missing {
			continue
		}
		if b.Levels != nil {
			return 0
		}
		place := float64(i)
		n, x, y = n+b.Weight, x+b.Weight*place, y+b.Weight*b.Here
		xx, yy, xy = xx+b.Weight*place*place, yy+b.Weight*b.Here*b.Here, xy+b.Weight*place*b.Here
	}
	if n == 0 {
		return 0
	}
	covariance, spread := xy/n-x/n*y/n, (xx/n-x/n*x/n)*(yy/n-y/n*y/n)
	switch correlation := covariance / math.Sqrt(spread); {
	case correlation >= 0.3:
		return 1
	case correlation <= -0.3:
		return -1
	}
	return 0
}
