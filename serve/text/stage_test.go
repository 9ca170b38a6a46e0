package text

import (
	"strings"
	"testing"

	"github.com/etappe/etappe/serve/explain"
)

// Where a milestone that is to be reached again counts, the day on which the peers were
// where the account is is one of the others, which the text names.
func TestStageOfRepeatedMilestones(t *testing.T) {
	day := 90.0
	for _, c := range []struct {
		repeats bool
		then    *float64
		want    string
	}{
		{false, &day, "they were where it is on day 90"},
		{true, &day, "of the milestones that are reached once, they had as much on day 90"},
		{true, nil, "of the milestones that are reached once, it has more than they ever have on average"},
	} {
		s := &explain.Stage{Day: 400, Own: 0.6, Peers: 0.75, PeersDay: c.then, Milestones: []explain.StageMilestone{{Milestone: "report:latest", Weight: 1, Repeats: c.repeats}}}
		English.Stage(s)
		if !strings.Contains(s.Text, c.want) {
			t.Errorf("%q, want %q", s.Text, c.want)
		}
	}
}
