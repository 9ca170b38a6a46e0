package features

import (
	"fmt"
	"math"

	"github.com/etappe/etappe/datasets"
)

// maxValue is the largest value an event may carry: sums of more rows than any
// data have stay finite.
const maxValue = datasets.MaxValue

// cellUser is a user seen by a cell.
type cellUser struct {
	cell int32
	user uint64
}

// answer holds the values of one type as known at one cell's date.
type answer struct {
	sum    exactSum // of values over the window, weighted by occurrences
	weight int64    // occurrences over the window, in units of 1/scale
	last   reading
}

// reading is one value with its date.
type reading struct {
	known        bool
	at, ingested int64
	value        float64
}

// after orders readings by date, then ingestion, then size: a rule that does
// not depend on the order of rows.
func (r reading) after(o reading) bool {
	switch {
	case r.known != o.known:
		return r.known
	case r.at != o.at:
		return r.at > o.at
	case r.ingested != o.ingested:
		return r.ingested > o.ingested
	}
	return r.value > o.value
}

// tally accumulates the events in one pass. An event is known to the cells of
// its account from knownFrom on. What lasts until a window has passed is kept as a
// difference (added at the first cell that counts the event, taken off at the first
// that no longer does), what lasts for ever at the first cell at whose date it is
// known; accumulate then carries both forward. So an event costs the same however
// many snapshots count it.
type tally struct {
	*plan
	*cells
	codes []int32 // by the events' own type code: position in plan.types, -1: not read

	counts    []int64 // [cell][type][window] in units of 1/scale
	lastDay   []int32 // [cell][type] day of the last occurrence
	firstUse  []int32 // [cell] first day of product use: tracking was on
	firstSign []int32 // [cell] first day on which a named user had an event that is no product use
	since     []int32 // [date][type] first day of the type over all accounts; then of use by a named user, and of any use
	bits      [][2]uint64
	named     map[cellUser]int64 // occurrences by user in the short window
	answers   []answer           // [cell][valued type]
	marks     []marks            // by milestone
	total     []int64            // [account] all occurrences, to refuse an overflow
	users     []userTally        // [cell], made by accumulate
}

// userTally sums up the users of a cell.
type userTally struct {
	users         int
	total, oneMax int64
}

func newTally(p *plan, x *cells) *tally {
	n, types := len(x.day), len(p.types)
	y := &tally{
		plan: p, cells: x,
		counts:    make([]int64, n*types*len(p.windows)),
		lastDay:   filled(n*types, always),
		firstUse:  filled(n, never),
		firstSign: filled(n, never),
		since:     filled(len(x.dates)*(types+sinceMore), never),
		bits:      make([][2]uint64, n),
		named:     map[cellUser]int64{},
		answers:   make([]answer, n*p.answers),
		marks:     newMarks(p.steps),
		total:     make([]int64, len(x.created)),
		users:     make([]userTally, n),
	}
	return y
}

func filled(n int, value int32) []int32 {
	list := make([]int32, n)
	for i := range list {
		list[i] = value
	}
	return list
}

// read takes in a batch. Types that the plan does not name are passed over.
func (y *tally) read(b *datasets.EventBatch) error {
	for len(y.codes) < len(b.Types) {
		code, ok := y.code[b.Types[len(y.codes)]]
		if !ok {
			code = -1
		}
		y.codes = append(y.codes, code)
	}
	for i := range b.At {
		if int(b.Type[i]) >= len(y.codes) || b.Account[i] < 0 || int(b.Account[i]) >= len(y.created) {
			return fmt.Errorf("event of account %d and type code %d: no such account or type", b.Account[i], b.Type[i])
		}
		if code := y.codes[b.Type[i]]; code >= 0 {
			if err := y.event(b, i, code); err != nil {
				return err
			}
		}
	}
	return nil
}

// event takes in one event.
func (y *tally) event(b *datasets.EventBatch, i int, code int32) error {
	at := dayOfSeconds(b.At[i])
	known := knownFrom(at, dayOfSeconds(b.IngestedAt[i]))
	account, user, usage := b.Account[i], b.User[i], y.usage[code]
	y.track(code, at, known, usage, user != 0)

	end := int(y.first[account+1])
	lo := int(y.first[account])
	lo += lowerBound(y.day[lo:end], known)
	if lo == end {
		return nil
	}
	switch {
	case usage:
		y.firstUse[lo] = min(y.firstUse[lo], at)
	case user != 0:
		y.firstSign[lo] = min(y.firstSign[lo], at)
	}
	n, err := y.occurrences(b.Count[i], account, code)
	if err != nil || n == 0 {
		return err // a row that stands for nothing still shows that tracking was on
	}
	y.count(lo, end, code, at, n)
	if usage {
		y.use(lo, end, at, user, n)
	}
	if y.answer[code] >= 0 && !math.IsNaN(b.Value[i]) {
		if err := y.value(lo, end, code, reading{true, b.At[i], b.IngestedAt[i], b.Value[i]}, at, n); err != nil {
			return err
		}
	}
	for _, j := range y.watch[code] {
		y.marks[j].event(lo, at, user, n)
	}
	return nil
}

