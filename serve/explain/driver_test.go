package explain

import (
	"encoding/json"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/peers"
	"github.com/etappe/etappe/serve/score"
	"github.com/etappe/etappe/serve/score/scoretest"
	"github.com/etappe/etappe/serve/servetest"
)

// drivenScorer is the hand-made scorer where the number of active users usually
// moves log-odds by .5 in 30 days, tickets by .1, and everything else not at all
// as far as is known; a driver that goes .2 further is more than usual.
func drivenScorer(t testing.TB) *score.Scorer {
	t.Helper()
	a := servetest.LinearArtifact(t)
	n := len(a.Fields)
	list := func(v float64) []float64 {
		out := make([]float64, n)
		for i := range out {
			out[i] = v
		}
		return out
	}
	var err error
	a.Peers, err = peers.FromState(models.State{Kind: "peers/1",
		Header: json.RawMessage(`{"milestones":["first_report","rollout"],"clusters":1,"fields":11,"weeks":1,"drivers":["type/support/ticket","users"]}`),
		Arrays: map[string][]float64{"renewed": {9}, "movement": {1}, "there": {9}, "had": {0, 0},
			"typical": list(math.NaN()), "low": list(math.NaN()), "high": list(math.NaN()),
			"usual": {0.1, 0.5}, "reach": {0.2}}})
	if err != nil {
		t.Fatal(err)
	}
	return scoretest.LinearWith(t, a, servetest.Churn{})
}

// driven compares two dates of the hand-made account a month apart, between which
// users and tickets changed.
func drivenBy(t *testing.T, s *score.Scorer, users, tickets float64) *Explanation {
	t.Helper()
	from, to := linearThen(s), linearThen(s)
	for feature, by := range map[string]float64{"active_users_28d": users, "ticket.count_28d": tickets} {
		to.Frame.Columns[at(s, feature)] = []float64{to.Frame.Columns[at(s, feature)][0] + by}
	}
	to.AsOf = []time.Time{from.AsOf[0].AddDate(0, 0, 30)}
	return explained(t, s, from, to, CompareOptions{History: calm(from.AsOf[0], 12, 4)})
}

// One driver beyond its usual is a real movement, however little the whole moved;
// as much by a driver that always moves so is not. A user is worth .2 of log-odds,
// a ticket .4.
func TestDriverBeyondItsUsualIsMoved(t *testing.T) {
	s := drivenScorer(t)
	for _, row := range []struct {
		users, tickets float64
		driver         float64 // log-odds beyond the usual
		verdict, first string
	}{
		{0, 1, 0.3, VerdictMoved, "SUPPORT.TICKET_COUNT_28D"},
		{-2, 0, 0, VerdictNormal, ""},
		{-3, 0, 0.1, VerdictNormal, ""},
		{-4, 0, 0.3, VerdictMoved, "PEOPLE.USERS"},
		{-2, 1, 0.3, VerdictMoved, "SUPPORT.TICKET_COUNT_28D"}, // both .4, but users always move so
		{-3, 1, 0.3, VerdictMoved, "SUPPORT.TICKET_COUNT_28D"}, // not the larger bar
		{4, 1, 0.3, VerdictMoved, "PEOPLE.USERS"},              // it rose, and tickets held against it
		{2.5, 1, 0, VerdictNormal, ""},                         // it rose, and what fell is another matter
	} {
		e := drivenBy(t, s, row.users, row.tickets)
		want := 0.5 * 10 / math.Ln2 * row.driver
		first := ""
		if len(e.Reasons) > 0 {
			first = e.Reasons[0].Code
		}
		if e.Verdict != row.verdict || first != row.first || math.Abs(e.Noise.Driver-want) > 1e-6 {
			t.Errorf("%v users, %v tickets: %q for %q, %+v, want %v by %q", row.users, row.tickets, e.Verdict, first, e.Noise, want, row.first)
		}
		if math.Abs(e.Change) > e.Noise.Threshold {
			t.Errorf("%v users, %v tickets: the whole moved by %v", row.users, row.tickets, e.Change)
		}
		checkExact(t, e)
		if back := drivenBy(t, s, -row.users, -row.tickets).Noise; math.Abs(back.Driver-e.Noise.Driver) > 1e-5 || back.DriverThreshold != e.Noise.DriverThreshold {
			t.Errorf("the other way round %+v, not %+v", back, e.Noise)
		}
	}
}

// What is usual grows with the days as movements do.
func TestUsualGrowsWithTheDays(t *testing.T) {
	s := drivenScorer(t)
	from, to := slightly(s, "active_users_28d", -6)
	month := explained(t, s, from, to, CompareOptions{}).Noise
	to.AsOf = []time.Time{from.AsOf[0].AddDate(0, 0, 210)}
	longer := explained(t, s, from, to, CompareOptions{}).Noise
	points := 0.5 * 10 / math.Ln2
	if math.Abs(month.DriverThreshold-0.2*points) > 1e-9 || math.Abs(longer.DriverThreshold-0.4*points) > 1e-9 ||
		math.Abs(month.Driver-0.7*points) > 1e-6 || math.Abs(longer.Driver-0.2*points) > 1e-6 {
		t.Errorf("over a month %+v, over seven %+v", month, longer)
	}
}

