package web

import (
	"math"
	"slices"
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

// terrain is the stage's profile: valleys and summits joined by slopes that are
// level at both ends.
type terrain struct {
	x, y []float64 // rising x; y in pixels, downwards
}

// newTerrain lays hills between left and right: one summit per climb at
// summits[i], heights[i] of 0 to 1 above a floor that rises a little towards the
// finish. Up to a summit it is a long way, down a short one.
func newTerrain(summits, heights []float64, left, right, floor, height float64) terrain {
	const (
		rise   = 0.16 // of the floor, start to finish
		lowest = 0.14 // of a hill without weight
		valley = 0.32 // where the valley lies between two summits
		dip    = 0.45 // how much of the lower summit's height is lost in it
	)
	ground := func(x float64) float64 { return rise * (x - left) / (right - left) }
	var t terrain
	add := func(x, part float64) {
		t.x, t.y = append(t.x, x), append(t.y, floor-height*part)
	}
	add(left, 0.04)
	for i, x := range summits {
		top := ground(x) + (1-rise)*(lowest+(1-lowest)*heights[i])
		if i > 0 {
			before := (floor - t.y[len(t.y)-1]) / height
			at := summits[i-1] + valley*(x-summits[i-1])
			foot := ground(at) + 0.05
			add(at, max(foot, min(top, before)*(1-dip)))
		}
		add(x, top)
	}
	add(right, ground(right)+0.08)
	return t
}

// height is the y of the profile at x: smoothstep between its points.
func (t terrain) height(x float64) float64 {
	i, _ := slices.BinarySearch(t.x, x)
	switch {
	case i == 0:
		return t.y[0]
	case i == len(t.x):
		return t.y[i-1]
	}
	part := (x - t.x[i-1]) / (t.x[i] - t.x[i-1])
	return t.y[i-1] + (t.y[i]-t.y[i-1])*part*part*(3-2*part)
}
