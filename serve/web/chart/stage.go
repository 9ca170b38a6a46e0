package chart

import (
	"cmp"
	"html/template"
	"math"
	"slices"
	"strconv"
)

// Stage is the stage map: the success path as the profile of one stage of a
// tour. Days are those of the account's life; along the route a day
// stands for how far the middle of the renewed peers was on it.
type Stage struct {
	Title, Description string
	Climbs             []Climb
	Finish             float64 // day at which the route ends; later than every climb
	Start, End         string  // what stands at the two ends of the axis
	EndShort           string  // End where there is little room
	Today              float64 // the account's tenure
	Peloton            [2]float64
	PelotonText        string
	Rider              float64 // day on which the middle of the peers was as far; NaN: not measured
	RiderText          string
}

// Climb is one milestone of the stage map.
type Climb struct {
	Number int     // as in the list below the map, from 1
	Name   string  // as it is read
	Day    float64 // by which the middle of the renewed peers who ever had it had it
	DayOf  string  // the day as it stands on the axis
	Weight float64 // its part of the path, 0 to 1
	State  State
	Word   string // the state in words: "reached on day 41"
}

// State is how the account stands to a milestone.
type State string

// The states of a climb; each has a shape of its own.
const (
	Reached State = "reached" // disc with a tick
	Overdue State = "overdue" // diamond
	Next    State = "next"    // pennant
	Ahead   State = "ahead"   // ring
)

// Measures of the stage map, in user units.
const (
	stageMargin = 14.0
	stageHill   = 140.0 // of the highest summit
	stageFlag   = 28.0  // from a summit to the middle of its sign
	stageSign   = 10.0  // radius of a sign
	stageLabel  = 38.0  // height of a row of names, of the axis' days
	stageRows   = 3     // of names
	stageGap    = 32.0  // least between two climbs
	stageText   = 13.0  // font size
	stageBold   = 14.4  // what bold text of that size is as wide as
	stageLine   = 17.0
	stageBand   = 44.0  // from the axis to below the peloton's stretch
	stageNames  = 620.0 // from this width on, names stand above the climbs
	stageTop    = 8.0
)

// SVG draws the map for a screen and for a phone. name is unique in the page.
func (v Stage) SVG(name string) template.HTML {
	return fullSize(name, func(id string, width float64) *drawing { return drawStage(id, v, width) })
}

// Sign draws the sign of a climb by itself, for a list of climbs.
func Sign(state State, number string) template.HTML {
	const width, height = 44, 30
	d := newDrawing("", "", "", width, height)
	drawSign(d, 16, height/2, state, number)
	return d.decoration("stage-small")
}

// drawStage draws the map, width user units wide. Narrow maps carry numbers
// only: the list below the map has the names.
func drawStage(id string, v Stage, width float64) *drawing {
	s := newStageLayout(v, width)
	d := newDrawing(id, v.Title, v.Description, width, s.height)
	s.drawGround(d)
	s.drawRace(d)
	s.drawClimbs(d)
	s.drawAxis(d)
	s.drawCaptions(d)
	return d
}

// stageLayout is the map with its places worked out.
type stageLayout struct {
	view      Stage
	width     float64
	height    float64
	floor     float64 // y of the axis
	top       float64 // y below which hills may rise
	scale     stageScale
	at        []float64 // x of each climb
	hills     terrain
	lift      []float64 // of each sign above where it would stand with no neighbours
	labels    []stageLabelBox
	peers, me []string // lines of the captions
}

func newStageLayout(v Stage, width float64) stageLayout {
	v.Climbs = slices.SortedStableFunc(slices.Values(v.Climbs), func(a, b Climb) int { return cmp.Compare(a.Day, b.Day) })
	s := stageLayout{view: v, width: width}
	s.placeClimbs()
	rows := 0
	if width >= stageNames {
		s.labels = s.nameClimbs()
		for _, l := range s.labels {
			rows = max(rows, l.row+1)
		}
	}
	s.peers = wrap(v.PelotonText, stageText, width-8, 3)
	if !math.IsNaN(v.Rider) {
		s.me = wrap(v.RiderText, stageBold, width-8, 4)
	}
	s.raiseHills(stageTop + float64(rows)*stageLabel + 1.3*stageSign + stageFlag)
	s.lift = s.liftSigns()
	above := 0.0 // what raised signs need beyond the room of the highest summit
	for i := range s.at {
		above = max(above, s.top-stageFlag-s.signY(i))
	}
	s.raiseHills(s.top + above)
	s.height = s.floor + stageBand + float64(len(s.peers)+len(s.me))*stageLine + 24
	return s
}

// raiseHills computes the profile with its highest place at top.
func (s *stageLayout) raiseHills(top float64) {
	s.top, s.floor = top, top+stageHill
	heaviest := 1e-9
	for _, c := range s.view.Climbs {
		heaviest = max(heaviest, c.Weight)
	}
	heights := make([]float64, len(s.view.Climbs))
	for i, c := range s.view.Climbs {
		heights[i] = math.Sqrt(c.Weight / heaviest)
	}
	s.hills = newTerrain(s.at, heights, stageMargin, s.width-stageMargin, s.floor, stageHill)
}

// placeClimbs finds every climb's place along the route.
func (s *stageLayout) placeClimbs() {
	days := []float64{0, s.view.Finish}
	for _, c := range s.view.Climbs {
		days = append(days, c.Day)
	}
	s.scale = newStageScale(days, stageMargin, s.width-stageMargin, stageGap)
	s.at = s.scale.at[1 : len(s.view.Climbs)+1]
}

// signY is the height of climb i's sign above its summit.
func (s *stageLayout) signY(i int) float64 {
	y := s.hills.height(s.at[i]) - stageFlag
	if i < len(s.lift) {
		y -= s.lift[i]
	}
	return y
}

// liftSigns finds how far each sign must rise on its pole to cover none of those
// before it: a dozen milestones stand closer on a phone than signs are wide.
func (s *stageLayout) liftSigns() []float64 {
	const apart = 2.0
	lift := make([]float64, len(s.at))
	placed := make([]signBox, len(s.at))
	for i, x := range s.at {
		y := s.signY(i)
		box := boxOfSign(s.view.Climbs[i].State, x, y)
		for again := true; again; {
			again = false
			for _, other := range placed[:i] {
				if box.left < other.right+apart && other.left < box.right+apart && box.top < other.bottom+apart && other.top < box.bottom+apart {
					up := box.bottom + apart - other.top
					box.top, box.bottom, lift[i], again = box.top-up, box.bottom-up, lift[i]+up, true
				}
			}
		}
		placed[i] = box
	}
	return lift
}

func (s *stageLayout) number(i int) string { return strconv.Itoa(s.view.Climbs[i].Number) }