// sinceMore is how many columns of since follow those of the types.
const sinceMore = 2

// track notes since when a type, use by named users, and use are recorded at all.
func (y *tally) track(code, at, known int32, usage, named bool) {
	date := lowerBound(y.dates, known)
	if date == len(y.dates) {
		return
	}
	types := len(y.types)
	row := y.since[date*(types+sinceMore):]
	row[code] = min(row[code], at)
	if usage && named {
		row[types] = min(row[types], at)
	}
	if usage {
		row[types+1] = min(row[types+1], at)
	}
}

// occurrences returns how many occurrences a row stands for, in units of
// 1/scale.
func (y *tally) occurrences(count float64, account, code int32) (int64, error) {
	if !(count >= 0 && count <= maxCount) {
		return 0, fmt.Errorf("%w: an event of type %q stands for %v occurrences (0 to %d are allowed)",
			datasets.ErrContract, y.types[code], count, maxCount)
	}
	n := int64(math.RoundToEven(count * scale))
	if y.total[account] += n; y.total[account] > maxTotal {
		return 0, fmt.Errorf("%w: the events of account number %d stand for more than %d occurrences",
			datasets.ErrContract, account, maxTotal/scale)
	}
	return n, nil
}

// count adds occurrences to every window of the cells that see them, and the
// day to the recency.
func (y *tally) count(lo, end int, code, at int32, n int64) {
	width := len(y.windows)
	row := (lo*len(y.types) + int(code))
	y.lastDay[row] = max(y.lastDay[row], at)
	hi := lo
	for w, window := range y.windows {
		for hi < end && y.day[hi] <= at+window {
			hi++
		}
		if hi == lo {
			continue
		}
		y.counts[row*width+w] += n
		if hi < end {
			y.counts[(hi*len(y.types)+int(code))*width+w] -= n
		}
	}
}

// use notes a day of product use and its user.
func (y *tally) use(lo, end int, at int32, user uint64, n int64) {
	for c := lo; c < end && y.day[c] <= at+y.cadence; c++ {
		back := y.day[c] - at - 1
		y.bits[c][back/64] |= 1 << (back % 64)
	}
	if user == 0 || !y.plan.users {
		return
	}
	for c := lo; c < end && y.day[c] <= at+shortWindow; c++ {
		y.named[cellUser{int32(c), user}] += n
	}
}

// value takes in the value of an event.
func (y *tally) value(lo, end int, code int32, r reading, at int32, n int64) error {
	if abs(r.value) > maxValue {
		return fmt.Errorf("%w: an event of type %q carries the value %v", datasets.ErrContract, y.types[code], r.value)
	}
	if r.value == 0 {
		r.value = 0 // no negative zero
	}
	slot := func(c int) *answer { return &y.answers[c*y.plan.answers+int(y.answer[code])] }
	if first := slot(lo); r.after(first.last) {
		first.last = r
	}
	weighted := r.value * occurrencesOf(n)
	for c := lo; c < end && y.day[c] <= at+answerWindow; c++ {
		one := slot(c)
		one.sum.add(weighted)
		one.weight += n
	}
	return nil
}

// accumulate carries forward from cell to cell and date to date, once all events
// have gone by.
func (y *tally) accumulate() {
	types := len(y.types)
	per := types * len(y.windows)
	for c := range y.day {
		if !y.follows(c) {
			continue
		}
		for i := range per {
			y.counts[c*per+i] += y.counts[(c-1)*per+i]
		}
		for i := range types {
			y.lastDay[c*types+i] = max(y.lastDay[c*types+i], y.lastDay[(c-1)*types+i])
		}
		y.firstUse[c] = min(y.firstUse[c], y.firstUse[c-1])
		y.firstSign[c] = min(y.firstSign[c], y.firstSign[c-1])
		for i := range y.plan.answers {
			if before := y.answers[(c-1)*y.plan.answers+i].last; before.after(y.answers[c*y.plan.answers+i].last) {
				y.answers[c*y.plan.answers+i].last = before
			}
		}
	}
	for i := types + sinceMore; i < len(y.since); i++ {
		y.since[i] = min(y.since[i], y.since[i-types-sinceMore])
	}
	// Counts, sums and maxima of whole numbers: the map's order does not matter.
	for key, n := range y.named {
		one := &y.users[key.cell]
		one.users++
		one.total += n
		one.oneMax = max(one.oneMax, n)
	}
	y.named = nil
}
