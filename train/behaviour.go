package train

import (
	"context"
	"errors"
	"fmt"
	"math"

	"github.com/etappe/etappe/datasets"
	"github.com/etappe/etappe/features"
	"github.com/etappe/etappe/features/catalog"
	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/behaviour"
	"github.com/etappe/etappe/models/peers"
)

// weeklyRows is about how many snapshots have their weeks read, at most: as good as
// all of them.
const weeklyRows = 20_000

// weekly is what accounts did by week before some of the snapshots.
type weekly struct {
	*features.Weekly
	of []int // by row of the data: its snapshot in Weekly; −1: not read
}

// newWeekly reads the weeks of all snapshots or, where there are more than weeklyRows,
// of all those of every second, third, … account.
func newWeekly(ctx context.Context, t *datasets.Tables, c *catalog.Catalog, snapshots []features.Snapshot) (*weekly, error) {
	roles, err := features.FindRoles(ctx, t, c, snapshots)
	if err != nil {
		return nil, err
	}
	w := &weekly{of: make([]int, len(snapshots))}
	var read []features.Snapshot
	step := int32(len(snapshots)/weeklyRows + 1)
	for i, s := range snapshots {
		if w.of[i] = -1; s.Account%step == 0 {
			w.of[i] = len(read)
			read = append(read, s)
		}
	}
	w.Weekly, err = features.BuildWeekly(ctx, t, c, roles, read)
	return w, err
}

// drivers are the event types as they are tested.
func (w *weekly) drivers(c *catalog.Catalog) []behaviour.Driver {
	const use, support = 0, 1
	themes := map[string]catalog.Theme{}
	for _, d := range c.Definitions {
		if d.Type != "" {
			themes[d.Type] = d.Theme
		}
	}
	grouped := map[bool]bool{}
	for _, name := range w.Types {
		grouped[themes[name] == catalog.Support] = true
	}
	var list []behaviour.Driver
	for _, name := range w.Types {
		d := behaviour.Driver{Name: name, Group: use, Better: 1}
		if themes[name] == catalog.Support {
			d.Better = -1
			if grouped[false] {
				d.Group = support
			}
		}
		list = append(list, d)
	}
	return list
}

// What is compared: two snapshots of an account about so many days apart.
const (
	comparedFrom = 45
	comparedTo   = 120
)

// A record holds as many weeks and people as are read for it.
var _ = [behaviour.Weeks][behaviour.MostPeople]struct{}([features.WeeklyWeeks][features.WeeklyPeople]struct{}{})

// fitBehaviour learns what is usual for what accounts do, from accounts that renewed,
// and checks it on a quarter of them, which it does not learn from; nil where too few
// did.
func fitBehaviour(d *Data, limit float64, frame *models.Frame, churn models.Explainer, usual *peers.Peers) (*behaviour.Model, error) {
	if d.weekly == nil || usual == nil || len(d.weekly.Types) == 0 {
		return nil, nil
	}
	drivers := d.weekly.drivers(d.Catalog)
	learned, held, err := d.comparisons(frame, churn, usual, drivers)
	if err != nil {
		return nil, err
	}
	m, err := behaviour.Fit(drivers, d.weekly.Roles, limit, learned)
	if errors.Is(err, models.ErrTraining) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return m.WithChecked(m.Check(held)), nil
}

// comparisons lists pairs of snapshots of accounts that renewed after both, those to
// learn from and those of every fourth account, to check on.
func (d *Data) comparisons(frame *models.Frame, churn models.Explainer, usual *peers.Peers, drivers []behaviour.Driver) (learned, held []behaviour.Comparison, err error) {
	from, to := d.pairs()
	if len(from) == 0 {
		return nil, nil, nil
	}
	moved, err := churn.Move(frame.Select(from), frame.Select(to))
	if err != nil {
		return nil, nil, fmt.Errorf("learning behaviour: %w", err)
	}
	driverOf := make([]int, len(d.Catalog.Definitions))
	for j := range driverOf {
		driverOf[j] = -1
		for k := range drivers {
			if d.Catalog.Definitions[j].Type == drivers[k].Name {
				driverOf[j] = k
			}
		}
	}
	days := d.days()
	for i := range from {
		a, b := from[i], to[i]
		one := behaviour.Comparison{Record: d.weekly.record(b), Common: d.weekly.common(b), Worth: make([]float64, len(drivers)), Cluster: frame.ClusterOf(b), Account: d.Account[b]}
		span := days[b] - days[a]
		one.First = behaviour.Weeks - int(math.Ceil(span/models.WeekDays))
		scale := usual.Movement(frame.ClusterOf(b)) * math.Sqrt(peers.Growth(span))
		for j, k := range driverOf {
			if k >= 0 && scale > 0 && math.IsNaN(frame.Columns[j][a]) == math.IsNaN(frame.Columns[j][b]) {
				one.Worth[k] -= moved.Share[j][i] / scale // log-odds of churn: less is better
			}
		}
		if d.Account[b]%4 == 3 {
			held = append(held, one)
			continue
		}
		learned = append(learned, one)
	}
	return learned, held, nil
}

// pairs lists rows of decisions to renew (to), each with the account's latest such row
// that lies comparedFrom to comparedTo days before it (from).
func (d *Data) pairs() (from, to []int) {
	rows := map[int32][]int{}
	for i, a := range d.Account {
		if d.weekly.of[i] >= 0 && !d.Churned[i] {
			rows[a] = append(rows[a], i)
		}
	}
	days := d.days()
	for i, a := range d.Account {
		if d.weekly.of[i] < 0 || d.Churned[i] {
			continue
		}
		best := -1
		for _, k := range rows[a] {
			if span := days[i] - days[k]; span >= comparedFrom && span <= comparedTo && (best < 0 || days[k] > days[best]) {
				best = k
			}
		}
		if best >= 0 {
			from, to = append(from, best), append(to, i)
		}
	}
	return from, to
}

// record is what was done before row i.
func (w *weekly) record(i int) *behaviour.Record {
	return behaviour.NewRecord(w, w.of[i], w.Types, w.Types, len(w.Roles), nil)
}

// common is what all accounts had in common before row i.
func (w *weekly) common(i int) behaviour.Common {
	return behaviour.CommonOf(w, w.of[i], w.Types, w.Types)
}
