package baseline

import (
	"context"
	"math"
	"math/rand/v2"
	"sort"

	"github.com/etappe/etappe/models"
)

// Trees is a random forest (Breiman 2001, Machine Learning 45:5) of golearn's
// decision trees: each grown on rows drawn with replacement, in proportion to
// their weight, each node trying a few features drawn at random; their leaves'
// smoothed churn rates are averaged. All draws come from Seed. A zero field
// stands for its default.
type Trees struct {
	Count int    // number of trees; default 30
	Depth int    // greatest depth, at most 20; default 8
	Leaf  int    // least rows of a leaf; default 5
	Rows  int    // most rows drawn for a tree: golearn is slow; default 2,500
	Seed  uint64 // of all draws
}

const (
	leafNode  = -1
	leafPrior = 2   // rows' worth of the base rate in each leaf
	treeDepth = 20  // beyond it a node's place would not fit
	cutRows   = 1e5 // cuts are quantiles of at most about so many rows
)

// Name returns "golearn_trees".
func (Trees) Name() string { return "golearn_trees" }

func (t Trees) withDefaults() Trees {
	if t.Count <= 0 {
		t.Count = 30
	}
	if t.Depth <= 0 {
		t.Depth = 8
	}
	if t.Leaf <= 0 {
		t.Leaf = 5
	}
	if t.Rows <= 0 {
		t.Rows = 2500
	}
	t.Depth = min(t.Depth, treeDepth)
	return t
}

// Fit grows the trees one after another.
func (t Trees) Fit(ctx context.Context, s *models.Sample) (models.Model, error) {
	total, err := checkSample(ctx, s)
	if err != nil {
		return nil, err
	}
	t = t.withDefaults()
	m := &forest{fields: cloneFields(s.Fields)}
	rate := total[1] / (total[0] + total[1])
	for _, j := range byName(s.Fields) {
		if b := newBinning(s, j, rate); b.bins() > 1 {
			m.binnings = append(m.binnings, b)
		}
	}
	codes := m.codes(s.Frame)
	draw := newDrawer(s)
	for i := range t.Count {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		rows := draw.rows(min(t.Rows, s.Rows()), rand.New(rand.NewPCG(t.Seed, uint64(i))))
		one, err := grow(codes, s.Churned, rows, growOptions{
			depth: t.Depth, leaf: t.Leaf, tried: featuresTried(len(codes)), seed: t.Seed, tree: uint64(i) + 1, rate: rate,
		})
		if err != nil {
			return nil, err
		}
		m.trees = append(m.trees, one)
	}
	return m, nil
}

// featuresTried is √p, rounded up.
func featuresTried(p int) int { return int(math.Ceil(math.Sqrt(float64(p)))) }

// forest is a fitted Trees.
type forest struct {
	fields   fieldList
	binnings []*binning // of the features that vary, in the order of their names
	trees    []*tree
}

// tree is a decision tree over codes; node 0 is its root.
type tree struct{ nodes []node }

type node struct {
	feature     int32 // index into the binnings; leafNode: none
	cut         uint8 // codes up to it go low
	low, high   int32
	probability float64 // of churn
}

func (m *forest) codes(f *models.Frame) [][]uint8 {
	out := make([][]uint8, len(m.binnings))
	for b, binning := range m.binnings {
		out[b] = make([]uint8, f.Rows())
		for i, v := range f.Columns[binning.column] {
			out[b][i] = binning.code(v)
		}
	}
	return out
}

// LogOdds returns every row's log-odds of churn; models.ErrFields for other fields.
func (m *forest) LogOdds(f *models.Frame) ([]float64, error) {
	if err := m.fields.check(f); err != nil {
		return nil, err
	}
	codes := m.codes(f)
	z := make([]float64, f.Rows())
	for i := range z {
		for _, t := range m.trees {
			z[i] += t.probability(codes, i)
		}
		z[i] = models.Logit(z[i] / float64(len(m.trees)))
	}
	return z, nil
}

func (t *tree) probability(codes [][]uint8, row int) float64 {
	at := &t.nodes[0]
	for at.feature != leafNode {
		next := at.low
		if codes[at.feature][row] > at.cut {
			next = at.high
		}
		at = &t.nodes[next]
	}
	return at.probability
}

// drawer draws rows in proportion to their weights.
type drawer struct{ cumulated []float64 }

func newDrawer(s *models.Sample) drawer {
	d := drawer{make([]float64, s.Rows())}
	sum := 0.0
	for i := range d.cumulated {
		sum += s.WeightOf(i)
		d.cumulated[i] = sum
	}
	return d
}

// rows draws n rows with replacement.
func (d drawer) rows(n int, random *rand.Rand) []int32 {
	out := make([]int32, n)
	total := d.cumulated[len(d.cumulated)-1]
	for i := range out {
		at := random.Float64() * total
		// The first row whose cumulated weight exceeds the draw: never one of weight 0.
		row := sort.Search(len(d.cumulated)-1, func(r int) bool { return d.cumulated[r] > at })
		out[i] = int32(row)
	}
	return out
}
