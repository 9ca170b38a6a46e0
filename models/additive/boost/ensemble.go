package boost

import (
	"context"
	"math"
	"slices"
)

// ensemble is all bags, boosted round by round together: early stopping looks
// at the loss over all out-of-bag rows, so that a small part does not decide
// alone.
type ensemble struct {
	bags       []*bag
	workers    int
	subsampled bool // each bag has its own subsample: out-of-fold log-odds are computed later, see useAllRows
}

// each calls do for every bag, in parallel.
func (e *ensemble) each(ctx context.Context, do func(b *bag)) error {
	return parallel(ctx, e.workers, e.bags, do)
}

// advance boosts every bag for a number of cycles.
func (e *ensemble) advance(ctx context.Context, cycles int) error {
	return e.each(ctx, func(b *bag) {
		for range cycles {
			if ctx.Err() != nil {
				return
			}
			b.boostCycle()
		}
	})
}

// loss returns the mean log-loss over the out-of-bag rows of all bags.
func (e *ensemble) loss() float64 {
	var loss, weight float64
	for _, b := range e.bags {
		l, w := b.outOfBagLoss()
		loss, weight = loss+l, weight+w
	}
	return loss / weight
}

// outOfFold returns each row's mean log-odds over the bags that it is out of;
// NaN where there is none.
func (e *ensemble) outOfFold(rows int) []float64 {
	return meanOutOfFold(rows, len(e.bags), func(b int) ([]int32, []float32) { return e.bags[b].outOfBag, e.bags[b].z })
}

// meanOutOfFold averages log-odds over the bags that a row is out of.
func meanOutOfFold(rows, bags int, of func(bag int) (held []int32, z []float32)) []float64 {
	sum, count := make([]float64, rows), make([]float64, rows)
	for b := range bags {
		held, z := of(b)
		for _, i := range held {
			sum[i] += float64(z[i])
			count[i]++
		}
	}
	for i := range sum {
		sum[i] /= count[i]
		if count[i] == 0 {
			sum[i] = math.NaN()
		}
	}
	return sum
}

// checkpoint is a copy of the bags' tables after some round, to roll back to.
type checkpoint struct {
	rounds    int
	loss      float64
	intercept []float64     // [bag]
	tables    [][][]float64 // [bag][field][bin]
	outOfFold []float64     // [row]
}

// initialCheckpoint is the state before the first round: the base rate and
// tables of 0.
func (e *ensemble) initialCheckpoint() *checkpoint {
	l := &checkpoint{}
	for _, b := range e.bags {
		tables := make([][]float64, len(b.tables))
		for j := range tables {
			tables[j] = make([]float64, len(b.tables[j]))
		}
		l.intercept, l.tables = append(l.intercept, b.baseRate), append(l.tables, tables)
	}
	return l
}

// save copies the bags' state into a checkpoint.
func (e *ensemble) save(into *checkpoint, rounds int, loss float64) {
	into.rounds, into.loss = rounds, loss
	if into.tables == nil {
		into.intercept = make([]float64, len(e.bags))
		into.tables = make([][][]float64, len(e.bags))
		for i, b := range e.bags {
			into.tables[i] = make([][]float64, len(b.tables))
			for j := range b.tables {
				into.tables[i][j] = make([]float64, len(b.tables[j]))
			}
		}
	}
	for i, b := range e.bags {
		into.intercept[i] = b.intercept
		for j := range b.tables {
			copy(into.tables[i][j], b.tables[j])
		}
	}
	if !e.subsampled {
		into.outOfFold = e.outOfFold(e.bags[0].rows())
	}
}

// mainStopping is the early stopping of the main effects' trees.
var mainStopping = stopping{checkEvery: 10, patience: 40, growth: 4}

// boost runs the bags with early stopping on the loss over all held-out parts.
// It returns the checkpoint of the best iteration, which may be the state it
// began with, and those of stop.saveAt before it. The bags are left where
// boosting ended; restore rolls them back.
func (e *ensemble) boost(ctx context.Context, stop stopping, progress func(float64)) (*checkpoint, []*checkpoint, error) {
	best, round := &checkpoint{}, 0
	var saved []*checkpoint
	_, err := stop.run(boosted{
		loss: e.loss,
		advance: func(rounds int) error {
			if err := e.advance(ctx, rounds); err != nil {
				return err
			}
			if round += rounds; slices.Contains(stop.saveAt, round) {
				c := &checkpoint{}
				e.save(c, round, e.loss())
				saved = append(saved, c)
			}
			return nil
		},
		save:     func(round int, loss float64) { e.save(best, round, loss) },
		progress: progress,
	})
	if err != nil {
		return nil, nil, err
	}
	progress(1)
	saved = slices.DeleteFunc(saved, func(c *checkpoint) bool { return c.rounds >= best.rounds })
	return best, saved, nil
}
