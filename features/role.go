package features

import (
	"context"
	"slices"

	"github.com/etappe/etappe/datasets"
	"github.com/etappe/etappe/features/catalog"
)

// When an event type is somebody's role.
const (
	roleShare     = 0.8 // of a type that the busiest person does, in the median snapshot
	roleActs      = 8   // occurrences within WeeklyWeeks that a snapshot needs to show it
	roleSnapshots = 20  // such snapshots, however many of one account
	roleSample    = 500 // snapshots that are looked at, at most
)

// FindRoles returns the event types of product use that one person does nearly alone
// at most of the snapshots, such as administration, sorted. It looks at no more than
// roleSample of them.
func FindRoles(ctx context.Context, t *datasets.Tables, c *catalog.Catalog, snapshots []Snapshot) ([]string, error) {
	var candidates []string
	for _, name := range WeeklyTypes(c) {
		if slices.Contains(c.Usage, name) {
			candidates = append(candidates, name)
		}
	}
	step := len(snapshots)/roleSample + 1
	var sample []Snapshot
	for i := 0; i < len(snapshots); i += step {
		sample = append(sample, snapshots[i])
	}
	y, err := buildWeekly(ctx, t, c, candidates, sample, false)
	if err != nil {
		return nil, err
	}
	var roles []string
	for k, name := range candidates {
		var shares []float64
		for cell := range y.x.day {
			key := roleCell{int32(cell), int32(k)}
			if n := y.acted[key]; n >= roleActs {
				shares = append(shares, float64(y.people[key][0].total())/float64(n))
			}
		}
		slices.Sort(shares)
		if len(shares) >= roleSnapshots && shares[len(shares)/2] >= roleShare {
			roles = append(roles, name)
		}
	}
	return roles, nil
}
