package score

import (
	"encoding/json"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/etappe/etappe/features/catalog"

	"github.com/google/go-cmp/cmp"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/additive"
	"github.com/etappe/etappe/models/artifact"
	"github.com/etappe/etappe/serve/servetest"
)

// reread is an answer after a round trip through JSON.
func reread(t testing.TB, a Answer) Answer {
	t.Helper()
	text, err := json.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	var back Answer
	if err := json.Unmarshal(text, &back); err != nil {
		t.Fatal(err)
	}
	return back
}

// checkSums holds an answer to both of its sums.
func checkSums(t testing.TB, a Answer) {
	t.Helper()
	logOdds, points := a.Baseline.LogOdds, a.Baseline.Points
	for _, c := range a.Contributions {
		logOdds += c.LogOdds
		points += c.Points
	}
	if z := models.Logit(a.ChurnProbability); !(math.Abs(logOdds-z) <= 1e-9) {
		t.Errorf("%s: baseline and contributions give log-odds %v, the probability has %v", a.AccountID, logOdds, z)
	}
	if !(math.Abs(points-a.HealthScore) <= 1e-9) {
		t.Errorf("%s: baseline and contributions give %v points, the health score is %v", a.AccountID, points, a.HealthScore)
	}
	if !(a.HealthScore >= 0 && a.HealthScore <= 100) {
		t.Errorf("%s: health score %v", a.AccountID, a.HealthScore)
	}
	if !(a.Interval.Low <= a.ChurnProbability && a.ChurnProbability <= a.Interval.High) {
		t.Errorf("%s: probability %v outside %v", a.AccountID, a.ChurnProbability, a.Interval)
	}
}

func TestAnswersAddUp(t *testing.T) {
	steep := testArtifact(t)
	steep.Points.PerDoubling = 60 // so that the outlook is cut
	flat := testArtifact(t)
	flat.Path = nil
	for name, a := range map[string]*artifact.Artifact{"plain": testArtifact(t), "cut": steep, "no path": flat} {
		t.Run(name, func(t *testing.T) {
			s := scorerOf(t, a)
			in := testInput(s, 200, 3)
			extremes := []float64{math.NaN(), 0, -5, 1e9, 1e308, -1e308}
			for i, x := range extremes {
				for j := range in.Frame.Columns {
					in.Frame.Columns[j][i] = x
					if s.fields[j].Categorical() && !math.IsNaN(x) {
						in.Frame.Columns[j][i] = 3 // an unseen level
					}
				}
			}
			cuts := 0
			for _, detail := range []Detail{DetailAll, DetailTop} {
				in.Detail = detail
				answers, err := s.Score(in, now)
				if err != nil {
					t.Fatal(err)
				}
				for _, a := range answers {
					checkSums(t, reread(t, a))
					for _, c := range a.Contributions {
						if c.Feature == OutlookCut && c.LogOdds == 0 && c.Points != 0 {
							cuts++
						}
					}
				}
			}
			if name == "cut" && cuts == 0 { // elsewhere it is the fitted model's affair
				t.Error("no cut was shown")
			}
		})
	}
}

// TestSumsAreHeld is the negative control of every sum above.
func TestSumsAreHeld(t *testing.T) {
	s := testScorer(t)
	answers, err := s.Score(testInput(s, 1, 3), now)
	if err != nil {
		t.Fatal(err)
	}
	a := answers[0]
	if err := a.check(); err != nil {
		t.Fatal(err)
	}
	a.Contributions = slices.Clone(a.Contributions)
	a.Contributions[3].Points += 1e-6
	if a.check() == nil {
		t.Error("points that do not add up pass")
	}
	a.Contributions[3].Points -= 1e-6
	a.Contributions[3].LogOdds += 1e-6
	if a.check() == nil {
		t.Error("log-odds that do not add up pass")
	}
}

func TestDetail(t *testing.T) {
	s := testScorer(t)
	in := testInput(s, 1, 5)
	score := func(d Detail) Answer {
		in.Detail = d
		answers, err := s.Score(in, now)
		if err != nil {
			t.Fatal(err)
		}
		return answers[0]
	}
	all, top, none := score(DetailAll), score(DetailTop), score(DetailNone)
	want := len(s.fields) + len(s.milestones)
	if all.Contributions[len(all.Contributions)-1].Feature == OutlookCut {
		want++
	}
	if len(all.Contributions) != want {
		t.Errorf("%d contributions, want %d", len(all.Contributions), want)
	}
	if len(top.Contributions) != 6 || top.Contributions[5].Feature != OtherFeatures {
		t.Errorf("top: %+v", top.Contributions)
	}
	for i := range 4 {
		if math.Abs(top.Contributions[i].Points) < math.Abs(top.Contributions[i+1].Points) {
			t.Errorf("top is not in order: %+v", top.Contributions)
		}
	}
	if text, _ := json.Marshal(none); strings.Contains(string(text), "contributions") {
		t.Errorf("none: %s", text)
	}
	all.Contributions, top.Contributions = nil, nil
	if diff := cmp.Diff(all, none) + cmp.Diff(top, none); diff != "" {
		t.Errorf("the detail changes more than the contributions:\n%s", diff)
	}
}

