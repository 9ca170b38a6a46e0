package text

import (
	"errors"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/artifact"
	"github.com/etappe/etappe/serve/explain"
	"github.com/etappe/etappe/serve/score"
	"github.com/etappe/etappe/serve/score/scoretest"
	"github.com/etappe/etappe/serve/servetest"
)

// The waterfall of any movement and of any distance from a reference adds up as
// it is printed.
func TestWaterfallAddsUp(t *testing.T) {
	s := scoretest.WithPeers(t)
	pool := scoretest.Input(s, 60, 17)
	rapid.Check(t, func(t *rapid.T) {
		from, to := scoretest.Pair(t, pool)
		e, err := explain.Explain(s, from, to, servetest.Now)
		if err != nil {
			t.Fatal(err)
		}
		checkWaterfall(t, e)
		for _, r := range []explain.Reference{explain.ReferenceCluster, explain.ReferenceRenewedPeers} {
			e, err := explain.Against(s, to, r, servetest.Now)
			if errors.Is(err, score.ErrInput) && r == explain.ReferenceRenewedPeers {
				continue // without a cluster it has no peers
			}
			if err != nil {
				t.Fatal(err)
			}
			checkWaterfall(t, e)
		}
	})
}

var amount = regexp.MustCompile(`[−+]?\d+\.\d`)

// checkWaterfall: the numbers shown add up, themes and their features alike, and
// no line is wider than it may be.
func checkWaterfall(t *rapid.T, e *explain.Explanation) {
	const width = 90
	English.Explanation(e)
	text := English.Waterfall(e, width)
	tenths := func(text string) int {
		v, err := strconv.ParseFloat(strings.Replace(text, "−", "-", 1), 64)
		if err != nil {
			t.Fatal(err)
		}
		return int(math.Round(v * 10))
	}
	total, inner, theme, opened := 0, 0, 0, false
	closeTheme := func() {
		if opened && inner != theme {
			t.Fatalf("features show %d tenths, their theme %d:\n%s", inner, theme, text)
		}
		inner, opened = 0, false
	}
	lines := English.lines(e)
	for i, one := range lines {
		switch v := tenths(one.amount); {
		case i == 0:
			total = v
		case i == len(lines)-1:
			closeTheme()
			if total != v {
				t.Fatalf("the themes lead to %d tenths, the score shown is %d:\n%s", total, v, text)
			}
		case strings.HasPrefix(one.label, innerIndent):
			inner += v
			opened = true
		default:
			closeTheme()
			theme = v
			total += v
		}
	}
	for line := range strings.SplitSeq(text, "\n") {
		if n := utf8.RuneCountInString(line); n > width {
			t.Fatalf("a line of %d characters: %q", n, line)
		}
	}
	if e.Reference != explain.ReferencePrevious {
		return // its sentence begins with the later score
	}
	shown := amount.FindAllString(e.Sentence, 2)
	if shown[0] != lines[0].amount || (len(shown) > 1 && strings.Contains(e.Sentence, " to ") && shown[1] != lines[len(lines)-1].amount) {
		t.Fatalf("%q and the waterfall differ:\n%s", e.Sentence, text)
	}
}

func TestReasons(t *testing.T) {
	s := scoretest.Scorer(t)
	code := regexp.MustCompile(`^[A-Z]+\.[A-Z0-9_]+$`)
	answers := func(l Language) []score.Answer {
		list, err := s.Score(scoretest.Input(s, 150, 21), servetest.Now)
		if err != nil {
			t.Fatal(err)
		}
		l.Answers(list)
		return list
	}
	other := answers(German)
	for i, a := range answers(English) {
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
				t.Errorf("%+v has the wrong direction", r)
			}
			g := other[i].Reasons[k]
			if g.Code != r.Code || g.Points != r.Points || !strings.Contains(g.Text, "verbunden mit") {
				t.Errorf("German %+v, English %+v", g, r)
			}
			if bare := English.Bare(r); bare == r.Text || strings.Contains(bare, "associated") {
				t.Errorf("bare: %q", bare)
			}
		}
		if reports > 1 {
			t.Errorf("windows of one event type take %d reasons: %+v", reports, a.Reasons)
		}
	}
}

// The texts of a column are those of the answers, row by row, in every language.
func TestFirstReasonsAreTheAnswers(t *testing.T) {
	for name, s := range map[string]*score.Scorer{"fitted": scoretest.Scorer(t), "by hand": scoretest.Linear(t)} {
		in := scoretest.Input(s, 2500, 3)
		in.Journey.Tenure[7] = math.NaN()
		c, err := s.ScoreColumns(in, score.Reasons)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range languages {
			answers, err := s.Score(in, servetest.Now)
			if err != nil {
				t.Fatal(err)
			}
			l.Answers(answers)
			texts := l.FirstReasons(s, in, c, []string{"before"})
			for i, a := range answers {
				want := ""
				if len(a.Reasons) > 0 {
					want = a.Reasons[0].Text
				}
				if texts[i] != want {
					t.Fatalf("%s, %s, row %d: %q, the answer has %q", name, l, i, texts[i], want)
				}
			}
		}
	}
}

