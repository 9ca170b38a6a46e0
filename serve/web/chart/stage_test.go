package chart

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// anyStage draws a stage of up to a dozen climbs.
func anyStage(t *rapid.T) Stage {
	states := []State{Reached, Overdue, Next, Ahead}
	v := Stage{Title: "stage", Description: "about", Start: "day 0", Finish: 1}
	n := rapid.IntRange(1, 12).Draw(t, "climbs")
	for i := range n {
		c := Climb{Number: i + 1, Name: rapid.SampledFrom([]string{"rollout", "first dashboard shared", "Berichtswesen eingeführt", "<script>alert(1)</script>",
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

// However close the milestones, every sign can be read: none covers another.
func TestStageSignsCoverNone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := anyStage(t)
		for _, width := range []float64{phoneWidth, fullWidth} {
			s := newStageLayout(v, width)
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
		s := newStageLayout(anyStage(t), fullWidth)
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
	v := demoStage()
	light := newStageLayout(v, fullWidth)
	v.Climbs[1].Weight = v.Climbs[2].Weight
	heavy := newStageLayout(v, fullWidth)
	over := func(s stageLayout) float64 { return s.floor - s.hills.height(s.at[1]) }
	if over(heavy) <= over(light) {
		t.Errorf("%.1f with the greater weight, %.1f with the lesser", over(heavy), over(light))
	}
}

// demoStage is day 143 of a path of six milestones.
func demoStage() Stage {
	v := Stage{Title: "stage", Start: "day 0", End: "renewal, day 286", EndShort: "day 286", Finish: 286, Today: 143, Peloton: [2]float64{100, 190},
		PelotonText: "Today, day 143: the middle half of 70 renewed peers", Rider: 52, RiderText: "Nordlicht is where the middle of the peloton was on day 52: 91 days behind"}
	for i, m := range []struct {
		name        string
		weight, due float64
		state       State
		word        string
	}{{"Data connected", .12, 12, Reached, "reached on day 9"}, {"First dashboard shared", .22, 30, Reached, "reached on day 41"},
		{"Weekly report scheduled", .3, 60, Overdue, "overdue since day 60"}, {"Leadership view", .22, 110, Overdue, "overdue since day 110"},
		{"Forecast published", .1, 190, Next, "next, due by day 190"}, {"Nightly run trusted", .04, 260, Ahead, "ahead, due by day 260"}} {
		v.Climbs = append(v.Climbs, Climb{Number: i + 1, Name: m.name, Day: m.due, DayOf: px(m.due), Weight: m.weight, State: m.state, Word: m.word})
	}
	return v
}

func TestStageNamesAllClimbsOfADemo(t *testing.T) {
	s := newStageLayout(demoStage(), fullWidth)
	if len(s.labels) != len(s.view.Climbs) {
		t.Errorf("%d of %d climbs are named", len(s.labels), len(s.view.Climbs))
	}
	if narrow := newStageLayout(demoStage(), phoneWidth); len(narrow.labels) != 0 {
		t.Errorf("%d names on a phone, where only numbers fit", len(narrow.labels))
	}
}
