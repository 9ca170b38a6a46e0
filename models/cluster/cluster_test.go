package cluster

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/etappe/etappe/models"
)

func TestFitFindsThePlantedGroups(t *testing.T) {
	for seed := range uint64(3) {
		for _, groups := range []int{3, 4} {
			p := mixes(seed, 1500, groups, 8, 3)
			m, choice := p.fit(t, quick)
			if m.K() != groups {
				t.Errorf("seed %d: found %d groups of %d: %+v", seed, m.K(), groups, choice.Tried)
				continue
			}
			purity := p.purity(t, m)
			t.Logf("seed %d, %d groups: purity %.3f, stability %.2f, valley %.2f", seed, groups, purity,
				choice.Tried[groups-1].Stability, choice.Tried[groups-1].Valley)
			if purity < .95 {
				t.Errorf("seed %d, %d groups: purity %.3f", seed, groups, purity)
			}
		}
	}
}

// Nothing is there to be found: one peak, whatever its shape.
func TestFitFindsNothingInNothing(t *testing.T) {
	for seed := range uint64(3) {
		rng := rand.New(rand.NewPCG(seed, 5))
		last := 0.0
		for name, p := range map[string]*planted{
			"round":   numbers(1200, 5, func(i, j int) float64 { return rng.NormFloat64() }),
			"wide":    numbers(1200, 12, func(i, j int) float64 { return rng.NormFloat64() }),
			"uniform": numbers(1200, 4, func(i, j int) float64 { return rng.Float64() }),
			"long": numbers(1200, 4, func(i, j int) float64 {
				if j == 0 {
					last = rng.NormFloat64()
				}
				return last + .1*rng.NormFloat64()
			}),
			"skewed": numbers(1200, 3, func(i, j int) float64 { return math.Exp(1.5 * rng.NormFloat64()) }),
			"mix":    mixes(seed, 1200, 1, 8, 2),
		} {
			if m, choice := p.fit(t, quick); m.K() != 1 {
				t.Errorf("seed %d, %s: %d clusters in one cloud: %+v", seed, name, m.K(), choice.Tried[m.K()-1])
			}
		}
	}
}

// A long cloud cut in the middle comes back in every bootstrap: without the
// valley it would pass for two groups.
func TestTheValleyIsNeeded(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 3))
	last := 0.0
	p := numbers(1500, 5, func(i, j int) float64 {
		if j == 0 {
			last = rng.NormFloat64()
		}
		return last + .05*rng.NormFloat64()
	})
	_, choice := p.fit(t, quick)
	two := choice.Tried[1]
	if slices.Min(two.Stability) < .75 {
		t.Fatalf("the control is none: stability %v", two.Stability)
	}
	if len(two.Refused) != 1 || !strings.Contains(two.Refused[0], "no gap") {
		t.Errorf("refused for %q", two.Refused)
	}
	if two.Valley <= 1 {
		t.Errorf("valley %v in a cloud with one peak", two.Valley)
	}
}

func TestFitRefusesSmallClusters(t *testing.T) {
	p := mixes(1, 1500, 3, 6, 0)
	for i, g := range p.truth {
		p.churned[i] = p.churned[i] && g != 2 // nobody of group 2 ever churned
	}
	m, choice := p.fit(t, quick)
	if m.K() >= 3 {
		t.Errorf("%d clusters, one without churn", m.K())
	}
	if got := strings.Join(choice.Tried[2].Refused, "; "); !strings.Contains(got, "churned and") {
		t.Errorf("k = 3 was refused for %q", got)
	}
}

func TestFitIsTheSameOnAnyNumberOfWorkers(t *testing.T) {
	p := mixes(4, 700, 3, 9, 3) // more than eight coordinates: with axes
	var first models.State
	for i, workers := range []int{1, 3, 3} {
		o := quick
		o.Workers = workers
		m, _ := p.fit(t, o)
		s, err := m.State()
		if err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			first = s
		} else if diff := cmp.Diff(first, s); diff != "" {
			t.Fatalf("%d workers give another model: %s", workers, diff)
		}
	}
}

func TestFitDoesNotLookAtTheOutcome(t *testing.T) {
	p := mixes(5, 900, 3, 6, 2)
	one, _ := p.fit(t, quick)
	for i := range p.churned { // others churn, as many in each group
		p.churned[i] = i%4 == 0
	}
	two, _ := p.fit(t, quick)
	if one.K() != two.K() || !slices.Equal(one.centres, two.centres) {
		t.Error("the centres moved with the outcomes")
	}
}

func TestSizeCancelsOut(t *testing.T) {
	p := mixes(6, 900, 3, 6, 0)
	m, _ := p.fit(t, quick)
	before, _ := m.Assign(p.frame)
	grown := p.frame.Select(allRows(p.frame))
	for i := range p.truth {
		for j := range grown.Columns {
			grown.Columns[j][i] *= float64(1 + i%7)
		}
	}
	after, _ := m.Assign(grown)
	for i := range p.truth {
		if before.Evidence[i] != Enough {
			continue // ten times as many events may be enough
		}
		if before.Cluster[i] != after.Cluster[i] || math.Abs(before.Membership[i]-after.Membership[i]) > 1e-9 {
			t.Fatalf("row %d: %d times the events, and %v became %v", i, 1+i%7, before.Membership[i], after.Membership[i])
		}
	}
}

func allRows(f *models.Frame) []int {
	rows := make([]int, f.Rows())
	for i := range rows {
		rows[i] = i
	}
	return rows
}

