package history

import (
	"encoding/binary"
	"fmt"
	"math"
	"math/bits"
)

// Numbers are packed to the bit. Most values of a snapshot are counts, shares
// of small counts, or missing: as IEEE 754 doubles they end in zero bytes. So
// each number is a nibble and the bytes that matter, most significant first:
//
//	nibble 0…8   that many leading bytes of the double; the rest is zero
//	nibble 9     the NaN that math.NaN returns: missing
//
// The nibbles come first, two a byte, the earlier number in the low half.
const nibbleNaN = 9

var missingBits = math.Float64bits(math.NaN())

// appendFloats packs numbers behind buf.
func appendFloats(buf []byte, values []float64) []byte {
	nibbles := len(buf)
	for range (len(values) + 1) / 2 {
		buf = append(buf, 0)
	}
	for i, v := range values {
		b := math.Float64bits(v)
		n := 8 - bits.TrailingZeros64(b)/8
		if b == missingBits {
			buf[nibbles+i/2] |= nibbleNaN << (4 * (i % 2))
			continue
		}
		buf[nibbles+i/2] |= byte(n) << (4 * (i % 2))
		var raw [8]byte
		binary.BigEndian.PutUint64(raw[:], b)
		buf = append(buf, raw[:n]...)
	}
	return buf
}

// floats unpacks n numbers from the front of data and returns what follows.
func floats(data []byte, n int) ([]float64, []byte, error) {
	if n < 0 || (n+1)/2 > len(data) {
		return nil, nil, fmt.Errorf("%w: %d numbers in %d bytes", ErrCorrupt, n, len(data))
	}
	nibbles, data := data[:(n+1)/2], data[(n+1)/2:]
	values := make([]float64, n)
	for i := range values {
		size := int(nibbles[i/2] >> (4 * (i % 2)) & 15)
		if size == nibbleNaN {
			values[i] = math.NaN()
			continue
		}
		if size > 8 || size > len(data) {
			return nil, nil, fmt.Errorf("%w: number %d ends too early", ErrCorrupt, i)
		}
		var raw [8]byte
		copy(raw[:], data[:size])
		values[i] = math.Float64frombits(binary.BigEndian.Uint64(raw[:]))
		data = data[size:]
	}
	return values, data, nil
}
