package boost

import (
	"context"
	"slices"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/additive"
)

// The residual: symmetric trees on any number of fields, on top of all else.
// Half of the fields and a part of the rows for each tree keep the trees of a
// bag different, which lowers the variance of their mean (Friedman, Stochastic
// gradient boosting, 2002).
const (
	residualDepth      = 6
	residualRate       = 0.05
	residualFieldShare = 0.5
	residualRows       = 20_000
	residualMaxTrees   = 1500 // trees of a bag
	residualPatience   = 50
	residualMinSE      = 1.0 // standard errors that it must gain
	residualMinEvents  = 20  // fewer accounts of either kind carry no residual
)

// smallData is the number of rows up to which trees are boosted from the base
// rate too, and on all bags.
const smallData = 2500

// residualStack is the residual as it was boosted: learners that are stacked
// with the tables.
type residualStack struct {
	learners  []*learner
	outOfFold []float64 // [row] out-of-fold log-odds of the stack
}

// learner is trees boosted on top of a checkpoint of the main effects.
type learner struct {
	*treeEnsemble
	from           *checkpoint // checkpoint below the trees
	stackingWeight float64     // [0, 1]
}

// tableWeight returns the stacking weight of the model without a residual; 1
// where there is none.
func (t *residualStack) tableWeight() float64 {
	left := 1.0
	t.each(func(v *learner) { left -= v.stackingWeight })
	return left
}

// each calls do for the learners with a positive stacking weight; for none
// where t is nil.
func (t *residualStack) each(do func(v *learner)) {
	if t == nil {
		return
	}
	for _, v := range t.learners {
		if v.stackingWeight > 0 {
			do(v)
		}
	}
}

// trees returns the number of trees of a bag.
func (t *residualStack) trees() int {
	n := 0
	t.each(func(v *learner) { n += v.best.trees })
	return n
}

// fitResidual boosts trees on any fields on top of the linear phase or of all
// main effects, whichever reaches the lower out-of-bag loss, and stacks them
// with the model so far, whose out-of-fold log-odds are out [row]. Where rows
// are few, trees boosted from the base rate are a second learner: where
// thresholds and interactions are all that few rows carry, lines fitted first
// are a disadvantage. It returns nil where no stacking weights gain clearly
// more than chance. The trees of a bag are not fitted on its out-of-bag rows,
// so the judged log-odds are those of the model.
func (r *run) fitResidual(ctx context.Context, e *ensemble, starts []*checkpoint, out []float64, report func(float64)) (*residualStack, error) {
	if r.Sets < 0 || r.Residual < 0 || r.leastKind() < residualMinEvents {
		return nil, nil
	}
	mains := starts[len(starts)-1]
	s := &search{run: r, ensemble: e, coarseData: r.newCoarseData(mains), probeBags: e.bags}
	if r.rows() > smallData {
		s.probeBags = e.bags[:min(detectBags, len(e.bags))]
	}
	if len(s.fields) < 2 {
		return nil, nil
	}
	t, err := s.fitLearners(ctx, starts)
	if err != nil {
		return nil, err
	}
	report(0.6)
	if pays, err := r.fitStacking(t, out, 0); err != nil || !pays {
		return nil, err
	}
	for _, v := range t.learners {
		s.restore(v.from)
		if err := s.fitOtherBags(ctx, v.treeEnsemble); err != nil {
			return nil, err
		}
	}
	report(1)
	if pays, err := r.fitStacking(t, out, residualMinSE); err != nil || !pays {
		return nil, err
	}
	return t, nil
}

// fitLearners boosts the probe bags from the better start and, on few rows,
// from the base rate.
func (s *search) fitLearners(ctx context.Context, starts []*checkpoint) (*residualStack, error) {
	plan := s.residualPlan()
	boost := func(from *checkpoint) (*learner, error) {
		s.restore(from)
		tried, err := s.boostTrees(ctx, s.probeBags, plan)
		return &learner{treeEnsemble: tried, from: from}, err
	}
	var best *learner
	for _, start := range slices.Backward(starts) {
		tried, err := boost(start)
		if err != nil {
			return nil, err
		}
		if best == nil || tried.best.loss < best.best.loss {
			best, plan.target = tried, tried.best.loss
		}
	}
	t := &residualStack{learners: []*learner{best}}
	if s.run.rows() > smallData {
		return t, nil
	}
	plan.target = 0
	blank, err := boost(s.initialCheckpoint())
	t.learners = append(t.learners, blank)
	return t, err
}