func TestMissingDataAreNamed(t *testing.T) {
	s := scoretest.Scorer(t)
	in := scoretest.Input(s, 1, 11)
	for j := range in.Frame.Columns {
		if j != s.TenureIndex() {
			in.Frame.Columns[j][0] = math.NaN()
		}
	}
	answers, err := s.Score(in, servetest.Now)
	if err != nil {
		t.Fatal(err)
	}
	English.Answers(answers)
	list := answers[0].Warnings
	if text := list[len(list)-1].Text; text != "on 1 March 2026, 10 of 11 features are missing: reports in the last 28 days; reports in the last 84 days; exports in the last 84 days; and 7 more" {
		t.Error(text)
	}
	flat := servetest.LinearArtifact(t)
	flat.Path = servetest.LinearPath(t, map[string][]float64{"curve": {0.5, 0.5}, "weight": {0, 0}})
	s = scoretest.LinearWith(t, flat, servetest.Churn{})
	if answers, err = s.Score(scoretest.Now(s), servetest.Now); err != nil {
		t.Fatal(err)
	}
	English.Answers(answers)
	if list := answers[0].Warnings; !strings.Contains(list[0].Text, "cluster has no success path") {
		t.Errorf("%v", list)
	}
}

// A second cluster is named in the sentence about it.
func TestSecondClusterIsNamed(t *testing.T) {
	s := scoretest.Scorer(t)
	in := scoretest.Input(s, 40, 60)
	servetest.Between(t, s.Clusters(), in.Frame)
	answers, err := s.Score(in, servetest.Now)
	if err != nil {
		t.Fatal(err)
	}
	English.Answers(answers)
	named := 0
	for _, a := range answers {
		if a.Second != nil {
			named++
			if !strings.Contains(a.Second.Text, a.Second.Name) {
				t.Errorf("%+v", a.Second)
			}
		}
	}
	if named == 0 {
		t.Error("no account is between two clusters")
	}
}

// doubtful has two log-odds of standard error in every change.
type doubtful struct{ servetest.Churn }

func (doubtful) MoveError(from, _ *models.Frame) ([]float64, error) {
	return slices.Repeat([]float64{2}, from.Rows()), nil
}

