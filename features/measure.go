package features

import (
	"math"

	"github.com/etappe/etappe/datasets"
	"github.com/etappe/etappe/features/catalog"
)

var missing = math.NaN()

// measure returns the function from a cell to an entry's value, for entries
// that are measured from events, calendar apart.
//
// An event type is observed at a cell for as many days as have passed since the
// account existed and anybody's events of the type were recorded: who had none
// from then on has 0. Product use is observed for less only where a named user of
// the account had other events (a ticket, an answer) before its first use: then
// there were users whose use was not recorded. Over a longer window than was
// observed, a count is missing, not smaller.
func (y *tally) measure(d *catalog.Definition) func(cell int) float64 {
	code := int(y.code[d.Type]) // checked by compile; unused where the measure reads no type
	switch d.Measure {
	case catalog.MeasureCount:
		return func(c int) float64 { return y.windowCount(c, code, d.Window) }
	case catalog.MeasureRate:
		return func(c int) float64 { return y.rate(c, code) }
	case catalog.MeasureTrend:
		return func(c int) float64 {
			return trend(y.windowCount(c, code, shortWindow), y.windowCount(c, code, longWindow))
		}
	case catalog.MeasureRecency:
		return func(c int) float64 { return y.recency(c, code) }
	case catalog.MeasureMean:
		return func(c int) float64 { return y.slot(c, code).mean() }
	case catalog.MeasureLast:
		return func(c int) float64 { return y.slot(c, code).latest(y.day[c], d.Window) }
	case catalog.MeasureAnswered:
		return func(c int) float64 { return y.answered(c, code) }
	case catalog.MeasureActiveDays:
		return func(c int) float64 { return y.activeDays(c, d.Window) }
	case catalog.MeasureActiveUsers:
		return y.activeUsers
	case catalog.MeasureBreadth:
		return func(c int) float64 { return y.breadth(c, d.Window) }
	case catalog.MeasureConcentration:
		return y.concentration
	case catalog.MeasureTotalTrend:
		return func(c int) float64 { return trend(y.useCount(c, shortWindow), y.useCount(c, longWindow)) }
	case catalog.MeasureLastSeen:
		return y.lastSeen
	case catalog.MeasureTenure:
		return y.tenure
	}
	return func(int) float64 { return missing }
}

// rate smooths the occurrences of a type exponentially (Brown 1959), in steps of
// a short window, each weighing half as much as the one after it:
//
//	Σ_i 2^(−i) n_i / Σ_i 2^(−i),  n_i: occurrences 28·i to 28·(i+1) days ago, i = 0, 1, 2
//
// Steps that were not observed for as long are left out, weight and all; with
// none, it is missing. A count is mostly chance where little is counted: of two
// rates three months apart, the smooth one differs by a third less by chance
// than the last 28 days do, and shows a change of eight weeks to six sevenths.
func (y *tally) rate(c, code int) float64 {
	sum, whole, weight, before := 0.0, 0.0, 1.0, int64(0)
	for window := shortWindow; window <= longWindow && y.observed(c, code) >= int32(window); window += shortWindow {
		n := y.raw(c, code, window)
		sum, whole, before = sum+weight*occurrencesOf(n-before), whole+weight, n
		weight /= 2
	}
	if whole == 0 {
		return missing
	}
	return sum / whole
}

// trend compares the last 28 days with a third of the last 84:
//
//	ln( (u28 + ε) / (u84/3 + ε) ),  ε = 1
func trend(recent, past float64) float64 {
	return math.Log((recent + trendEpsilon) / (past/(longWindow/shortWindow) + trendEpsilon))
}

// observed returns for how many days a type has been observed; below 0: not at all.
func (y *tally) observed(c, code int) int32 {
	start := max(y.sinceOf(c, code), y.created[y.account[c]])
	if y.usage[code] {
		start = max(start, y.useBegan(c))
	}
	return y.day[c] - start
}

// observedUse returns for how many days product use has been observed.
func (y *tally) observedUse(c int) int32 {
	return y.day[c] - max(y.useBegan(c), y.created[y.account[c]])
}

// useBegan returns the day on which the recording of an account's product use began:
// its first use where named users had other events before it, else anybody's first.
func (y *tally) useBegan(c int) int32 {
	if y.firstSign[c] < y.firstUse[c] {
		return y.firstUse[c]
	}
	return y.sinceOf(c, len(y.types)+1)
}

