package cluster

import (
	"slices"
	"testing"

	"github.com/etappe/etappe/models"
)

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
	old, new := group(m.Names(nil)), group(again.Names(nil))
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

// only keeps the rows of some groups.
func (p *planted) only(groups ...int) *planted {
	var rows []int
	for i, g := range p.truth {
		if slices.Contains(groups, g) {
			rows = append(rows, i)
		}
	}
	return &planted{p.frame.Select(rows), p.space, pick(p.churned, rows), pick(p.truth, rows)}
}

// groupOf tells which planted group each cluster holds most of.
func (p *planted) groupOf(t *testing.T, m *Model) []int {
	t.Helper()
	a, err := m.Assign(p.frame)
	if err != nil {
		t.Fatal(err)
	}
	counts := make([][]int, m.K())
	for i, c := range a.Cluster {
		if c == models.NoCluster {
			continue
		}
		if counts[c] == nil {
			counts[c] = make([]int, 10)
		}
		counts[c][p.truth[i]]++
	}
	out := make([]int, m.K())
	for c, n := range counts {
		out[c] = slices.Index(n, slices.Max(n))
	}
	return out
}

// One group goes and another comes: the three others go on, and the new one
// does not take the place of the one that is gone, although that would leave
// nobody without a partner.
func TestMatchWhereOneGoesAndAnotherComes(t *testing.T) {
	before, after := mixes(1, 2000, 5, 10, 0).only(0, 1, 2, 3), mixes(2, 2000, 5, 10, 0).only(1, 2, 3, 4)
	m, _ := before.fit(t, quick)
	n, _ := after.fit(t, quick)
	if m.K() != 4 || n.K() != 4 {
		t.Fatal(m.K(), n.K())
	}
	old, new := before.groupOf(t, m), after.groupOf(t, n)
	for j, i := range Match(m, n) {
		switch {
		case new[j] == 4 && i >= 0:
			t.Errorf("the new group continues group %d", old[i])
		case new[j] != 4 && (i < 0 || old[i] != new[j]):
			t.Errorf("group %d is paired with cluster %d of %v", new[j], i, old)
		}
	}
}

// spots puts rows around places in a plane, in turn.
func spots(places ...[2]float64) *planted {
	return numbers(150*len(places), 2, func(i, j int) float64 {
		return places[i%len(places)][j] + float64((i*31+j*17)%100)/100
	})
}

// at finds the cluster whose mean is at a place.
func at(t *testing.T, m *Model, place [2]float64) int {
	t.Helper()
	for c := range m.k {
		near := true
		for _, trait := range m.Profile()[c] {
			j := int(trait.Column[1] - '0')
			d := trait.Mean - place[j] - .5
			near = near && d > -.3 && d < .3
		}
		if near {
			return c
		}
	}
	t.Fatalf("no cluster at %v", place)
	return -1
}

// A group cut in two, far from the others: these go on although the halves lie
// close together, and the half that stayed where it was goes on too, if one did.
func TestMatchWhereAGroupIsCutInTwo(t *testing.T) {
	options := quick
	options.MinEvents, options.MaxK = 5, 4
	fit := func(places ...[2]float64) *Model {
		m, choice := spots(places...).fit(t, options)
		if m.K() != len(places) {
			t.Fatalf("%d clusters of %d: %+v", m.K(), len(places), choice)
		}
		return m
	}
	far, stays, moves := [2]float64{0, 0}, [2]float64{20, 20}, [2]float64{20, 28}
	old := fit(far, stays)
	new := fit(far, stays, moves)
	pairs := Match(old, new)
	for place, want := range map[[2]float64]int{far: at(t, old, far), stays: at(t, old, stays), moves: -1} {
		if got := pairs[at(t, new, place)]; got != want {
			t.Errorf("the cluster at %v continues %d, want %d", place, got, want)
		}
	}
	// Both halves left: neither is the old group.
	up, down := [2]float64{16, 26}, [2]float64{24, 26}
	new = fit(far, up, down)
	pairs = Match(old, new)
	for place, want := range map[[2]float64]int{far: at(t, old, far), up: -1, down: -1} {
		if got := pairs[at(t, new, place)]; got != want {
			t.Errorf("the cluster at %v continues %d, want %d", place, got, want)
		}
	}
}

// All accounts are no group of several, and go on as all accounts.
func TestMatchOfAllAccounts(t *testing.T) {
	options := quick
	options.MaxK = 1
	p := mixes(1, 1500, 3, 9, 0)
	one, _ := p.fit(t, options)
	three, _ := p.fit(t, quick)
	if three.K() != 3 {
		t.Fatal(three.K())
	}
	for _, c := range []struct {
		old, new *Model
		want     []int
	}{{one, one, []int{0}}, {one, three, []int{-1, -1, -1}}, {three, one, []int{-1}}} {
		if got := Match(c.old, c.new); !slices.Equal(got, c.want) {
			t.Errorf("%d clusters after %d: %v", c.new.K(), c.old.K(), got)
		}
	}
}
