package additive

import (
	"context"
	"math"
	"slices"

	"github.com/etappe/etappe/models"
)

// How the residual's trees are boosted. Half of the fields and many rows, but
// not all, keep the trees of one bag different, which a mean is grateful for.
const (
	deepDepth = 6
	deepRate  = 0.05
	deepShare = 0.5
	deepRows  = 20_000
	deepMost  = 1500 // trees of a bag
	deepWait  = 50
	deepSure  = 1.0 // standard errors that it must gain
	leastDeep = 20  // fewer accounts of either kind carry no residual
)

// deepWeights are the shares of the answer that the mains below the trees, and
// the trees, may have; what is below the sets has the rest.
var deepWeights = [...]float64{0.25, 0.5, 0.75, 1}

// rest is the residual part as it was boosted.
type rest struct {
	*loom
	from   *learned  // the mains below
	weight float64   // share of the answer
	out    []float64 // [row] out-of-fold log-odds of the whole
}

// deepen boosts trees on any fields on top of the straight part or of all mains,
// whichever gets further, and mixes the outcome with what there is, out [row]. It
// returns nil where no mixture gains clearly more than chance on the rows that
// each bag held out. The trees of a bag know none of these rows, so what is
// judged is what the model will be.
func (r *run) deepen(ctx context.Context, e *ensemble, starts []*learned, out []float64, report func(float64)) (*rest, error) {
	if r.Sets < 0 || r.Residual < 0 || r.leastKind() < leastDeep {
		return nil, nil
	}
	mains := starts[len(starts)-1]
	s := &search{run: r, ensemble: e, lattice: r.newLattice(mains), few: e.bags[:min(findBags, len(e.bags))]}
	if len(s.fields) < 2 {
		return nil, nil
	}
	var best *rest
	plan := r.deep()
	for _, start := range slices.Backward(starts) {
		s.restore(start)
		tried, err := s.weave(ctx, s.few, plan)
		if err != nil {
			return nil, err
		}
		if best == nil || tried.best.loss < best.best.loss {
			best = &rest{loom: tried, from: start}
			plan.below = tried.best.loss
		}
	}
	report(0.6)
	if gains, err := r.mix(best, out); err != nil || !(gains.mean > 0) {
		return nil, err
	}
	s.restore(best.from)
	if err := s.join(ctx, best.loom); err != nil {
		return nil, err
	}
	report(1)
	gains, err := r.mix(best, out)
	if err != nil || !(gains.mean > deepSure*gains.se) {
		return nil, err
	}
	return best, nil
}

// join lets the bags that did not try out grow as many trees.
func (s *search) join(ctx context.Context, l *loom) error {
	others := s.bags[len(s.few):]
	if len(others) == 0 {
		return nil
	}
	plan := s.deep()
	plan.fixed, plan.most, plan.first = true, l.best.trees, len(s.few)
	more, err := s.weave(ctx, others, plan)
	if err != nil {
		return err
	}
	l.weavers = append(l.weavers, more.weavers...)
	l.best = &woven{trees: l.best.trees, loss: l.loss(), out: l.outOfFold()}
	return nil
}

// deep is trees on any fields.
func (r *run) deep() weave {
	return weave{depth: deepDepth, rate: deepRate, chunk: 10, wait: deepWait, most: r.Residual, rows: deepRows, deep: true, share: deepShare}
}

// mix finds the share of the answer with which the residual gains most over out,
// and what it gains; 0 where nothing is gained.
func (r *run) mix(t *rest, out []float64) (paired, error) {
	known := slices.Clone(out)
	for i, z := range t.best.out {
		if math.IsNaN(z) {
			known[i] = z // a row that none of these bags held out
		}
	}
	base, err := r.calibrated(known)
	if err != nil {
		return paired{}, err
	}
	var best paired
	for _, weight := range deepWeights {
		mixed := blend(known, t.best.out, weight)
		to, err := r.calibrated(mixed)
		if err != nil {
			return paired{}, err
		}
		if gain := r.gainOver(base, to); gain.mean > best.mean {
			best, t.weight, t.out = gain, weight, mixed
		}
	}
	return best, nil
}

// calibrated returns log-odds on the line that makes them probabilities; NaN
// stays NaN.
func (r *run) calibrated(z []float64) ([]float64, error) {
	var known []int
	for i, v := range z {
		if !math.IsNaN(v) {
			known = append(known, i)
		}
	}
	p, err := models.FitPlatt(models.Pick(z, known), models.Pick(r.churned, known), models.Pick(r.weight, known))
	if err != nil {
		return nil, err
	}
	return applied(p, z), nil
}

// blend returns (1−weight)·a + weight·b.
func blend(a, b []float64, weight float64) []float64 {
	out := make([]float64, len(a))
	for i := range out {
		out[i] = (1-weight)*a[i] + weight*b[i]
	}
	return out
}

// grown is the residual as it goes into the model, with what the trees say of
// single fields and of none, by bag.
type grown struct {
	*residual
	level []float64     // [bag]
	mains [][][]float64 // [field of the residual][bag][coarser bin]
}

// settled turns the trees into the model's, times scale.
func (t *rest) settled(scale float64) *grown {
	l := t.weavers[0].lattice
	g := &grown{residual: &residual{fields: l.fields}, level: make([]float64, len(t.weavers))}
	for f := range l.fields {
		mass := make([]float64, l.grids[f].bins)
		for i, c := range l.coarse[f] {
			mass[c] += l.weight[i]
		}
		g.mass = append(g.mass, mass)
		g.of = append(g.of, l.grids[f].of)
		g.mains = append(g.mains, zeros(len(t.weavers), len(mass)))
	}
	for b, v := range t.weavers {
		mains := make([][]float64, len(l.fields))
		for f := range mains {
			mains[f] = g.mains[f][b]
		}
		var trees []deepTree
		for i := range v.trees {
			if len(v.trees[i].cuts) == 0 {
				g.level[b] += scale * float64(v.trees[i].value[0])
				continue
			}
			tree := g.adopt(&v.trees[i], scale)
			g.level[b] += g.settle(&tree, mains)
			trees = append(trees, tree)
		}
		g.bags = append(g.bags, trees)
	}
	return g
}

// adopt copies a tree. Bins without a row go the way of most rows, so that what
// was never seen is not taken for something that was.
func (g *grown) adopt(from *symmetric, scale float64) deepTree {
	t := deepTree{value: make([]float64, len(from.value))}
	for leaf, v := range from.value {
		t.value[leaf] = scale * float64(v)
	}
	for _, c := range from.cuts {
		var right, total float64
		for b, w := range g.mass[c.field] {
			total += w
			if c.right>>b&1 == 1 {
				right += w
			}
		}
		for b, w := range g.mass[c.field] {
			if w > 0 {
				continue
			}
			c.right &^= 1 << b
			if right > total/2 {
				c.right |= 1 << b
			}
		}
		t.cuts = append(t.cuts, c)
	}
	return t
}

// addMain adds what the trees tell of field j alone; nil: nothing.
func (g *grown) addMain(j, bag int, values []float64) {
	if g == nil {
		return
	}
	for f, field := range g.fields {
		if field == j {
			for c, b := range g.of[f] {
				values[c] += g.mains[f][bag][b]
			}
		}
	}
}
