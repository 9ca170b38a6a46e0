package baseline

import (
	"fmt"
	"math/bits"
	"math/rand/v2"

	"github.com/sjwhitworth/golearn/base"
	"github.com/sjwhitworth/golearn/trees"
)

// This file is the only one that imports golearn. Its decision tree grows by a
// rule of ours, because its own forests draw from global randomness inside
// goroutines. Two of its habits shape the grid that it is handed:
//
//   - an attribute is dropped once it was split on, and every split copies all
//     columns through nested views. So the grid has one column per depth, and
//     the rule fills the column of its depth with the feature it chose: features
//     may be used again further down, and the width of the table costs nothing;
//   - children are visited in the order of a map. So a node's draws depend on
//     its place in the tree, never on when it is visited.

const churnedClass, renewedClass = "churned", "renewed"

// grower is a trees.RuleGenerator and holds what one tree is grown from.
type grower struct {
	codes   [][]uint8 // [feature][row of the sample]
	churned []bool    // [row of the sample]
	rows    []int32   // rows drawn for this tree, with repeats: one row of the grid each
	options growOptions

	grid  *base.DenseInstances
	row   base.Attribute   // the grid's column of its own row numbers
	level []base.Attribute // [depth]
	slot  []base.AttributeSpec
	place []uint32       // [row of the grid] the node it is in: root 1, children 2n and 2n+1
	split map[uint32]int // feature chosen at each node
}

type growOptions struct {
	depth, leaf, tried int // depth of the tree, least rows of a leaf, features tried at a node
	seed               uint64
	tree               uint64 // number of the tree
	rate               float64
}

// grow grows one tree over the drawn rows.
func grow(codes [][]uint8, churned []bool, rows []int32, o growOptions) (*tree, error) {
	g := &grower{codes: codes, churned: churned, rows: rows, options: o, split: map[uint32]int{}}
	if err := g.fillGrid(); err != nil {
		return nil, fmt.Errorf("golearn: %w", err)
	}
	t := trees.NewID3DecisionTreeFromRule(0, g)
	if err := t.Fit(g.grid); err != nil {
		return nil, fmt.Errorf("golearn: %w", err)
	}
	out := &tree{}
	g.convert(out, t.Root, 1)
	return out, nil
}

func (g *grower) fillGrid() error {
	g.grid = base.NewDenseInstances()
	g.row = base.NewFloatAttribute("row")
	rowSlot := g.grid.AddAttribute(g.row)
	for d := range g.options.depth {
		g.level = append(g.level, base.NewFloatAttribute(fmt.Sprintf("depth %d", d)))
		g.slot = append(g.slot, g.grid.AddAttribute(g.level[d]))
	}
	outcome := base.NewCategoricalAttribute()
	outcome.SetName("outcome")
	outcomeSlot := g.grid.AddAttribute(outcome)
	if err := g.grid.AddClassAttribute(outcome); err != nil {
		return err
	}
	if err := g.grid.Extend(len(g.rows)); err != nil {
		return err
	}
	g.place = make([]uint32, len(g.rows))
	classes := [2][]byte{outcome.GetSysValFromString(renewedClass), outcome.GetSysValFromString(churnedClass)}
	for i, r := range g.rows {
		g.place[i] = 1
		g.grid.Set(rowSlot, i, base.PackFloatToBytes(float64(i)))
		which := 0
		if g.churned[r] {
			which = 1
		}
		g.grid.Set(outcomeSlot, i, classes[which])
	}
	return nil
}

// GenerateSplitRule chooses the split of one node; nil ends the branch.
func (g *grower) GenerateSplitRule(view base.FixedDataGrid) *trees.DecisionTreeRule {
	_, n := view.Size()
	spec, err := view.GetAttribute(g.row)
	if err != nil || n < 2*g.options.leaf {
		return nil
	}
	members := make([]int32, n) // in no certain order: only counted below
	for i := range members {
		members[i] = int32(base.UnpackBytesToFloat(view.Get(spec, i)))
	}
	node := g.place[members[0]]
	depth := bits.Len32(node) - 1
	feature, cut, ok := g.best(members, node)
	if !ok || depth >= g.options.depth {
		return nil
	}
	for _, i := range members {
		code := g.codes[feature][g.rows[i]]
		g.grid.Set(g.slot[depth], int(i), base.PackFloatToBytes(float64(code)))
		g.place[i] = 2 * node
		if code > cut {
			g.place[i]++
		}
	}
	g.split[node] = feature
	return &trees.DecisionTreeRule{SplitAttr: g.level[depth], SplitVal: float64(cut)}
}

// best finds the split with the lowest Gini impurity among the features drawn
// for the node.
func (g *grower) best(members []int32, node uint32) (feature int, cut uint8, ok bool) {
	random := rand.New(rand.NewPCG(g.options.seed, g.options.tree<<32|uint64(node)))
	best := 0.0
	for _, j := range random.Perm(len(g.codes))[:min(g.options.tried, len(g.codes))] {
		var count [256][2]int32
		var total [2]int32
		for _, i := range members {
			r := g.rows[i]
			which := 0
			if g.churned[r] {
				which = 1
			}
			count[g.codes[j][r]][which]++
			total[which]++
		}
		var left [2]int32
		for c := range 255 {
			left[0] += count[c][0]
			left[1] += count[c][1]
			right := [2]int32{total[0] - left[0], total[1] - left[1]}
			if int(left[0]+left[1]) < g.options.leaf || int(right[0]+right[1]) < g.options.leaf {
				continue
			}
			if gain := purity(left) + purity(right) - purity(total); gain > best+1e-9 {
				best, feature, cut, ok = gain, j, uint8(c), true
			}
		}
	}
	return feature, cut, ok
}

// purity is n·Σp²: the larger, the purer.
func purity(count [2]int32) float64 {
	a, b := float64(count[0]), float64(count[1])
	return (a*a + b*b) / (a + b)
}

// convert appends a node and those below it, and returns its position.
func (g *grower) convert(out *tree, from *trees.DecisionTreeNode, place uint32) int32 {
	at := len(out.nodes)
	churned, renewed := float64(from.ClassDist[churnedClass]), float64(from.ClassDist[renewedClass])
	out.nodes = append(out.nodes, node{
		feature:     leafNode,
		probability: (churned + leafPrior*g.options.rate) / (churned + renewed + leafPrior),
	})
	if from.Children == nil {
		return int32(at)
	}
	out.nodes[at].feature = int32(g.split[place])
	out.nodes[at].cut = uint8(from.SplitRule.SplitVal)
	low := g.convert(out, from.Children["0"], 2*place)
	high := g.convert(out, from.Children["1"], 2*place+1)
	out.nodes[at].low, out.nodes[at].high = low, high
	return int32(at)
}
