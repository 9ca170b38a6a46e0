package datasets

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
)

// The thresholds by which a type has ended, or begun, for good.
const (
	endedAccounts = 20 // accounts that have had the type
	endedRows     = 20 // events that its own rate would have brought since; with none, by chance once in e^20
	endedDays     = 28 // between its first event and its last, for a campaign is no type that ends; and of the gap
	renamedDays   = 7  // between the end of a type and the beginning of another
)

// EndedType is an event type that ended long before others did.
type EndedType struct {
	Type      string    `json:"type"`
	Last      time.Time `json:"last"`
	Successor string    `json:"successor,omitempty"` // a type that began then, and may be the same by another name
}

// String describes the type in a sentence.
func (e EndedType) String() string {
	text := fmt.Sprintf("events of type %q end on %s, though others go on", e.Type, e.Last.Format(time.DateOnly))
	if e.Successor != "" {
		text += fmt.Sprintf("; %q began then: if it was renamed, map both names to one type", e.Successor)
	}
	return text
}

// ended lists the types that ended, by name.
func (s *survey) ended() []EndedType {
	first, last := int64(math.MaxInt64), int64(math.MinInt64)
	for i := range s.types {
		if s.types[i].rows > 0 {
			first, last = min(first, s.types[i].first), max(last, s.types[i].last)
		}
	}
	var list []EndedType
	for i := range s.types {
		if one := &s.types[i]; one.steady() && one.lasting(last-one.last) {
			list = append(list, EndedType{s.names[i], time.Unix(one.last, 0).UTC(), s.successor(one.last, first)})
		}
	}
	slices.SortFunc(list, func(a, b EndedType) int { return strings.Compare(a.Type, b.Type) })
	return list
}

// successor returns the type that began as another ended, in data that begin at
// first; of several the first by name, "" for none.
func (s *survey) successor(end, first int64) string {
	best := ""
	for i := range s.types {
		one := &s.types[i]
		gap := one.first - end
		if max(gap, -gap) <= renamedDays*daySeconds && one.steady() && one.lasting(one.first-first) && (best == "" || s.names[i] < best) {
			best = s.names[i]
		}
	}
	return best
}

// steady reports whether a type is had by enough accounts for long enough.
func (c *typeCount) steady() bool {
	return c.rows > 0 && c.last-c.first >= endedDays*daySeconds && c.accounts.count() >= endedAccounts
}

// lasting reports whether a gap of seconds is long, and one in which a type would
// have been seen at its rate.
func (c *typeCount) lasting(gap int64) bool {
	return gap >= endedDays*daySeconds && float64(c.rows)/float64(c.last-c.first)*float64(gap) >= endedRows
}
