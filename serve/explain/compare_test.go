package explain

import (
	"context"
	"errors"
	"math"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/additive"
	"github.com/etappe/etappe/models/additive/boost"
	"github.com/etappe/etappe/models/artifact"
	"github.com/etappe/etappe/serve/score"
	"github.com/etappe/etappe/serve/score/scoretest"
	"github.com/etappe/etappe/serve/servetest"
)

// retrained is a later model: learned from other accounts, without the last
// feature of the catalogue, with the first one's clusters and path.
var retrained = sync.OnceValues(func() (*artifact.Artifact, error) {
	first, err := servetest.Fitted()
	if err != nil {
		return nil, err
	}
	sample, _ := simulated(800, 8)
	assigned, err := first.Clusters.Assign(sample.Frame)
	if err != nil {
		return nil, err
	}
	catalog := servetest.Catalog()
	catalog.Definitions = catalog.Definitions[:len(catalog.Definitions)-1]
	sample.Fields, sample.Columns = servetest.Fields(catalog), sample.Columns[:len(catalog.Definitions)]
	sample.Cluster = assigned.Cluster
	model, err := boost.Trainer{Bags: 3, Rounds: 40, Smooth: 10, Seed: 2, Clusters: first.Clusters.K(), Bins: 16}.Fit(context.Background(), sample)
	if err != nil {
		return nil, err
	}
	a := *first
	a.Catalog, a.Fingerprint, a.Fields, a.Churn, a.Outliers = catalog, catalog.Fingerprint(), sample.Fields, model.(*additive.Model), nil
	return &a, nil
})

