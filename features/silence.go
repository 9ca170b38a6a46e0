package features

import (
	"context"
	"fmt"
	"math/bits"
	"slices"
	"strings"
	"time"

	"github.com/etappe/etappe/datasets"
	"github.com/etappe/etappe/features/catalog"
)

// A tracker that breaks, or renames an event type, looks like accounts that stop
// using the product. The two differ in who stops: one account, or all at once.

const (
	silenceWindow   = 28     // days
	silenceWindows  = 7      // the latest, and those that are usual
	silenceShare    = 0.2    // of the usual share of active accounts, below which a type is silent
	silenceLeast    = 20     // accounts that usually have the type, so that chance does not end it
	silenceAccounts = 20_000 // about how many accounts are looked at, at most
	successorDays   = 7      // between the end of a type and the beginning of another that may replace it
)

// Silent is an event type that nearly all accounts stopped having at once.
type Silent struct {
	Type      string    `json:"type"`
	Last      time.Time `json:"last"`                // day of its last event
	Usual     float64   `json:"usual_share"`         // share of active accounts that usually have it within 28 days
	Now       float64   `json:"share"`               // the same in the last 28 days
	Successor string    `json:"successor,omitempty"` // a type that the model does not read and that began as this one ended; "": none
}

// String describes the type in a sentence.
func (s Silent) String() string {
	text := fmt.Sprintf("event type %q is not observed: %.0f %% of the active accounts had it in the last %d days, usually %.0f %%; its last event is of %s",
		s.Type, 100*s.Now, silenceWindow, 100*s.Usual, s.Last.Format(time.DateOnly))
	if s.Successor != "" {
		text += fmt.Sprintf("; %q began then: if it was renamed, map both names to one type", s.Successor)
	}
	return text
}

// silenceCount counts accounts by type and window.
type silenceCount struct {
	step        int32
	words       int
	seen        map[string]*[silenceWindows][]uint64 // [type][window, 0 the latest] accounts
	first, last map[string]int64                     // Unix seconds
}

// FindSilent returns the event types of a catalogue that were silent at an as-of
// date, ordered by name: those that less than a fifth of the usual share of active
// accounts had in the last 28 days. Usual is the median of the six windows of 28
// days before. Only events that were known at the date count. Without a catalogue,
// every type is looked at.
func FindSilent(ctx context.Context, t *datasets.Tables, list *catalog.Catalog, asOf time.Time) ([]Silent, error) {
	if t.Events == nil {
		return nil, nil
	}
	c := &silenceCount{step: int32(len(t.Accounts)/silenceAccounts + 1), seen: map[string]*[silenceWindows][]uint64{},
		first: map[string]int64{}, last: map[string]int64{}}
	c.words = len(t.Accounts)/int(c.step)/64 + 1
	if err := c.scan(ctx, t.Events, asOf.Unix()); err != nil {
		return nil, fmt.Errorf("looking for silent event types: %w", err)
	}
	read := readTypes(list)
	active := c.active()
	var out []Silent
	for name := range c.seen {
		if list != nil && !read[name] {
			continue
		}
		if s, ok := c.silent(name, active); ok {
			s.Successor = c.successor(s, read)
			out = append(out, s)
		}
	}
	slices.SortFunc(out, func(a, b Silent) int { return strings.Compare(a.Type, b.Type) })
	return out, nil
}

// readTypes are the event types that features of a catalogue read; nil: it is none.
func readTypes(list *catalog.Catalog) map[string]bool {
	read := map[string]bool{}
	if list != nil {
		for i := range list.Definitions {
			read[list.Definitions[i].Type] = true
		}
	}
	return read
}

// scan fills the counts.
func (c *silenceCount) scan(ctx context.Context, events datasets.Events, asOf int64) error {
	return events.Scan(ctx, func(b *datasets.EventBatch) error {
		for i, at := range b.At {
			window := (asOf - 1 - at) / (silenceWindow * 24 * 3600)
			if !knownBefore(at, b.IngestedAt[i], asOf) || b.Account[i]%c.step != 0 {
				continue
			}
			name := b.Types[b.Type[i]]
			if first, ok := c.first[name]; !ok || at < first {
				c.first[name] = at
			}
			c.last[name] = max(c.last[name], at)
			if window >= silenceWindows {
				continue
			}
			seen := c.seen[name]
			if seen == nil {
				seen = &[silenceWindows][]uint64{}
				c.seen[name] = seen
			}
			if seen[window] == nil {
				seen[window] = make([]uint64, c.words)
			}
			n := b.Account[i] / c.step
			seen[window][n/64] |= 1 << (n % 64)
		}
		return nil
	})
}

// active returns how many accounts had any event, by window.
func (c *silenceCount) active() (out [silenceWindows]int) {
	for w := range out {
		all := make([]uint64, c.words)
		for _, seen := range c.seen {
			for i, word := range seen[w] {
				all[i] |= word
			}
		}
		out[w] = ones(all)
	}
	return out
}

// silent reports whether a type is silent.
func (c *silenceCount) silent(name string, active [silenceWindows]int) (Silent, bool) {
	var shares [silenceWindows]float64
	var counts []int
	for w := range shares {
		n := ones(c.seen[name][w])
		shares[w] = float64(n) / float64(max(active[w], 1))
		if w > 0 {
			counts = append(counts, n)
		}
	}
	usual := slices.Clone(shares[1:])
	slices.Sort(usual)
	slices.Sort(counts)
	s := Silent{Type: name, Last: time.Unix(c.last[name], 0).UTC(), Usual: usual[len(usual)/2], Now: shares[0]}
	return s, counts[len(counts)/2] >= silenceLeast && s.Now < silenceShare*s.Usual
}

// ones counts the bits that are set.
func ones(set []uint64) int {
	n := 0
	for _, word := range set {
		n += bits.OnesCount64(word)
	}
	return n
}

// successor returns a type that the model does not read and that began within a
// week of a day; of several, the first by name.
func (c *silenceCount) successor(s Silent, read map[string]bool) string {
	best := ""
	for name, first := range c.first {
		days := time.Unix(first, 0).Sub(s.Last).Abs().Hours() / 24
		if !read[name] && name != s.Type && days <= successorDays && (best == "" || name < best) {
			best = name
		}
	}
	return best
}
