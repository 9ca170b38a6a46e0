package cluster

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
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

func TestMatchFollowsTheGroupAcrossRetrains(t *testing.T) {
	before, after := mixes(1, 1500, 4, 8, 2), mixes(1, 1500, 4, 8, 2)
	var rows []int // the largest group shrinks, so the order by size changes
	m, _ := before.fit(t, quick)
	a, _ := m.Assign(after.frame)
	for i, c := range a.Cluster {
		if c != 0 || i%2 == 0 {
			rows = append(rows, i)
		}
	}
	after = &planted{after.frame.Select(rows), after.space, pick(after.churned, rows), pick(after.truth, rows)}
	again, _ := after.fit(t, Options{MaxK: 6, Bootstraps: 10, MinEvents: 10, Seed: 1})
	if m.K() != 4 || again.K() != 4 {
		t.Fatal(m.K(), again.K())
	}
	group := func(names []string) (groups []int) { // two types an outcome, so a group has two good names
		for _, name := range names {
			groups = append(groups, int(name[len("type")]-'0')%4)
		}
		return groups
	}
	old, new := group(m.Names()), group(again.Names())
	pairs := Match(m, again)
	if slices.Equal(old, new) {
		t.Fatal("the control is none: the order is the same")
	}
	for j, i := range pairs {
		if i < 0 || old[i] != new[j] {
			t.Errorf("group %d continues group %d", new[j], old[max(i, 0)])
		}
	}
	same := Match(m, m)
	if !slices.Equal(same, []int{0, 1, 2, 3}) {
		t.Errorf("a model matches itself as %v", same)
	}
}

func pick[T any](values []T, rows []int) []T {
	var out []T
	for _, r := range rows {
		out = append(out, values[r])
	}
	return out
}

func TestMatchOfDifferentNumbers(t *testing.T) {
	three := mixes(1, 1500, 3, 12, 0)
	four := mixes(1, 1500, 4, 12, 0) // other groups altogether
	m, _ := three.fit(t, quick)
	n, _ := four.fit(t, quick)
	pairs := Match(m, n)
	if len(pairs) != n.K() {
		t.Fatalf("%v", pairs)
	}
	for j, i := range pairs {
		if i >= 0 {
			t.Errorf("cluster %d of other groups continues %d", j, i)
		}
	}
}

func TestCheapestIsCheapest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows, columns := rapid.IntRange(1, 5).Draw(t, "rows"), rapid.IntRange(1, 5).Draw(t, "columns")
		cost := grid(rows, columns)
		for r := range cost {
			for c := range cost[r] {
				cost[r][c] = float64(rapid.IntRange(0, 9).Draw(t, "cost"))
			}
		}
		got := cheapest(cost)
		sum, used, pairs := 0.0, map[int]bool{}, 0
		for r, c := range got {
			if c < 0 {
				continue
			}
			if used[c] {
				t.Fatalf("column %d twice: %v", c, got)
			}
			used[c] = true
			sum += cost[r][c]
			pairs++
		}
		if want := bruteForce(cost, 0, map[int]bool{}, min(rows, columns)); sum != want || pairs != min(rows, columns) {
			t.Fatalf("%v costs %v, %v is possible", got, sum, want)
		}
	})
}

// bruteForce tries every assignment of exactly the given number of pairs.
func bruteForce(cost [][]float64, row int, used map[int]bool, pairs int) float64 {
	if pairs == 0 {
		return 0
	}
	if row == len(cost) {
		return math.Inf(1)
	}
	best := bruteForce(cost, row+1, used, pairs)
	for c, x := range cost[row] {
		if !used[c] {
			used[c] = true
			best = math.Min(best, x+bruteForce(cost, row+1, used, pairs-1))
			delete(used, c)
		}
	}
	return best
}
