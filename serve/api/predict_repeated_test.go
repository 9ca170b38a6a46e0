package api

import (
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/etappe/etappe/features/catalog"
)

// The dates of a milestone that is reached again give its steps, which a request may
// also name itself.
func TestDecodeRepeatedMilestones(t *testing.T) {
	n := namesOf(testScorer(t))
	own := *n.catalog
	own.Milestones = append([]catalog.MilestoneRule{}, catalog.MilestoneRule{Name: "rollout", Of: "first_report", Repeats: "monthly", Times: 3})
	n.catalog = &own
	n.repeated = n.repeatedSteps()
	body := func(milestones string) []byte {
		return []byte(`{"account_id": "a", "as_of": "2026-03-01", "features": {"tenure_days": 400}, "milestones": {` + milestones + `}}`)
	}
	for _, c := range []struct {
		milestones  string
		first, step float64
	}{
		{`"first_report": ["2026-02-20", "2025-12-20", "2026-01-20"]`, 400 - 71, 400 - 9},
		{`"first_report": ["2025-10-20", "2025-12-20", "2026-01-20"]`, 400 - 132, math.NaN()},
		{`"first_report": ["2025-12-20", "2026-01-20", "2026-03-01"]`, 400 - 71, math.NaN()}, // not known yet
		{`"first_report": "2026-02-20"`, 400 - 9, math.NaN()},
		{`"first_report": "2025-02-20", "rollout": "2026-02-20"`, 400 - 374, 400 - 9},
		{`"first_report": []`, math.NaN(), math.NaN()},
	} {
		got, err := decodePredict(body(c.milestones), n, testLimits)
		if err != nil {
			t.Errorf("%s: %v", c.milestones, err)
			continue
		}
		r := got.in.Journey.Reached
		if same := func(a, b float64) bool { return a == b || math.IsNaN(a) && math.IsNaN(b) }; !same(r[0][0], c.first) || !same(r[1][0], c.step) {
			t.Errorf("%s: %v and %v, want %v and %v", c.milestones, r[0][0], r[1][0], c.first, c.step)
		}
	}
	for _, milestones := range []string{`"first_report": [3]`, `"first_report": ["soon"]`, `"first_report": [` + strings.Repeat(`"2026-01-01",`, 1001) + `"2026-01-01"]`} {
		if _, err := decodePredict(body(milestones), n, testLimits); !errors.Is(err, ErrRequest) {
			t.Errorf("%.40s: %v", milestones, err)
		}
	}
}