// twoModels returns the scorers before and after a retrain.
func twoModels(t testing.TB) [2]*score.Scorer {
	t.Helper()
	a, err := retrained()
	if err != nil {
		t.Fatal(err)
	}
	after, err := score.New(a, score.Meta{Version: "2026-03-25-1", TrainedAt: testMeta.TrainedAt.AddDate(0, 0, 6)}, score.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return [2]*score.Scorer{testScorer(t), after}
}

// inCatalogue arranges a row of the first model's catalogue for another.
func inCatalogue(in *score.Input, s *score.Scorer) *score.Input {
	one := *in
	one.Frame = &models.Frame{Fields: s.Fields(), Columns: in.Frame.Columns[:len(s.Fields())]}
	return &one
}

// cornersOf arranges two dates for both models.
func cornersOf(s [2]*score.Scorer, from, to *score.Input) [2][2]*score.Input {
	return [2][2]*score.Input{{from, inCatalogue(from, s[1])}, {to, inCatalogue(to, s[1])}}
}

func codesOf(list []score.Warning) (codes []string) {
	for _, w := range list {
		codes = append(codes, w.Code)
	}
	return codes
}

func kinds(e *Explanation) (list []Kind) {
	for _, b := range e.Bars {
		list = append(list, b.Kind)
	}
	return list
}

// Across models and dates, with any corner unknown, the bars sum to the change
// exactly, and the way back is the opposite to the last bit.
func TestMovementAcrossModels(t *testing.T) {
	scorers := twoModels(t)
	pool := testInput(scorers[0], 60, 18)
	rapid.Check(t, func(t *rapid.T) {
		from, to := scoretest.Pair(t, pool)
		corners := cornersOf(scorers, from, to)
		for d := range corners {
			if rapid.Bool().Draw(t, "unknown") {
				corners[d][1-d] = nil
			}
		}
		e, err := Compare(corners, scorers, CompareOptions{Now: now})
		if err != nil {
			t.Fatal(err)
		}
		checkExact(t, e)
		logOdds := 0.0
		for _, b := range e.Bars {
			logOdds += b.LogOdds
		}
		if z := models.Logit(e.To.ChurnProbability) - models.Logit(e.From.ChurnProbability); math.Abs(logOdds-z) > 1e-9 {
			t.Fatalf("log-odds of bars %v, moved by %v", logOdds, z)
		}
		order, separable := slices.Contains(codesOf(e.Warnings), WarnModelOrder), !slices.Contains(codesOf(e.Warnings), WarnNotSeparable)
		known := 0
		for d := range corners {
			if corners[d][1-d] != nil {
				known++
			}
		}
		if order != (known == 1) || separable != (known > 0) {
			t.Fatalf("%d mixed corners known: %v", known, e.Warnings)
		}
		if !separable && !slices.Equal(kinds(e), []Kind{KindModel}) {
			t.Fatalf("nothing can be told apart, but the bars are %v", kinds(e))
		}
		back, err := Compare(exchangedCorners(corners), [2]*score.Scorer{scorers[1], scorers[0]}, CompareOptions{Now: now})
		if err != nil {
			t.Fatal(err)
		}
		checkTurned(t, e, back)
	})
}

// exchangedCorners exchanges dates and models.
func exchangedCorners(c [2][2]*score.Input) [2][2]*score.Input {
	return [2][2]*score.Input{{c[1][1], c[1][0]}, {c[0][1], c[0][0]}}
}

// checkTurned: the same bars, in any order, with the opposite sign.
func checkTurned(t *rapid.T, e, back *Explanation) {
	points := func(e *Explanation, sign float64) map[string]float64 {
		m := map[string]float64{}
		for _, b := range e.Bars {
			m[b.key] = sign*b.Points + 0
		}
		return m
	}
	if diff := cmp.Diff(points(e, 1), points(back, -1)); diff != "" {
		t.Fatalf("the way back is not the opposite:\n%s", diff)
	}
}

// A pure retrain has a model bar and nothing else.
func TestPureRetrain(t *testing.T) {
	scorers := twoModels(t)
	pool := testInput(scorers[0], 30, 19)
	moved := 0
	for i := range pool.Frame.Rows() {
		in := row(pool, i)
		e, err := Compare(cornersOf(scorers, in, in), scorers, CompareOptions{Now: now})
		if err != nil {
			t.Fatal(err)
		}
		for _, b := range e.Bars {
			if b.Kind != KindModel || b.From != "2026-03-19-1" || b.To != "2026-03-25-1" {
				t.Errorf("%+v", b)
			}
		}
		if e.Change != 0 {
			moved++
		}
	}
	if moved == 0 {
		t.Error("the retrain moved no account: nothing was tested")
	}
}

// One version is one model, whether or not it was loaded twice.
func TestSameVersionIsOneModel(t *testing.T) {
	s := testScorer(t)
	twice := testScorer(t)
	pool := testInput(s, 2, 20)
	pool.AccountIDs = []string{"a", "a"}
	from, to := row(pool, 0), row(pool, 1)
	one, err := Explain(s, from, to, now)
	if err != nil {
		t.Fatal(err)
	}
	other, err := Compare([2][2]*score.Input{{from, nil}, {nil, to}}, [2]*score.Scorer{s, twice}, CompareOptions{Now: now})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(one, other, cmpopts.IgnoreUnexported(Bar{}, Explanation{})); diff != "" {
		t.Error(diff)
	}
}

// stored is what a scorer answered, as a history keeps it.
func stored(s *score.Scorer, in *score.Input, t testing.TB) *Stored {
	a := scoreAll(t, s, in)[0]
	return &Stored{AccountID: a.AccountID, AsOf: in.AsOf[0], Health: a.HealthScore, Churn: a.ChurnProbability, Low: a.Interval.Low,
		High: a.Interval.High, Band: a.Band, ClusterID: a.Cluster.ID, ClusterName: a.Cluster.Name, Membership: a.Cluster.Membership, Model: a.Model.Version}
}

// Where the old artifact is gone, the account's movement is told by the new
// model, the model's bar is what is left to the stored score, and what cannot be
// known is not made up.
func TestOldModelIsGone(t *testing.T) {
	scorers := twoModels(t)
	pool := testInput(scorers[0], 2, 22)
	pool.AccountIDs = []string{"a", "a"}
	from, to := row(pool, 0), row(pool, 1)
	to.AsOf = []time.Time{from.AsOf[0].AddDate(0, 1, 0)}
	corners := cornersOf(scorers, from, to)
	o := CompareOptions{Now: now, Stored: [2]*Stored{stored(scorers[0], from, t), nil}}
	e, err := Compare(corners, [2]*score.Scorer{nil, scorers[1]}, o)
	if err != nil {
		t.Fatal(err)
	}
	alone, err := Explain(scorers[1], corners[0][1], corners[1][1], now)
	if err != nil {
		t.Fatal(err)
	}
	checkExact(t, e)
	if codes := codesOf(e.Warnings); !slices.Contains(codes, WarnOldModelMissing) || slices.Contains(codes, WarnNotSeparable) {
		t.Errorf("warnings %v", codes)
	}
	if e.From.HealthScore != onGrid(o.Stored[0].Health) || e.From.Model != testMeta.Version || e.From.Cluster.ID != o.Stored[0].ClusterID {
		t.Errorf("stored %+v, shown %+v", o.Stored[0], e.From)
	}
	bars := map[string]float64{}
	for _, b := range e.Bars {
		bars[b.key] = b.Points
	}
	for _, b := range alone.Bars {
		if math.Abs(bars[b.key]-b.Points) > 4.0/gridPerPoint {
			t.Errorf("%s: %v, under the new model alone %v", b.key, bars[b.key], b.Points)
		}
	}
	if want := alone.From.HealthScore - e.From.HealthScore; math.Abs(bars[themeModel]-want) > 4.0/gridPerPoint {
		t.Errorf("model's bar %v, the new model says %v more at the first date", bars[themeModel], want)
	}

	// In a catalogue that the new model does not read, nothing can be told apart.
	corners[0][1] = nil
	e, err = Compare(corners, [2]*score.Scorer{nil, scorers[1]}, o)
	if err != nil {
		t.Fatal(err)
	}
	if codes := codesOf(e.Warnings); !slices.Equal(kinds(e), []Kind{KindModel}) || !slices.Contains(codes, WarnNotSeparable) || !slices.Contains(codes, WarnOldModelMissing) {
		t.Errorf("bars %v, warnings %v", kinds(e), codes)
	}
	if _, err = Compare(corners, [2]*score.Scorer{nil, scorers[1]}, CompareOptions{Now: now}); !errors.Is(err, score.ErrInput) {
		t.Errorf("without a stored answer: %v", err)
	}
	o.Stored[0].AccountID = "b"
	if _, err = Compare(corners, [2]*score.Scorer{nil, scorers[1]}, o); !errors.Is(err, score.ErrInput) {
		t.Errorf("the stored answer of another account: %v", err)
	}
}
