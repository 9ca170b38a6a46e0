package score

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// blockRows is how many rows one goroutine computes at a time: their shares stay
// in the processor's cache.
const blockRows = 1024

// eachBlock calls do for runs of rows, on all processors where there is more than
// one run. It returns the first error in the order of rows.
func (s *Scorer) eachBlock(rows int, do func(memory *arena, from, to int) error) error {
	n := (rows + blockRows - 1) / blockRows
	if n <= 1 {
		memory := s.arenas.Get().(*arena)
		defer s.arenas.Put(memory)
		memory.used = 0
		return do(memory, 0, rows)
	}
	errs := make([]error, n)
	var next atomic.Int64
	var all sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), n) {
		all.Go(func() {
			memory := s.arenas.Get().(*arena)
			defer s.arenas.Put(memory)
			for k := int(next.Add(1)) - 1; k < n; k = int(next.Add(1)) - 1 {
				memory.used = 0
				errs[k] = do(memory, k*blockRows, min((k+1)*blockRows, rows))
			}
		})
	}
	all.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// arena is memory that blocks use one after the other.
type arena struct {
	numbers []float64
	used    int
}

// take returns n zeros.
func (a *arena) take(n int) []float64 {
	if a.used+n > len(a.numbers) {
		a.numbers, a.used = make([]float64, max(2*len(a.numbers), n)), 0
	}
	a.used += n
	out := a.numbers[a.used-n : a.used : a.used]
	clear(out)
	return out
}

// matrix returns zeros in one piece of memory.
func (b *block) matrix(columns, rows int) [][]float64 {
	if b.memory == nil {
		return divide(make([]float64, columns*rows), columns, rows)
	}
	return divide(b.memory.take(columns*rows), columns, rows)
}

// divide makes columns of one piece of memory.
func divide(all []float64, columns, rows int) [][]float64 {
	out := make([][]float64, columns)
	for j := range out {
		out[j] = all[j*rows : (j+1)*rows : (j+1)*rows]
	}
	return out
}
