package serve

import (
	"encoding/json"
	"errors"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/etappe/etappe/models"
)

// pair draws one account at two dates from a batch: values change, go missing
// or come back, the path may be measured at either date.
func pair(t *rapid.T, pool *Input) (from, to *Input) {
	draw := func(name string) *Input {
		in := pool.row(rapid.IntRange(0, pool.Frame.Rows()-1).Draw(t, name))
		for j := range in.Frame.Columns {
			if rapid.IntRange(0, 5).Draw(t, "missing") == 0 {
				in.Frame.Columns[j] = []float64{math.NaN()}
			}
		}
		if rapid.IntRange(0, 3).Draw(t, "measured") == 0 {
			in.Journey = nil
		}
		in.AccountIDs = []string{"a"}
		return in
	}
	from, to = draw("from"), draw("to")
	to.AsOf = []time.Time{from.AsOf[0].AddDate(0, 1, 0)}
	return from, to
}

func TestMovementAddsUp(t *testing.T) {
	steep := testArtifact(t)
	steep.Points.PerDoubling = 45 // so that the cut takes part
	for name, s := range map[string]*Scorer{"plain": testScorer(t), "cut": scorerOf(t, steep)} {
		t.Run(name, func(t *testing.T) {
			pool := testInput(s, 60, 17)
			rapid.Check(t, func(t *rapid.T) {
				from, to := pair(t, pool)
				e, err := s.Explain(from, to, now)
				if err != nil {
					t.Fatal(err)
				}
				a, b := scoreAll(t, s, from)[0], scoreAll(t, s, to)[0]
				text, err := json.Marshal(e)
				if err != nil {
					t.Fatal(err)
				}
				var back Explanation
				if err := json.Unmarshal(text, &back); err != nil {
					t.Fatal(err)
				}
				logOdds := 0.0
				for _, bar := range back.Bars {
					logOdds += bar.LogOdds
				}
				checkExact(t, &back)
				const half = 0.5 / gridPerPoint
				if math.Abs(back.From.HealthScore-a.HealthScore) > half || math.Abs(back.To.HealthScore-b.HealthScore) > half {
					t.Fatalf("scores %v to %v, explained as %v to %v", a.HealthScore, b.HealthScore, back.From.HealthScore, back.To.HealthScore)
				}
				if z := models.Logit(b.ChurnProbability) - models.Logit(a.ChurnProbability); !(math.Abs(logOdds-z) <= 1e-9) {
					t.Fatalf("bars %v, log-odds moved by %v", logOdds, z)
				}
				if len(e.Reasons) > 4 {
					t.Fatalf("%+v", e)
				}
				checkOpposite(t, s, from, to, e)
				checkWaterfall(t, e)
			})
		})
	}
}

// checkExact: points are on the grid, and bars and themes sum to the change of
// the scores shown in any order, to the last bit.
func checkExact(t interface{ Fatalf(string, ...any) }, e *Explanation) {
	forth, back, themes := 0.0, 0.0, 0.0
	for i := range e.Bars {
		forth += e.Bars[i].Points
		back += e.Bars[len(e.Bars)-1-i].Points
		if p := e.Bars[i].Points; onGrid(p) != p {
			t.Fatalf("a bar of %v points is not on the grid", p)
		}
	}
	for _, theme := range e.Themes {
		themes += theme.Points
		shown := 0.0
		for _, i := range theme.Bars {
			shown += e.Bars[i].Shown
		}
		if math.Abs(shown-theme.Shown) > 1e-9 {
			t.Fatalf("theme %s shows %v, its bars %v", theme.Theme, theme.Shown, shown)
		}
	}
	if change := e.To.HealthScore - e.From.HealthScore; e.Change != change || forth != change || back != change || themes != change {
		t.Fatalf("bars %v, backwards %v, themes %v, change %v, scores moved by %v", forth, back, themes, e.Change, change)
	}
}

// checkOpposite: the way back has the same bars with the other sign.
func checkOpposite(t *rapid.T, s *Scorer, from, to *Input, e *Explanation) {
	back, err := s.Explain(to, from, now)
	if err != nil {
		t.Fatal(err)
	}
	turned := make([]Bar, len(back.Bars))
	if len(turned) != len(e.Bars) {
		t.Fatalf("%d bars, %d on the way back", len(e.Bars), len(turned))
	}
	for i, b := range back.Bars {
		b.From, b.To, b.Points, b.LogOdds = b.To, b.From, -b.Points+0, -b.LogOdds+0
		b.Shown, b.Peers = e.Bars[i].Shown, e.Bars[i].Peers // of display, and of the later date
		turned[i] = b
	}
	options := cmpopts.IgnoreUnexported(Bar{})
	if diff := cmp.Diff(e.Bars, turned, options); diff != "" {
		t.Fatalf("the way back is not the opposite:\n%s", diff)
	}
}

var amount = regexp.MustCompile(`[−+]?\d+\.\d`)