// sinceOf returns the day from which a column of since was recorded, as known at a
// cell's date.
func (y *tally) sinceOf(c, column int) int32 {
	return y.since[int(y.date[c])*(len(y.types)+sinceMore)+column]
}

// raw returns the occurrences of a type over a window, in units of 1/scale.
func (y *tally) raw(c, code, window int) int64 {
	return y.counts[(c*len(y.types)+code)*len(y.windows)+y.window[window]]
}

func (y *tally) windowCount(c, code, window int) float64 {
	if y.observed(c, code) < int32(window) {
		return missing
	}
	return occurrencesOf(y.raw(c, code, window))
}

// useCount returns the occurrences of all product use over a window.
func (y *tally) useCount(c, window int) float64 {
	if y.observedUse(c) < int32(window) {
		return missing
	}
	var sum int64
	for code, usage := range y.usage {
		if usage {
			sum += y.raw(c, code, window)
		}
	}
	return occurrencesOf(sum)
}

// recency returns the days since the last occurrence, at most recencyLimit.
// Never seen though observed: the days of observation and a half, for "not once
// in 200 days" is knowledge, and no last event of 200 days ago; not observed:
// missing.
func (y *tally) recency(c, code int) float64 {
	if last := y.lastDay[c*len(y.types)+code]; last != always {
		return float64(min(y.day[c]-last, recencyLimit))
	}
	return neverIn(y.observed(c, code))
}

// neverIn is the value of not one event in so many days of observation; missing below
// 0.
func neverIn(days int32) float64 {
	if days < 0 {
		return missing
	}
	return min(float64(days)+catalog.NeverMore, recencyLimit)
}

func (y *tally) slot(c, code int) *answer { return &y.answers[c*y.plan.answers+int(y.answer[code])] }

// mean returns the mean value over the window; missing without an answer.
func (a *answer) mean() float64 {
	if a.weight == 0 {
		return missing
	}
	return a.sum.value() / occurrencesOf(a.weight)
}

// latest returns the last value if it lies in the window; 0: however old.
func (a *answer) latest(day int32, window int) float64 {
	if !a.last.known || window > 0 && dayOfSeconds(a.last.at) < day-int32(window) {
		return missing
	}
	return a.last.value
}

// answered returns 1 with an answer in the window, 0 without one, and missing
// where the type was not observed for the whole window.
func (y *tally) answered(c, code int) float64 {
	switch {
	case y.slot(c, code).weight > 0:
		return 1
	case y.observed(c, code) >= answerWindow:
		return 0
	}
	return missing
}

// breadth returns how many types of product use occurred.
func (y *tally) breadth(c, window int) float64 {
	if y.observedUse(c) < int32(window) {
		return missing
	}
	n := 0
	for code, usage := range y.usage {
		if usage && y.raw(c, code, window) > 0 {
			n++
		}
	}
	return float64(n)
}

// lastSeen returns the days since the last product use, at most recencyLimit; as
// recency does, those of observation where there was none.
func (y *tally) lastSeen(c int) float64 {
	last := always
	for code, usage := range y.usage {
		if usage {
			last = max(last, y.lastDay[c*len(y.types)+code])
		}
	}
	if last == always {
		return neverIn(y.observedUse(c))
	}
	return float64(min(y.day[c]-last, recencyLimit))
}

// tenure returns the days since the account was created.
func (y *tally) tenure(c int) float64 {
	created := y.created[y.account[c]]
	if created == always {
		return missing
	}
	return float64(y.day[c] - created)
}

// seats returns the function from a cell to its number of seats: an account
// attribute, or the last value of a type, however old.
func (y *tally) seats(d *catalog.Definition, t *datasets.Tables) (func(cell int) float64, error) {
	if d.Attribute == "" {
		code := int(y.code[d.Type])
		return func(c int) float64 { return y.slot(c, code).latest(y.day[c], 0) }, nil
	}
	values, err := attributeValues(&catalog.Definition{Name: d.Name, Attribute: d.Attribute}, t)
	if err != nil {
		return nil, err
	}
	return func(c int) float64 { return values[y.account[c]] }, nil
}
