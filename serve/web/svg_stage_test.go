package web

import (
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// anyStage draws a stage of up to a dozen climbs.
func anyStage(t *rapid.T) stageView {
	states := []climbState{climbReached, climbOverdue, climbNext, climbAhead}
	v := stageView{Title: "stage", Description: "about", Start: "day 0", Finish: 1}
	n := rapid.IntRange(1, mapClimbs).Draw(t, "climbs")
	for i := range n {
		c := climb{Number: i + 1, Name: rapid.SampledFrom([]string{"rollout", "first dashboard shared", "Berichtswesen eingeführt", "<script>alert(1)</script>",
			"a milestone whose name somebody has written out in full"}).Draw(t, "name"),
			Day: rapid.Float64Range(0, 900).Draw(t, "day"), Weight: rapid.Float64Range(0, 1).Draw(t, "weight"),
			State: rapid.SampledFrom(states).Draw(t, "state"), Word: rapid.SampledFrom([]string{"reached on day 41", "überfällig seit Tag 110"}).Draw(t, "word")}
		c.DayOf = px(math.Round(c.Day))
		v.Finish = max(v.Finish, 1.1*c.Day)
		v.Climbs = append(v.Climbs, c)
	}
	v.Today = rapid.Float64Range(0, 2000).Draw(t, "today")
	v.Finish = max(v.Finish, v.Today)
	v.End, v.EndShort = "renewal, day 1234", "day 1234"
	v.Peloton = [2]float64{rapid.Float64Range(0, v.Finish).Draw(t, "low"), rapid.Float64Range(0, v.Finish).Draw(t, "high")}
	slices.Sort(v.Peloton[:])
	v.PelotonText = "Heute, Tag 143: die mittlere Hälfte von 70 verlängerten Accounts"
	v.Rider = rapid.OneOf(rapid.Just(math.NaN()), rapid.Float64Range(0, v.Finish)).Draw(t, "rider")
	v.RiderText = rapid.SampledFrom([]string{"Acme rides in the middle of the peloton", "Nordlicht Logistik und Spedition GmbH ist, wo die Mitte des Feldes an Tag 52 war: 91 Tage Rückstand"}).Draw(t, "text")
	return v
}

func TestStageStaysInsideAndReadable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := anyStage(t)
		for _, width := range []float64{phoneWidth, fullWidth} {
			checkPicture(t, string(drawStage("s", v, width).html()))
		}
	})
}

// However close the milestones, every sign can be read: none covers another.
func TestStageSignsCoverNone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := anyStage(t)
		for _, width := range []float64{phoneWidth, fullWidth} {
			s := layStage(v, width)
			for i := range s.at {
				a := boxOfSign(s.view.Climbs[i].State, s.at[i], s.signY(i))
				for j := range i {
					b := boxOfSign(s.view.Climbs[j].State, s.at[j], s.signY(j))
					if a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom {
						t.Errorf("%.0f wide: sign %d covers sign %d", width, i+1, j+1)
					}
				}
			}
		}
	})
}

func TestStageRoadLeadsOverSummitsAndRiders(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := layStage(anyStage(t), fullWidth)
		for i := 1; i < len(s.hills); i++ {
			if s.hills[i].x <= s.hills[i-1].x {
				t.Fatalf("the road goes back at %v", s.hills[i])
			}
		}
		for i, x := range s.at {
			if i > 0 && x <= s.at[i-1] {
				t.Fatalf("climb %d does not come after the one before", i)
			}
			y := s.hills.height(x)
			for _, step := range []float64{-4, 4} {
				if s.hills.height(x+step) < y-1e-9 {
					t.Errorf("climb %d at %.1f has a higher neighbour", i, x)
				}
			}
		}
		for day := 0.; day < s.view.Finish; day += s.view.Finish / 97 {
			if s.scale.x(day) > s.scale.x(day+s.view.Finish/97)+1e-9 {
				t.Errorf("the axis goes back at day %.1f", day)
			}
		}
	})
}

// A heavier milestone is a higher climb, at the same place.
func TestStageHeightIsWeight(t *testing.T) {
	v := stageFromDemo()
	light := layStage(v, fullWidth)
	v.Climbs[1].Weight = v.Climbs[2].Weight
	heavy := layStage(v, fullWidth)
	over := func(s stageLayout) float64 { return s.floor - s.hills.height(s.at[1]) }
	if over(heavy) <= over(light) {
		t.Errorf("%.1f with the greater weight, %.1f with the lesser", over(heavy), over(light))
	}
}

func stageFromDemo() stageView {
	var v stageView
	f := demoFacts("en")
	for i, m := range f.Stage.Milestones {
		v.Climbs = append(v.Climbs, climb{Number: i + 1, Name: m.Label, Day: *m.DueDay, DayOf: px(*m.DueDay), Weight: m.Weight, State: climbAhead})
	}
	Words{}.race(f, &v, f.Stage.Milestones)
	return v
}

// The states are told apart without colour.
func TestSignsDifferInShape(t *testing.T) {
	seen := map[string]climbState{}
	for _, state := range []climbState{climbReached, climbOverdue, climbNext, climbAhead} {
		picture := string(drawSmallSign(state, 1))
		if state == climbAhead {
			picture = strings.Replace(picture, "circle", "dashed circle", 1) // the stylesheet dashes its rim
		}
		_, _, shapes := inspect(t, strings.Replace(picture, "dashed circle", "circle", 1))
		form := ""
		for _, s := range shapes {
			form += s.tag + s.attributes["d"] + " "
		}
		if state == climbAhead {
			form += "dashed"
		}
		if other, ok := seen[form]; ok {
			t.Errorf("%s and %s have the same shape", state, other)
		}
		seen[form] = state
	}
}

func TestStageNamesAllClimbsOfADemo(t *testing.T) {
	s := layStage(stageFromDemo(), fullWidth)
	if len(s.labels) != len(s.view.Climbs) {
		t.Errorf("%d of %d climbs are named", len(s.labels), len(s.view.Climbs))
	}
	if narrow := layStage(stageFromDemo(), phoneWidth); len(narrow.labels) != 0 {
		t.Errorf("%d names on a phone, where only numbers fit", len(narrow.labels))
	}
}

func TestFitAndWrap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOfN(rapid.RuneFrom([]rune("abc def ßÄ→😀 wmil")), 0, 60, -1).Draw(t, "text")
		width := rapid.Float64Range(20, 400).Draw(t, "width")
		if got := fit(text, 13, width); wordWidth(got, 13) > width {
			t.Errorf("%q is wider than %.0f", got, width)
		}
		lines := wrap(text, 13, width, 3)
		if len(lines) > 3 {
			t.Errorf("%d lines", len(lines))
		}
		for _, line := range lines {
			if wordWidth(line, 13) > width {
				t.Errorf("%q is wider than %.0f", line, width)
			}
		}
	})
	if got := wrap("one two three", 13, 1000, 2); !slices.Equal(got, []string{"one two three"}) {
		t.Errorf("%q", got)
	}
}
