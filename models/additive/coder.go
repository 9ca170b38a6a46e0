package additive

import (
	"math"
)

// coder writes the bins of one field's values, exactly as its axis does, in a
// fraction of the time. Numbers are not searched for: a monotone function of
// the bits puts each into one of a few thousand buckets,
//
//	bucket(v) = ( bits(v + offset) − base ) >> drop
//
// and the bin follows from the cuts below the bucket and one or two
// comparisons with the cuts inside it. bits is the float's pattern as a whole
// number, which rises with positive numbers, so buckets are even within a power
// of two and widen with each: a small offset follows long tails, a large one
// gives an even grid. Addition and shift never fall where v rises, rounding
// included; so a cut in an earlier bucket is below v and one in a later bucket
// above, for every v. Whatever has no bucket (missing, infinite, far outside) is
// left to the axis.
type coder struct {
	axis         *Binning
	offset       float64
	base         uint64
	drop         uint8
	cutsInBucket uint8            // most cuts in one bucket: 1 or 2; 0: no buckets, the cuts are searched
	first        []uint8          // [bucket] bin of a number below all cuts of the bucket
	above        [MaxBins]float64 // [bin] the cut that ends it; +Inf: none
}

const (
	maxBuckets  = 4096 // bytes of a field's table: a small part of the first cache
	mantissa    = 52   // bits of a float64 behind its exponent
	largestSpan = 0x1p400
)

func newCoder(a *Binning) *coder {
	c := &coder{axis: a}
	for b := range c.above {
		c.above[b] = math.Inf(1)
	}
	for i, cut := range a.Cuts {
		c.above[i+1] = cut
	}
	if len(a.Cuts) > 0 {
		c.chooseBuckets()
	}
	return c
}

// chooseBuckets chooses the buckets: of those that need the fewest comparisons
// the first that reach far beyond the last cut.
func (c *coder) chooseBuckets() {
	cuts := c.axis.Cuts
	low, high := cuts[0], cuts[len(cuts)-1]
	span := high - low
	if span == 0 {
		span = math.Max(math.Abs(low), 1)
	}
	if !(span < largestSpan && span > 1/largestSpan && math.Max(-low, high) < largestSpan) {
		return
	}
	for inside := 1; inside <= 2; inside++ {
		for _, reach := range [...]float64{1 << 10, 1 << 5, 4, 1.0 / 16} {
			for soft := span; soft > span*0x1p-24; soft /= 4 {
				if buckets := c.setBuckets(low-soft, high+reach*span, soft); c.maxInBucket() <= inside {
					c.cutsInBucket = uint8(inside)
					c.fill(buckets)
					return
				}
			}
		}
	}
}

// setBuckets sets buckets from low to high, even over the first soft of the way, and
// returns how many there are.
func (c *coder) setBuckets(low, high, soft float64) int {
	c.offset = soft - low
	least, most := math.Float64bits(low+c.offset), math.Float64bits(high+c.offset)
	for c.drop = mantissa - 12; most>>c.drop-least>>c.drop >= maxBuckets; c.drop++ {
	}
	c.base = least >> c.drop << c.drop
	return int((most-c.base)>>c.drop) + 1
}

// maxInBucket returns the most cuts in one bucket.
func (c *coder) maxInBucket() int {
	most, same, last := 0, 0, uint64(0)
	for i, cut := range c.axis.Cuts {
		if x := c.bucket(cut); i == 0 || x != last {
			same, last = 0, x
		}
		same++
		most = max(most, same)
	}
	return most
}

// fill writes the bin that begins each bucket.
func (c *coder) fill(buckets int) {
	c.first = make([]uint8, buckets)
	at := 0
	for x := range c.first {
		c.first[x] = uint8(at + 1)
		for at < len(c.axis.Cuts) && c.bucket(c.axis.Cuts[at]) == uint64(x) {
			at++
		}
	}
}

func (c *coder) bucket(v float64) uint64 {
	return (math.Float64bits(v+c.offset) - c.base) >> c.drop
}

// code writes the bin of each value, as axis.code does, with its errors.
func (c *coder) code(name string, values []float64, row int, codes []uint8) error {
	var run func(c *coder, values []float64, codes []uint8) int
	switch {
	case c.axis.Nominal():
		run = (*coder).codeLevels
	case c.cutsInBucket == 1:
		run = (*coder).codeOneCut
	case c.cutsInBucket == 2:
		run = (*coder).codeTwoCuts
	default:
		return c.axis.Code(name, values, row, codes)
	}
	for at := 0; ; at++ {
		at += run(c, values[at:], codes[at:])
		if at == len(values) {
			return nil
		}
		if err := c.axis.Code(name, values[at:at+1], row+at, codes[at:]); err != nil {
			return err
		}
	}
}

// reached is 1 where the cut is at or below v. As a number, not as a branch: a
// processor cannot foresee it.
func reached(cut, v float64) uint8 {
	var n uint8
	if cut <= v {
		n = 1
	}
	return n
}

// codeOneCut writes bins up to the first value that has no bucket, and returns
// where that is. It calls nothing, so that all it needs stays in registers.
func (c *coder) codeOneCut(values []float64, codes []uint8) int {
	codes = codes[:len(values)]
	offset, base, drop, first, above := c.offset, c.base, c.drop&63, c.first, &c.above
	for i, v := range values {
		x := (math.Float64bits(v+offset) - base) >> drop
		if x >= uint64(len(first)) {
			return i
		}
		b := first[x]
		codes[i] = b + reached(above[b], v)
	}
	return len(values)
}

// codeTwoCuts compares with the next cut but one as well; where that is in another
// bucket it is above v, so it does no harm.
func (c *coder) codeTwoCuts(values []float64, codes []uint8) int {
	codes = codes[:len(values)]
	offset, base, drop, first, above := c.offset, c.base, c.drop&63, c.first, &c.above
	for i, v := range values {
		x := (math.Float64bits(v+offset) - base) >> drop
		if x >= uint64(len(first)) {
			return i
		}
		b := first[x]
		codes[i] = b + reached(above[b], v) + reached(above[b+1], v)
	}
	return len(values)
}

func (c *coder) codeLevels(values []float64, codes []uint8) int {
	codes, level := codes[:len(values)], c.axis.LevelBin
	for i, v := range values {
		at := int64(v)
		if uint64(at) >= uint64(len(level)) || float64(at) != v {
			return i
		}
		codes[i] = level[at]
	}
	return len(values)
}
