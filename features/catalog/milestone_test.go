package catalog

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// A monthly report holds while it comes: once for the latest, three times for regular.
func TestRepeatedMilestoneHolds(t *testing.T) {
	steps := MilestoneRule{Name: "report", Repeats: "monthly"}.Repeated()
	if len(steps) != 3 || steps[0].Name != "report:latest" || steps[1].Delay() != 62 || steps[2].Of != "report" {
		t.Fatalf("steps %+v", steps)
	}
	days := []int32{10, 40, 71, 102}
	for _, c := range []struct {
		step   int
		at     int32
		latest int32
		ok     bool
	}{
		{0, 10, 0, false}, {0, 11, 10, true}, {0, 103, 102, true}, {0, 148, 102, true}, {0, 149, 0, false},
		{1, 72, 71, true}, {1, 71, 0, false}, {1, 103, 102, true}, {1, 148, 102, true}, {1, 149, 0, false},
		{2, 148, 0, false},
	} {
		if latest, ok := steps[c.step].Holds(days, c.at); latest != c.latest || ok != c.ok {
			t.Errorf("%s at %d: %d, %v, want %d, %v", steps[c.step].Name, c.at, latest, ok, c.latest, c.ok)
		}
	}
	if _, ok := steps[1].Holds([]int32{100, 101, 102}, 103); ok {
		t.Error("three days in a row are three months")
	}
	if rule := (MilestoneRule{Name: "once"}); rule.Repeated() != nil {
		t.Error("a milestone that is reached once has steps")
	}
	if of, suffix := SplitRepeated("report:steady"); of != "report" || suffix != SteadySuffix {
		t.Errorf("%q, %q", of, suffix)
	}
}

// What is not before the date is not looked at, and the latest is the last one before it.
func TestRepeatedMilestoneKnowsNoFuture(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		days := rapid.SliceOfN(rapid.Int32Range(0, 800), 0, 40).Draw(t, "days")
		slices.Sort(days)
		at := rapid.Int32Range(0, 800).Draw(t, "at")
		before := slices.DeleteFunc(slices.Clone(days), func(day int32) bool { return day >= at })
		for _, step := range (MilestoneRule{Name: "a", Repeats: "weekly"}).Repeated() {
			latest, ok := step.Holds(days, at)
			if again, same := step.Holds(before, at); again != latest || same != ok {
				t.Fatalf("%s: %d %v, without the future %d %v", step.Name, latest, ok, again, same)
			}
			if ok && (latest >= at || latest != before[len(before)-1]) {
				t.Fatalf("%s: latest %d of %v at %d", step.Name, latest, days, at)
			}
		}
	})
}