// checkWaterfall: the numbers shown add up, groups and their features alike,
// and no line is wider than asked for.
func checkWaterfall(t *rapid.T, e *Explanation) {
	const width = 90
	tenths := func(text string) int {
		v, err := strconv.ParseFloat(strings.Replace(text, "−", "-", 1), 64)
		if err != nil {
			t.Fatal(err)
		}
		return int(math.Round(v * 10))
	}
	total, inner, group, opened := 0, 0, 0, false
	settle := func() {
		if opened && inner != group {
			t.Fatalf("features show %d tenths, their group %d:\n%s", inner, group, e.Waterfall(width))
		}
		inner, opened = 0, false
	}
	lines := e.lines()
	for i, one := range lines {
		switch v := tenths(one.amount); {
		case i == 0:
			total = v
		case i == len(lines)-1:
			settle()
			if total != v {
				t.Fatalf("the groups lead to %d tenths, the score shown is %d:\n%s", total, v, e.Waterfall(width))
			}
		case strings.HasPrefix(one.label, innerIndent):
			inner += v
			opened = true
		default:
			settle()
			group = v
			total += v
		}
	}
	for line := range strings.SplitSeq(e.Waterfall(width), "\n") {
		if n := utf8.RuneCountInString(line); n > width {
			t.Fatalf("a line of %d characters: %q", n, line)
		}
	}
	if e.Reference != ReferencePrevious {
		return // its sentence begins with the later score
	}
	shown := amount.FindAllString(e.Sentence, 2)
	if shown[0] != lines[0].amount || (len(shown) > 1 && strings.Contains(e.Sentence, " to ") && shown[1] != lines[len(lines)-1].amount) {
		t.Fatalf("%q and the waterfall differ:\n%s", e.Sentence, e.Waterfall(width))
	}
}

// TestKinds: each cause has its own kind of bar.
func TestKinds(t *testing.T) {
	s := linearScorer(t)
	e, err := s.Explain(linearThen(s), linearNow(s), now)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]Kind{}
	for _, b := range e.Bars {
		got[b.Feature] = b.Kind
	}
	for feature, want := range map[string]Kind{
		"ticket.count_28d": KindFeature, "tenure_days": KindCalendar, "nps.last": KindDataQuality,
		"milestone:rollout": KindMilestone, outlookCut: KindCut,
	} {
		if got[feature] != want {
			t.Errorf("%s is %q, want %q", feature, got[feature], want)
		}
	}
	if _, ok := got["cluster"]; ok {
		t.Error("a bar for a cluster that did not change")
	}
}

// TestFrozenAccount: where only time passed, only the calendar and overdue
// milestones move the score.
func TestFrozenAccount(t *testing.T) {
	s := testScorer(t)
	from := testInput(s, 1, 40)
	to := from.row(0)
	to.Frame.Columns[8] = []float64{from.Frame.Columns[8][0] + 30}
	to.Frame.Columns[9] = []float64{from.Frame.Columns[9][0] - 30}
	to.Journey.Tenure = []float64{from.Journey.Tenure[0] + 30}
	to.AsOf = []time.Time{from.AsOf[0].AddDate(0, 0, 30)}
	e, err := s.Explain(from, to, now)
	if err != nil {
		t.Fatal(err)
	}
	if len(e.Bars) == 0 {
		t.Fatal("nothing moved")
	}
	for _, b := range e.Bars {
		if b.Kind != KindCalendar && b.Kind != KindMilestone {
			t.Errorf("%+v", b)
		}
	}
}

func TestNothingMoved(t *testing.T) {
	s := testScorer(t)
	in := testInput(s, 1, 41)
	e, err := s.Explain(in, in.row(0), now)
	if err != nil {
		t.Fatal(err)
	}
	if e.Change != 0 || len(e.Bars) != 0 || len(e.Reasons) != 0 || !strings.Contains(e.Sentence, "stayed at") {
		t.Errorf("%+v", e)
	}
	if lines := strings.Count(e.Waterfall(80), "\n"); lines != 3 {
		t.Errorf("%d lines:\n%s", lines, e.Waterfall(80))
	}
}

// TestPathBeginsToBeMeasured: what cannot be told apart is one bar of data quality.
func TestPathBeginsToBeMeasured(t *testing.T) {
	s := linearScorer(t)
	from := linearThen(s)
	from.Journey = nil
	e, err := s.Explain(from, linearNow(s), now)
	if err != nil {
		t.Fatal(err)
	}
	found := false
	for _, b := range e.Bars {
		if b.Kind == KindMilestone {
			t.Errorf("a milestone moved from an unknown place: %+v", b)
		}
		if b.Feature == pathMeasured && b.Kind == KindDataQuality && b.From == false && b.To == true {
			found = true
		}
	}
	if !found {
		t.Errorf("no bar for the path: %+v", e.Bars)
	}
	if len(e.Warnings) != 1 || e.Warnings[0].Code != WarnPathNotMeasured {
		t.Errorf("warnings %v", e.Warnings)
	}
}

// TestClusterChange: an account measured with other peers has a bar for it.
func TestClusterChange(t *testing.T) {
	s := testScorer(t)
	if len(s.ids) < 2 {
		t.Fatal("the fixture has lost its second cluster")
	}
	pool := testInput(s, 60, 50)
	answers := scoreAll(t, s, pool)
	for i := range answers {
		if answers[i].Cluster.ID != answers[0].Cluster.ID {
			from, to := pool.row(0), pool.row(i)
			to.AccountIDs = from.AccountIDs
			e, err := s.Explain(from, to, now)
			if err != nil {
				t.Fatal(err)
			}
			for _, b := range e.Bars {
				if b.Kind == KindCluster && b.From == answers[0].Cluster.ID && b.To == answers[i].Cluster.ID {
					return
				}
			}
			t.Fatalf("no bar for the cluster: %+v", e.Bars)
		}
	}
	t.Fatal("every account is in one cluster")
}

func TestExplainRefuses(t *testing.T) {
	s := testScorer(t)
	one, other := testInput(s, 1, 1), testInput(s, 1, 2)
	other.AccountIDs = []string{"b"}
	if _, err := s.Explain(one, other, now); !errors.Is(err, ErrInput) {
		t.Errorf("two accounts: %v", err)
	}
	if _, err := s.Explain(one, testInput(s, 2, 1), now); !errors.Is(err, ErrInput) {
		t.Errorf("two rows: %v", err)
	}
	if _, err := s.Explain(nil, one, now); !errors.Is(err, ErrInput) {
		t.Errorf("nothing: %v", err)
	}
}
