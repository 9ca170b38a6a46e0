package behaviour

import (
	"encoding/binary"
	"fmt"
	"math"
)

// Common is what all accounts together did in each week as a multiple of their own
// usual, by driver: the season, a change of the product, or a delay of the data that
// meets everybody. [driver][week], 1 is as usual.
type Common [][]float64

// commonWorth is how many occurrences of all accounts weigh as much as no change.
const commonWorth = 20

// NewCommon makes a Common of what all accounts together did, by driver and week, and
// of how many accounts there were.
func NewCommon(total [][]float64, accounts []float64) Common {
	c := make(Common, len(total))
	for d, weeks := range total {
		c[d] = make([]float64, len(weeks))
		all, there := 0.0, 0.0
		for w, n := range weeks {
			all, there = all+n, there+accounts[w]
		}
		for w, n := range weeks {
			usual := accounts[w] * all / math.Max(there, 1)
			c[d][w] = (n + commonWorth) / (usual + commonWorth)
		}
	}
	return c
}

// Append packs the multiples behind buf, in thousandths.
func (c Common) Append(buf []byte) []byte {
	buf = binary.AppendUvarint(append(buf, recordVersion), uint64(len(c)))
	for _, weeks := range c {
		for _, v := range weeks {
			buf = binary.AppendUvarint(buf, uint64(math.Max(1, math.Round(1000*v))))
		}
	}
	return buf
}

// ReadCommon reads what Append wrote, of a number of drivers.
func ReadCommon(data []byte, drivers int) (Common, error) {
	if len(data) < 1 || data[0] != recordVersion {
		return nil, fmt.Errorf("%w: its head", ErrRecord)
	}
	in := &reader{data: data[1:]}
	if in.next() != uint64(drivers) {
		return nil, fmt.Errorf("%w: not of %d drivers", ErrRecord, drivers)
	}
	c := make(Common, drivers)
	for d := range c {
		c[d] = make([]float64, Weeks)
		for w := range c[d] {
			c[d][w] = float64(in.next()) / 1000
			in.failed = in.failed || c[d][w] == 0
		}
	}
	if in.failed || len(in.data) > 0 {
		return nil, fmt.Errorf("%w: its length", ErrRecord)
	}
	return c, nil
}