// fewerUsers is the hand-made account at two dates a month apart, with a history of
// monthly scores that move by size points and back.
func fewerUsers(t *testing.T, s *score.Scorer, users, size float64) *explain.Explanation {
	t.Helper()
	from, to := scoretest.Then(s), scoretest.Then(s)
	j, _ := s.FeatureIndex("active_users_28d")
	to.Frame.Columns[j] = []float64{to.Frame.Columns[j][0] + users}
	to.AsOf = []time.Time{from.AsOf[0].AddDate(0, 0, 30)}
	o := explain.CompareOptions{Now: servetest.Now}
	for i := range 12 {
		o.History = append(o.History, explain.PastScore{AsOf: from.AsOf[0].AddDate(0, 0, -30*i), Health: 50 + size*float64(i%2), Model: "m"})
	}
	e, err := explain.Compare([2][2]*score.Input{{from, nil}, {nil, to}}, [2]*score.Scorer{s, s}, o)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// The sentence has the verdict, and what a change is compared with.
func TestSentenceHasTheVerdict(t *testing.T) {
	s := scoretest.Linear(t)
	for _, row := range []struct{ users, size float64 }{{-1, 2}, {-1, 0.1}, {-6, 2}, {-6, 10}} {
		e := fewerUsers(t, s, row.users, row.size)
		English.Explanation(e)
		if normal := strings.Contains(e.Sentence, "normal variation"); normal != (e.Verdict == explain.VerdictNormal) {
			t.Error(e.Sentence)
		}
	}
	e := fewerUsers(t, scoretest.LinearWith(t, servetest.LinearArtifact(t), doubtful{}), -6, 0.1)
	if English.Explanation(e); !strings.Contains(e.Sentence, "the model is sure of changes") {
		t.Error(e.Sentence)
	}
	for _, l := range languages {
		e := fewerUsers(t, s, -1, 2)
		l.Explanation(e)
		golden(t, "normal."+l.String()+".txt", []byte(e.Sentence+"\n\n"+l.Waterfall(e, 100)))
	}
	still := explained(t, English, s, scoretest.Then(s), scoretest.Then(s))
	if !strings.Contains(still.Sentence, "stayed at") || strings.Count(English.Waterfall(still, 80), "\n") != 3 {
		t.Errorf("%q\n%s", still.Sentence, English.Waterfall(still, 80))
	}
}

// A model bar alone is named as another model's; peers stand beside values.
func TestSentenceNamesModelsAndPeers(t *testing.T) {
	e := fewerUsers(t, scoretest.Linear(t), -1, 10)
	e.Bars = append(e.Bars, explain.Bar{Kind: explain.KindModel, From: "a", To: "b", Theme: "model", Shown: 1})
	e.From.Model, e.To.Model = "a", "b"
	if German.Explanation(e); !strings.Contains(e.Sentence, "anderen Modell") {
		t.Error(e.Sentence)
	}
	e.Bars = e.Bars[:len(e.Bars)-1]
	if English.Explanation(e); !strings.Contains(e.Sentence, "answered by another model") || English.Models(e) != "Answered by two models: a for 1 December 2025, b for 31 December 2025." {
		t.Error(e.Sentence, English.Models(e))
	}
	e.From.AsOf = e.To.AsOf
	if English.Explanation(e); !strings.HasPrefix(e.Sentence, "Two models answered for 31 December 2025: 53.9 by a, 52.4 by b") {
		t.Error(e.Sentence)
	}
	e.To.Model = "a"
	if English.Explanation(e); strings.Contains(e.Sentence, "model") || English.Models(e) != "Answered by the model a." {
		t.Error(e.Sentence, English.Models(e))
	}
	s := scoretest.LinearPeers(t)
	e = explained(t, English, s, scoretest.Then(s), scoretest.Now(s))
	if !slices.ContainsFunc(e.Reasons, func(r explain.MoveReason) bool { return strings.Contains(r.Text, "; renewed peers: ") }) {
		t.Errorf("no reason with peers: %+v", e.Reasons)
	}
	in := unreached(s)
	in.Journey.Tenure[0] = 300
	if e = explained(t, English, s, scoretest.Then(s), in); !strings.Contains(e.NextMilestone.Text, " renewed peers had it by day 300") || e.NextMilestone.Label != "rollout" {
		t.Errorf("%+v", e.NextMilestone)
	}
	for j := range in.Frame.Columns {
		if s.Definition(j).Theme != "calendar" {
			in.Frame.Columns[j] = []float64{s.Peers().Typical(0, j)}
		}
	}
	in.Journey = nil
	e, err := explain.Against(s, in, explain.ReferenceRenewedPeers, servetest.Now)
	if err != nil {
		t.Fatal(err)
	}
	if English.Explanation(e); !strings.Contains(e.Sentence, "as much as") {
		t.Error(e.Sentence)
	}
}

// What a cluster learned to be called is written in the reader's language, on the
// waterfall too; what a person called it stays as it is, whatever it is.
func TestClusterNamesInBothLanguages(t *testing.T) {
	a := *servetest.Artifact(t)
	learned := a.Clusters.Names(nil)
	if learned[0] == learned[1] || a.Clusters.Parts(0, learned[0]) == nil {
		t.Fatalf("%q", learned)
	}
	of := func(names []string, line *artifact.Lineage) *score.Scorer {
		t.Helper()
		b := a
		b.Names, b.Lineage = names, line
		return scoretest.Of(t, &b)
	}
	both := learned[0] + " and " + a.Clusters.Parts(0, learned[0])[0].Word
	for _, c := range []struct {
		name, german string
		given        bool
	}{
		{learned[0], strings.ReplaceAll(learned[0], " and ", " und "), false},
		{both, strings.ReplaceAll(both, " and ", " und "), false},
		{both, both, true},
		{"storage and backup", "storage and backup", false}, // learned by an older program, from what is not known any more
	} {
		s := of([]string{c.name, "x"}, &artifact.Lineage{Last: 2, Clusters: []artifact.Descent{{ID: "c1", Given: c.given}, {ID: "c2", Given: true}}})
		if en, de := English.ClusterName(s, c.name), German.ClusterName(s, c.name); en != c.name || de != c.german {
			t.Errorf("%q: %q, %q", c.name, en, de)
		}
		in := scoretest.Input(s, 40, 5)
		for i := range 40 {
			e, err := explain.Against(s, scoretest.Row(in, i), explain.ReferenceCluster, servetest.Now)
			if err != nil {
				t.Fatal(err)
			}
			if e.To.Cluster.ID != "c1" {
				continue
			}
			German.Explanation(e)
			if e.To.Cluster.Name != c.name || !strings.Contains(German.start(e), c.german) || !strings.Contains(e.Sentence, c.german) {
				t.Errorf("%q, %q, %q", e.To.Cluster.Name, German.start(e), e.Sentence)
			}
			break
		}
	}
	if German.ClusterName(nil, "a and b") != "a and b" {
		t.Error("no model, and a name was learned")
	}
}

func TestLabels(t *testing.T) {
	s := scoretest.Scorer(t)
	label := German.ReasonLabels(s)
	code, _ := s.FeatureCode(0)
	for code, want := range map[string]string{code: "Berichte, alle Kennzahlen", s.FeatureOwnCode(0): "Berichte, alle Kennzahlen", s.MilestoneCode(0): "Meilenstein first report", "OLD.CODE": "OLD.CODE"} {
		if got := label(code); got != want {
			t.Errorf("%s is called %q, not %q", code, got, want)
		}
	}
	if got := German.FeatureLabel(s, "plan") + German.FeatureLabel(s, "unknown"); got != "Tarifunknown" {
		t.Errorf("labels %q", got)
	}
	c, err := explain.ClusterOf(s, "c1")
	if err != nil {
		t.Fatal(err)
	}
	if German.Cluster(c); c.Traits[0].Label == c.Traits[0].Feature || c.Drivers[0].Label == "" {
		t.Errorf("%+v", c.Traits[0])
	}
}
