package text

import (
	"testing"

	"github.com/etappe/etappe/features/catalog"
	"github.com/etappe/etappe/serve/explain"
)

// A bar that goes against what its peers suggest gets a reason why; others get none.
func TestWhyABarGoesAgainstItsPeers(t *testing.T) {
	d := &catalog.Definition{Name: "x", Measure: catalog.MeasureCount}
	for _, c := range []struct {
		from, to, peers any
		shown           float64
		want            string
	}{
		{60., 42., 26., -1.2, "more than these, but less than before is associated with a lower score here"},
		{30., 42., 26., -1.2, "more than these, but more than before is associated with a lower score here"},
		{9., 1., 4., 0.4, "less than these, and less than before is associated with a higher score here"},
		{1., 3., 4., -0.4, "less than these, but more than before is associated with a lower score here"},
		{42., 20., 26., -1.2, ""}, {20., 42., 26., 1.2, ""}, // as peers suggest
		{42., 42., 26., -1.2, ""}, {nil, 42., 26., -1.2, ""}, {60., 42., nil, -1.2, ""}, {60., 42., 26., 0, ""},
	} {
		b := &explain.Bar{Kind: explain.KindFeature, Definition: d, From: c.from, To: c.to, Peers: c.peers, Shown: c.shown}
		if got := English.Why(b); got != c.want {
			t.Errorf("%v → %v, peers %v, %v points: %q, not %q", c.from, c.to, c.peers, c.shown, got, c.want)
		}
	}
}
