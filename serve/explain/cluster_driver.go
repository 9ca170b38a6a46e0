package explain

import (
	"cmp"
	"math"
	"slices"

	"github.com/etappe/etappe/features/catalog"
	"github.com/etappe/etappe/models/additive"
	"github.com/etappe/etappe/serve/score"
)

// ClusterDriver is what one thing weighs in a cluster and elsewhere: the
// features that share a reason (windows of one event type) together, drawn by
// the strongest of them. Interactions are shared by all clusters and left out.
//
//	elsewhere = Σ_j mean |f_j|        here = Σ_j mean_k |f_j + λ_k·d_kj|        own = Σ_j mean_k |λ_k·d_kj|
//
// in points of health; mean_k is over the cluster's training rows, or over all
// rows for a feature of which the cluster has no table of its own.
type ClusterDriver struct {
	Feature              string // the strongest member
	Label                string // written by package serve/text
	Definition           *catalog.Definition
	Theme                string
	Here, Elsewhere, Own float64
	Members              int // features that the sums are over
	Unit                 string
	Answered             bool // the values are no (0) and yes (1)
	Shape                []ShapeBin
	strength             float64 // of the strongest member
}

// ShapeBin is one bin of a feature's shape, in points of health: more is good.
// Missing comes first if it ever occurred, then values from low to high or the
// levels.
type ShapeBin struct {
	Missing   bool
	Low, High float64  // from Low up to, not including, High; −Inf and +Inf where open
	Levels    []string // of a categorical feature
	Weight    float64  // share of the training rows, 0 to 1
	Elsewhere float64  // everyone's shape
	Here      float64  // the cluster's
}

// drivers lists what moves scores in cluster k.
func drivers(s *score.Scorer, m *additive.Model, k int, perUnit float64) []ClusterDriver {
	own := map[string]*additive.Term{}
	terms := m.ClusterTerms(k)
	for i := range terms {
		if len(terms[i].Fields) == 1 {
			own[terms[i].Fields[0]] = &terms[i]
		}
	}
	var list []ClusterDriver
	at := map[string]int{}
	shared := m.Terms()
	for i := range shared {
		t := &shared[i]
		j, known := s.FeatureIndex(t.Fields[0])
		if len(t.Fields) != 1 || !known {
			continue
		}
		d := driver(s.Definition(j), t, own[t.Fields[0]], math.Abs(perUnit))
		_, group := s.FeatureCode(j)
		where, seen := at[group]
		if !seen {
			at[group] = len(list)
			list = append(list, d)
			continue
		}
		list[where] = list[where].with(d)
	}
	for i := range list {
		list[i].draw(shared, own, perUnit)
	}
	slices.SortStableFunc(list, func(a, b ClusterDriver) int { return cmp.Compare(b.Here, a.Here) })
	return list
}

// driver weighs one feature.
func driver(d *catalog.Definition, shared, own *additive.Term, perUnit float64) ClusterDriver {
	c := ClusterDriver{
		Feature: d.Name, Definition: d, Theme: string(d.Theme), Unit: d.Unit, Members: 1,
		Answered:  d.Measure == catalog.MeasureAnswered,
		Elsewhere: perUnit * shared.Importance, Here: perUnit * shared.Importance,
	}
	if own != nil {
		c.Own = perUnit * own.Importance
		c.Here = perUnit * meanAbove(shared.Value, own.Value, own.Weight)
	}
	c.strength = c.Here
	return c
}

// with adds a member to the sums; the stronger one gives the name.
func (c ClusterDriver) with(d ClusterDriver) ClusterDriver {
	if d.strength > c.strength {
		c, d = d, c
	}
	c.Here, c.Elsewhere, c.Own, c.Members = c.Here+d.Here, c.Elsewhere+d.Elsewhere, c.Own+d.Own, c.Members+d.Members
	return c
}

// meanAbove is the weighted mean of |a + b|.
func meanAbove(a, b, weight []float64) float64 {
	sum, total := 0.0, 0.0
	for i, w := range weight {
		sum += w * math.Abs(a[i]+b[i])
		total += w
	}
	if total == 0 {
		return 0
	}
	return sum / total
}

// draw fills in the driver's shape.
func (c *ClusterDriver) draw(shared []additive.Term, own map[string]*additive.Term, perUnit float64) {
	i := slices.IndexFunc(shared, func(t additive.Term) bool { return len(t.Fields) == 1 && t.Fields[0] == c.Feature })
	t, difference := &shared[i], own[c.Feature]
	total := 0.0
	for _, w := range t.Weight {
		total += w
	}
	for b := range t.Value {
		bin := shapeBin(&t.Axes[0], b)
		if total > 0 {
			bin.Weight = t.Weight[b] / total
		}
		if bin.Weight == 0 && (bin.Missing || t.Axes[0].Levels != nil) {
			continue // never occurred
		}
		bin.Elsewhere = perUnit * t.Value[b]
		bin.Here = bin.Elsewhere
		if difference != nil {
			bin.Here += perUnit * difference.Value[b]
		}
		c.Shape = append(c.Shape, bin)
	}
}

// shapeBin describes bin b of an axis.
func shapeBin(a *additive.Axis, b int) ShapeBin {
	bin := ShapeBin{Missing: b == 0, Low: math.Inf(-1), High: math.Inf(1)}
	switch {
	case b == 0:
	case a.Levels != nil:
		bin.Levels = a.Levels[b]
	default:
		if b > 1 {
			bin.Low = a.Cuts[b-2]
		}
		if b-1 < len(a.Cuts) {
			bin.High = a.Cuts[b-1]
		}
	}
	return bin
}
