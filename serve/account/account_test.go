package account

import (
	"errors"
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/etappe/etappe/models/artifact"
	"github.com/etappe/etappe/serve/explain"
	"github.com/etappe/etappe/serve/history"
	"github.com/etappe/etappe/serve/score"
	"github.com/etappe/etappe/serve/score/scoretest"
	"github.com/etappe/etappe/serve/servetest"
)

// now is the present time of every test.
var now = servetest.Now

func scoreAll(t testing.TB, s *score.Scorer, in *score.Input) []score.Answer {
	t.Helper()
	answers, err := s.Score(in, now)
	if err != nil {
		t.Fatal(err)
	}
	return answers
}

// checkExact: the bars sum to the change, to the last bit.
func checkExact(t testing.TB, e *explain.Explanation) {
	t.Helper()
	sum := 0.0
	for i := range e.Bars {
		sum += e.Bars[i].Points
	}
	if change := e.To.HealthScore - e.From.HealthScore; sum != change || e.Change != change {
		t.Fatalf("bars %v, change %v, scores moved by %v", sum, e.Change, change)
	}
}

// The dates of the test history. At the last one two models answered.
var (
	january  = servetest.January
	february = servetest.February
	march    = servetest.March
)

// chronicled are the accounts of the test history.
var chronicled = servetest.Accounts

// oldMeta is the model before scoretest.Meta's.
var oldMeta = score.Meta{Version: servetest.OldVersion, TrainedAt: servetest.OldTrainedAt}

