package chart

import (
	"math"
	"slices"
	"sort"
)

// stageScale maps a day of an account's life to a distance along the stage.
// Between two climbs it is linear; each stretch gets its least width and a part
// of the rest by the root of its days, so that early milestones, which lie
// close together, stay apart and a long wait does not push them aside.
type stageScale struct {
	days []float64 // rising
	at   []float64 // pixels, one per day
}

// newStageScale spans the days (start, climbs, finish: any order, repeated days
// allowed) from left to right. least is the width in pixels that two different
// entries keep between them, as far as there is room.
func newStageScale(days []float64, left, right, least float64) stageScale {
	days = slices.Sorted(slices.Values(days))
	s := stageScale{days: days, at: make([]float64, len(days))}
	stretches := float64(len(days) - 1)
	least = min(least, 0.8*(right-left)/max(stretches, 1))
	total := 0.0
	for i := 1; i < len(days); i++ {
		total += math.Sqrt(days[i] - days[i-1])
	}
	s.at[0] = left
	for i := 1; i < len(days); i++ {
		part := 1 / stretches
		if total > 0 {
			part = math.Sqrt(days[i]-days[i-1]) / total
		}
		s.at[i] = s.at[i-1] + least + part*(right-left-stretches*least)
	}
	return s
}

// x is where a day lies; days outside the stage lie at its ends. Of entries on
// the same day it is the first one's place.
func (s stageScale) x(day float64) float64 {
	i, found := slices.BinarySearch(s.days, day)
	switch {
	case found:
		return s.at[i]
	case i == 0:
		return s.at[0]
	case i == len(s.days):
		return s.at[i-1]
	}
	// Of several entries on one day, the stretch to the next begins at the last.
	part := (day - s.days[i-1]) / (s.days[i] - s.days[i-1])
	return s.at[i-1] + part*(s.at[i]-s.at[i-1])
}

// terrain is the stage's profile: straight stretches between points that go
// from left to right.
type terrain []point

// newTerrain puts hills between left and right: one summit per climb at
// summits[i], heights[i] of 0 to 1 above a ground that rises a little towards
// the finish. Up to a summit it is a long way, down a short one.
func newTerrain(summits, heights []float64, left, right, floor, height float64) terrain {
	const (
		rise   = 0.16 // of the ground, start to finish
		lowest = 0.16 // of a hill without weight
		valley = 0.34 // where the valley lies between two summits
		dip    = 0.5  // how much of the lower summit's height is lost in it
	)
	ground := func(x float64) float64 { return rise * (x - left) / (right - left) }
	t := terrain{{left, floor - 0.05*height}}
	top := 0.0
	for i, x := range summits {
		before := top
		top = ground(x) + (1-rise)*(lowest+(1-lowest)*heights[i])
		if i > 0 {
			at := summits[i-1] + valley*(x-summits[i-1])
			foot := max(ground(at)+0.05, min(top, before)*(1-dip))
			t.slope(at, floor-height*foot, height)
		}
		t.slope(x, floor-height*top, height)
	}
	t.slope(right, floor-height*(ground(right)+0.08), height)
	return t
}

// rough is how far a slope falls short of its line, in parts of the height: a
// fixed series, so that a map looks the same every time.
var rough = [...]float64{.012, .035, .004, .026, .045, .01, .03, .002, .04, .018, .008}

// slope goes on to a point, over stretches of about a dozen pixels.
func (t *terrain) slope(x, y, height float64) {
	const stretch = 13.0
	last := (*t)[len(*t)-1]
	n := max(int((x-last.x)/stretch), 1)
	steep := math.Abs(y-last.y) / height
	for i := 1; i < n; i++ {
		part := float64(i) / float64(n)
		eased := (part + part*part*(3-2*part)) / 2
		lower := height * rough[len(*t)%len(rough)] * min(1, 0.4+steep)
		*t = append(*t, point{last.x + part*(x-last.x), min(last.y+eased*(y-last.y)+lower, max(last.y, y)+0.02*height)})
	}
	*t = append(*t, point{x, y})
}

// height is the y of the profile at x.
func (t terrain) height(x float64) float64 {
	i := sort.Search(len(t), func(i int) bool { return t[i].x >= x })
	switch i {
	case 0:
		return t[0].y
	case len(t):
		return t[i-1].y
	}
	part := (x - t[i-1].x) / (t[i].x - t[i-1].x)
	return t[i-1].y + part*(t[i].y-t[i-1].y)
}

// land is path data round all below the profile, down to the floor.
func (t terrain) land(floor float64) string {
	return polyline(t...) + "L" + px(t[len(t)-1].x) + " " + px(floor) + "L" + px(t[0].x) + " " + px(floor) + "Z"
}
