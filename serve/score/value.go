package score

import (
	"math"

	"github.com/etappe/etappe/features/catalog"
)

// UnseenLevel is the value shown for a level that training never saw.
const UnseenLevel = "(unseen)"

// ValueOf is a feature's number as it is shown: a level's name for a categorical
// feature, nil where it is missing.
func ValueOf(d *catalog.Definition, x float64) any {
	switch {
	case math.IsNaN(x):
		return nil
	case !d.Categorical():
		return boxed(x)
	case Unseen(d, x):
		return UnseenLevel
	}
	return d.Levels[int(x)]
}

// Unseen reports whether a feature's number is a level that training never saw; one
// that is missing is none.
func Unseen(d *catalog.Definition, x float64) bool {
	return d.Categorical() && !math.IsNaN(x) && !(x >= 0 && x < float64(len(d.Levels)))
}

// counts are the values that most features have: made once, so that an answer need
// not allocate them.
var counts = func() (list [1024]any) {
	for n := range list {
		list[n] = float64(n)
	}
	return list
}()

// boxed is a number as a value.
func boxed(x float64) any {
	if n := int(x); x > 0 && x < float64(len(counts)) && float64(n) == x {
		return counts[n]
	}
	return x
}