// oldScorer is an earlier model on the same catalogue, on another scale.
func oldScorer(t testing.TB) *score.Scorer {
	t.Helper()
	a := servetest.Artifact(t)
	a.Points.Anchor -= 0.4
	s, err := score.New(a, oldMeta, score.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// monthly is a batch of the chronicled accounts at a date.
func monthly(s *score.Scorer, date time.Time, seed uint64) *score.Input {
	in := scoretest.Input(s, len(chronicled), seed)
	in.AccountIDs = chronicled
	for i := range in.AsOf {
		in.AsOf[i] = date
	}
	return in
}

// keepAll writes a batch's answers.
func keepAll(t testing.TB, store *history.Store, s *score.Scorer, in *score.Input) {
	t.Helper()
	list, err := Snapshots(s, in)
	if err != nil {
		t.Fatal(err)
	}
	servetest.Write(t, store, in.AccountIDs, list)
}

// chronicle is a history of three months: two by the old model, the third by
// both.
func chronicle(t testing.TB) *history.Store {
	t.Helper()
	store := servetest.Store(t)
	before, after := oldScorer(t), scoretest.Scorer(t)
	keepAll(t, store, before, monthly(before, january, 21))
	keepAll(t, store, before, monthly(before, february, 22))
	keepAll(t, store, before, monthly(before, march, 23))
	keepAll(t, store, after, monthly(after, march, 23))
	return store
}

// chronicleAccounts answers from the test history.
func chronicleAccounts(t testing.TB) *Service {
	t.Helper()
	old, current := oldScorer(t), scoretest.Scorer(t)
	return New(Options{
		Clock: func() time.Time { return now }, History: chronicle(t),
		Current: func() (*score.Scorer, error) { return current, nil },
		Models: func(version string) (*score.Scorer, error) {
			if version == oldMeta.Version {
				return old, nil
			}
			return nil, fmt.Errorf("%w: %s", artifact.ErrNotFound, version)
		},
	})
}

// A stored answer given again has the same score, probability and interval, to
// the bit, by either model.
func TestReplayToTheBit(t *testing.T) {
	accounts := chronicleAccounts(t)
	for _, id := range chronicled {
		for _, date := range []time.Time{january, february, march} {
			sn, err := accounts.Snapshot(t.Context(), id, date)
			if err != nil {
				t.Fatal(err)
			}
			a, err := accounts.Replay(t.Context(), id, date)
			if err != nil {
				t.Fatal(err)
			}
			if a.HealthScore != sn.Health || a.ChurnProbability != sn.Churn || a.Interval.Low != sn.Low || a.Interval.High != sn.High ||
				a.Band != sn.Band || a.Cluster.Membership != sn.Membership || a.Model.Version != sn.Model || a.AsOf != sn.AsOf.Format(time.DateOnly) {
				t.Errorf("%s at %s: %+v, stored %+v", id, a.AsOf, a, sn)
			}
			if len(a.Reasons) > 0 && a.Reasons[0].Code != sn.TopReason {
				t.Errorf("%s: first reason %s, stored %s", id, a.Reasons[0].Code, sn.TopReason)
			}
		}
	}
}

// An answer whose model is gone is shown as it was stored, with a warning and
// without reasons; only giving it again fails.
func TestModelGone(t *testing.T) {
	for name, cause := range map[string]error{"gone": artifact.ErrNotFound, "newer": artifact.ErrVersion} {
		accounts := New(Options{
			Clock: func() time.Time { return now }, History: chronicle(t),
			Current: func() (*score.Scorer, error) { return scoretest.Scorer(t), nil },
			Models:  func(string) (*score.Scorer, error) { return nil, cause },
		})
		h, err := accounts.Health(t.Context(), "acme-17", january)
		if err != nil || h.Answer != nil || h.Stored.HealthScore == 0 || len(h.Warnings) != 1 || h.Warnings[0].Code != score.WarnNotReplayed {
			t.Errorf("%s: %+v, %v", name, h, err)
		}
		if _, err := accounts.Replay(t.Context(), "acme-17", january); !errors.Is(err, ErrModelGone) || !errors.Is(err, cause) {
			t.Errorf("%s: %v", name, err)
		}
		e, err := accounts.Explanation(t.Context(), "acme-17", february, march, "")
		if err != nil {
			t.Fatal(err)
		}
		checkExact(t, e)
		if h, err := accounts.Health(t.Context(), "acme-17", february); err != nil || math.Abs(e.From.HealthScore-h.Stored.HealthScore) > 1e-6 {
			t.Errorf("%s: from %v, stored %v, %v", name, e.From, h.Stored, err)
		}
		if len(e.Warnings) == 0 {
			t.Errorf("%s: no warning of the missing model", name)
		}
	}
}

// An account that changed its cluster twice: each step names the change, and
// both together, where it is back, have no bar for it.
func TestStoredClusterChangedTwice(t *testing.T) {
	s := scoretest.Scorer(t)
	pool := scoretest.Input(s, 200, 41)
	rows := map[string]int{}
	for i, a := range scoreAll(t, s, pool) {
		if a.Cluster.Membership > 0.8 {
			rows[a.Cluster.ID] = i
		}
	}
	if len(rows) != 2 {
		t.Fatalf("clusters %v", rows)
	}
	accounts := chronicleAccounts(t)
	for i, date := range []time.Time{january, february, march} {
		one := scoretest.Row(pool, rows[[]string{"c1", "c2", "c1"}[i]])
		one.AccountIDs, one.AsOf = []string{"wanderer"}, []time.Time{date}
		keepAll(t, accounts.options.History, s, one)
	}
	for _, step := range []struct {
		from, to time.Time
		clusters bool
	}{{january, february, true}, {february, march, true}, {january, march, false}} {
		e, err := accounts.Explanation(t.Context(), "wanderer", step.from, step.to, explain.ReferencePrevious)
		if err != nil {
			t.Fatal(err)
		}
		checkExact(t, e)
		found := false
		for _, b := range e.Bars {
			found = found || b.Kind == explain.KindCluster
		}
		if found != step.clusters || (e.From.Cluster.ID != e.To.Cluster.ID) != step.clusters {
			t.Errorf("%s to %s: from %s to %s, a bar for it: %v", e.From.AsOf, e.To.AsOf, e.From.Cluster.ID, e.To.Cluster.ID, found)
		}
	}
}

// A pure retrain has a model bar and no other, and the two scores are those
// that were stored.
func TestRetrainAlone(t *testing.T) {
	accounts := chronicleAccounts(t)
	e, err := accounts.Explanation(t.Context(), "c6", march, march, explain.ReferencePrevious)
	if err != nil {
		t.Fatal(err)
	}
	if len(e.Bars) != 1 || e.Bars[0].Kind != explain.KindModel || e.From.Model != oldMeta.Version || e.To.Model != scoretest.Meta.Version || e.Change == 0 {
		t.Errorf("%+v", e)
	}
}

// Old models are loaded once each, and only the last few are kept.
func TestCache(t *testing.T) {
	loads := map[string]int{}
	a := servetest.Artifact(t)
	s := cache{load: func(version string) (*score.Scorer, error) {
		loads[version]++
		return score.New(a, score.Meta{Version: version, TrainedAt: now}, score.Options{})
	}}
	get := func(versions ...string) {
		for _, v := range versions {
			if got, err := s.get(v); err != nil || got.Version() != v {
				t.Fatalf("%s: %v", v, err)
			}
		}
	}
	get("a", "b", "a", "c", "d", "a", "e", "a") // b was used longest ago
	if len(s.kept) != keptModels || loads["a"] != 1 {
		t.Errorf("%d kept, loaded %v", len(s.kept), loads)
	}
	if get("b"); loads["b"] != 2 {
		t.Errorf("loaded %v", loads)
	}
	if _, err := (&cache{}).get("a"); !errors.Is(err, ErrModelGone) {
		t.Errorf("without a registry: %v", err)
	}
}
