package additive

import "math"

// centreRows is about how many training rows of a cluster tell what the
// residual's shares are measured from: their mean needs no more.
const centreRows = 4000

// restCentre returns the mean of every field's share of the residual over the
// rows of cluster k, or all (k < 0): [field of the residual].
func (r *run) restCentre(d *deepTables, k int) []float64 {
	out := make([]float64, len(d.fields))
	total := r.restShares(d, k, func(f int, w, share float64) { out[f] += w * share })
	for f := range out {
		out[f] /= total
	}
	return out
}

// restImportance returns the mean size of every field's share over all rows:
// [field of the residual].
func (r *run) restImportance(d *deepTables) []float64 {
	out := make([]float64, len(d.fields))
	total := r.restShares(d, -1, func(f int, w, share float64) { out[f] += w * math.Abs(share) })
	for f := range out {
		out[f] /= total
	}
	return out
}

// restShares hands over every field's share in rows of a cluster that are spread
// evenly, with their weight, and returns the sum of the weights.
func (r *run) restShares(d *deepTables, k int, each func(f int, weight, share float64)) float64 {
	var rows []int
	for i := range r.churned {
		if k < 0 || r.clusterOf(i) == k {
			rows = append(rows, i)
		}
	}
	index := make([]int, len(r.axes)) // [field] of the residual
	for f, j := range d.fields {
		index[j] = f
	}
	share, total := make([]float64, len(d.fields)), 0.0
	step := max(len(rows)/centreRows, 1)
	for at := 0; at < len(rows); at += step {
		i := rows[at]
		clear(share)
		for b := range d.bags {
			for n := range d.bags[b] {
				t := &d.bags[b][n]
				leaf := d.leaf(t.deepTree, r.codes, i)
				for p, j := range t.fields {
					share[index[j]] += t.share[p][leaf]
				}
			}
		}
		for f, v := range share {
			each(f, r.weight[i], v)
		}
		total += r.weight[i]
	}
	return total
}
