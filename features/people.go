package features

import "math/bits"

// activeDays returns the UTC days with product use in the window.
func (y *tally) activeDays(c, window int) float64 {
	if y.observedUse(c) < int32(window) {
		return missing
	}
	low, high := y.bits[c][0], y.bits[c][1]
	if window <= 64 {
		low, high = low&(^uint64(0)>>(64-window)), 0
	} else {
		high &= ^uint64(0) >> (128 - window)
	}
	return float64(bits.OnesCount64(low) + bits.OnesCount64(high))
}

// usersObserved reports whether users were recorded during the whole short
// window: anybody's events have named users since before it, and if this
// account was used at all, its events name users too.
func (y *tally) usersObserved(c int) bool {
	since := y.sinceOf(c, len(y.types))
	if y.observedUse(c) < shortWindow || y.day[c]-since < shortWindow {
		return false
	}
	return y.users[c].users > 0 || y.useCount(c, shortWindow) == 0
}

// activeUsers returns the different users in the short window.
func (y *tally) activeUsers(c int) float64 {
	if !y.usersObserved(c) {
		return missing
	}
	return float64(y.users[c].users)
}

// concentration returns the share of the use by named users that the busiest
// one made; missing where nobody was active.
func (y *tally) concentration(c int) float64 {
	one := y.users[c]
	if !y.usersObserved(c) || one.total == 0 {
		return missing
	}
	return float64(one.oneMax) / float64(one.total)
}