func TestPathNotMeasured(t *testing.T) {
	s := testScorer(t)
	with := testInput(s, 3, 8)
	without := *with
	without.Journey = nil
	half := *with
	half.Journey = &models.Journey{Milestones: with.Journey.Milestones, Reached: with.Journey.Reached,
		Tenure: []float64{math.NaN(), with.Journey.Tenure[1], with.Journey.Tenure[2]}}
	measured := scoreAll(t, s, with)
	bare := scoreAll(t, s, &without)
	for i, a := range bare {
		outlook := min(max(s.points.Outlook(models.Logit(a.ChurnProbability)), 0), 100)
		if math.Abs(a.HealthScore-outlook) > 1e-9 || !hasWarning(a, WarnPathNotMeasured) {
			t.Errorf("row %d: health %v, outlook %v, warnings %v", i, a.HealthScore, outlook, a.Warnings)
		}
		if a.ChurnProbability != measured[i].ChurnProbability {
			t.Errorf("row %d: the path changes the probability", i)
		}
		if hasWarning(measured[i], WarnPathNotMeasured) {
			t.Errorf("row %d: measured, but warned", i)
		}
	}
	mixed := scoreAll(t, s, &half)
	if mixed[0].HealthScore != bare[0].HealthScore || mixed[1].HealthScore != measured[1].HealthScore {
		t.Error("a row without tenure changes how the others are measured")
	}
}

// fataler is what testing.TB and rapid.T share.
type fataler interface {
	Helper()
	Fatal(args ...any)
}

func scoreAll(t fataler, s *Scorer, in *Input) []Answer {
	t.Helper()
	answers, err := s.Score(in, now)
	if err != nil {
		t.Fatal(err)
	}
	return answers
}

func TestNewScorerRefuses(t *testing.T) {
	rows := []struct {
		name string
		do   func(a *artifact.Artifact, m *Meta)
		want error
	}{
		{"no churn model", func(a *artifact.Artifact, _ *Meta) { a.Churn = nil }, ErrSelfTest},
		{"no version", func(_ *artifact.Artifact, m *Meta) { m.Version = "" }, ErrSelfTest},
		{"no date of training", func(_ *artifact.Artifact, m *Meta) { m.TrainedAt = time.Time{} }, ErrSelfTest},
		{"no catalogue", func(a *artifact.Artifact, _ *Meta) { a.Catalog = nil }, catalog.ErrCatalog},
		{"another fingerprint", func(a *artifact.Artifact, _ *Meta) { a.Fingerprint = "0123456789abcdef" }, catalog.ErrCatalog},
		{"another catalogue", func(a *artifact.Artifact, _ *Meta) {
			list := *a.Catalog
			list.Definitions = slices.Clone(list.Definitions)
			list.Definitions[list.Index("ticket.count_28d")].Name = "ticket.count_29d"
			a.Catalog = &list
		}, catalog.ErrCatalog},
		{"a field less", func(a *artifact.Artifact, _ *Meta) { a.Fields = a.Fields[1:] }, catalog.ErrCatalog},
		{"fields in another order", func(a *artifact.Artifact, _ *Meta) {
			a.Fields = slices.Clone(a.Fields)
			a.Fields[0], a.Fields[1] = a.Fields[1], a.Fields[0]
		}, catalog.ErrCatalog},
		{"other levels", func(a *artifact.Artifact, _ *Meta) {
			a.Fields = slices.Clone(a.Fields)
			a.Fields[10].Levels = []string{"basic"}
		}, catalog.ErrCatalog},
		{"no points", func(a *artifact.Artifact, _ *Meta) { a.Points = models.Points{} }, ErrSelfTest},
		{"an anchor that is no number", func(a *artifact.Artifact, _ *Meta) { a.Points.Anchor = math.NaN() }, ErrSelfTest},
		{"a path weight of 2", func(a *artifact.Artifact, _ *Meta) { a.Points.PathWeight = 2 }, ErrSelfTest},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			a, meta := testArtifact(t), testMeta
			row.do(a, &meta)
			if _, err := New(a, meta, Options{}); !errors.Is(err, row.want) {
				t.Errorf("%v, want %v", err, row.want)
			}
		})
	}
	if _, err := New(nil, testMeta, Options{}); !errors.Is(err, ErrSelfTest) {
		t.Errorf("nil: %v", err)
	}
}

// TestNoPathInCluster: a cluster in which no milestone counts is not measured.
func TestNoPathInCluster(t *testing.T) {
	flat := servetest.LinearArtifact(t)
	flat.Path = servetest.LinearPath(t, map[string][]float64{"curve": {0.5, 0.5}, "weight": {0, 0}})
	s, err := NewWith(flat, servetest.Churn{}, testMeta, Options{})
	if err != nil {
		t.Fatal(err)
	}
	a := scoreAll(t, s, linearNow(s))[0]
	if !hasWarning(a, WarnPathNotMeasured) || a.Warnings[0].Args.Why != WhyNoClusterPath {
		t.Errorf("%v", a.Warnings)
	}
	checkSums(t, a)
}

// broken is a churn model that gives no usable number, or panics.
type broken struct {
	servetest.Churn
	panics bool
}

func (b broken) Answer(f *models.Frame, from, to int, a *additive.Answers) error {
	if b.panics {
		panic("secret: the model fell over")
	}
	err := b.Churn.Answer(f, from, to, a)
	a.LogOdds[from] = math.NaN()
	return err
}

func TestNoPlausibleNumberOnFailure(t *testing.T) {
	s := linearScorer(t)
	in := linearNow(s)
	s.churn = broken{}
	if answers, err := s.Score(in, now); !errors.Is(err, ErrAnswer) || answers != nil {
		t.Errorf("%v, %v", answers, err)
	}
	if err := s.selfTest(); err == nil {
		t.Error("the self-test passes a model without numbers")
	}
}
