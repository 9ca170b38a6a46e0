package additive

import (
	"fmt"
	"math"
)

// maxTrees bounds the trees of a saved residual.
const maxTrees = 1 << 20

// residualHeader is the readable half of a saved residual.
type residualHeader struct {
	Fields []int `json:"fields"` // indices of its fields
	Bins   []int `json:"bins"`   // coarser bins of each
	Trees  []int `json:"trees"`  // of each bag
}

// put adds the residual to a state: "rest_bins" (the coarser bin of each bin of
// the axis), "rest_mass" and "rest_importance" by field; "rest_cuts" by tree:
// how many, then for each its field and the bins on its right as two halves of
// 32 bits; "rest_values" by leaf; "rest_centres" by cluster and field.
func (d *ResidualTrees) put(h *header, clusters []ClusterPart, put func(name string, values ...float64)) {
	if d == nil {
		return
	}
	r := &residualHeader{Fields: d.Fields}
	for f := range d.Fields {
		r.Bins = append(r.Bins, len(d.Weight[f]))
		for _, b := range d.Bin[f] {
			put("rest_bins", float64(b))
		}
		put("rest_mass", d.Weight[f]...)
	}
	put("rest_importance", d.importance...)
	for _, trees := range d.Bags {
		r.Trees = append(r.Trees, len(trees))
		for k := range trees {
			put("rest_cuts", float64(len(trees[k].Cuts)))
			for _, c := range trees[k].Cuts {
				put("rest_cuts", float64(c.Field), float64(c.Right>>32), float64(c.Right&math.MaxUint32))
			}
			put("rest_values", trees[k].Value...)
		}
	}
	for k := range clusters {
		put("rest_centres", clusters[k].residualCentre...)
	}
	h.Residual = r
}

func (h *residualHeader) check(fields []axisHeader, bags int) error {
	if len(h.Fields) == 0 || len(h.Fields) > MaxResidualFields || len(h.Bins) != len(h.Fields) || len(h.Trees) != bags {
		return fmt.Errorf("%d fields, %d sets of bins, %d bags", len(h.Fields), len(h.Bins), len(h.Trees))
	}
	for i, j := range h.Fields {
		if j < 0 || j >= len(fields) || h.Bins[i] < 2 || h.Bins[i] > MaxMergedBins {
			return fmt.Errorf("field %d with %d bins", j, h.Bins[i])
		}
	}
	for _, n := range h.Trees {
		if n < 0 || n > maxTrees {
			return fmt.Errorf("%d trees", n)
		}
	}
	return nil
}

// residual reads what put wrote.
func (r *reader) residual(h *header, clusters []ClusterPart) *ResidualTrees {
	if h.Residual == nil {
		return nil
	}
	d := &ResidualTrees{Fields: h.Residual.Fields}
	seen := make(map[int]bool)
	for i, j := range d.Fields {
		if seen[j] {
			r.fail("field %d twice in the residual", j)
		}
		seen[j] = true
		bins := h.Residual.Bins[i]
		of := make([]uint8, 0, h.Axes[j].Bins)
		for _, v := range r.take("rest_bins", h.Axes[j].Bins, MaxBins) {
			of = append(of, uint8(r.whole("coarser bin", v, bins)))
		}
		d.Bin = append(d.Bin, of)
		mass, total := r.take("rest_mass", bins, maxMass), 0.0
		for _, m := range mass {
			if m < 0 {
				r.fail("a negative mass")
			}
			total += m
		}
		if !(total > 0) {
			r.fail("field %d of the residual has no mass", j)
		}
		d.Weight = append(d.Weight, mass)
	}
	d.importance = r.take("rest_importance", len(d.Fields), maxValue)
	for _, n := range h.Residual.Trees {
		var trees []Tree
		for range n {
			if r.fault != nil {
				return nil
			}
			trees = append(trees, r.deepTree(h.Residual))
		}
		d.Bags = append(d.Bags, trees)
	}
	for k := range clusters {
		clusters[k].residualCentre = r.take("rest_centres", len(d.Fields), maxValue)
	}
	return d
}

func (r *reader) deepTree(h *residualHeader) Tree {
	var t Tree
	for _, n := range r.take("rest_cuts", 1, MaxDepth) {
		for range r.whole("number of cuts", n, MaxDepth+1) {
			v := r.take("rest_cuts", 3, math.MaxUint32)
			if len(v) < 3 {
				return t
			}
			high, low := r.whole("half of a cut", v[1], 1<<32), r.whole("half of a cut", v[2], 1<<32)
			t.Cuts = append(t.Cuts, Cut{Field: int16(r.whole("field of a cut", v[0], len(h.Fields))), Right: uint64(high)<<32 | uint64(low)})
		}
	}
	t.Value = r.take("rest_values", 1<<len(t.Cuts), maxValue)
	return t
}

// whole wants a whole number from 0 to below limit.
func (r *reader) whole(what string, v float64, limit int) int {
	if v < 0 || v >= float64(limit) || v != math.Trunc(v) {
		r.fail("a %s of %v", what, v)
		return 0
	}
	return int(v)
}
