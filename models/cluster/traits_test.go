package cluster

import (
	"math"
	"slices"
	"testing"
)

func TestProfileNamesWhatStandsOut(t *testing.T) {
	p := mixes(1, 1500, 4, 8, 2)
	m, _ := p.fit(t, quick)
	if m.K() != 4 {
		t.Fatalf("%d clusters", m.K())
	}
	a, _ := m.Assign(p.frame)
	for c, traits := range m.Profile() {
		group := 0
		for i, own := range a.Cluster {
			if int(own) == c && a.Membership[i] > .99 {
				group = p.truth[i]
				break
			}
		}
		// The group does types group and group+4 six times as often.
		for _, trait := range traits[:2] {
			if trait.Column != p.space.Shares[group] && trait.Column != p.space.Shares[group+4] {
				t.Errorf("cluster %d of group %d stands out by %+v", c, group, trait)
			}
			if trait.Lift <= 0 || trait.Mean <= trait.Overall || trait.Mean > 1 {
				t.Errorf("%+v", trait)
			}
		}
		if !slices.IsSortedFunc(traits, func(x, y Trait) int {
			if math.Abs(x.Lift) < math.Abs(y.Lift) {
				return 1
			}
			return -1
		}) {
			t.Errorf("cluster %d: not in order", c)
		}
	}
}
