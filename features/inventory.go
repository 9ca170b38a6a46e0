package features

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

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
	kinds   []kind // sorted by name
	users   bool   // some event names its user
	first   int64  // second of the earliest event
	last    int64  // second of the latest event
	leftOut []catalog.Omission
}

// takeInventory reads the events once: which types exist, which carry values,
// and whether users are named.
func takeInventory(ctx context.Context, events datasets.Events) (*inventory, error) {
	inv := &inventory{first: math.MaxInt64, last: math.MinInt64}
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
		}
	}
	inv.keepMostFrequent()
	return inv, nil
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

// names returns the types' names.
func (inv *inventory) names() []string {
	list := make([]string, len(inv.kinds))
	for i := range inv.kinds {
		list[i] = inv.kinds[i].name
	}
	return list
}
