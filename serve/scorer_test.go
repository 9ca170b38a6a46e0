package serve

import (
	"encoding/json"
	"errors"
	"math"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/etappe/etappe/features"
	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/additive"
	"github.com/etappe/etappe/models/artifact"
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
						if c.Feature == outlookCut && c.LogOdds == 0 && c.Points != 0 {
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
	if all.Contributions[len(all.Contributions)-1].Feature == outlookCut {
		want++
	}
	if len(all.Contributions) != want {
		t.Errorf("%d contributions, want %d", len(all.Contributions), want)
	}
	if len(top.Contributions) != 6 || top.Contributions[5].Feature != otherFeatures {
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

func hasWarning(a Answer, code string) bool {
	return slices.ContainsFunc(a.Warnings, func(w Warning) bool { return w.Code == code })
}

func TestWarnings(t *testing.T) {
	s := testScorer(t)
	in := testInput(s, 4, 11)
	for j := range in.Frame.Columns {
		if j != s.tenure {
			in.Frame.Columns[j][0] = math.NaN()
		}
	}
	in.Frame.Columns[10][1] = 3
	for j := range 8 {
		in.Frame.Columns[j][2] = 1e7
	}
	answers := scoreAll(t, s, in)
	for i, code := range []string{WarnMissingData, WarnUnseenLevel, WarnOutOfDistribution} {
		if !hasWarning(answers[i], code) {
			t.Errorf("row %d lacks %s: %v", i, code, answers[i].Warnings)
		}
	}
	if text := answers[0].Warnings[len(answers[0].Warnings)-1].Text; text != "10 of 11 features are missing: report.count_28d, report.count_84d, export.count_84d and 7 more" {
		t.Error(text)
	}
	if len(answers[3].Warnings) != 0 {
		t.Errorf("an ordinary account is warned of: %v", answers[3].Warnings)
	}
	last := testMeta.TrainedAt.Add(183 * 24 * time.Hour)
	for age, stale := range map[time.Time]bool{last: false, last.Add(24 * time.Hour): true, testMeta.TrainedAt.Add(-time.Hour): false} {
		answers, err := s.Score(in, age)
		if err != nil {
			t.Fatal(err)
		}
		if hasWarning(answers[3], WarnStaleModel) != stale || answers[3].Model.AgeDays < 0 {
			t.Errorf("at %s: %v, %+v", age, answers[3].Warnings, answers[3].Model)
		}
	}
}

func TestReasons(t *testing.T) {
	s := testScorer(t)
	code := regexp.MustCompile(`^[A-Z]+\.[A-Z0-9_]+$`)
	english := testInput(s, 150, 21)
	german := *english
	german.Language = German
	other := scoreAll(t, s, &german)
	for i, a := range scoreAll(t, s, english) {
		if len(a.Reasons) > 4 {
			t.Errorf("%d reasons", len(a.Reasons))
		}
		reports := 0
		for k, r := range a.Reasons {
			if !code.MatchString(r.Code) || strings.Contains(r.Text, "because") || !strings.Contains(r.Text, "associated with") {
				t.Errorf("%+v", r)
			}
			if strings.Contains(r.Code, "REPORT_") && strings.HasPrefix(r.Code, "ADOPTION.") {
				reports++
			}
			if k > 0 && math.Abs(r.Points) > math.Abs(a.Reasons[k-1].Points) {
				t.Errorf("reasons out of order: %+v", a.Reasons)
			}
			if lower := strings.Contains(r.Text, "lower"); lower != (r.Points < 0) {
				t.Errorf("%+v says the wrong direction", r)
			}
			g := other[i].Reasons[k]
			if g.Code != r.Code || g.Points != r.Points || !strings.Contains(g.Text, "verbunden mit") {
				t.Errorf("German %+v, English %+v", g, r)
			}
		}
		if reports > 1 {
			t.Errorf("windows of one event type take %d reasons: %+v", reports, a.Reasons)
		}
	}
}

// TestGroupedReason: three windows of one type are one reason with their sum.
func TestGroupedReason(t *testing.T) {
	make := func(group, code string, points float64) cause {
		return cause{group: group, code: code, points: points, text: func() string { return code }}
	}
	got := strongestCauses([]cause{
		make("r", "R7", -1), make("r", "R28", -3), make("r", "R84", 0.5), make("u", "U", 2), make("quiet", "Q", 0.01),
		make("a", "A", 0.3), make("b", "B", -0.3), make("c", "C", 0.2),
	})
	var codes []string
	for _, c := range got {
		codes = append(codes, c.code)
	}
	if diff := cmp.Diff([]string{"R28", "U", "A", "B"}, codes); diff != "" {
		t.Error(diff)
	}
	if got[0].points != -3.5 {
		t.Errorf("sum %v", got[0].points)
	}
}

// TestBatchIsRowByRow: other rows and the accounts' names change no answer.
func TestBatchIsRowByRow(t *testing.T) {
	s := testScorer(t)
	in := testInput(s, 40, 31)
	together := scoreAll(t, s, in)
	for i := range together {
		one := in.row(i)
		one.AccountIDs = []string{"renamed"}
		alone := scoreAll(t, s, one)[0]
		alone.AccountID = together[i].AccountID
		if diff := cmp.Diff(together[i], alone); diff != "" {
			t.Fatalf("row %d:\n%s", i, diff)
		}
	}
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
		{"no catalogue", func(a *artifact.Artifact, _ *Meta) { a.Catalog = nil }, features.ErrCatalog},
		{"another fingerprint", func(a *artifact.Artifact, _ *Meta) { a.Fingerprint = "0123456789abcdef" }, features.ErrCatalog},
		{"another catalogue", func(a *artifact.Artifact, _ *Meta) {
			a.Catalog = []byte(strings.Replace(string(a.Catalog), "ticket.count_28d", "ticket.count_29d", 1))
		}, features.ErrCatalog},
		{"a field less", func(a *artifact.Artifact, _ *Meta) { a.Fields = a.Fields[1:] }, features.ErrCatalog},
		{"fields in another order", func(a *artifact.Artifact, _ *Meta) {
			a.Fields = slices.Clone(a.Fields)
			a.Fields[0], a.Fields[1] = a.Fields[1], a.Fields[0]
		}, features.ErrCatalog},
		{"other levels", func(a *artifact.Artifact, _ *Meta) {
			a.Fields = slices.Clone(a.Fields)
			a.Fields[10].Levels = []string{"basic"}
		}, features.ErrCatalog},
		{"no points", func(a *artifact.Artifact, _ *Meta) { a.Points = models.Points{} }, ErrSelfTest},
		{"an anchor that is no number", func(a *artifact.Artifact, _ *Meta) { a.Points.Anchor = math.NaN() }, ErrSelfTest},
		{"a path weight of 2", func(a *artifact.Artifact, _ *Meta) { a.Points.PathWeight = 2 }, ErrSelfTest},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			a, meta := testArtifact(t), testMeta
			row.do(a, &meta)
			if _, err := NewScorer(a, meta, Options{}); !errors.Is(err, row.want) {
				t.Errorf("%v, want %v", err, row.want)
			}
		})
	}
	if _, err := NewScorer(nil, testMeta, Options{}); !errors.Is(err, ErrSelfTest) {
		t.Errorf("nil: %v", err)
	}
}

