package score

import (
	"encoding/json"
	"errors"
	"math"
	"reflect"
	"runtime"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/additive"
	"github.com/etappe/etappe/models/artifact"
)

// asColumns writes answers as ScoreColumns should have, but for the reasons.
func asColumns(t *testing.T, answers []Answer, entries []string) *Columns {
	t.Helper()
	at := map[string]int{}
	c := &Columns{Entries: entries}
	for e, name := range entries {
		at[name] = e
		c.Points = append(c.Points, make([]float64, len(answers)))
	}
	for i, a := range answers {
		c.Health, c.Churn = append(c.Health, a.HealthScore), append(c.Churn, a.ChurnProbability)
		c.Low, c.High = append(c.Low, a.Interval.Low), append(c.High, a.Interval.High)
		c.Band, c.Membership = append(c.Band, a.Band), append(c.Membership, a.Cluster.Membership)
		c.ClusterID, c.ClusterName = append(c.ClusterID, a.Cluster.ID), append(c.ClusterName, a.Cluster.Name)
		if entries != nil {
			c.Baseline = append(c.Baseline, a.Baseline.Points)
		}
		for _, one := range a.Contributions {
			e, ok := at[one.Feature]
			if !ok {
				t.Fatalf("row %d: no column for %q", i, one.Feature)
			}
			c.Points[e][i] = one.Points
		}
	}
	return c
}

// sameReasons compares the first reason of every row with that of its answer.
func sameReasons(t *testing.T, s *Scorer, in *Input, c *Columns, answers []Answer) {
	t.Helper()
	for i, a := range answers {
		subject, ok := s.Lead(in, c, i)
		if ok != (len(a.Reasons) > 0) {
			t.Fatalf("row %d: a reason %v, the answer has %v", i, ok, a.Reasons)
		}
		if !ok {
			continue
		}
		_, code := s.ReasonCode(c.Lead[i])
		if want := a.Reasons[0]; subject != want.Subject || c.LeadPoints[i] != want.Points || code != want.Code {
			t.Fatalf("row %d: %s of %v about %+v, the answer has %+v", i, code, c.LeadPoints[i], subject, want)
		}
	}
}

// withSets is the fitted artifact with interactions in its churn model: of two
// features and of three, with tables made by hand.
func withSets(t *testing.T) *artifact.Artifact {
	t.Helper()
	a := testArtifact(t)
	state, err := a.Churn.State()
	if err != nil {
		t.Fatal(err)
	}
	var head map[string]any
	if err := json.Unmarshal(state.Header, &head); err != nil {
		t.Fatal(err)
	}
	axes, terms := head["axes"].([]any), head["terms"].([]any)
	before, clusters := len(terms), len(head["clusters"].([]any))
	for _, fields := range [][]int{{0, 4}, {1, 6, 10}} {
		bins, cells := []int{}, 1
		for _, j := range fields {
			for b := range int(axes[j].(map[string]any)["bins"].(float64)) { // missing and the lower bins, the others
				state.Arrays["joints"] = append(state.Arrays["joints"], float64(min(b/4, 1)))
			}
			bins, cells = append(bins, 2), cells*2
		}
		terms = append(terms, map[string]any{"fields": fields, "bins": bins})
		for c := range cells {
			state.Arrays["mass"] = append(state.Arrays["mass"], float64(c+1))
		}
		for c := range cells * int(head["bags"].(float64)) {
			state.Arrays["tables"] = append(state.Arrays["tables"], math.Sin(float64(3*c+cells)))
		}
	}
	head["terms"] = terms
	var centres []float64
	for k := range clusters {
		centres = append(centres, state.Arrays["centres"][k*before:(k+1)*before]...)
		centres = append(centres, 0.1, -0.3)
	}
	state.Arrays["centres"] = centres
	if state.Header, err = json.Marshal(head); err != nil {
		t.Fatal(err)
	}
	if a.Churn, err = additive.FromState(state); err != nil {
		t.Fatal(err)
	}
	return a
}

