package additive

import "math"

// codeAll writes the bins of one field's values, as coder.code does and with its
// errors, four at a time where they have buckets with one cut at most.
func (c *coder) codeAll(name string, values []float64, row int, codes []uint8) error {
	if c.cutsInBucket != 1 || len(values) < 4 {
		return c.code(name, values, row, codes)
	}
	// After a value without a bucket a few go one by one, so that a column with
	// many of them is not begun anew at each.
	const few = 8
	for at := 0; ; {
		at += c.codeFours(values[at:], codes[at:])
		if at == len(values) {
			return nil
		}
		to := min(at+few, len(values))
		if err := c.code(name, values[at:to], row+at, codes[at:to]); err != nil {
			return err
		}
		at = to
	}
}

// codeFours is runOne for four values in a turn. It stops before the first four
// of which one has no bucket, or before the last three, and returns where.
func (c *coder) codeFours(values []float64, codes []uint8) int {
	offset, base, drop, first, above := c.offset, c.base, c.drop&63, c.first, c.above[:]
	buckets := uint64(len(first))
	codes = codes[:len(values)]
	i := 0
	for ; i+4 <= len(values); i += 4 {
		v, to := values[i:i+4:i+4], codes[i:i+4:i+4]
		v0, v1, v2, v3 := v[0], v[1], v[2], v[3]
		x0 := (math.Float64bits(v0+offset) - base) >> drop
		x1 := (math.Float64bits(v1+offset) - base) >> drop
		x2 := (math.Float64bits(v2+offset) - base) >> drop
		x3 := (math.Float64bits(v3+offset) - base) >> drop
		if x0 >= buckets || x1 >= buckets || x2 >= buckets || x3 >= buckets {
			return i
		}
		b0, b1, b2, b3 := first[x0], first[x1], first[x2], first[x3]
		to[0] = b0 + reached(above[b0], v0)
		to[1] = b1 + reached(above[b1], v1)
		to[2] = b2 + reached(above[b2], v2)
		to[3] = b3 + reached(above[b3], v3)
	}
	return i
}
