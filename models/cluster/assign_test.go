package cluster

import (
	"errors"
	"math"
	"testing"

	"github.com/etappe/etappe/models"
)

func TestMembershipSumsToOneAndFollowsTheDistance(t *testing.T) {
	p := mixes(1, 1500, 4, 8, 2)
	m, _ := p.fit(t, quick)
	a, err := m.Assign(p.frame)
	if err != nil {
		t.Fatal(err)
	}
	points, member, mean := m.coords.points(p.frame), make([]float64, m.k), 0.0
	for i := range points.n {
		if a.Evidence[i] != Enough {
			continue
		}
		m.membership(points.row(i), member)
		distance := func(c int) float64 { return squaredDistance(points.row(i), m.centres[c*m.dims:(c+1)*m.dims]) }
		sum, own := 0.0, int(a.Cluster[i])
		for c, x := range member {
			sum += x
			if distance(c) < distance(own)-1e-9 || x > member[own] {
				t.Fatalf("row %d is in cluster %d, nearer to %d", i, own, c)
			}
		}
		if math.Abs(sum-1) > 1e-12 || a.Membership[i] != member[own] {
			t.Fatalf("row %d: memberships %v", i, member)
		}
		if s := a.Second[i]; s < 0 || s == a.Cluster[i] || member[s] > member[a.Cluster[i]] {
			t.Fatalf("row %d: second is %d", i, s)
		}
		mean += a.Membership[i] / float64(points.n)
	}
	// A membership is a probability: on average it is the share that is right.
	if purity := p.purity(t, m); math.Abs(mean-purity) > .03 {
		t.Errorf("mean membership %.3f, purity %.3f", mean, purity)
	}
}

func TestOneClusterHoldsEverything(t *testing.T) {
	p := mixes(1, 300, 1, 5, 0)
	m, _ := p.fit(t, quick)
	a, err := m.Assign(p.frame)
	if err != nil || m.K() != 1 {
		t.Fatal(m.K(), err)
	}
	for i := range a.Cluster {
		if a.Cluster[i] != 0 || a.Membership[i] != 1 || a.Second[i] != -1 {
			t.Fatalf("row %d: %d, %v, %d", i, a.Cluster[i], a.Membership[i], a.Second[i])
		}
	}
}

func TestRowsWithoutAPatternHaveNoCluster(t *testing.T) {
	p := mixes(2, 1500, 3, 6, 1)
	untracked := 500 // a third of the rows is not tracked yet: no fourth group
	for i := range untracked {
		for j := range p.space.Shares {
			p.frame.Columns[j][i] = math.NaN()
			if i%2 == 0 {
				p.frame.Columns[j][i] = 0
			}
		}
	}
	m, _ := p.fit(t, quick)
	if m.K() != 3 {
		t.Fatalf("%d clusters", m.K())
	}
	a, _ := m.Assign(p.frame)
	for i := range untracked {
		want := NotSeen
		if i%2 == 0 {
			want = TooFew
		}
		if a.Cluster[i] != models.NoCluster || a.Membership[i] != 0 || a.Second[i] != -1 || a.Evidence[i] != want {
			t.Fatalf("row %d: cluster %d, membership %v, second %d, evidence %d", i, a.Cluster[i], a.Membership[i], a.Second[i], a.Evidence[i])
		}
	}
	for i := untracked; i < len(a.Cluster); i++ {
		if placed := a.Cluster[i] >= 0; placed != (a.Evidence[i] == Enough) {
			t.Fatalf("row %d: cluster %d, evidence %d", i, a.Cluster[i], a.Evidence[i])
		}
	}
}

// One event less than it takes, and one column that was not observed beside enough
// events in the others.
func TestEvidenceCountsEvents(t *testing.T) {
	p := mixes(2, 1500, 3, 6, 1)
	m, _ := p.fit(t, quick)
	put := func(i int, counts ...float64) {
		for j := range p.space.Shares {
			p.frame.Columns[j][i] = counts[min(j, len(counts)-1)]
		}
	}
	put(0, MinEvents-1, 0)
	put(1, MinEvents, 0)
	put(2, math.NaN(), MinEvents, 0)
	put(3, math.NaN(), 0)
	got, err := m.Evidence(p.frame)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []Evidence{TooFew, Enough, Enough, TooFew} {
		if got[i] != want {
			t.Errorf("row %d: evidence %d, want %d", i, got[i], want)
		}
	}
}

func TestOneMissingCountMovesLittle(t *testing.T) {
	p := mixes(3, 1200, 3, 9, 1)
	m, _ := p.fit(t, quick)
	before, _ := m.Assign(p.frame)
	for i := range p.truth {
		p.frame.Columns[i%9][i] = math.NaN()
	}
	after, _ := m.Assign(p.frame)
	same := 0
	for i := range p.truth {
		if before.Cluster[i] == after.Cluster[i] {
			same++
		}
	}
	if share := float64(same) / float64(len(p.truth)); share < .85 {
		t.Errorf("%.2f of the rows stayed in their cluster", share)
	}
}

func TestAssignReadsColumnsByName(t *testing.T) {
	p := mixes(4, 600, 3, 6, 2)
	m, _ := p.fit(t, quick)
	want, _ := m.Assign(p.frame)
	turned := &models.Frame{Fields: []models.Field{{Name: "further"}}, Columns: [][]float64{make([]float64, 600)}}
	for j := len(p.frame.Fields) - 1; j >= 0; j-- {
		turned.Fields = append(turned.Fields, p.frame.Fields[j])
		turned.Columns = append(turned.Columns, p.frame.Columns[j])
	}
	got, err := m.Assign(turned)
	if err != nil {
		t.Fatal(err)
	}
	for i := range want.Cluster {
		if want.Cluster[i] != got.Cluster[i] || want.Membership[i] != got.Membership[i] {
			t.Fatalf("row %d differs", i)
		}
	}
	for j := range p.frame.Fields {
		less := &models.Frame{}
		for l := range p.frame.Fields {
			if l != j {
				less.Fields, less.Columns = append(less.Fields, p.frame.Fields[l]), append(less.Columns, p.frame.Columns[l])
			}
		}
		if _, err := m.Assign(less); !errors.Is(err, models.ErrFields) {
			t.Errorf("without %s: %v", p.frame.Fields[j].Name, err)
		}
	}
}
