package boost

import (
	"context"
	"math"
	"slices"
)

// ensemble is the bags, advancing in step: what is good for how long is judged
// on all held-out parts together, so that small parts do not decide alone.
type ensemble struct {
	bags       []*bag
	workers    int
	subsampled bool // each bag has rows of its own: what is known of all rows is said later, see widen
}

// each runs do on every bag.
func (e *ensemble) each(ctx context.Context, do func(b *bag)) error {
	return parallel(ctx, e.workers, e.bags, do)
}

// advance runs every bag for so many cycles.
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

// loss returns the mean log-loss over all held-out parts.
func (e *ensemble) loss() float64 {
	var loss, weight float64
	for _, b := range e.bags {
		l, w := b.outOfBagLoss()
		loss, weight = loss+l, weight+w
	}
	return loss / weight
}

// outOfFold returns each row's mean log-odds over the bags that held it out;
// NaN where none did.
func (e *ensemble) outOfFold(rows int) []float64 {
	return meanOutOfFold(rows, len(e.bags), func(b int) ([]int32, []float32) { return e.bags[b].outOfBag, e.bags[b].z })
}

// meanHeld averages the log-odds of the rows that bags hold out.
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

// learned is what an ensemble knew after some number of cycles.
type checkpoint struct {
	rounds    int
	loss      float64
	intercept []float64     // [bag]
	tables    [][][]float64 // [bag][field][bin]
	outOfFold []float64     // [row]
}

// nothing is what the bags know before they learn: how many churn.
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

// keep copies what the bags know now.
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

// pace says how long to boost.
type stopping struct {
	maxRounds  int   // cycles
	checkEvery int   // cycles between looks at the held-out loss
	patience   int   // cycles without a better loss that are allowed
	saveAt     []int // cycles after which to keep what is known besides
}

// treePace is that of the trees.
var treeStopping = stopping{checkEvery: 10, patience: 40}

// boost advances until the held-out loss has not improved for a while and
// returns what was known at the best moment, which may be the first, and at the
// marks before it.
func (e *ensemble) boost(ctx context.Context, p stopping, progress func(float64)) (*checkpoint, []*checkpoint, error) {
	best := &checkpoint{}
	var marked []*checkpoint
	e.save(best, 0, e.loss())
	for done := 0; done < p.maxRounds; {
		step := min(p.checkEvery, p.maxRounds-done)
		if err := e.advance(ctx, step); err != nil {
			return nil, nil, err
		}
		done += step
		if slices.Contains(p.saveAt, done) {
			mark := &checkpoint{}
			e.save(mark, done, e.loss())
			marked = append(marked, mark)
		}
		if loss := e.loss(); loss < best.loss {
			e.save(best, done, loss)
		} else if done-best.rounds >= p.patience+best.rounds/4 {
			break
		}
		progress(float64(done) / float64(done+p.patience+best.rounds/2))
	}
	progress(1)
	marked = slices.DeleteFunc(marked, func(l *checkpoint) bool { return l.rounds >= best.rounds })
	return best, marked, nil
}
