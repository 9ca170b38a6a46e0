package explain

import (
	"testing"
	"time"
)

// An account's past changes are those between scores of one model: a retrain
// between two scores is no movement of the account.
func TestChangesAreOfOneModel(t *testing.T) {
	day := func(n int) time.Time { return time.Date(2026, 1, 1+n, 0, 0, 0, 0, time.UTC) }
	c := &comparison{options: CompareOptions{
		Stored: [2]*Stored{{AsOf: day(120)}, {AsOf: day(150)}},
		History: []PastScore{{AsOf: day(0), Health: 50, Model: "first"}, {AsOf: day(30), Health: 50, Model: "first"},
			{AsOf: day(60), Health: 90, Model: "second"}, {AsOf: day(140), Health: 10, Model: "second"}},
	}}
	if got := c.changes(); len(got) != 1 || got[0] != 0 {
		t.Errorf("changes %v, want the one between the first model's scores", got)
	}
}
