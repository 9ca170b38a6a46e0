package datasets

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/etappe/etappe/datasets/internal/names"
)

// usualRanges are the scales of surveys by the word that names them: what people answer
// to the question. Means and net scores have other names, or declare their range.
var usualRanges = map[string][2]float64{"nps": {0, 10}, "csat": {1, 5}, "ces": {1, 7}, "stars": {1, 5}}

// largestOutside is the share of a type's values that may lie outside a usual range, for
// the type to be of that range at all; with more it is of another scale.
const largestOutside = 0.25

// checkRanges refuses ranges that are none. The error matches ErrConfig.
func (s *EventSource) checkRanges() error {
	for _, name := range slices.Sorted(maps.Keys(s.Ranges)) {
		if r := s.Ranges[name]; len(r) != 2 || !(r[0] <= r[1]) {
			return fmt.Errorf("%w: events from %s: ranges: %s: the least and the largest value, like [0, 10], not %v", ErrConfig, s.label(), name, r)
		}
	}
	return nil
}

// valueRange bounds the values of one event type.
type valueRange struct {
	low, high float64
	rule      string      // that a value outside breaks, of a declared range
	counts    *rangeCount // of a usual range; nil: none
}

// rangeCount counts the values of a type that has a usual range.
type rangeCount struct {
	low, high    float64
	all, outside int
	first        string // value outside: file, row and value
}

// boundTypes bounds the types that have been read so far, by what the source declares,
// else by name.
func (r *eventReader) boundTypes() {
	for len(r.ranges) < len(r.batch.Types) {
		name := r.batch.Types[len(r.ranges)]
		one := valueRange{low: math.Inf(-1), high: math.Inf(1)}
		if bound, ok := r.source.Ranges[name]; ok {
			one.low, one.high = bound[0], bound[1]
			one.rule = fmt.Sprintf("lies outside %s, the range that ranges declares for %q", inWords(one.low, one.high), name)
			r.declared[name] = true
		} else if bound, ok := usualRange(name); ok {
			if r.counted[name] == nil {
				r.counted[name] = &rangeCount{low: bound[0], high: bound[1]}
			}
			one.low, one.high, one.counts = bound[0], bound[1], r.counted[name]
		}
		r.ranges = append(r.ranges, one)
	}
}

// usualRange is the range of a type by a word of its name.
func usualRange(name string) ([2]float64, bool) {
	for _, word := range strings.Split(names.Snake(name), "_") {
		if bound, ok := usualRanges[word]; ok {
			return bound, true
		}
	}
	return [2]float64{}, false
}

func inWords(low, high float64) string { return fmt.Sprintf("%v to %v", low, high) }

// outside reports whether a value lies outside, and counts it in a usual range; a missing
// value does not.
func (v *valueRange) outside(value float64) bool {
	if math.IsNaN(value) {
		return false
	}
	if v.counts != nil {
		v.counts.all++
	}
	return value < v.low || value > v.high
}

// note counts a value outside that stands in a row of a file.
func (c *rangeCount) note(file string, row int64, value float64) {
	if c.outside++; c.outside == 1 {
		c.first = fmt.Sprintf("%s, row %d: %v", file, row, value)
	}
}

// countRanges adds the warnings of values outside usual ranges, and of declared ranges
// whose type has no row.
func (r *eventReader) countRanges(sources []EventSource) {
	for _, name := range slices.Sorted(maps.Keys(r.counted)) {
		c := r.counted[name]
		if c.outside > 0 && float64(c.outside) <= largestOutside*float64(c.all) {
			r.warnings[fmt.Sprintf("value of %q outside %s, the scale of its name (first %s); if the scale is another, declare it: ranges: {%s: [LEAST, LARGEST]}",
				name, inWords(c.low, c.high), c.first, name)] = c.outside
		}
	}
	for i := range sources {
		for _, name := range slices.Sorted(maps.Keys(sources[i].Ranges)) {
			if !r.declared[name] {
				r.warnings[fmt.Sprintf("range declared for the event type %q, which no row of %s has", name, sources[i].label())] = 1
			}
		}
	}
}
