package datasets

import (
	"math"
	"testing"
)

// A number beyond all dates reads as the latest time there is, which no rule
// for dates lets pass.
func TestRangesRefuseTheLatestTime(t *testing.T) {
	for name, rule := range map[string]dateRule{"past": past(readNow), "due": due(readNow)} {
		if rule.broken(math.MaxInt64) == "" {
			t.Errorf("%s: the latest time passes", name)
		}
	}
}
