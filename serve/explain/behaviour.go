package explain

import (
	"math"
	"slices"
	"time"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/behaviour"
	"github.com/etappe/etappe/models/peers"
	"github.com/etappe/etappe/serve/score"
)

// Observed is what the account did in the weeks before the later of two dates, and
// what all accounts had in common in them.
type Observed struct {
	Record *behaviour.Record
	Common behaviour.Common
}

// Behaviour is one thing that the account does and that changed beyond its usual: what
// was observed, not what it is worth in the score.
type Behaviour struct {
	Code string `json:"code"` // stable; names the event type
	// Driver is the event type; Person is set where not how often it occurs changed, but
	// the person who did it most is there no more.
	Driver string `json:"driver"`
	Person bool   `json:"person"`
	Text   string `json:"text"` // written by package serve/text
	// Before and After count occurrences up to the change and since; of a person, days
	// with any use of the product.
	Before behaviour.Count `json:"before"`
	After  behaviour.Count `json:"after"`
	// Chance is the share of accounts to which nothing happened that show at least so
	// much of this driver.
	Chance float64 `json:"chance"`
	// Since is the likeliest day of the change, 2006-01-02; with 95 % confidence it is
	// from SinceFrom to SinceTo.
	Since     string `json:"since"`
	SinceFrom string `json:"since_from"`
	SinceTo   string `json:"since_to"`
	Better    bool   `json:"better"` // a change for the better, by the driver's theme
}

// BehaviourTheme begins the codes of changes of behaviour.
const BehaviourTheme = "BEHAVIOUR."

// keyUser begins the name of a role in a code, KeyUserTheme the code.
const (
	keyUser      = "KEY_USER_"
	KeyUserTheme = BehaviourTheme + keyUser
)

// leastSpan is how many weeks are looked at where the two dates lie closer together.
const leastSpan = 4

// behave tests what the account did between the two dates against its own past, where
// that is known. The worth of a driver, in the order of which changes are looked at, is
// its bars' points in usual movements of the whole score.
func (c *comparison) behave(e *Explanation) {
	o, s, to := c.options.Observed, c.scorers[1], c.date(1)
	if o == nil || s == nil || s.Behaviour() == nil || !c.date(0).Before(to) {
		return
	}
	m, days := s.Behaviour(), c.days()
	first := min(behaviour.Weeks-int(math.Ceil(days/models.WeekDays)), behaviour.Weeks-leastSpan)
	changes := m.Changes(o.Record, o.Common, max(first, 0))
	usual := 0.0
	if typical, ok := c.typicalMovement(); ok {
		usual = typical * math.Sqrt(peers.Growth(days))
	}
	worth, names := make([]float64, len(changes)), m.Names()
	for i, one := range changes {
		if !one.Role && usual > 0 {
			worth[i] = e.pointsOfType(names[one.Driver]) / usual
		}
	}
	e.Behaviour, e.Limit = []Behaviour{}, m.Limit()
	drivers, roles := m.Drivers(), m.Roles()
	for _, one := range m.Judge(changes, worth, c.cluster()).Moved {
		b := Behaviour{Before: one.Before, After: one.After, Chance: one.Chance, Person: one.Role,
			Since: weekOf(to, one.Onset), SinceFrom: weekOf(to, one.Low), SinceTo: weekOf(to, one.High)}
		if one.Role {
			b.Driver = roles[one.Driver]
			b.Code = BehaviourTheme + keyUser + score.UpperSnake(b.Driver)
		} else {
			b.Driver, b.Better = names[one.Driver], one.Z*drivers[one.Driver].Better > 0
			b.Code = BehaviourTheme + score.UpperSnake(b.Driver)
		}
		e.Behaviour = append(e.Behaviour, b)
	}
	// Those that go the way that the score went come first.
	slices.SortStableFunc(e.Behaviour, func(a, b Behaviour) int {
		against := func(x *Behaviour) int {
			if x.Better != (e.Change > 0) {
				return 1
			}
			return 0
		}
		return against(&a) - against(&b)
	})
}

// weekOf is the first day of a week before a date.
func weekOf(to time.Time, week int) string {
	return to.AddDate(0, 0, -models.WeekDays*(behaviour.Weeks-week)).Format(time.DateOnly)
}

// pointsOfType is what the bars of an event type's features add up to; what came or went
// missing is none of them.
func (e *Explanation) pointsOfType(name string) float64 {
	sum := 0.0
	for i := range e.Bars {
		if b := &e.Bars[i]; b.Kind == KindFeature && b.Definition != nil && b.Definition.Type == name {
			sum += b.Points
		}
	}
	return sum
}

// behaved lists the reasons of what changed in behaviour: each with what its bars are
// worth, and the strongest of these; of a person, who has no bar, without points.
func (e *Explanation) behaved() []MoveReason {
	var list []MoveReason
	for i := range e.Behaviour[:min(len(e.Behaviour), score.MaxReasons)] {
		b := &e.Behaviour[i]
		r := MoveReason{Reason: score.Reason{Code: b.Code}, Behaviour: b}
		for k := range e.Bars {
			bar := &e.Bars[k]
			if b.Person || bar.Kind != KindFeature || bar.Definition == nil || bar.Definition.Type != b.Driver {
				continue
			}
			r.Points, r.Shown = r.Points+bar.Points, r.Shown+bar.Shown
			r.Members = append(r.Members, score.ReasonMember{Feature: bar.Feature, Points: bar.Points, Shown: &bar.Shown})
			if r.Bar == nil || math.Abs(bar.Points) > math.Abs(r.Bar.Points) {
				r.Bar = bar
			}
		}
		if r.Bar != nil {
			r.From, r.To, r.Peers = r.Bar.From, r.Bar.To, r.Bar.Peers
		}
		list = append(list, r)
	}
	return list
}

// behavedIn reports whether a bar is of something that changed in behaviour, and so has
// its reason already.
func (e *Explanation) behavedIn(bar *Bar) bool {
	return bar.Definition != nil && bar.Definition.Type != "" && slices.ContainsFunc(e.Behaviour, func(b Behaviour) bool {
		return !b.Person && b.Driver == bar.Definition.Type
	})
}

// cluster is the account's at the later date.
func (c *comparison) cluster() int {
	if m := c.at[1][1]; m != nil {
		return m.Cluster
	}
	return models.NoCluster
}
