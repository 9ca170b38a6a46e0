// Package behaviour tests whether what an account does changed beyond its usual.
//
// In go the account's own weekly counts of each event type, whole weeks before a
// date, oldest first, and what all accounts did in the same weeks; out comes, for
// each type, how far the account went from its own past, when, and how often chance
// does that. It looks at what was observed, never at a score: what a change is worth
// is somebody else's question. Numbers only: weeks are indices, types are names.
package behaviour

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/etappe/etappe/models"
)

// Weeks is how many whole weeks before a date a Record holds.
const Weeks = 26

// Driver is one thing that accounts do, as it is tested.
type Driver struct {
	Name string `json:"name"` // the event type
	// Group numbers the drivers that share a part of the limit of false alarms.
	Group int `json:"group"`
	// Better is +1 where more is better, −1 where more is worse.
	Better float64 `json:"better"`
	// Drift is the variance of the log of the rate from one week to the next, Noise
	// that of a single week around it, both beyond chance in counts.
	Drift float64 `json:"drift"`
	Noise float64 `json:"noise"`
}

// Model is what is usual for the drivers of accounts, learned on accounts that
// renewed. It does not change once made.
type Model struct {
	drivers []Driver
	roles   []string // event types that one person of an account does most of
	limit   float64  // false alarms, per account and comparison and direction
	aim     float64  // part of the limit that is aimed at, see aimFor
	groups  int
	// alone[side][g] are the quantiles at levels of the size of a driver's test in group g
	// where nothing changed, most[side][g] those of the largest evidence among the group's.
	alone, most [sides][][]float64
	importance  [][]float64 // [cluster][driver] root mean square of what its bars do, in usual movements of the score
	checked     Checked
}

// Checked is how often accounts that renewed were taken to have changed, on accounts
// that nothing was learned from; NaN: not measured.
type Checked struct {
	Comparisons int  `json:"comparisons"`
	Accounts    int  `json:"accounts"` // 0: an artifact of before they were counted
	Worse       Rate `json:"worse"`
	Better      Rate `json:"better"`
}

// Rate is a share of comparisons with its 95 % interval: Wilson's, of as many
// comparisons as those of one account together are worth.
type Rate struct {
	Share float64 `json:"share"`
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
}

// The sides on which something can change.
const (
	worse = iota
	better
	sides
)

// side is the side of a change: z of the test of a driver.
func (d *Driver) side(z float64) int {
	if z*d.Better > 0 {
		return better
	}
	return worse
}

// DefaultLimit is the share of comparisons of an account to which nothing happened
// in which a change for the worse may be reported, and the same for the better.
const DefaultLimit = 0.02

// Drivers returns the drivers, in the order of Record.Counts.
func (m *Model) Drivers() []Driver { return slices.Clone(m.drivers) }

// Names returns the drivers' names.
func (m *Model) Names() []string {
	names := make([]string, len(m.drivers))
	for d := range m.drivers {
		names[d] = m.drivers[d].Name
	}
	return names
}

// Roles returns the event types that one person of an account does most of, in the
// order of Record.People.
func (m *Model) Roles() []string { return slices.Clone(m.roles) }

// Limit returns the share of false alarms that is allowed in each direction.
func (m *Model) Limit() float64 { return m.limit }

// Checked returns how the limit held on accounts that nothing was learned from.
func (m *Model) Checked() Checked { return m.checked }

// WithChecked returns the model with what was measured of it.
func (m *Model) WithChecked(c Checked) *Model {
	other := *m
	other.checked = c
	return &other
}

// validate refuses a model that cannot have been learned.
func (m *Model) validate() error {
	if !(m.limit > 0 && m.limit < 0.5) {
		return fmt.Errorf("a limit of %v", m.limit)
	}
	if !(m.aim > 0 && m.aim <= 1) {
		return fmt.Errorf("%v of the limit aimed at", m.aim)
	}
	for _, d := range m.drivers {
		if d.Name == "" || d.Group < 0 || d.Group >= m.groups || math.Abs(d.Better) != 1 ||
			!(d.Drift > 0 && d.Drift < math.Inf(1)) || !(d.Noise > 0 && d.Noise < math.Inf(1)) {
			return fmt.Errorf("driver %+v", d)
		}
	}
	if len(m.importance) == 0 {
		return errors.New("no cluster")
	}
	for _, list := range m.importance {
		if len(list) != len(m.drivers) || slices.ContainsFunc(list, func(v float64) bool { return !(v >= 0 && v <= mostUsuals) }) {
			return fmt.Errorf("importance %v of %d drivers", list, len(m.drivers))
		}
	}
	for _, tables := range [][][]float64{m.alone[worse], m.alone[better], m.most[worse], m.most[better]} {
		if len(tables) != m.groups {
			return fmt.Errorf("%d tables of quantiles for %d groups", len(tables), m.groups)
		}
		for _, table := range tables {
			if len(table) != len(levels) || !slices.IsSorted(table) {
				return fmt.Errorf("quantiles %v", table)
			}
		}
	}
	return nil
}

// errState makes an error of a saved state.
func errState(err error) error { return fmt.Errorf("behaviour: %w: %w", err, models.ErrState) }
