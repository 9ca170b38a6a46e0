package reading

import (
	"math"
	"slices"

	"github.com/etappe/etappe/models/additive"
)

// SpanKind is what kind of values a span holds.
type SpanKind int

// The kinds of spans.
const (
	Range   SpanKind = iota // numbers from From up to, not including, To; −Inf and +Inf where open
	Levels                  // of a categorical field
	Missing                 // no value
	Unseen                  // levels that training did not have, with the Levels pooled with them
	Others                  // so many further levels: Count
)

// Span is the values of one field that a mark stands for.
type Span struct {
	Kind     SpanKind
	From, To float64
	Levels   []string
	Count    int
}

// OpenBelow reports whether a range has no lower end.
func (s Span) OpenBelow() bool { return math.IsInf(s.From, -1) }

// OpenAbove reports whether a range has no upper end.
func (s Span) OpenAbove() bool { return math.IsInf(s.To, 1) }

// spans lists what the bins of an axis hold; the first is missing.
func spans(a additive.Axis) []Span {
	list := []Span{{Kind: Missing}}
	if a.Levels == nil {
		for b := range len(a.Cuts) + 1 {
			list = append(list, rangeOf(a.Cuts, b, b))
		}
		return list
	}
	last := len(a.Levels) - 1
	for _, levels := range a.Levels[1:last] {
		list = append(list, Span{Kind: Levels, Levels: levels})
	}
	return append(list, Span{Kind: Unseen, Levels: a.Levels[last]})
}

// rangeOf is which values the bins from..to hold, counted from 0 without missing.
func rangeOf(cuts []float64, from, to int) Span {
	s := Span{Kind: Range, From: math.Inf(-1), To: math.Inf(1)}
	if from > 0 {
		s.From = cuts[from-1]
	}
	if to < len(cuts) {
		s.To = cuts[to]
	}
	return s
}

// group is some bins of a field that a picture shows as one.
type group struct {
	span Span
	bins []int
}

// groups pools the bins of a field into at most so many of about equal weight;
// missing and never seen stay apart, and are left out where they have no weight.
func groups(a additive.Axis, weight []float64, most int) []group {
	all := spans(a)
	last := len(all) - 1
	inner := indices(1, last+1)
	if a.Levels != nil {
		inner = indices(1, last)
	}
	var out []group
	switch {
	case len(inner) <= most:
		for _, b := range inner {
			out = append(out, group{all[b], []int{b}})
		}
	case a.Levels != nil:
		out = heaviest(inner, all, weight, most)
	default:
		out = runs(a.Cuts, inner, weight, most)
	}
	if a.Levels != nil && weight[last] > 0 {
		out = append(out, group{all[last], []int{last}})
	}
	if weight[0] > 0 {
		out = append(out, group{all[0], []int{0}})
	}
	return out
}

// heaviest keeps the levels that weigh most apart and pools the others.
func heaviest(inner []int, all []Span, weight []float64, most int) []group {
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
		out = append(out, group{all[b], []int{b}})
	}
	return append(out, group{Span{Kind: Others, Count: len(inner) - len(kept)}, order[most-1:]})
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
		out = append(out, group{rangeOf(cuts, from, to), inner[from : to+1]})
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
