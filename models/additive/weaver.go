package additive

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
)

// weaver is one bag at work on sets: it grows symmetric trees on top of what
// the bag's mains knew.
type weaver struct {
	symmetricGrower // its lattice is of the bag's pool, where it has one
	whole           *lattice
	plan            weave
	rows            []int32 // that the bag learns from
	kept            []set   // visited in turn
	rng             *rand.Rand
	bag             *booster
	pooled          bool      // all below is of the pool
	held            []int32   // rows held out
	label, weighted []float32 // [row] as the bag's
	z               []float32 // [row]

	trees []symmetric
	turn  []int // sets in the order of this cycle
	all   []int // fields of the lattice
	some  []int // fields that the tree at hand may use
}

// weave says how sets are boosted.
type weave struct {
	depth int
	rate  float64
	kept  [][]set // [bag] visited in turn, a tree on each; nil: trees on any set
	chunk int     // trees between looks at the held-out loss
	wait  int     // trees without a better loss that are allowed
	most  int     // trees
	rows  int     // about how many rows a tree sees; 0: all
	pool  int     // about how many rows a bag draws them from, see drawPool; 0: all
	fixed bool    // boost for so many trees, whatever the held-out loss
	deep  bool    // trees on any number of fields
	share float64 // about what share of the fields a tree may use; 0: all
	first int     // number of the first bag
	below float64 // loss to get below: boosting ends once that is out of sight; 0: none
}

// newWeaver takes a bag as it is now for a start.
func newWeaver(l *lattice, b *booster, w weave, seed, stream uint64) *weaver {
	v := &weaver{bag: b, rng: rand.New(rand.NewPCG(seed, stream)), whole: l, held: b.held, label: b.label, weighted: b.weighted}
	if rows := b.drawPool(w.pool, seed, stream); rows != nil {
		l = v.narrow(rows)
		w.rows = int(poolTree * float64(w.rows))
	} else {
		v.z = slices.Clone(b.z)
	}
	v.plan = w
	v.symmetricGrower = newSymmetricGrower(l, w.depth)
	for f := range l.fields {
		v.all = append(v.all, f)
	}
	for i, weight := range v.weighted {
		if weight > 0 {
			v.rows = append(v.rows, int32(i))
		}
	}
	v.seen = v.rows
	if w.rows > 0 && len(v.rows) > w.rows {
		v.seen = make([]int32, 0, w.rows+w.rows/8)
	}
	return v
}

// advance grows one tree.
func (v *weaver) advance() {
	if v.plan.rows > 0 && len(v.rows) > v.plan.rows {
		v.seen = v.seen[:0]
		share := uint32(float64(v.plan.rows) / float64(len(v.rows)) * math.MaxUint32)
		for _, i := range v.rows {
			if v.rng.Uint32() < share {
				v.seen = append(v.seen, i)
			}
		}
	}
	v.hold()
	total := 0.0
	for at, i := range v.seen {
		p, w := sigmoid(v.z[i]), v.weighted[i]
		total += float64(w)
		v.g[at] = w * (p - v.label[i])
		v.h[at] = w * p * (1 - p)
	}
	v.pack(total)
	tree := v.grow(v.mayUse())
	for i := range tree.value {
		tree.value[i] *= float32(v.plan.rate)
	}
	v.apply(&tree, v.z)
	v.trees = append(v.trees, tree)
}

// mayUse returns what the next tree may be made of.
func (v *weaver) mayUse() (fields []int, allowed func(have set, f int16) bool) {
	switch {
	case v.plan.deep:
		v.some = v.some[:0]
		for _, f := range v.all {
			if v.rng.Float64() < v.plan.share {
				v.some = append(v.some, f)
			}
		}
		return v.some, nil
	case v.kept == nil:
		return v.all, fits
	}
	if len(v.turn) == 0 {
		v.turn = v.rng.Perm(len(v.kept))
	}
	at := v.kept[v.turn[0]]
	v.turn = v.turn[1:]
	return v.all, func(_ set, f int16) bool { return at.has(f) }
}

// fits tells whether there is room for a field beside those that a tree has.
func fits(have set, f int16) bool {
	_, ok := have.with(f)
	return ok
}

// loom is the weavers of all bags, advancing in step.
type loom struct {
	weavers []*weaver
	workers int
	best    *woven
}

// woven is what a loom knew at its best moment.
type woven struct {
	trees int
	loss  float64
	out   []float64 // [row] out-of-fold log-odds
}

// boost advances until the held-out loss has not improved for a while.
func (l *loom) boost(ctx context.Context, progress func(float64)) (*woven, error) {
	p := l.weavers[0].plan
	best, pooled := &woven{}, l.pooled()
	best.loss = l.loss()
	if !pooled {
		best.out = l.outOfFold()
	}
	losses := []float64{best.loss}
	for done := 0; done < p.most && !(p.below > 0 && outOfSight(losses, p.below)); {
		err := each(ctx, l.workers, l.weavers, func(v *weaver) {
			for i := 0; i < p.chunk && ctx.Err() == nil; i++ {
				v.advance()
			}
		})
		if err != nil {
			return nil, err
		}
		done += p.chunk
		loss := l.loss()
		losses = append(losses, loss)
		if loss < best.loss || p.fixed {
			best.trees, best.loss = done, loss
			if !pooled {
				best.out = l.outOfFold()
			}
		} else if done-best.trees >= p.wait+best.trees/5 {
			break
		}
		progress(float64(done) / float64(done+p.wait+best.trees/2))
	}
	for _, v := range l.weavers {
		v.trees = v.trees[:best.trees]
	}
	if pooled {
		best.out = l.outOfFold()
	}
	return best, nil
}

// outOfSight tells whether losses, one a chunk, will not get below a mark: not
// even where what is still to gain is twice what a geometric series says that
// goes on as the last ten chunks did after the ten before.
func outOfSight(losses []float64, mark float64) bool {
	const run = 10
	n := len(losses) - 1
	if n < 2*run {
		return false
	}
	before, after := losses[n-2*run]-losses[n-run], losses[n-run]-losses[n]
	if !(after < before) {
		return false
	}
	return losses[n]-2*max(after, 0)*after/(before-after) > mark
}

func (l *loom) loss() float64 {
	var loss, weight float64
	for _, v := range l.weavers {
		for _, i := range v.held {
			w := v.weight[i]
			loss += w * logLoss(float64(v.z[i]), v.churned[i])
			weight += w
		}
	}
	return loss / weight
}

// pooled tells whether a bag has a pool; near the limit not all need have one.
func (l *loom) pooled() bool {
	return slices.ContainsFunc(l.weavers, func(v *weaver) bool { return v.pooled })
}

// outOfFold needs the bags to be where the weavers started, if one has a pool.
func (l *loom) outOfFold() []float64 {
	pooled := l.pooled()
	return meanHeld(l.weavers[0].whole.rows(), len(l.weavers), func(b int) ([]int32, []float32) {
		v := l.weavers[b]
		if pooled {
			return v.bag.held, v.replay()
		}
		return v.held, v.z
	})
}

// each runs do on every item, on at most so many goroutines. Each works in its
// own memory, so the number of workers changes nothing.
func each[T any](ctx context.Context, workers int, items []T, do func(T)) error {
	next := make(chan T)
	var wait sync.WaitGroup
	for range min(workers, len(items)) {
		wait.Go(func() {
			for item := range next {
				do(item)
			}
		})
	}
	for _, item := range items {
		if ctx.Err() != nil {
			break
		}
		next <- item
	}
	close(next)
	wait.Wait()
	return ctx.Err()
}