// fitOtherBags grows as many trees on the bags that are not probes.
func (s *search) fitOtherBags(ctx context.Context, l *treeEnsemble) error {
	others := s.bags[len(s.probeBags):]
	if len(others) == 0 {
		return nil
	}
	plan := s.residualPlan()
	plan.fixed, plan.maxTrees, plan.firstBag = true, l.best.trees, len(s.probeBags)
	more, err := s.boostTrees(ctx, others, plan)
	if err != nil {
		return err
	}
	l.boosters = append(l.boosters, more.boosters...)
	l.best = &treeCheckpoint{trees: l.best.trees, loss: l.loss(), outOfFold: l.outOfFold()}
	return nil
}

// residualPlan is the plan for trees on any fields.
func (r *run) residualPlan() treePlan {
	return treePlan{depth: residualDepth, rate: residualRate, checkEvery: 10, patience: residualPatience, maxTrees: r.Residual, subsample: residualRows, rowSample: sampleRows, anyFields: true, fieldShare: residualFieldShare}
}

// residualModel is the residual as it goes into the model, and the means and
// main effects that purification took out of its trees, by bag.
type residualModel struct {
	*additive.ResidualTrees
	level []float64     // [bag]
	mains [][][]float64 // [field of the residual][bag][coarser bin]
}

// residualTrees converts the trees into those of the model, times slope and
// their stacking weight; nil: there are none.
func (t *residualStack) residualTrees(slope float64) *residualModel {
	if t == nil {
		return nil
	}
	l, bags := t.learners[0].boosters[0].data, len(t.learners[0].boosters)
	g := &residualModel{ResidualTrees: &additive.ResidualTrees{Fields: l.fields, Bags: make([][]additive.Tree, bags)}, level: make([]float64, bags)}
	for f := range l.fields {
		mass := make([]float64, l.grids[f].bins)
		for i, c := range l.coarse[f] {
			mass[c] += l.weight[i]
		}
		g.Weight = append(g.Weight, mass)
		g.Bin = append(g.Bin, l.grids[f].bin)
		g.mains = append(g.mains, models.Zeros(bags, len(mass)))
	}
	t.each(func(v *learner) { g.add(v, slope*v.stackingWeight) })
	return g
}

// add converts one learner's trees, times scale, and collects their means and
// main effects.
func (g *residualModel) add(from *learner, scale float64) {
	for b, v := range from.boosters {
		mains := make([][]float64, len(g.Fields))
		for f := range mains {
			mains[f] = g.mains[f][b]
		}
		for i := range v.trees {
			if len(v.trees[i].cuts) == 0 {
				g.level[b] += scale * float64(v.trees[i].value[0])
				continue
			}
			tree := g.convertTree(&v.trees[i], scale)
			g.level[b] += g.Purify(&tree, mains)
			g.Bags[b] = append(g.Bags[b], tree)
		}
	}
}

// convertTree copies a tree. Bins without a row go to the side of most rows.
func (g *residualModel) convertTree(from *symmetricTree, scale float64) additive.Tree {
	t := additive.Tree{Value: make([]float64, len(from.value))}
	for leaf, v := range from.value {
		t.Value[leaf] = scale * float64(v)
	}
	for _, c := range from.cuts {
		var right, total float64
		for b, w := range g.Weight[c.Field] {
			total += w
			if c.Right>>b&1 == 1 {
				right += w
			}
		}
		for b, w := range g.Weight[c.Field] {
			if w > 0 {
				continue
			}
			c.Right &^= 1 << b
			if right > total/2 {
				c.Right |= 1 << b
			}
		}
		t.Cuts = append(t.Cuts, c)
	}
	return t
}

// addMain adds the main effect of field j that was taken out of the trees; a
// nil model has none.
func (g *residualModel) addMain(j, bag int, values []float64) {
	if g == nil {
		return
	}
	for f, field := range g.Fields {
		if field == j {
			for c, b := range g.Bin[f] {
				values[c] += g.mains[f][bag][b]
			}
		}
	}
}
