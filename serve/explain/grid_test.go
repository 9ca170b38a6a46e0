package explain

import (
	"errors"
	"math"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/additive"
	"github.com/etappe/etappe/serve/score"
	"github.com/etappe/etappe/serve/score/scoretest"
	"github.com/etappe/etappe/serve/servetest"
)

// An account that changes its cluster and comes back: each way has a cluster's
// bar, the two movements join to the whole, and the whole has none.
func TestClusterChangedTwice(t *testing.T) {
	s := testScorer(t)
	pool := testInput(s, 60, 51)
	answers := scoreAll(t, s, pool)
	other := slices.IndexFunc(answers, func(a score.Answer) bool { return a.Cluster.ID != answers[0].Cluster.ID })
	again := slices.IndexFunc(answers[1:], func(a score.Answer) bool { return a.Cluster.ID == answers[0].Cluster.ID }) + 1
	if other < 0 || again < 1 {
		t.Fatal("the fixture has lost its clusters")
	}
	at := func(i, month int) *score.Input {
		in := row(pool, i)
		in.AccountIDs, in.AsOf = []string{"a"}, []time.Time{time.Date(2026, time.Month(month), 1, 0, 0, 0, 0, time.UTC)}
		return in
	}
	first, second, third := at(0, 1), at(other, 2), at(again, 3)
	movement := func(from, to *score.Input) *Explanation {
		e, err := Explain(s, from, to, now)
		if err != nil {
			t.Fatal(err)
		}
		checkExact(t, e)
		return e
	}
	out, back, whole := movement(first, second), movement(second, third), movement(first, third)
	if out.Change+back.Change != whole.Change {
		t.Errorf("%v and %v are not %v", out.Change, back.Change, whole.Change)
	}
	for name, e := range map[string]*Explanation{"out": out, "back": back, "whole": whole} {
		if has := slices.Contains(kinds(e), KindCluster); has != (name != "whole") {
			t.Errorf("%s: a bar for the cluster: %v", name, has)
		}
	}
}

// Putting one driver back, where nothing interacts, moves the score by its bar.
func TestPuttingOneBack(t *testing.T) {
	artifact := servetest.LinearArtifact(t)
	artifact.Points.PerDoubling = 4 // far from the cut
	s := scoretest.LinearWith(t, artifact, servetest.Churn{})
	from, to := linearThen(s), linearNow(s)
	e, err := Explain(s, from, to, now)
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range e.Bars {
		j, ok := s.FeatureIndex(b.Feature)
		if !ok {
			continue
		}
		back := row(to, 0)
		back.Frame.Columns[j] = from.Frame.Columns[j]
		a := scoreAll(t, s, back)[0]
		if moved := e.To.HealthScore - a.HealthScore; math.Abs(moved-b.Points) > 3.0/gridPerPoint {
			t.Errorf("putting %s back moves the score by %v, its bar is %v", b.Feature, moved, b.Points)
		}
	}
}

// blind reads no tickets, whatever they are.
type blind struct{ servetest.Churn }

func (b blind) Move(from, to *models.Frame) (*models.Movement, error) {
	m, err := b.Churn.Move(from, to)
	m.Share[6][0] = 0
	return m, err
}

func (b blind) Answer(f *models.Frame, from, to int, a *additive.Answers) error {
	f = &models.Frame{Fields: f.Fields, Columns: slices.Clone(f.Columns)}
	f.Columns[6] = make([]float64, len(f.Columns[6]))
	return b.Churn.Answer(f, from, to, a)
}

// An input that the model does not use gets nothing, though it changed: not even
// a unit of what rounding leaves.
func TestUnusedInputGetsNothing(t *testing.T) {
	s := scoretest.LinearWith(t, servetest.LinearArtifact(t), blind{})
	e, err := Explain(s, linearThen(s), linearNow(s), now)
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range e.Bars {
		if b.Feature == "ticket.count_28d" && (b.Points != 0 || b.LogOdds != 0 || b.From == b.To) {
			t.Errorf("%+v", b)
		}
	}
}

func TestApportion(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 40).Draw(t, "bars")
		bars, turned, sum := make([]Bar, n), make([]Bar, n), 0.0
		for i := range bars {
			v := rapid.Float64Range(-60, 60).Draw(t, "points")
			bars[i], turned[n-1-i] = Bar{Points: v, key: string(rune('a' + i))}, Bar{Points: -v, key: string(rune('a' + i))}
			sum += v
		}
		total := onGrid(sum)
		if bars[0].Points == 0 && n == 1 {
			return
		}
		before := slices.Clone(bars)
		if err := apportion(bars, total); err != nil {
			t.Fatal(err)
		}
		if err := apportion(turned, -total); err != nil {
			t.Fatal(err)
		}
		got := 0.0
		for i, b := range bars {
			got += b.Points
			if math.Abs(b.Points-before[i].Points) > 2.0/gridPerPoint || b.Points != -turned[n-1-i].Points {
				t.Fatalf("%v became %v, turned %v", before[i].Points, b.Points, turned[n-1-i].Points)
			}
		}
		if got != total {
			t.Fatalf("%v, want %v", got, total)
		}
	})
	if err := apportion([]Bar{{Points: 1}}, 1.5); !errors.Is(err, score.ErrAnswer) {
		t.Errorf("half a point is missing: %v", err)
	}
	if err := apportion([]Bar{{Points: math.NaN()}}, 1); !errors.Is(err, score.ErrAnswer) {
		t.Errorf("no number: %v", err)
	}
}
