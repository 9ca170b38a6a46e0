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
	names, seen := m.Names(), map[string]bool{}
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
		if names[c]+".count_84d" != traits[0].Column || seen[names[c]] {
			t.Errorf("cluster %d is named %q of %q", c, names[c], names)
		}
		seen[names[c]] = true
	}
}

func TestNamesOfNumbers(t *testing.T) {
	p := numbers(600, 2, func(i, j int) float64 { return float64(i%2)*10 + float64((i*31+j*17)%100)/100 })
	m, _ := p.fit(t, quick)
	names := m.Names()
	slices.Sort(names)
	if m.K() != 2 || len(names) != 2 || names[0][:4] != "high" || names[1][:3] != "low" {
		t.Errorf("%d clusters: %q", m.K(), names)
	}
	one := mixes(1, 200, 1, 3, 0)
	single, _ := one.fit(t, quick)
	if got := single.Names(); !slices.Equal(got, []string{"all accounts"}) || !slices.Equal(single.IDs(), []string{"c1"}) {
		t.Errorf("%q %q", got, single.IDs())
	}
}

func TestCommonEnding(t *testing.T) {
	for _, c := range []struct {
		names []string
		want  string
	}{
		{[]string{"a.count_84d", "b.c.count_84d"}, ".count_84d"},
		{[]string{"a.x.count", "b.x.count"}, ".x.count"},
		{[]string{"a.count", "b.sum"}, ""},
		{[]string{"a", "b.a"}, ""},
		{[]string{".a", "b.a"}, ""},
		{nil, ""},
	} {
		if got := commonEnding(c.names); got != c.want {
			t.Errorf("%q: %q, want %q", c.names, got, c.want)
		}
	}
}
