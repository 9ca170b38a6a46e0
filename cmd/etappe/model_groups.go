package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/etappe/etappe/models/additive"
)

// group is some bins of a field that a drawing shows as one.
type group struct {
	label string
	bins  []int
}

// groups pools the bins of a field into at most so many of about equal weight;
// missing and never seen stay apart, and are left out where they have no weight.
func groups(a additive.Axis, weight []float64, most int) []group {
	labels := binLabels(a)
	last := len(labels) - 1
	inner := indices(1, last+1)
	if a.Levels != nil {
		inner = indices(1, last)
	}
	var out []group
	switch {
	case len(inner) <= most:
		for _, b := range inner {
			out = append(out, group{labels[b], []int{b}})
		}
	case a.Levels != nil:
		out = heaviest(inner, labels, weight, most)
	default:
		out = runs(a.Cuts, inner, weight, most)
	}
	if a.Levels != nil && weight[last] > 0 {
		out = append(out, group{labels[last], []int{last}})
	}
	if weight[0] > 0 {
		out = append(out, group{labels[0], []int{0}})
	}
	return out
}

// heaviest keeps the levels that weigh most apart and pools the others.
func heaviest(inner []int, labels []string, weight []float64, most int) []group {
	order := slices.Clone(inner)
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case weight[a] > weight[b]:
			return -1
		case weight[a] < weight[b]:
			return 1
		}
		return 0
	})
	kept := slices.Sorted(slices.Values(order[:most-1]))
	var out []group
	for _, b := range kept {
		out = append(out, group{labels[b], []int{b}})
	}
	return append(out, group{fmt.Sprintf("%d others", len(inner)-len(kept)), order[most-1:]})
}

// runs cuts ordered bins into runs of about equal weight.
func runs(cuts []float64, inner []int, weight []float64, most int) []group {
	left := 0.0
	for _, b := range inner {
		left += weight[b]
	}
	var out []group
	for from := 0; from < len(inner); {
		to, sum := from, weight[inner[from]]
		target := left / float64(most-len(out))
		for to+1 < len(inner) && (len(out) == most-1 || sum+weight[inner[to+1]]/2 <= target) {
			to++
			sum += weight[inner[to]]
		}
		out = append(out, group{rangeLabel(cuts, from, to), inner[from : to+1]})
		left -= sum
		from = to + 1
	}
	return out
}

// indices lists from..to-1.
func indices(from, to int) []int {
	var out []int
	for i := from; i < to; i++ {
		out = append(out, i)
	}
	return out
}

// marginal adds a term's weight up over the bins of its i-th field.
func marginal(t *additive.Term, i int) []float64 {
	sizes := sizesOf(t)
	inner := 1
	for _, n := range sizes[i+1:] {
		inner *= n
	}
	out := make([]float64, sizes[i])
	for c, w := range t.Weight {
		out[c/inner%sizes[i]] += w
	}
	return out
}

func sizesOf(t *additive.Term) []int {
	sizes := make([]int, len(t.Axes))
	for i, a := range t.Axes {
		sizes[i] = len(binLabels(a))
	}
	return sizes
}

// pool makes one mark of all cells in a combination of groups, one a field:
// their mean under the training weight, or the plain one where there is none.
func pool(t *additive.Term, chosen []group, at func(int, string) bin, points func(float64) float64) bin {
	sizes := sizesOf(t)
	cells := []int{0}
	var labels []string
	for i, g := range chosen {
		var next []int
		for _, c := range cells {
			for _, b := range g.bins {
				next = append(next, c*sizes[i]+b)
			}
		}
		cells = next
		labels = append(labels, g.label)
	}
	var weighted, plain bin
	for _, c := range cells {
		one := at(c, "")
		for _, sum := range []struct {
			*bin
			by float64
		}{{&weighted, one.share}, {&plain, 1}} {
			sum.value += sum.by * one.value
			sum.half += sum.by * one.half
			sum.own += sum.by * one.own
			sum.share += sum.by
		}
	}
	mean, share := weighted, weighted.share
	if share == 0 {
		mean = plain
	}
	return bin{strings.Join(labels, ", "), mean.value / mean.share, mean.half / mean.share,
		points(mean.value / mean.share), share, mean.own / mean.share}
}