// Where the model does not know what is usual, the whole is all that is asked,
// at its full level, and the largest bar comes first.
func TestWithoutDriversTheWholeIsAsked(t *testing.T) {
	s := linearScorer(t)
	e := drivenBy(t, s, -3, 1)
	if e.Noise.Driver != 0 || e.Noise.DriverThreshold != 0 || e.Verdict != VerdictNormal {
		t.Errorf("%q with %+v", e.Verdict, e.Noise)
	}
	e = drivenBy(t, s, -12, 1)
	if e.Verdict != VerdictMoved || e.Reasons[0].Code != "PEOPLE.USERS" {
		t.Errorf("%q with %+v: %v", e.Verdict, e.Noise, e.Reasons)
	}
	if known := drivenBy(t, drivenScorer(t), -3, 1); !(known.Noise.Threshold > e.Noise.Threshold) {
		t.Errorf("the whole is asked at %v beside the drivers, at %v alone", known.Noise.Threshold, e.Noise.Threshold)
	}
}

// A value that came is no movement, however much it weighs: it comes after what
// went beyond its usual, and before what did not, by its size.
func TestMissingDataComesAfterWhatMoved(t *testing.T) {
	s := linearScorer(t) // rank them as of an older model first
	from, to := linearThen(s), linearThen(s)
	set := func(feature string, then, now float64) {
		from.Frame.Columns[at(s, feature)], to.Frame.Columns[at(s, feature)] = []float64{then}, []float64{now}
	}
	set("nps.last", 30, math.NaN())
	set("ticket.count_28d", 1, 3)
	set("active_users_28d", 9, 8)
	to.AsOf = []time.Time{from.AsOf[0].AddDate(0, 0, 30)}
	order := func() (codes []string) {
		for _, r := range explained(t, s, from, to, CompareOptions{}).Reasons {
			codes = append(codes, r.Code)
		}
		return codes
	}
	if got := order(); !slices.Equal(got, []string{"DATA_QUALITY.NPS_LAST", "SUPPORT.TICKET_COUNT_28D", "PEOPLE.USERS"}) {
		t.Errorf("by size: %q", got)
	}
	s = drivenScorer(t)
	if got := order(); !slices.Equal(got, []string{"SUPPORT.TICKET_COUNT_28D", "DATA_QUALITY.NPS_LAST", "PEOPLE.USERS"}) {
		t.Errorf("by what is usual: %q", got)
	}
}

// Nor is another model or other peers anything that went beyond its usual.
func TestUsualOfWhatTheAccountDidNotDo(t *testing.T) {
	known, older := &Explanation{usual: map[string]float64{"users": 2}}, &Explanation{}
	for _, b := range []Bar{{Kind: KindModel, group: themeModel}, {Kind: KindCluster, group: themeCluster}, {Kind: KindDataQuality, group: "quality/users"}, {Kind: KindMilestone}} {
		if !math.IsInf(known.usualOf(&b), 1) || older.usualOf(&b) != 0 {
			t.Errorf("%+v: usually %v, unknown %v", b, known.usualOf(&b), older.usualOf(&b))
		}
	}
	if users, new := (Bar{Kind: KindFeature, group: "users"}), (Bar{Kind: KindMilestone, To: 20.}); known.usualOf(&users) != 2 || known.usualOf(&new) != 0 {
		t.Errorf("usually %v and %v", known.usualOf(&users), known.usualOf(&new))
	}
}

// What only time moved comes after what the account did: billing, and milestones
// that peers have reached since.
func TestReasonsOfTimeComeLast(t *testing.T) {
	s := linearScorer(t)
	_, tenure := s.FeatureCode(at(s, "tenure_days"))
	_, plan := s.FeatureCode(at(s, "plan"))
	if !strings.HasPrefix(tenure, score.TimeGroup) || strings.HasPrefix(plan, score.TimeGroup) {
		t.Error("the groups do not mark what is of time")
	}
	for _, b := range []struct {
		Bar
		want bool
	}{
		{Bar{Kind: KindMilestone}, true}, {Bar{Kind: KindMilestone, To: 20.}, false},
		{Bar{Kind: KindFeature, group: "time/type/commercial/invoice"}, true}, {Bar{Kind: KindFeature, group: "users"}, false},
	} {
		if b.ofTime() != b.want {
			t.Errorf("%+v is of time: %v", b.Bar, b.ofTime())
		}
	}
}
