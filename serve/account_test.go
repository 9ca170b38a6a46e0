package serve

import (
	"errors"
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/etappe/etappe/models/artifact"
	"github.com/etappe/etappe/serve/history"
	"github.com/etappe/etappe/serve/servetest"
)

// The dates of the test history. At the last one two models answered.
var (
	january  = servetest.January
	february = servetest.February
	march    = servetest.March
)

// chronicled are the accounts of the test history.
var chronicled = servetest.Accounts

// oldMeta is the model before testMeta's.
var oldMeta = Meta{Version: servetest.OldVersion, TrainedAt: servetest.OldTrainedAt}

// oldScorer is an earlier model on the same catalogue, on another scale.
func oldScorer(t testing.TB) *Scorer {
	t.Helper()
	a := testArtifact(t)
	a.Points.Anchor -= 0.4
	s, err := NewScorer(a, oldMeta, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// monthly is a batch of the chronicled accounts at a date.
func monthly(s *Scorer, date time.Time, seed uint64) *Input {
	in := testInput(s, len(chronicled), seed)
	in.AccountIDs = chronicled
	for i := range in.AsOf {
		in.AsOf[i] = date
	}
	return in
}

// keepAll writes a batch's answers.
func keepAll(t testing.TB, store *history.Store, s *Scorer, in *Input) {
	t.Helper()
	list, err := s.Snapshots(in)
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
	before, after := oldScorer(t), testScorer(t)
	keepAll(t, store, before, monthly(before, january, 21))
	keepAll(t, store, before, monthly(before, february, 22))
	keepAll(t, store, before, monthly(before, march, 23))
	keepAll(t, store, after, monthly(after, march, 23))
	return store
}

// chronicleAccounts answers from the test history.
func chronicleAccounts(t testing.TB) *Accounts {
	t.Helper()
	old, current := oldScorer(t), testScorer(t)
	return NewAccounts(AccountsOptions{
		Clock: func() time.Time { return now }, History: chronicle(t),
		Current: func() (*Scorer, error) { return current, nil },
		Models: func(version string) (*Scorer, error) {
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
			a, err := accounts.Replay(t.Context(), id, date, English)
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

// An answer whose model is gone is told as it was stored, with a warning and
// without reasons; only giving it again fails.
func TestModelGone(t *testing.T) {
	for name, cause := range map[string]error{"gone": artifact.ErrNotFound, "newer": artifact.ErrVersion} {
		accounts := NewAccounts(AccountsOptions{
			Clock: func() time.Time { return now }, History: chronicle(t),
			Current: func() (*Scorer, error) { return testScorer(t), nil },
			Models:  func(string) (*Scorer, error) { return nil, cause },
		})
		h, err := accounts.Health(t.Context(), "acme-17", january, English)
		if err != nil || h.Answer != nil || h.Told.HealthScore == 0 || len(h.Warnings) != 1 || h.Warnings[0].Code != WarnNotReplayed {
			t.Errorf("%s: %+v, %v", name, h, err)
		}
		if _, err := accounts.Replay(t.Context(), "acme-17", january, English); !errors.Is(err, ErrModelGone) || !errors.Is(err, cause) {
			t.Errorf("%s: %v", name, err)
		}
		e, err := accounts.Explanation(t.Context(), "acme-17", february, march, "", English)
		if err != nil {
			t.Fatal(err)
		}
		checkExact(t, e)
		if h, err := accounts.Health(t.Context(), "acme-17", february, English); err != nil || math.Abs(e.From.HealthScore-h.Told.HealthScore) > 1e-6 {
			t.Errorf("%s: from %v, told %v, %v", name, e.From, h.Told, err)
		}
		if len(e.Warnings) == 0 {
			t.Errorf("%s: nothing was said of the missing model", name)
		}
	}
}

// An account that changed its cluster twice: each step names the change, and
// both together, where it is back, have no bar for it.
func TestStoredClusterChangedTwice(t *testing.T) {
	s := testScorer(t)
	pool := testInput(s, 200, 41)
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
		one := pool.row(rows[[]string{"c1", "c2", "c1"}[i]])
		one.AccountIDs, one.AsOf = []string{"wanderer"}, []time.Time{date}
		keepAll(t, accounts.options.History, s, one)
	}
	for _, step := range []struct {
		from, to time.Time
		clusters bool
	}{{january, february, true}, {february, march, true}, {january, march, false}} {
		e, err := accounts.Explanation(t.Context(), "wanderer", step.from, step.to, ReferencePrevious, English)
		if err != nil {
			t.Fatal(err)
		}
		checkExact(t, e)
		found := false
		for _, b := range e.Bars {
			found = found || b.Kind == KindCluster
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
	e, err := accounts.Explanation(t.Context(), "c6", march, march, ReferencePrevious, English)
	if err != nil {
		t.Fatal(err)
	}
	if len(e.Bars) != 1 || e.Bars[0].Kind != KindModel || e.From.Model != oldMeta.Version || e.To.Model != testMeta.Version || e.Change == 0 {
		t.Errorf("%+v", e)
	}
}

// Old models are loaded once each, and only the last few are kept.
func TestShelf(t *testing.T) {
	loads := map[string]int{}
	a := testArtifact(t)
	s := shelf{load: func(version string) (*Scorer, error) {
		loads[version]++
		return NewScorer(a, Meta{Version: version, TrainedAt: now}, Options{})
	}}
	ask := func(versions ...string) {
		for _, v := range versions {
			if got, err := s.get(v); err != nil || got.meta.Version != v {
				t.Fatalf("%s: %v", v, err)
			}
		}
	}
	ask("a", "b", "a", "c", "d", "a", "e", "a") // b is the one asked for longest ago
	if len(s.kept) != keptModels || loads["a"] != 1 {
		t.Errorf("%d kept, loaded %v", len(s.kept), loads)
	}
	if ask("b"); loads["b"] != 2 {
		t.Errorf("loaded %v", loads)
	}
	if _, err := (&shelf{}).get("a"); !errors.Is(err, ErrModelGone) {
		t.Errorf("without a registry: %v", err)
	}
}
