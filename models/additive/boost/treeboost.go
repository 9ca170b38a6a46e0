package boost

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
)

// treeBooster boosts symmetric trees on one bag, on top of its main effects.
type treeBooster struct {
	symmetricBuilder // on the bag's sample of rows, where it has one
	data             *coarseData
	plan             treePlan
	trainRows        []int32      // rows in the bag
	sets             []featureSet // boosted in turn
	rng              *rand.Rand
	bag              *bag
	sampled          bool      // all below is of the sample
	outOfBag         []int32   // rows out of the bag
	label, bagWeight []float32 // [row] as the bag's
	z                []float32 // [row]

	trees      []symmetricTree
	turn       []int // sets in the order of this cycle
	allFields  []int // fields of the coarse data
	someFields []int // fields that the tree at hand may use
}

// treePlan is how symmetric trees are boosted.
type treePlan struct {
	depth      int
	rate       float64
	sets       [][]featureSet // [bag] visited in turn, a tree on each; nil: trees on any set
	checkEvery int            // trees between checks of the out-of-bag loss
	patience   int            // patience, in trees
	maxTrees   int            // trees
	subsample  int            // about the number of rows that a tree is fitted on; 0: all
	rowSample  int            // about the number of rows that a bag draws these from, see drawRowSample; 0: all
	fixed      bool           // grow maxTrees trees, whatever the out-of-bag loss
	anyFields  bool           // trees on any number of fields
	fieldShare float64        // about the share of the fields that a tree may split; 0: all
	firstBag   int            // number of the first bag
	target     float64        // boosting ends once a loss below this is out of reach; 0: none
}

// newTreeBooster starts from a bag as it is.
func newTreeBooster(l *coarseData, b *bag, w treePlan, seed, stream uint64) *treeBooster {
	v := &treeBooster{bag: b, rng: rand.New(rand.NewPCG(seed, stream)), data: l, outOfBag: b.outOfBag, label: b.label, bagWeight: b.bagWeight}
	if rows := b.drawRowSample(w.rowSample, seed, stream); rows != nil {
		l = v.useSample(rows)
		w.subsample = int(sampleTreeRows * float64(w.subsample))
	} else {
		v.z = slices.Clone(b.z)
	}
	v.plan = w
	v.symmetricBuilder = newSymmetricBuilder(l, w.depth)
	for f := range l.fields {
		v.allFields = append(v.allFields, f)
	}
	for i, weight := range v.bagWeight {
		if weight > 0 {
			v.trainRows = append(v.trainRows, int32(i))
		}
	}
	v.sample = v.trainRows
	if w.subsample > 0 && len(v.trainRows) > w.subsample {
		v.sample = make([]int32, 0, w.subsample+w.subsample/8)
	}
	return v
}

// growTree draws the rows of one tree, computes their gradients, grows the
// tree and adds it to the log-odds, times the learning rate.
func (v *treeBooster) growTree() {
	if v.plan.subsample > 0 && len(v.trainRows) > v.plan.subsample {
		v.sample = v.sample[:0]
		share := uint32(float64(v.plan.subsample) / float64(len(v.trainRows)) * math.MaxUint32)
		for _, i := range v.trainRows {
			if v.rng.Uint32() < share {
				v.sample = append(v.sample, i)
			}
		}
	}
	v.reserve()
	total := 0.0
	for at, i := range v.sample {
		p, w := sigmoid(v.z[i]), v.bagWeight[i]
		total += float64(w)
		v.g[at] = w * (p - v.label[i])
		v.h[at] = w * p * (1 - p)
	}
	v.pack(total)
	tree := v.grow(v.allowedFields())
	for i := range tree.value {
		tree.value[i] *= float32(v.plan.rate)
	}
	v.apply(&tree, v.z)
	v.trees = append(v.trees, tree)
}