func TestInputRefused(t *testing.T) {
	s := testScorer(t)
	rows := []struct {
		name string
		do   func(in *Input)
		want error
	}{
		{"no frame", func(in *Input) { in.Frame = nil }, ErrInput},
		{"other fields", func(in *Input) {
			in.Frame.Fields = slices.Clone(in.Frame.Fields)
			in.Frame.Fields[2].Name = "x"
		}, features.ErrCatalog},
		{"a column less", func(in *Input) { in.Frame.Columns = in.Frame.Columns[1:] }, features.ErrCatalog},
		{"a short column", func(in *Input) { in.Frame.Columns[4] = in.Frame.Columns[4][1:] }, ErrInput},
		{"ids for other rows", func(in *Input) { in.AccountIDs = in.AccountIDs[1:] }, ErrInput},
		{"dates for other rows", func(in *Input) { in.AsOf = in.AsOf[1:] }, ErrInput},
		{"tenure for other rows", func(in *Input) { in.Journey.Tenure = in.Journey.Tenure[1:] }, ErrInput},
		{"milestones for other rows", func(in *Input) { in.Journey.Reached[1] = nil }, ErrInput},
		{"a milestone without a column", func(in *Input) { in.Journey.Reached = in.Journey.Reached[1:] }, ErrInput},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			in := testInput(s, 3, 1)
			row.do(in)
			if _, err := s.Score(in, now); !errors.Is(err, row.want) {
				t.Errorf("%v, want %v", err, row.want)
			}
		})
	}
}