func TestLevelsMakeGroups(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 1))
	p := numbers(900, 3, func(int, int) float64 { return 10 * random.Float64() })
	p.frame.Fields[0] = models.Field{Name: "x0", Levels: []string{"never", "card", "invoice"}}
	for i := range p.frame.Columns[0] {
		p.frame.Columns[0][i] = float64(1 + i%2)
	}
	m, _ := p.fit(t, quick)
	if m.K() != 2 {
		t.Fatalf("%d clusters of two payment methods", m.K())
	}
	if names := m.Names(nil); !slices.Contains(names, "x0 = card") || !slices.Contains(names, "x0 = invoice") {
		t.Errorf("named %q", names)
	}
	// The codes of another frame may run in another order.
	other := p.frame.Select(allRows(p.frame))
	other.Fields = slices.Clone(other.Fields)
	other.Fields[0].Levels = []string{"invoice", "card"}
	for i, x := range other.Columns[0] {
		other.Columns[0][i] = 2 - x
	}
	one, _ := m.Assign(p.frame)
	two, _ := m.Assign(other)
	if !slices.Equal(one.Cluster, two.Cluster) {
		t.Error("levels were read by code, not by name")
	}
}

func TestFitOnHostileColumns(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	for name, cell := range map[string]func(i, j int) float64{
		"constant":    func(i, j int) float64 { return 3 },
		"all missing": func(i, j int) float64 { return nan },
		"huge":        func(i, j int) float64 { return []float64{1e308, -1e308, 0, nan}[(i+j)%4] },
		"infinite":    func(i, j int) float64 { return []float64{inf, -inf, 1, 2}[(i*3+j)%4] },
		"negative":    func(i, j int) float64 { return -float64(i % 13) },
	} {
		p := numbers(300, 4, cell)
		spaces := []Space{p.space, {Shares: p.space.Values}, {Shares: p.space.Values[:2], Values: p.space.Values[2:]}, {}}
		for _, p.space = range spaces {
			m, _ := p.fit(t, quick)
			a, err := m.Assign(p.frame)
			if err != nil {
				t.Fatal(err)
			}
			for i, x := range a.Membership {
				if !(x > 0 && x <= 1) {
					t.Fatalf("%s, %+v: row %d has membership %v", name, p.space, i, x)
				}
			}
			s, err := m.State()
			if err != nil {
				t.Fatal(err)
			}
			if _, err := FromState(s); err != nil {
				t.Errorf("%s, %+v: %v", name, p.space, err)
			}
		}
	}
}

func TestFitErrors(t *testing.T) {
	p := mixes(1, 60, 2, 4, 1)
	ctx := context.Background()
	stopped, stop := context.WithCancel(ctx)
	stop()
	categorical := p.frame.Select(allRows(p.frame))
	categorical.Fields = slices.Clone(categorical.Fields)
	categorical.Fields[0].Levels = []string{"a"}
	for _, c := range []struct {
		name  string
		ctx   context.Context
		frame *models.Frame
		space Space
		o     Options
		want  error
	}{
		{"no row", ctx, p.frame.Select(nil), p.space, quick, models.ErrTraining},
		{"no such count", ctx, p.frame, Space{Shares: []string{"nope"}}, quick, models.ErrFields},
		{"no such value", ctx, p.frame, Space{Shares: p.space.Shares, Values: []string{"nope"}}, quick, models.ErrFields},
		{"twice", ctx, p.frame, Space{Values: []string{"value0", "value0"}}, quick, models.ErrFields},
		{"levels as counts", ctx, categorical, p.space, quick, models.ErrFields},
		{"too many", ctx, p.frame, p.space, Options{MaxK: 17}, models.ErrTraining},
		{"cancelled", stopped, p.frame, p.space, quick, context.Canceled},
	} {
		m, _, err := Fit(c.ctx, c.frame, c.space, p.churned[:c.frame.Rows()], c.o)
		if !errors.Is(err, c.want) || m != nil {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
	}
	defer func() {
		if recover() == nil {
			t.Error("outcomes of other length were taken")
		}
	}()
	_, _, _ = Fit(ctx, p.frame, p.space, p.churned[:3], quick)
}

// A group of 20 to 30 churned rows is one: partial pooling carries it.
func TestSmallGroupIsFound(t *testing.T) {
	p := mixes(4, 700, 3, 6, 0)
	var rows []int
	churned := 0
	for i, group := range p.truth {
		if group == 0 && p.churned[i] {
			if churned++; churned > 24 {
				continue
			}
		}
		rows = append(rows, i)
	}
	m, choice, err := Fit(context.Background(), p.frame.Select(rows), p.space, models.Pick(p.churned, rows), quick)
	if err != nil || m.K() != 3 {
		t.Errorf("%d clusters of 3 groups, the smallest of 24 churned rows: %v, %+v", m.K(), err, choice)
	}
}

func TestChoiceIsReadableJSON(t *testing.T) {
	p := mixes(2, 400, 2, 4, 0)
	_, choice := p.fit(t, Options{MaxK: 4, Bootstraps: 4, Seed: 1})
	text, err := json.Marshal(choice)
	if err != nil {
		t.Fatal(err)
	}
	var back Choice
	if err := json.Unmarshal(text, &back); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(choice, &back); diff != "" {
		t.Error(diff)
	}
	for i, tried := range choice.Tried {
		if tried.K != i+1 || len(tried.Sizes) != tried.K || len(tried.Stability) != tried.K || !slices.IsSortedFunc(tried.Sizes, func(a, b int) int { return b - a }) {
			t.Errorf("k = %d: %+v", i+1, tried)
		}
	}
}