// allowedFields returns the fields that the next tree may split.
func (v *treeBooster) allowedFields() (fields []int, allowed func(have featureSet, f int16) bool) {
	switch {
	case v.plan.anyFields:
		v.someFields = v.someFields[:0]
		for _, f := range v.allFields {
			if v.rng.Float64() < v.plan.fieldShare {
				v.someFields = append(v.someFields, f)
			}
		}
		return v.someFields, nil
	case v.sets == nil:
		return v.allFields, hasRoom
	}
	if len(v.turn) == 0 {
		v.turn = v.rng.Perm(len(v.sets))
	}
	at := v.sets[v.turn[0]]
	v.turn = v.turn[1:]
	return v.allFields, func(_ featureSet, f int16) bool { return at.has(f) }
}

// hasRoom reports whether a tree with these fields may split another one.
func hasRoom(have featureSet, f int16) bool {
	_, ok := have.with(f)
	return ok
}

// treeEnsemble is the treeBoosters of all bags, advancing together.
type treeEnsemble struct {
	boosters []*treeBooster
	workers  int
	best     *treeCheckpoint
}

// treeCheckpoint is the best iteration of a treeEnsemble.
type treeCheckpoint struct {
	trees     int
	loss      float64
	outOfFold []float64 // [row] out-of-fold log-odds
}

// stopping is the early stopping of the plan's trees.
func (p *treePlan) stopping() stopping {
	return stopping{maxRounds: p.maxTrees, checkEvery: p.checkEvery, patience: p.patience, growth: 5, fixed: p.fixed}
}

// boost grows trees with early stopping on the loss over all held-out parts and
// rolls the bags' trees back to the best iteration. Where bags draw their trees'
// rows from a sample, out-of-fold log-odds are computed once, at the end.
func (l *treeEnsemble) boost(ctx context.Context) (*treeCheckpoint, error) {
	p, best, sampled := l.boosters[0].plan, &treeCheckpoint{}, l.sampled()
	var losses []float64
	stop := p.stopping()
	stop.giveUp = func() bool { return p.target > 0 && outOfReach(losses, p.target) }
	_, err := stop.run(boosted{
		loss: func() float64 {
			losses = append(losses, l.loss())
			return losses[len(losses)-1]
		},
		advance: func(trees int) error {
			return parallel(ctx, l.workers, l.boosters, func(v *treeBooster) {
				for i := 0; i < trees && ctx.Err() == nil; i++ {
					v.growTree()
				}
			})
		},
		save: func(trees int, loss float64) {
			best.trees, best.loss = trees, loss
			if !sampled {
				best.outOfFold = l.outOfFold()
			}
		},
	})
	if err != nil {
		return nil, err
	}
	for _, v := range l.boosters {
		v.trees = v.trees[:best.trees]
	}
	if sampled {
		best.outOfFold = l.outOfFold()
	}
	return best, nil
}

// outOfReach reports whether losses, one a check, will not get below a target:
// not even if what is still to gain is twice the rest of a geometric series
// that goes on as the last ten checks did after the ten before.
func outOfReach(losses []float64, mark float64) bool {
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

func (l *treeEnsemble) loss() float64 {
	var loss, weight float64
	for _, v := range l.boosters {
		for _, i := range v.outOfBag {
			w := v.weight[i]
			loss += w * logLoss(float64(v.z[i]), v.churned[i])
			weight += w
		}
	}
	return loss / weight
}

// sampled reports whether any bag has a sample of rows; near the limit not all
// have one.
func (l *treeEnsemble) sampled() bool {
	return slices.ContainsFunc(l.boosters, func(v *treeBooster) bool { return v.sampled })
}

// outOfFold returns each row's mean log-odds over the bags that it is out of.
// If a bag has a sample, the bags must be where boosting began.
func (l *treeEnsemble) outOfFold() []float64 {
	pooled := l.sampled()
	return meanOutOfFold(l.boosters[0].data.rows(), len(l.boosters), func(b int) ([]int32, []float32) {
		v := l.boosters[b]
		if pooled {
			return v.bag.outOfBag, v.replay()
		}
		return v.outOfBag, v.z
	})
}

// parallel calls do for every item on at most so many goroutines. Each item
// has its own memory, so the number of workers changes no result.
func parallel[T any](ctx context.Context, workers int, items []T, do func(T)) error {
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
