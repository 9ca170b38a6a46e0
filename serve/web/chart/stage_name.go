package chart

import (
	"cmp"
	"slices"
)

// stageLabelBox is where a climb's name stands.
type stageLabelBox struct {
	climb       int
	row         int // 0: next to the hills
	left, right float64
	name, word  string
}

// nameTries bounds the search for room.
const nameTries = 3000

// nameClimbs finds room for the climbs' names so that none covers another, or
// the line up to another. If there is no room for all, the name of the lightest
// Climb is left to the list below the map.
func (s *stageLayout) nameClimbs() []stageLabelBox {
	named := make([]int, len(s.view.Climbs))
	for i := range named {
		named[i] = i
	}
	for len(named) > 0 {
		tries := nameTries
		if boxes, ok := s.findRoom(named, nil, &tries); ok {
			return boxes
		}
		lightest := slices.MinFunc(named, func(a, b int) int { return cmp.Compare(s.view.Climbs[a].Weight, s.view.Climbs[b].Weight) })
		named = slices.DeleteFunc(named, func(i int) bool { return i == lightest })
	}
	return nil
}

// findRoom places the climbs from left to right, going back where that leads
// nowhere.
func (s *stageLayout) findRoom(named []int, placed []stageLabelBox, tries *int) ([]stageLabelBox, bool) {
	if len(placed) == len(named) {
		return slices.Clone(placed), true
	}
	for _, box := range s.placesFor(named[len(placed)]) {
		*tries--
		if *tries < 0 {
			return nil, false
		}
		if s.free(box, placed) {
			if boxes, ok := s.findRoom(named, append(placed, box), tries); ok {
				return boxes, true
			}
		}
	}
	return nil, false
}

// placesFor lists where the name of climb i may stand, the best first.
func (s *stageLayout) placesFor(i int) []stageLabelBox {
	const most, edge = 190.0, 2.0
	c := s.view.Climbs[i]
	box := stageLabelBox{climb: i, name: fit(c.Name, stageBold, most), word: fit(c.Word, stageText-1, most)}
	wide := max(TextWidth(box.name, stageBold), TextWidth(box.word, stageText-1))
	var places []stageLabelBox
	for box.row = range stageRows {
		for _, back := range []float64{0.5, 0.25, 0.75, 0.08, 0.92} { // the name's part left of its climb
			box.left = between(s.at[i]-back*wide, edge, s.width-edge-wide)
			box.right = box.left + wide
			places = append(places, box)
		}
	}
	return places
}

// free reports whether a name can stand beside those that are placed.
func (s *stageLayout) free(box stageLabelBox, placed []stageLabelBox) bool {
	const apart = 14.0
	covers := func(b stageLabelBox, x float64) bool { return b.left-apart/2 < x && x < b.right+apart/2 }
	return !slices.ContainsFunc(placed, func(other stageLabelBox) bool {
		switch {
		case other.row == box.row:
			return box.left < other.right+apart && other.left < box.right+apart
		case other.row > box.row:
			return covers(box, s.at[other.climb])
		}
		return covers(other, s.at[box.climb])
	})
}
