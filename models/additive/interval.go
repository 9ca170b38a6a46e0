package additive

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/etappe/etappe/models"
)

// Interval returns, row by row, the log-odds between which the expected
// log-odds lie with the given level (0.9, say), as far as the bags tell:
//
//	z ± t_{B−1} · √( (P−1)/B · Σ_b (z_b − z)² )
//
// z_b is the log-odds by bag b alone, which knows all but one of P parts of the
// accounts; this is the delete-a-group jackknife (Shao and Wu 1989), not the
// bare spread of bags, which nearly share their rows. It covers sampling and
// stopping, in shared and cluster part; not shrinkage, not the calibration line,
// and not what one account may do beside its expectation.
func (m *Model) Interval(f *models.Frame, level float64) (low, high []float64, err error) {
	if !(level > 0 && level < 1) {
		return nil, nil, fmt.Errorf("%w: an interval of level %v", models.ErrFields, level)
	}
	low, high = make([]float64, f.Rows()), make([]float64, f.Rows())
	bags := len(m.levels)
	width := m.jackknife() * distuv.StudentsT{Sigma: 1, Nu: float64(bags - 1)}.Quantile(0.5+level/2)
	z := make([]float64, bags)
	err = m.scan(f, func(first, rows int, codes [][]uint8) {
		for i := range rows {
			m.byBag(m.clusterOf(f, first+i), codes, i, z)
			middle, spread := average(z), 0.0
			for _, v := range z {
				spread += (v - middle) * (v - middle)
			}
			half := width * math.Sqrt(spread)
			low[first+i], high[first+i] = middle-half, middle+half
		}
	})
	if err != nil {
		return nil, nil, err
	}
	return low, high, nil
}

// jackknife returns √((P−1)/B), which turns the root of a sum of squares over
// the bags into a standard error.
func (m *Model) jackknife() float64 {
	bags := len(m.levels)
	return math.Sqrt(float64(partsOf(bags)-1) / float64(bags))
}

// byBag writes the log-odds of one row by each bag alone.
func (m *Model) byBag(k int, codes [][]uint8, row int, z []float64) {
	p := &m.clusters[k]
	for b := range z {
		z[b] = m.levels[b] + p.info.Lambda*p.levels[b]
	}
	for t := range m.terms {
		at := m.terms[t].cell(codes, row)
		for b := range z {
			z[b] += m.terms[t].bags[b][at]
		}
	}
	if p.info.Lambda == 0 {
		return
	}
	for o := range p.own {
		at := p.own[o].cell(codes, row)
		for b := range z {
			z[b] += p.info.Lambda * p.own[o].bags[b][at]
		}
	}
}