// Columns are the answers, to the bit: over many blocks, whatever the detail and
// the language, with and without clusters, interactions, path and milestones,
// with rows whose path is not measured, with cuts, with missing, extreme and
// unseen values.
func TestColumnsAreTheAnswers(t *testing.T) {
	steep, flat, nameless := testArtifact(t), testArtifact(t), testArtifact(t)
	steep.Points.PerDoubling = 60 // so that the outlook is cut
	flat.Path, flat.Outliers, nameless.Names = nil, nil, nil
	for name, s := range map[string]*Scorer{
		"plain": scorerOf(t, testArtifact(t)), "interactions": scorerOf(t, withSets(t)), "cut": scorerOf(t, steep),
		"no path": scorerOf(t, flat), "by hand": linearScorer(t), "no names": scorerOf(t, nameless),
	} {
		t.Run(name, func(t *testing.T) {
			in := testInput(s, blockRows+300, 3)
			extremes := []float64{math.NaN(), 0, -5, 1e9, 1e308, -1e308}
			if name == "by hand" {
				extremes = extremes[:3] // a sum of products has no answer for the others
			}
			for i, x := range extremes {
				for j := range in.Frame.Columns {
					in.Frame.Columns[j][blockRows-3+i] = x
					if s.fields[j].Categorical() && !math.IsNaN(x) {
						in.Frame.Columns[j][blockRows-3+i] = 3 // an unseen level
					}
				}
			}
			in.Journey.Tenure[7] = math.NaN()
			half := *in.Journey // a journey that knows only one of the milestones
			half.Milestones, half.Reached = half.Milestones[1:], half.Reached[1:]
			for _, journey := range []*models.Journey{in.Journey, &half, nil} {
				for _, detail := range []Detail{DetailAll, DetailTop, DetailNone} {
					in.Journey, in.Detail = journey, detail
					got, err := s.ScoreColumns(in, Usual|Reasons)
					if err != nil {
						t.Fatal(err)
					}
					answers := scoreAll(t, s, in)
					sameReasons(t, s, in, got, answers)
					want := asColumns(t, answers, got.Entries)
					want.Lead, want.LeadPoints, want.LeadExpected = got.Lead, got.LeadPoints, got.LeadExpected
					if !reflect.DeepEqual(want, got) {
						t.Fatalf("detail %q:\n%.2000s", detail, cmp.Diff(want, got))
					}
				}
			}
		})
	}
}

// Columns that held another batch hold nothing of it afterwards, whatever
// parts were wanted; scores alone are the same scores.
func TestColumnsAreUsedAgain(t *testing.T) {
	steep := testArtifact(t)
	steep.Points.PerDoubling = 60 // so that the outlook is cut
	s, c, alone := scorerOf(t, steep), &Columns{}, &Columns{}
	for i, rows := range []int{blockRows + 300, 2*blockRows + 7, 40, blockRows, 900} {
		in := testInput(s, rows, uint64(i))
		in.Detail = []Detail{DetailAll, DetailTop, DetailNone, DetailTop, DetailAll}[i]
		if i == 1 {
			in.Journey = nil
		}
		parts := Usual
		if i%2 == 0 {
			parts |= Reasons
		}
		if err := s.ScoreColumnsInto(c, in, parts); err != nil {
			t.Fatal(err)
		}
		want, err := s.ScoreColumns(in, parts)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(want, c) {
			t.Fatalf("batch %d:\n%.2000s", i, cmp.Diff(want, c))
		}
		if err := s.ScoreColumnsInto(alone, in, Alone); err != nil {
			t.Fatal(err)
		}
		if only := (&Columns{Health: want.Health, Churn: want.Churn, Band: want.Band}); !reflect.DeepEqual(only, alone) {
			t.Fatalf("batch %d alone:\n%.2000s", i, cmp.Diff(only, alone))
		}
	}
	if err := s.ScoreColumnsInto(alone, &Input{}, Alone); !errors.Is(err, ErrInput) {
		t.Errorf("no frame: %v", err)
	}
}

// The sums hold in the columns themselves, and a fault in one turns it red.
func TestColumnsAddUp(t *testing.T) {
	s := testScorer(t)
	for _, detail := range []Detail{DetailAll, DetailTop} {
		in := testInput(s, 300, 5)
		in.Detail = detail
		c, err := s.ScoreColumns(in, Usual)
		if err != nil {
			t.Fatal(err)
		}
		if c.Lead != nil {
			t.Error("reasons that were not wanted")
		}
		off := func() (worst float64) {
			for i, health := range c.Health {
				sum := c.Baseline[i]
				for e := range c.Points {
					sum += c.Points[e][i]
				}
				worst = max(worst, math.Abs(sum-health))
			}
			return worst
		}
		if off() > 1e-9 {
			t.Errorf("points add up to %v less than the score", off())
		}
		if c.Points[3][17] += 1e-6; off() < 1e-7 {
			t.Error("a planted fault is not seen")
		}
	}
}

// One processor gives the columns that many give.
func TestColumnsOnOneProcessor(t *testing.T) {
	s := testScorer(t)
	in := testInput(s, 3*blockRows, 8)
	many, err := s.ScoreColumns(in, Usual|Reasons)
	if err != nil {
		t.Fatal(err)
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	one, err := s.ScoreColumns(in, Usual|Reasons)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(many, one) {
		t.Errorf("%.1000s", cmp.Diff(many, one))
	}
}

func TestColumnsRefuse(t *testing.T) {
	s := linearScorer(t)
	in := linearNow(s)
	in.AccountIDs = nil
	if _, err := s.ScoreColumns(&Input{}, Usual); !errors.Is(err, ErrInput) {
		t.Errorf("no frame: %v", err)
	}
	s.churn = broken{}
	if c, err := s.ScoreColumns(in, Usual); !errors.Is(err, ErrAnswer) || c != nil {
		t.Errorf("no number: %v, %v", c, err)
	}
	infinite := testInput(testScorer(t), 3*blockRows, 8)
	infinite.Frame.Columns[2][2*blockRows+5] = math.Inf(1)
	if _, err := testScorer(t).ScoreColumns(infinite, Usual); !errors.Is(err, ErrAnswer) || !errors.Is(err, models.ErrFields) {
		t.Errorf("an infinite value: %v", err)
	}
}
