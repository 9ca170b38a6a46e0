package explain

import (
	"math"
	"slices"
	"testing"
	"time"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/additive"
	"github.com/etappe/etappe/serve/score"
	"github.com/etappe/etappe/serve/score/scoretest"
	"github.com/etappe/etappe/serve/servetest"
)

// calm is a history of monthly scores that move by size points and back.
func calm(until time.Time, months int, size float64) []PastScore {
	var list []PastScore
	for i := range months {
		list = append(list, PastScore{AsOf: until.AddDate(0, 0, -30*i), Health: 50 + size*float64(i%2), Model: "m"})
	}
	return list
}

// explained compares the hand-made account with a history.
func explained(t *testing.T, s *score.Scorer, from, to *score.Input, o CompareOptions) *Explanation {
	t.Helper()
	o.Now = now
	e, err := Compare([2][2]*score.Input{{from, nil}, {nil, to}}, [2]*score.Scorer{s, s}, o)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// slightly changes one feature of the later date of the hand-made account.
func slightly(s *score.Scorer, feature string, by float64) (from, to *score.Input) {
	from, to = linearThen(s), linearThen(s)
	j := at(s, feature)
	to.Frame.Columns[j] = []float64{to.Frame.Columns[j][0] + by}
	to.AsOf = []time.Time{from.AsOf[0].AddDate(0, 0, 30)}
	return from, to
}

// A change within what is usual for the account is normal variation: no reason
// is ranked, the bars are there all the same. Beyond it, it moved.
func TestVerdict(t *testing.T) {
	s := linearScorer(t)
	for _, row := range []struct {
		users   float64
		size    float64
		verdict string
	}{{-1, 2, VerdictNormal}, {-1, 0.1, VerdictMoved}, {-6, 2, VerdictMoved}, {-6, 10, VerdictNormal}} {
		from, to := slightly(s, "active_users_28d", row.users)
		e := explained(t, s, from, to, CompareOptions{History: calm(from.AsOf[0], 12, row.size)})
		if e.Verdict != row.verdict || len(e.Bars) == 0 || (len(e.Reasons) > 0) != (row.verdict == VerdictMoved) {
			t.Errorf("%v users, usually ±%v points: %q, %d reasons, %d bars, change %v, %+v",
				row.users, row.size, e.Verdict, len(e.Reasons), len(e.Bars), e.Change, e.Noise)
		}
	}
}

// The threshold is the formula's, computed by hand: eleven changes of 2 points
// over 30 days each, and 60 days to judge.
func TestThreshold(t *testing.T) {
	s := linearScorer(t)
	from, to := slightly(s, "active_users_28d", -1)
	to.AsOf = []time.Time{from.AsOf[0].AddDate(0, 0, 60)}
	e := explained(t, s, from, to, CompareOptions{History: calm(from.AsOf[0], 12, 2)})
	own := 1.4826 * 2 * math.Sqrt(1.5)
	want := studentQuantile(0.37*11, normalReach) * own
	if math.Abs(e.Noise.Own-own) > 1e-9 || math.Abs(e.Noise.Threshold-want) > 1e-9 || e.Noise.Model != 0 {
		t.Errorf("%+v, want %v from %v", e.Noise, want, own)
	}
}

// One real drop among the earlier changes does not make the next look normal;
// scores of other models, and those after the earlier date, say nothing.
func TestHistoryIsReadRobustly(t *testing.T) {
	s := linearScorer(t)
	from, to := slightly(s, "active_users_28d", -6)
	plain := calm(from.AsOf[0], 12, 2)
	want := explained(t, s, from, to, CompareOptions{History: plain}).Noise
	dropped := slices.Clone(plain)
	for i := range 4 {
		dropped[i].Health -= 40
	}
	if got := explained(t, s, from, to, CompareOptions{History: dropped}).Noise; math.Abs(got.Own-want.Own) > 1e-9 {
		t.Errorf("with an earlier drop %+v, without %+v", got, want)
	}
	foreign := slices.Clone(plain)
	for i := range 6 {
		foreign = append(foreign,
			PastScore{AsOf: from.AsOf[0].AddDate(0, 0, 1+i), Health: 90 * float64(i%2), Model: "m"},
			PastScore{AsOf: from.AsOf[0].AddDate(0, 0, -15*i), Health: math.NaN(), Model: "m"})
	}
	foreign = append(foreign, PastScore{AsOf: from.AsOf[0].AddDate(0, 0, -7), Health: 99, Model: "other"})
	if got := explained(t, s, from, to, CompareOptions{History: foreign}).Noise; got != want {
		t.Errorf("with scores that do not count %+v, without %+v", got, want)
	}
	// whichever date comes first
	if back := explained(t, s, to, from, CompareOptions{History: plain}).Noise; back != want {
		t.Errorf("backwards %+v, forwards %+v", back, want)
	}
}

// doubtful is not sure of anything: two log-odds of standard error.
type doubtful struct{ servetest.Churn }

func (doubtful) MoveError(from, _ *models.Frame) ([]float64, error) {
	return slices.Repeat([]float64{2}, from.Rows()), nil
}

var _ errorModel = (*additive.Model)(nil)

// What the model itself is not sure of is normal variation too.
func TestModelsDoubt(t *testing.T) {
	s := scoretest.LinearWith(t, servetest.LinearArtifact(t), doubtful{})
	from, to := slightly(s, "active_users_28d", -6)
	e := explained(t, s, from, to, CompareOptions{History: calm(from.AsOf[0], 12, 0.1)})
	points := 0.5 * 10 / math.Ln2 * 2
	if e.Verdict != VerdictNormal || math.Abs(e.Noise.Model-points) > 1e-9 || e.Noise.Threshold < points {
		t.Errorf("%q with %+v", e.Verdict, e.Noise)
	}
}

// A retrain is no movement of the account.
func TestRetrainIsNoMovement(t *testing.T) {
	scorers := twoModels(t)
	pool := testInput(scorers[0], 30, 19)
	for i := range pool.Frame.Rows() {
		in := row(pool, i)
		e, err := Compare(cornersOf(scorers, in, in), scorers, CompareOptions{Now: now})
		if err != nil {
			t.Fatal(err)
		}
		if e.Verdict != VerdictModel || *e.Moved != 0 || len(e.Reasons) > 1 || len(e.Reasons) == 1 && e.Reasons[0].Bar.Kind != KindModel {
			t.Fatalf("%q by %v, %v", e.Verdict, *e.Moved, e.Reasons)
		}
		if m := e.ModelChange; !m.Split || m.Points != e.Change || m.Outlook+m.Path+m.Cluster != m.Points {
			t.Fatalf("%v changed by %+v", e.Change, m)
		}
	}
}

// Student's quantiles, as tables print them.
func TestStudentQuantile(t *testing.T) {
	for nu, want := range map[float64][2]float64{3: {3.182, 5.841}, 4: {2.776, 4.604}, 6: {2.447, 3.707}, 10: {2.228, 3.169}, 30: {2.042, 2.750}, 1e9: {1.960, 2.576}} {
		for i, z := range []float64{normalReach, totalReach} {
			if got := studentQuantile(nu, z); math.Abs(got/want[i]-1) > []float64{0.01, 0.04}[i] {
				t.Errorf("%v degrees of freedom: %v, want %v", nu, got, want[i])
			}
		}
	}
	if got := studentQuantile(0.5, normalReach); got != studentQuantile(3, normalReach) {
		t.Errorf("half a degree: %v", got)
	}
}
