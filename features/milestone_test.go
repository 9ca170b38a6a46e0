package features

import (
	"math"
	"slices"
	"testing"

	"github.com/etappe/etappe/datasets"
	"github.com/etappe/etappe/features/catalog"
)

func TestMilestones(t *testing.T) {
	rows := []row{
		use(0, "export", at(30, 1)), use(0, "export", at(20, 1)), use(0, "export", at(40, 1)),
		use(0, "report", at(5, 1)), use(0, "report", at(25, 1)),
		use(1, "report", at(3, 1)),
	}
	rows[1].seen = at(60, 1) // the first export was long not known
	rows[3].count = 4
	for i, user := range []uint64{7, 7, 8, 9, 8} {
		rows[i].user = user
	}
	tables := &datasets.Tables{Accounts: accounts(0, 10), Events: stream(rows), Milestones: []datasets.Milestone{
		{Account: 0, Name: "trained", ReachedAt: at(33, 9), IngestedAt: at(50, 9)},
		{Account: 0, Name: "trained", ReachedAt: at(45, 9), IngestedAt: at(45, 9)},
		{Account: 1, Name: "trained", ReachedAt: at(5, 9), IngestedAt: at(5, 9)}, // before the account was created
	}}
	c := catalogOf(t, tables, Config{Milestones: []catalog.MilestoneRule{
		{Name: "first_export", Event: "export"}, {Name: "five_reports", Event: "report", Nth: 5},
		{Name: "second_user", Users: 2}, {Name: "exporters", Event: "export", Users: 2},
	}})
	var snapshots []Snapshot
	for _, day := range []int{26, 41, 46, 70} {
		snapshots = append(snapshots, Snapshot{Account: 0, AsOf: on(day), Renewal: -1})
	}
	snapshots = append(snapshots, Snapshot{Account: 1, AsOf: on(46), Renewal: -1})
	_, j := buildOf(t, c, tables, snapshots)
	nan := math.NaN()
	want := map[string][]float64{
		"first_export": {nan, 30, 30, 20, nan},
		"five_reports": {25, 25, 25, 25, nan},
		"second_user":  {25, 25, 25, 20, nan}, // users 9 and 8, later 7 on day 20
		"exporters":    {nan, 40, 40, 40, nan},
		"trained":      {nan, nan, 45, 33, 0},
	}
	if !slices.Equal(j.Milestones, []string{"exporters", "first_export", "five_reports", "second_user", "trained"}) {
		t.Fatalf("milestones: %v", j.Milestones)
	}
	for k, name := range j.Milestones {
		for i := range snapshots {
			if !same(j.Reached[k][i], want[name][i]) {
				t.Errorf("%s at %s: %v, not %v", name, snapshots[i].AsOf.Format("Jan 2"), j.Reached[k][i], want[name][i])
			}
		}
	}
	if !slices.Equal(j.Tenure, []float64{26, 41, 46, 70, 36}) {
		t.Errorf("tenure: %v", j.Tenure)
	}
	// Milestones that the catalogue does not name are passed over.
	tables.Milestones = append(tables.Milestones, datasets.Milestone{Name: "new", ReachedAt: at(1, 1), IngestedAt: at(1, 1)})
	if _, again := buildOf(t, c, tables, snapshots); !slices.Equal(again.Milestones, j.Milestones) {
		t.Errorf("milestones: %v", again.Milestones)
	}
}

// A milestone with several rows an account repeats, by its gaps; what is known at a
// date decides whether it holds, and an event may repeat too.
func TestRepeatedMilestones(t *testing.T) {
	tables := &datasets.Tables{Accounts: accounts(0, 0), Events: stream([]row{use(0, "sync", at(100, 1)), use(0, "sync", at(104, 1))})}
	add := func(account int32, name string, day, seen int) {
		tables.Milestones = append(tables.Milestones, datasets.Milestone{Account: account, Name: name, ReachedAt: at(day, 9), IngestedAt: at(seen, 9)})
	}
	for _, day := range []int{20, 50, 80} {
		add(0, "review", day, day)
		add(1, "review", day, day)
	}
	add(0, "review", 110, 125) // long not known
	add(0, "signed", 5, 5)
	add(0, "signed", 9, 9)
	c := catalogOf(t, tables, Config{Milestones: []catalog.MilestoneRule{{Name: "synced", Event: "sync", Repeats: "weekly"}}})
	var snapshots []Snapshot
	for _, day := range []int{30, 90, 120, 127, 160} {
		snapshots = append(snapshots, Snapshot{Account: 0, AsOf: on(day), Renewal: -1})
	}
	_, j := buildOf(t, c, tables, snapshots)
	nan := math.NaN()
	want := map[string][]float64{
		"review": {20, 20, 20, 20, 20}, "signed": {5, 5, 5, 5, 5}, "synced": {nan, nan, 100, 100, 100},
		"review:latest": {20, 80, 80, 110, nan}, "review:regular": {nan, 80, 80, 110, nan}, "review:steady": {nan, nan, nan, nan, nan},
		"synced:latest": {nan, nan, nan, nan, nan}, "synced:regular": {nan, nan, nan, nan, nan}, "synced:steady": {nan, nan, nan, nan, nan},
	}
	if len(j.Milestones) != len(want) {
		t.Errorf("milestones %v", j.Milestones)
	}
	for k, name := range j.Milestones {
		for i := range snapshots {
			if !same(j.Reached[k][i], want[name][i]) {
				t.Errorf("%s at %s: %v, not %v", name, snapshots[i].AsOf.Format("Jan 2"), j.Reached[k][i], want[name][i])
			}
		}
	}
	never := catalogOf(t, tables, Config{Milestones: []catalog.MilestoneRule{{Name: "review", Repeats: catalog.NeverRepeats}}})
	if len(never.Milestones) != 2 {
		t.Errorf("never: %v", never.Milestones)
	}
}
