package boost

import (
	"math"

	"github.com/etappe/etappe/models/additive"
)

// binCovariance holds how a step of one field changes the gradient sums of
// every other. Where there are many rows, most of the cost of boosting is to
// add each step to each row's log-odds. The next field needs only its gradient
// sums by bin, and to first order a step d of field j changes these by
//
//	ΔG_k[c] = H_k[c] · Σ_a share(a|c) · d_j[a]
//
// share(a|c): the share of the weight of field k's bin c that lies in bin a of
// field j. So between two exact gradients a step updates the bins and not the
// rows: the covariance updates of Friedman, Hastie and Tibshirani
// (Regularization Paths for Generalized Linear Models via Coordinate Descent,
// J. Stat. Softw. 33, 2010, section 2.2), with bins for regressors. The effect
// of a step on the field's own bins is exact; for all other fields bins are
// merged into at most covarianceGroups groups. The error of that and of the
// curvature of the loss is removed at the next exact gradient.
//
// A tree's step has few distinct values along its field, so it is applied by
// its jumps: each is a multiple of one row of cumulative shares.
type binCovariance struct {
	group [][]uint8 // [field][bin] group; nil: the field is not visited
	first []int     // [field] place of its first group among those of all fields
	size  []int     // [field] groups
	total int       // groups of all fields
	// below is [place of a group a][place of a group c] the share of c's rows that
	// lie in a or a group of the same field before it; 0 where both are of one field.
	cumulative []float32
}

const (
	covarianceMinRows     = 20_000  // rows of a bag from which covariance updates are used
	covarianceGroups      = 32      // of a field, at most
	covarianceTotalGroups = 4096    // groups of all fields, at most: there are as many shares as its square
	covarianceMinGroups   = 8       // groups of a field; with fewer the updates are too coarse, and are not used
	covarianceSampleRows  = 100_000 // about the number of rows that shares are computed from
	covarianceFields      = 64      // with more fields fewer rows, so that the cost stays linear in fields
)

// newBinCovariance computes the shares under the hessians of all rows at
// log-odds z. It returns nil where there are too many fields.
func newBinCovariance(d *binnedData, z []float32) *binCovariance {
	limit := min(covarianceGroups, covarianceTotalGroups/max(1, len(d.active)))
	if limit < covarianceMinGroups {
		return nil
	}
	c := &binCovariance{group: make([][]uint8, len(d.binnings)), first: make([]int, len(d.binnings)), size: make([]int, len(d.binnings))}
	rows, weight := covarianceRows(d, z)
	groups := make([][]uint8, len(d.active))
	for at, j := range d.active {
		mass := make([]float64, d.binnings[j].Bins)
		for k, i := range rows {
			mass[d.codes[j][i]] += float64(weight[k])
		}
		g := mergeBins(&d.binnings[j], mass, limit)
		c.group[j], c.first[j], c.size[j] = g.bin, c.total, g.bins
		c.total += g.bins
		groups[at] = make([]uint8, len(rows))
		for k, i := range rows {
			groups[at][k] = g.bin[d.codes[j][i]]
		}
	}
	c.cumulative = make([]float32, c.total*c.total)
	var joint [covarianceGroups][covarianceGroups]uint32
	for a, j := range d.active {
		for b, k := range d.active[:a] {
			jointCounts(groups[a], groups[b], weight, &joint)
			c.fillShares(j, k, func(x, y int) float64 { return float64(joint[x][y]) })
			c.fillShares(k, j, func(x, y int) float64 { return float64(joint[y][x]) })
		}
	}
	return c
}

// covarianceRows returns the rows that shares are computed from, spread evenly
// and without a period, and their hessians as whole numbers whose sum fits
// into 31 bits.
func covarianceRows(d *binnedData, z []float32) ([]int32, []uint32) {
	most := covarianceSampleRows * math.Min(1, covarianceFields/float64(len(d.active)))
	share := uint32(math.Min(1, most/float64(d.rows())) * math.MaxUint32)
	var rows []int32
	var h []float64
	total := 0.0
	for i := range d.rows() {
		if uint32(i)*2654435769 <= share {
			p := float64(sigmoid(z[i]))
			rows, h = append(rows, int32(i)), append(h, d.weight[i]*p*(1-p))
			total += h[len(h)-1]
		}
	}
	weight := make([]uint32, len(rows))
	for k := range h {
		weight[k] = uint32(h[k] / total * (1 << 31))
	}
	return rows, weight
}

// jointCounts fills in the joint histogram of two fields' groups.
func jointCounts(of, by []uint8, weight []uint32, into *[covarianceGroups][covarianceGroups]uint32) {
	*into = [covarianceGroups][covarianceGroups]uint32{}
	of, by = of[:len(weight)], by[:len(weight)]
	for i, w := range weight {
		into[of[i]&(covarianceGroups-1)][by[i]&(covarianceGroups-1)] += w
	}
}

// fillShares fills in, for each group of field k, the share of its rows that
// lies in or below each group of field j.
func (c *binCovariance) fillShares(j, k int, joint func(a, b int) float64) {
	for y := range c.size[k] {
		whole := 0.0
		for x := range c.size[j] {
			whole += joint(x, y)
		}
		if whole == 0 {
			continue
		}
		sum := 0.0
		for x := range c.size[j] {
			sum += joint(x, y)
			c.cumulative[(c.first[j]+x)*c.total+c.first[k]+y] = float32(sum / whole)
		}
	}
}

// propagate adds to shift [group of all fields] by how much a step of field j
// moves the mean log-odds of each group of the other fields. h: j's hessian
// sums by bin.
func (c *binCovariance) propagate(j int, step *[additive.MaxBins]float32, h []float64, shift []float32) {
	var moved, weight [covarianceGroups]float64
	for bin, g := range c.group[j] {
		moved[g&(covarianceGroups-1)] += h[bin] * float64(step[bin])
		weight[g&(covarianceGroups-1)] += h[bin]
	}
	var at [covarianceGroups]int
	var jump [covarianceGroups]float32
	n, next := 0, float32(0)
	for a := c.size[j] - 1; a >= 0; a-- {
		if weight[a] <= 0 {
			continue // nobody moves with it: no jump
		}
		mean := float32(moved[a] / weight[a]) // as narrow as the step: equal bins have no jump between them
		if mean != next {
			at[n], jump[n] = c.first[j]+a, mean-next
			n++
		}
		next = mean
	}
	k := 0
	for ; k+4 <= n; k += 4 {
		addFour(shift, c.row(at[k]), c.row(at[k+1]), c.row(at[k+2]), c.row(at[k+3]), jump[k], jump[k+1], jump[k+2], jump[k+3])
	}
	for ; k < n; k++ {
		addOne(shift, c.row(at[k]), jump[k])
	}
}

func (c *binCovariance) row(at int) []float32 { return c.cumulative[at*c.total : (at+1)*c.total] }

func addFour(into, a, b, c, d []float32, x, y, z, w float32) {
	a, b, c, d = a[:len(into)], b[:len(into)], c[:len(into)], d[:len(into)]
	for i := range into {
		into[i] += x*a[i] + y*b[i] + (z*c[i] + w*d[i])
	}
}

func addOne(into, a []float32, x float32) {
	a = a[:len(into)]
	for i := range into {
		into[i] += x * a[i]
	}
}