func TestNewInput(t *testing.T) {
	s := testScorer(t)
	sample, journey := simulated(5, 1)
	matrix := &features.Matrix{Catalog: testCatalog(), Columns: sample.Columns}
	j := &features.Journey{Milestones: journey.Milestones, Tenure: journey.Tenure, Reached: journey.Reached}
	in, err := s.NewInput(matrix, j, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	direct := testInput(s, 5, 1)
	direct.AccountIDs, direct.AsOf = nil, nil
	if diff := cmp.Diff(scoreAll(t, s, direct), scoreAll(t, s, in)); diff != "" {
		t.Error(diff)
	}
	matrix.Catalog.Definitions[0].Window = 29
	if _, err := s.NewInput(matrix, j, nil, nil); !errors.Is(err, features.ErrCatalog) {
		t.Errorf("another catalogue: %v", err)
	}
}

// TestNoPathInCluster: a cluster in which no milestone counts is not measured.
func TestNoPathInCluster(t *testing.T) {
	s := *linearScorer(t)
	path, err := models.PathFromState(models.State{Kind: "path/1",
		Header: []byte(`{"milestones":["first_report","rollout"],"clusters":1,"weeks":1}`),
		Arrays: map[string][]float64{"curve": {0.5, 0.5}, "weight": {0, 0}}})
	if err != nil {
		t.Fatal(err)
	}
	s.path = path
	a := scoreAll(t, &s, linearNow(&s))[0]
	if !hasWarning(a, WarnPathNotMeasured) || !strings.Contains(a.Warnings[0].Text, "cluster has no success path") {
		t.Errorf("%v", a.Warnings)
	}
	checkSums(t, a)
}

// broken is a churn model that gives no usable number, or panics.
type broken struct {
	linear
	panics bool
}

func (b broken) Answer(f *models.Frame, from, to int, a *additive.Answers) error {
	if b.panics {
		panic("secret: the model fell over")
	}
	err := b.linear.Answer(f, from, to, a)
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

func TestNumbersRead(t *testing.T) {
	d := func(unit string, m features.Measure) *features.Definition {
		return &features.Definition{Unit: unit, Measure: m}
	}
	rows := []struct {
		d      *features.Definition
		value  any
		en, de string
	}{
		{d("users", features.MeasureActiveUsers), 1.0, "1 user", "1 Nutzer"},
		{d("days", ""), 3.25, "3.25 days", "3,25 Tage"},
		{d("events", ""), 12345.6, "12346 events", "12346 Ereignisse"},
		{d("EUR", ""), -0.001, "0 EUR", "0 EUR"},
		{d("share", ""), 0.414, "41%", "41 %"},
		{d("log ratio", ""), -0.7, "−50%", "−50 %"},
		{d("log ratio", ""), 0.7, "+101%", "+101 %"},
		{d("", features.MeasureAnswered), 1.0, "yes", "ja"},
		{d("", features.MeasureAnswered), 0.0, "no", "nein"},
		{d("", ""), 1e20, "1e+20", "1e+20"},
		{d("days", ""), nil, "missing", "fehlt"},
		{d("", ""), "pro", "pro", "pro"},
	}
	for _, row := range rows {
		if en, de := English.phrase(row.d, row.value), German.phrase(row.d, row.value); en != row.en || de != row.de {
			t.Errorf("%v %s: %q, %q, want %q, %q", row.value, row.d.Unit, en, de, row.en, row.de)
		}
	}
}

func TestParseLanguage(t *testing.T) {
	for header, want := range map[string]Language{
		"": English, "de": German, "de-AT,en;q=0.5": German, "en;q=0.4, de;q=0.9": German, "fr, de;q=0.1": German,
		"en, de": English, "DE": German, "de;q=0, en": English, "*": English, "de;q=x": English, ";;,,=": English,
	} {
		if got := ParseLanguage(header); got != want {
			t.Errorf("%q: %s, want %s", header, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) { ParseLanguage(rapid.String().Draw(t, "header")) })
}
