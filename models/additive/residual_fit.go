package additive

import (
	"context"
	"slices"
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

// fewRows is up to how many rows trees are boosted from nothing, too, and all bags
// try out: of so few, half say little, and it takes a second or two.
const fewRows = 2500

// rest is the residual part as it was boosted.
type rest struct {
	voices []*voice
	out    []float64 // [row] out-of-fold log-odds of the whole
}

// voice is trees on top of what the bags knew at some moment.
type voice struct {
	*loom
	from   *learned // the mains below
	weight float64  // share of the answer
}

// share returns what part of the answer the residual leaves to what there was
// before it; all of it, where there is none.
func (t *rest) share() float64 {
	left := 1.0
	t.each(func(v *voice) { left -= v.weight })
	return left
}

// each hands over the voices that have a share; none without a residual.
func (t *rest) each(do func(v *voice)) {
	if t == nil {
		return
	}
	for _, v := range t.voices {
		if v.weight > 0 {
			do(v)
		}
	}
}

// trees returns how many a bag has.
func (t *rest) trees() int {
	n := 0
	t.each(func(v *voice) { n += v.best.trees })
	return n
}

// deepen boosts trees on any fields on top of the straight part or of all mains,
// whichever gets further, and mixes the outcome with what there is, out [row].
// Where rows are few, trees that start from nothing have a voice of their own:
// they say the same in another way, and where thresholds and interactions are all
// that few rows tell, lines drawn first are in their way. It returns nil where
// no mixture gains clearly more than chance on the rows that each bag held out.
// The trees of a bag know none of these rows, so what is judged is what the model
// will be.
func (r *run) deepen(ctx context.Context, e *ensemble, starts []*learned, out []float64, report func(float64)) (*rest, error) {
	if r.Sets < 0 || r.Residual < 0 || r.leastKind() < leastDeep {
		return nil, nil
	}
	mains := starts[len(starts)-1]
	s := &search{run: r, ensemble: e, lattice: r.newLattice(mains), few: e.bags}
	if r.rows() > fewRows {
		s.few = e.bags[:min(findBags, len(e.bags))]
	}
	if len(s.fields) < 2 {
		return nil, nil
	}
	t, err := s.voices(ctx, starts)
	if err != nil {
		return nil, err
	}
	report(0.6)
	if pays, err := r.mix(t, out, 0); err != nil || !pays {
		return nil, err
	}
	for _, v := range t.voices {
		s.restore(v.from)
		if err := s.join(ctx, v.loom); err != nil {
			return nil, err
		}
	}
	report(1)
	if pays, err := r.mix(t, out, deepSure); err != nil || !pays {
		return nil, err
	}
	return t, nil
}

// voices lets the bags that try out boost from the start that gets furthest and,
// on few rows, from nothing.
func (s *search) voices(ctx context.Context, starts []*learned) (*rest, error) {
	plan := s.deep()
	boost := func(from *learned) (*voice, error) {
		s.restore(from)
		tried, err := s.weave(ctx, s.few, plan)
		return &voice{loom: tried, from: from}, err
	}
	var best *voice
	for _, start := range slices.Backward(starts) {
		tried, err := boost(start)
		if err != nil {
			return nil, err
		}
		if best == nil || tried.best.loss < best.best.loss {
			best, plan.below = tried, tried.best.loss
		}
	}
	t := &rest{voices: []*voice{best}}
	if s.run.rows() > fewRows {
		return t, nil
	}
	plan.below = 0
	blank, err := boost(s.nothing())
	t.voices = append(t.voices, blank)
	return t, err
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
	return weave{depth: deepDepth, rate: deepRate, chunk: 10, wait: deepWait, most: r.Residual, rows: deepRows, pool: poolRows, deep: true, share: deepShare}
}

// grown is the residual as it goes into the model, with what the trees say of
// single fields and of none, by bag.
type grown struct {
	*residual
	level []float64     // [bag]
	mains [][][]float64 // [field of the residual][bag][coarser bin]
}

// settled turns the trees into the model's, times slope and their voice's share;
// nil: there are none.
func (t *rest) settled(slope float64) *grown {
	if t == nil {
		return nil
	}
	l, bags := t.voices[0].weavers[0].whole, len(t.voices[0].weavers)
	g := &grown{residual: &residual{fields: l.fields, bags: make([][]deepTree, bags)}, level: make([]float64, bags)}
	for f := range l.fields {
		mass := make([]float64, l.grids[f].bins)
		for i, c := range l.coarse[f] {
			mass[c] += l.weight[i]
		}
		g.mass = append(g.mass, mass)
		g.of = append(g.of, l.grids[f].of)
		g.mains = append(g.mains, zeros(bags, len(mass)))
	}
	t.each(func(v *voice) { g.add(v, slope*v.weight) })
	return g
}

// add takes over one voice's trees, times scale, and what they say of single
// fields and of none.
func (g *grown) add(from *voice, scale float64) {
	for b, v := range from.weavers {
		mains := make([][]float64, len(g.fields))
		for f := range mains {
			mains[f] = g.mains[f][b]
		}
		for i := range v.trees {
			if len(v.trees[i].cuts) == 0 {
				g.level[b] += scale * float64(v.trees[i].value[0])
				continue
			}
			tree := g.adopt(&v.trees[i], scale)
			g.level[b] += g.settle(&tree, mains)
			g.bags[b] = append(g.bags[b], tree)
		}
	}
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
