package web

import (
	"cmp"
	"html/template"
	"math"
	"slices"
	"strconv"
)

// stageView is what the stage map shows: the success path as the profile of one
// stage of a tour. Days are those of the account's life; along the route a day
// stands for how far the middle of the renewed peers was on it. All texts are
// in the reader's language.
type stageView struct {
	Title, Description string
	Climbs             []climb
	Finish             float64 // day at which the route ends; later than every climb
	Start, End         string  // what stands at the two ends of the axis
	Today              float64 // the account's tenure
	Peloton            [2]float64
	PelotonText        string
	Rider              float64 // day on which the middle of the peers was as far; NaN: not measured
	RiderText          string
}

// climb is one milestone of the stage map.
type climb struct {
	Number int     // as in the list below the map, from 1
	Name   string  // as it is read
	Day    float64 // by which the middle of the renewed peers who ever had it had it
	DayOf  string  // the day in words: "day 28"
	Weight float64 // its part of the path, 0 to 1
	State  climbState
	Word   string // the state in words: "reached on day 41"
}

// climbState says how the account stands to a milestone.
type climbState string

// The states of a climb; each has a shape of its own.
const (
	climbReached climbState = "reached" // disc with a tick
	climbOverdue climbState = "overdue" // diamond
	climbNext    climbState = "next"    // pennant
	climbAhead   climbState = "ahead"   // ring
)

// Measures of the stage map, in user units.
const (
	stageMargin   = 14.0
	stageHill     = 120.0 // of the highest summit
	stageFlag     = 30.0  // from a summit to the middle of its sign
	stageSign     = 10.0  // radius of a sign
	stageLabel    = 38.0  // height of a row of names
	stageRows     = 3     // of names
	stageGap      = 30.0  // least between two climbs
	stageText     = 13.0  // font size
	stageWide     = 620.0 // from this width on, names stand above the climbs
	stageShoulder = 16.0  // above and below the map
)

// drawStage draws the map, width user units wide. Narrow maps carry numbers
// only: the list below says what they stand for.
func drawStage(id string, v stageView, width float64) template.HTML {
	s := layStage(v, width)
	p := &pen{}
	p.begin(id, "stage-map", "img", width, s.height, v.Title, v.Description)
	s.clip(p, id)
	s.drawGround(p, id)
	s.drawClimbs(p)
	s.drawAxis(p)
	s.drawRace(p)
	return p.end()
}

// stageLayout is the map with its places worked out.
type stageLayout struct {
	view   stageView
	width  float64
	height float64
	floor  float64 // y of the axis
	top    float64 // y below which hills may rise
	scale  stageScale
	at     []float64 // x of each climb
	hills  terrain
	labels []stageLabelBox
}

// stageLabelBox is where a climb's name stands.
type stageLabelBox struct {
	climb       int
	row         int // 0: next to the hills
	left, right float64
	name, word  string
}

func layStage(v stageView, width float64) stageLayout {
	v.Climbs = slices.SortedStableFunc(slices.Values(v.Climbs), func(a, b climb) int { return cmp.Compare(a.Day, b.Day) })
	s := stageLayout{view: v, width: width}
	left, right := stageMargin, width-stageMargin
	days := []float64{0, v.Finish}
	for _, c := range v.Climbs {
		days = append(days, c.Day)
	}
	s.scale = newStageScale(days, left, right, stageGap)
	heaviest := 0.0
	for i, c := range v.Climbs {
		s.at = append(s.at, s.scale.at[i+1])
		heaviest = max(heaviest, c.Weight)
	}
	heights := make([]float64, len(v.Climbs))
	for i, c := range v.Climbs {
		heights[i] = math.Sqrt(c.Weight / max(heaviest, 1e-9))
	}
	rows := 0
	if width >= stageWide {
		s.labels = s.nameClimbs()
		for _, l := range s.labels {
			rows = max(rows, l.row+1)
		}
	}
	s.top = stageShoulder + float64(rows)*stageLabel + 2*stageSign + stageFlag - stageSign
	s.floor = s.top + stageHill
	s.height = s.floor + 3*stageLabel + stageShoulder
	s.hills = newTerrain(s.at, heights, left, right, s.floor, stageHill)
	return s
}

// nameClimbs finds room for the climbs' names, the heaviest first: in the
// lowest row where a name covers no other name and no other climb's line up to
// its own. A name that finds no room is left to the list.
func (s *stageLayout) nameClimbs() []stageLabelBox {
	order := make([]int, len(s.view.Climbs))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Compare(s.view.Climbs[b].Weight, s.view.Climbs[a].Weight)
	})
	var placed []stageLabelBox
	for _, i := range order {
		if box, ok := s.roomFor(i, placed); ok {
			placed = append(placed, box)
		}
	}
	return placed
}

func (s *stageLayout) roomFor(i int, placed []stageLabelBox) (stageLabelBox, bool) {
	const most, apart = 190.0, 12.0
	c := s.view.Climbs[i]
	box := stageLabelBox{climb: i, name: shorten(c.Name, stageText, most), word: shorten(c.Word, stageText-1, most)}
	wide := max(wordWidth(box.name, stageText), wordWidth(box.word, stageText-1))
	for box.row = range stageRows {
		for _, back := range []float64{0.5, 0.08, 0.92} { // the name's part left of its climb
			box.left = between(s.at[i]-back*wide, 2, s.width-2-wide)
			box.right = box.left + wide
			free := !slices.ContainsFunc(placed, func(other stageLabelBox) bool {
				switch {
				case other.row == box.row:
					return box.left < other.right+apart && other.left < box.right+apart
				case other.row > box.row:
					return box.left-apart < s.at[other.climb] && s.at[other.climb] < box.right+apart
				}
				return other.left-apart < s.at[i] && s.at[i] < other.right+apart
			})
			if free {
				return box, true
			}
		}
	}
	return box, false
}

// signY is the height of climb i's sign above its summit.
func (s *stageLayout) signY(i int) float64 { return s.hills.height(s.at[i]) - stageFlag }

func (s *stageLayout) number(i int) string { return strconv.Itoa(s.view.Climbs[i].Number) }
