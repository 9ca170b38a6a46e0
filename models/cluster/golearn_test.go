package cluster

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/sjwhitworth/golearn/base"
	"github.com/sjwhitworth/golearn/trees"
	"gonum.org/v1/gonum/stat"
)

// golearn's isolation forest draws from global randomness and hides its trees,
// so it can neither be repeated nor saved: the distance rule stands in the
// artifact, and the forest is its oracle. This is the one file that imports
// golearn here.

// forestScores fits an isolation forest to a frame and scores the same rows:
// near 1 is isolated, near .5 ordinary.
func forestScores(t *testing.T, p *planted) []float64 {
	t.Helper()
	grid := base.NewDenseInstances()
	specs := make([]base.AttributeSpec, 0, len(p.frame.Fields)+1)
	for _, f := range p.frame.Fields {
		specs = append(specs, grid.AddAttribute(base.NewFloatAttribute(f.Name)))
	}
	class := base.NewFloatAttribute("class")
	specs = append(specs, grid.AddAttribute(class))
	if err := grid.AddClassAttribute(class); err != nil {
		t.Fatal(err)
	}
	if err := grid.Extend(p.frame.Rows()); err != nil {
		t.Fatal(err)
	}
	for j, column := range p.frame.Columns {
		for i, x := range column {
			grid.Set(specs[j], i, base.PackFloatToBytes(x))
		}
	}
	for i := range p.frame.Rows() {
		grid.Set(specs[len(specs)-1], i, base.PackFloatToBytes(0))
	}
	forest := trees.NewIsolationForest(100, 12, 256)
	forest.Fit(grid)
	return forest.Predict(grid)
}

func TestOutliersAgreeWithTheIsolationForest(t *testing.T) {
	rng := rand.New(rand.NewPCG(11, 1))
	const rows, strange = 1500, 60
	p := numbers(rows, 6, func(i, j int) float64 { return rng.NormFloat64() })
	for i := range strange { // the first rows lie far out, in three columns each
		for j := range 3 {
			p.frame.Columns[(i+j)%6][i] += math.Copysign(3+2*rng.Float64(), rng.NormFloat64())
		}
	}
	o, err := FitOutliers(p.frame.Select(allRows(p.frame)[strange:]), 1)
	if err != nil {
		t.Fatal(err)
	}
	own, err := o.Score(p.frame)
	if err != nil {
		t.Fatal(err)
	}
	forest := forestScores(t, p)
	agree := stat.Correlation(ranks(own), ranks(forest), nil)
	mine, theirs := separation(own, strange), separation(forest, strange)
	t.Logf("rank correlation %.2f; AUC of the planted rows %.3f, forest %.3f", agree, mine, theirs)
	if agree < .6 {
		t.Errorf("rank correlation with the forest %.2f", agree)
	}
	if mine < .97 || mine < theirs-.02 {
		t.Errorf("AUC of the planted rows %.3f, forest %.3f", mine, theirs)
	}
	// Control: a score that knows nothing agrees with nothing.
	slices.Sort(own)
	if blind := stat.Correlation(ranks(own), ranks(forest), nil); math.Abs(blind) > .3 {
		t.Errorf("the control agrees: %.2f", blind)
	}
}

func ranks(x []float64) []float64 {
	order := make([]int, len(x))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		if x[a] < x[b] {
			return -1
		}
		return 1
	})
	out := make([]float64, len(x))
	for r, i := range order {
		out[i] = float64(r)
	}
	return out
}

// separation is the share of pairs of one of the first rows and one of the
// others in which the first scores higher.
func separation(score []float64, first int) float64 {
	wins := 0.0
	for _, a := range score[:first] {
		for _, b := range score[first:] {
			if a > b {
				wins++
			} else if a == b {
				wins += .5
			}
		}
	}
	return wins / float64(first*(len(score)-first))
}
