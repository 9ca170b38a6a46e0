package features

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/etappe/etappe/datasets"
	"github.com/etappe/etappe/features/catalog"
)

// maxTypes bounds the event types that become features; the most frequent stay.
const maxTypes = 256

// kind is an event type as found in the data and as the configuration has it.
type kind struct {
	name   string
	rows   int64 // events seen
	values int64 // events seen that carry a value
	rule   Rule
	theme  catalog.Theme
	valued bool // mean, last and answered
	survey bool // only its value counts, not how often it came
	seats  bool // its last value is the number of seats
	rare   bool // an account has it less than once in the long window
}

// usage reports whether the type is product use.
func (k *kind) usage() bool {
	return !k.survey && !k.seats && (k.theme == catalog.Adoption || k.theme == catalog.Breadth || k.theme == catalog.People)
}

// counted reports whether it matters how often the type occurs. A number of
// seats that is written down at intervals carries no usage; one that is
// written when it changes does.
func (k *kind) counted() bool {
	return !k.survey && (!k.seats || hasWord(k.name, changeWords))
}

// inventory is what one look over the events found.
type inventory struct {
	kinds   []kind   // sorted by name
	known   int64    // second before which an event must have happened and come in
	later   []string // types of which nothing was known by then
	users   bool     // some event names its user
	first   int64    // second of the earliest event
	last    int64    // second of the latest event
	leftOut []catalog.Omission
}

// takeInventory reads the events once: which types were known before a day
// (zero: whenever), which carry values, and whether users are named.
func takeInventory(ctx context.Context, events datasets.Events, known time.Time) (*inventory, error) {
	inv := &inventory{first: math.MaxInt64, last: math.MinInt64, known: math.MaxInt64}
	if !known.IsZero() {
		inv.known = known.Unix()
	}
	if events == nil {
		return inv, nil
	}
	var names []string
	var rows, values []int64
	err := events.Scan(ctx, func(b *datasets.EventBatch) error {
		for len(names) < len(b.Types) {
			names, rows, values = append(names, b.Types[len(names)]), append(rows, 0), append(values, 0)
		}
		for i, code := range b.Type {
			if int(code) >= len(names) {
				return fmt.Errorf("event type code %d without a name", code)
			}
			if !knownBefore(b.At[i], b.IngestedAt[i], inv.known) {
				continue
			}
			rows[code]++
			if !math.IsNaN(b.Value[i]) {
				values[code]++
			}
			inv.users = inv.users || b.User[i] != 0
			inv.first, inv.last = min(inv.first, b.At[i]), max(inv.last, b.At[i])
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("looking over the events: %w", err)
	}
	for i, name := range names {
		if rows[i] > 0 {
			inv.kinds = append(inv.kinds, kind{name: name, rows: rows[i], values: values[i]})
		} else {
			inv.later = append(inv.later, name)
		}
	}
	inv.keepMostFrequent()
	return inv, nil
}

// LeftOut lists the event types that become no features because more than the
// largest number of them are more frequent: the most frequent of these first.
func LeftOut(types []datasets.TypeReadiness) []catalog.Omission {
	inv := &inventory{}
	for _, one := range types {
		inv.kinds = append(inv.kinds, kind{name: one.Type, rows: one.Rows})
	}
	inv.keepMostFrequent()
	return inv.leftOut
}

// keepMostFrequent drops the rarest types above maxTypes and sorts by name.
func (inv *inventory) keepMostFrequent() {
	slices.SortFunc(inv.kinds, func(a, b kind) int {
		return cmp.Or(cmp.Compare(b.rows, a.rows), cmp.Compare(a.name, b.name))
	})
	if len(inv.kinds) > maxTypes {
		for _, k := range inv.kinds[maxTypes:] {
			inv.leftOut = append(inv.leftOut, catalog.Omission{Name: k.name, Code: catalog.OmittedRare, Counts: []int{maxTypes}})
		}
		inv.kinds = inv.kinds[:maxTypes]
	}
	slices.SortFunc(inv.kinds, func(a, b kind) int { return cmp.Compare(a.name, b.name) })
}

// apply fills in theme and use of values: the configuration's word, else a guess.
func (inv *inventory) apply(c Config, seats string) {
	for i := range inv.kinds {
		k := &inv.kinds[i]
		k.rule, _ = pick(c.Events, k.name)
		k.theme = k.rule.Theme
		if k.theme == "" {
			k.theme = guessTypeTheme(k.name)
		}
		if k.rule.Valued != nil {
			k.valued = *k.rule.Valued
		} else {
			// Most rows carry a value, or the name implies a value.
			k.valued = 2*k.values >= k.rows || k.theme == catalog.Sentiment && k.values > 0
		}
		k.survey = k.valued && k.theme == catalog.Sentiment
		k.seats = k.name == seats
	}
}

// markRare finds the types that an account has less than once in the long window.
// They are measured by how long ago it was, for their counts are mostly 0.
func (inv *inventory) markRare(accounts int) {
	if len(inv.kinds) == 0 {
		return
	}
	// A stray date widens the span, and with it what counts as rare: a feature too many, not one too few.
	windows := max(1, float64(dayOfSeconds(inv.last)-dayOfSeconds(inv.first)+1)/longWindow)
	for i := range inv.kinds {
		inv.kinds[i].rare = float64(inv.kinds[i].rows) < windows*float64(accounts)
	}
}

// names returns the names of all types that a configuration may name, known or
// not yet.
func (inv *inventory) names() []string {
	list := slices.Clone(inv.later)
	for i := range inv.kinds {
		list = append(list, inv.kinds[i].name)
	}
	return list
}

// notLater leaves out the names of features of types that were not known yet: they
// are right, and name nothing so far.
func (inv *inventory) notLater(names []string) []string {
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool {
		return slices.ContainsFunc(inv.later, func(kind string) bool { return strings.HasPrefix(name, kind+".") })
	})
}

// reached returns the milestones that were known to be reached.
func (inv *inventory) reached(list []datasets.Milestone) []datasets.Milestone {
	return slices.DeleteFunc(slices.Clone(list), func(m datasets.Milestone) bool {
		return !knownBefore(m.ReachedAt.Unix(), m.IngestedAt.Unix(), inv.known)
	})
}
