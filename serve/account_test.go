package serve

import (
	"context"
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"testing"
	"time"

	"github.com/etappe/etappe/models/artifact"
	"github.com/etappe/etappe/serve/history"
)

// The dates of the test history. At the last one two models answered.
var (
	january  = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	february = time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC)
	march    = time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
)

// chronicled are the accounts of the test history.
var chronicled = []string{"acme-17", "<script>alert(1)</script>", "Müller/Söhne GmbH #1?", "..", "a%2Fb", "c5", "c6", "c7"}

// oldMeta is the model before testMeta's.
var oldMeta = Meta{Version: "2025-09-19-1", TrainedAt: time.Date(2025, 9, 19, 8, 0, 0, 0, time.UTC)}

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
	batch := history.Batch{Snapshots: list, Actor: "test"}
	for i, id := range in.AccountIDs {
		a := history.Account{ID: id, Owner: fmt.Sprint("csm-", i%2), CreatedAt: january.AddDate(-1, 0, i), ARR: math.NaN()}
		if i%3 > 0 {
			a.ARR, a.DueOn = float64(1000*i), march.AddDate(0, i, 0)
		}
		batch.Accounts = append(batch.Accounts, a)
	}
	batch.Interventions = []history.Intervention{{AccountID: chronicled[0], At: february.Add(9 * time.Hour), Kind: "call", Owner: "csm-0"}}
	if _, err := store.Write(t.Context(), batch); err != nil {
		t.Fatal(err)
	}
}

// chronicle is a history of three months: two by the old model, the third by
// both.
func chronicle(t testing.TB) *history.Store {
	t.Helper()
	store, err := history.Open(context.Background(), filepath.Join(t.TempDir(), "history.db"), history.Options{Clock: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	before, after := oldScorer(t), testScorer(t)
	keepAll(t, store, before, monthly(before, january, 21))
	keepAll(t, store, before, monthly(before, february, 22))
	keepAll(t, store, before, monthly(before, march, 23))
	keepAll(t, store, after, monthly(after, march, 23))
	return store
}

// chronicleServer serves the test history.
func chronicleServer(t testing.TB) *Server {
	t.Helper()
	old := oldScorer(t)
	server := NewServer(ServerOptions{Clock: func() time.Time { return now }, History: chronicle(t), Models: func(version string) (*Scorer, error) {
		if version == oldMeta.Version {
			return old, nil
		}
		return nil, fmt.Errorf("%w: %s", artifact.ErrNotFound, version)
	}})
	server.Swap(testScorer(t))
	return server
}

const acme = "/v1/accounts/acme-17"

// accountScenarios are requests about stored accounts, in this order.
var accountScenarios = []scenario{
	{name: "portfolio", method: "GET", target: "/v1/accounts", status: 200, has: []string{`"account_id":"acme-17"`, `"as_of":"2026-03-01"`, `"model":"2026-03-19-1"`, `"next":""`, `"arr":null`, `"previous_as_of":"2026-02-01"`, `"owner":"csm-1"`}},
	{name: "a page of two", method: "GET", target: "/v1/accounts?limit=2&sort=-health", route: "/v1/accounts", status: 200, hasNot: []string{`"next":""`}},
	{name: "filters", method: "GET", target: "/v1/accounts?owner=csm-0&q=acme", status: 200, has: []string{`"acme-17"`}, hasNot: []string{`"c7"`}},
	{name: "nobody has left", method: "GET", target: "/v1/accounts?left=true", status: 200, has: []string{`{"accounts":[],"next":""}`}},
	{name: "left by halves", method: "GET", target: "/v1/accounts?left=maybe", status: 400, has: []string{"left is false or true"}},
	{name: "nobody due", method: "GET", target: "/v1/accounts?due_before=2020-01-01", status: 200, has: []string{`{"accounts":[],"next":""}`}},
	{name: "a cursor of our own", method: "GET", target: "/v1/accounts?cursor=abc", status: 400, has: []string{"urn:etappe:problem:cursor"}},
	{name: "an unknown sort", method: "GET", target: "/v1/accounts?sort=size", status: 400, has: []string{"sort is renewal, health, churn, arr, moved or account"}},
	{name: "an unknown filter", method: "GET", target: "/v1/accounts?colour=red", status: 400, has: []string{`unknown parameter \"colour\"`}},
	{name: "too long a page", method: "GET", target: "/v1/accounts?limit=100000", status: 400, has: []string{"from 1 to 500"}},
	{name: "no date", method: "GET", target: "/v1/accounts?due_before=soon", status: 400, has: []string{"a date like 2026-03-31"}},
	{name: "health", method: "GET", route: "/v1/accounts/{id}/health", target: acme + "/health", status: 200, has: []string{`"told":{"as_of":"2026-03-01"`, `"answer":{"account_id":"acme-17"`, `"contributions":[`, `"overrides":[]`}},
	{name: "health in January, in German", method: "GET", route: "/v1/accounts/{id}/health", target: acme + "/health?as_of=2026-01-01", header: map[string]string{"Accept-Language": "de"}, status: 200, has: []string{`"version":"2025-09-19-1"`, "verbunden mit"}},
	{name: "health between the dates", method: "GET", target: acme + "/health?as_of=2026-02-11", status: 404, has: []string{"urn:etappe:problem:no-snapshot", `"nearest":["2026-02-01","2026-03-01"]`}},
	{name: "health of a stranger", method: "GET", target: "/v1/accounts/nobody/health", status: 404, has: []string{"urn:etappe:problem:unknown", `account \"nobody\"`}},
	{name: "a script", method: "GET", route: "/v1/accounts/{id}/health", target: "/v1/accounts/%3Cscript%3Ealert(1)%3C%2Fscript%3E/health", status: 200, has: []string{`"account_id":"\u003cscript\u003ealert(1)\u003c/script\u003e"`}},
	{name: "umlauts and a slash", method: "GET", route: "/v1/accounts/{id}/health", target: "/v1/accounts/M%C3%BCller%2FS%C3%B6hne%20GmbH%20%231%3F/health", status: 200, has: []string{`"account_id":"Müller/Söhne GmbH #1?"`}},
	{name: "two dots", method: "GET", route: "/v1/accounts/{id}/health", target: "/v1/accounts/%2E%2E/health", status: 200, has: []string{`"account_id":".."`}},
	{name: "a percent sign", method: "GET", route: "/v1/accounts/{id}/health", target: "/v1/accounts/a%252Fb/health", status: 200, has: []string{`"account_id":"a%2Fb"`}},
	{name: "history", method: "GET", route: "/v1/accounts/{id}/history", target: acme + "/history", status: 200, has: []string{`"points":[{"as_of":"2026-01-01"`, `"kind":"call"`, `"shown":false`, `"shown":true`}},
	{name: "history with a parameter", method: "GET", target: acme + "/history?from=2026-01-01", status: 400},
	{name: "explanation", method: "GET", route: "/v1/accounts/{id}/explanation", target: acme + "/explanation?from=2026-01-01&to=2026-02-01", status: 200, has: []string{`"reference":"previous"`, `"bars":[{`}},
	{name: "explanation of the last step", method: "GET", route: "/v1/accounts/{id}/explanation", target: acme + "/explanation", status: 200, has: []string{`"from":{"as_of":"2026-02-01"`, `"to":{"as_of":"2026-03-01"`, `"kind":"model"`}},
	{name: "explanation of the retrain alone", method: "GET", route: "/v1/accounts/{id}/explanation", target: acme + "/explanation?from=2026-03-01&to=2026-03-01", status: 200, has: []string{`"kind":"model"`}},
	{name: "against the cluster", method: "GET", route: "/v1/accounts/{id}/explanation", target: acme + "/explanation?reference=cluster", status: 200, has: []string{`"to":{"as_of":"2026-03-01"`}},
	{name: "against peers that the model does not know", method: "GET", target: acme + "/explanation?reference=renewed_peers", status: 422, has: []string{"urn:etappe:problem:reference", "no renewed peers"}},
	{name: "against the cluster, with from", method: "GET", target: acme + "/explanation?reference=cluster&from=2026-01-01", status: 400, has: []string{"from belongs to the reference previous"}},
	{name: "from after to", method: "GET", target: acme + "/explanation?from=2026-02-01&to=2026-01-01", status: 422, has: []string{"urn:etappe:problem:dates", "from 2026-02-01 is after to 2026-01-01"}},
	{name: "one date by one model", method: "GET", target: acme + "/explanation?from=2026-02-01&to=2026-02-01", status: 422, has: []string{"at which one model answered"}},
	{name: "before the first date", method: "GET", target: acme + "/explanation?to=2026-01-01", status: 422, has: []string{"the first date that is stored"}},
	{name: "from between the dates", method: "GET", target: acme + "/explanation?from=2025-12-24", status: 404, has: []string{`"nearest":["2026-01-01"]`}},
	{name: "an unknown reference", method: "GET", target: acme + "/explanation?reference=peers", status: 400, has: []string{"previous, cluster or renewed_peers"}},
	{name: "by its id alone", method: "POST", target: "/v1/predict", body: `{"account_id":"acme-17"}`, status: 200, has: []string{`"as_of":"2026-03-01"`, `"version":"2026-03-19-1"`}},
	{name: "by its id at a date", method: "POST", target: "/v1/predict", body: `{"accounts":[{"account_id":"c5","as_of":"2026-01-01"},{"account_id":"b","features":{}}]}`, status: 200, has: []string{`"as_of":"2026-01-01"`, `"account_id":"b"`}},
	{name: "by an unknown id", method: "POST", target: "/v1/predict", body: `{"accounts":[{"account_id":"acme-17"},{"account_id":"nobody"},{"account_id":"c5","as_of":"2026-01-02"}]}`, status: 422, has: []string{`"total":2`, `"pointer":"#/accounts/1"`, `the nearest: 2026-01-01, 2026-02-01`}},
	{name: "milestones without features", method: "POST", target: "/v1/predict", body: `{"account_id":"acme-17","milestones":{}}`, status: 422, has: []string{"features is missing"}},
	{name: "stored", method: "POST", target: "/v1/predict", header: map[string]string{"Content-Type": "application/json"}, body: `{"account_id":"new/1","as_of":"2026-03-30","features":{"plan":"pro"},"store":true}`, status: 200, has: []string{`"account_id":"new/1"`}},
	{name: "what was stored", method: "GET", route: "/v1/accounts/{id}/health", target: "/v1/accounts/new%2F1/health", status: 200, has: []string{`"told":{"as_of":"2026-03-30"`, `"created_on":""`}},
	{name: "stored undeclared", method: "POST", target: "/v1/predict", body: `{"account_id":"b","features":{},"store":true}`, status: 415, has: []string{"send application/json"}},
	{name: "stored for a date to come", method: "POST", target: "/v1/predict", header: map[string]string{"Content-Type": "application/json"}, body: `{"accounts":[{"account_id":"b","as_of":"2026-05-01","features":{}}],"store":true}`, status: 422, has: []string{"lies in the future"}},
	{name: "stored perhaps", method: "POST", target: "/v1/predict", body: `{"account_id":"b","features":{},"store":"yes"}`, status: 422, has: []string{"store is true or false", `"pointer":"#/store"`}},
	{name: "I know better", method: "POST", route: "/v1/accounts/{id}/overrides", target: acme + "/overrides", header: map[string]string{"Content-Type": "application/json"},
		body: `{"band":"healthy","reason":"<b>signed</b>","owner":"csm-0","expires":"2026-06-30"}`, status: 200, has: []string{`"id":1`, `"in_force":true`}},
	{name: "beside the score", method: "GET", route: "/v1/accounts/{id}/health", target: acme + "/health", status: 200, has: []string{`"overrides":[{"id":1,"band":"healthy"`}},
	{name: "beside the score, listed", method: "GET", target: "/v1/accounts?q=acme", status: 200, has: []string{`"override":{"id":1`}},
	{name: "overrides", method: "GET", route: "/v1/accounts/{id}/overrides", target: acme + "/overrides", status: 200, has: []string{`"owner":"csm-0"`}},
	{name: "overrides of a stranger", method: "GET", target: "/v1/accounts/nobody/overrides", status: 404},
	{name: "an override that breaks every rule", method: "POST", target: acme + "/overrides", header: map[string]string{"Content-Type": "application/json"},
		body: `{"band":"ill","reason":3,"expires":"2026-03-31","mood":"good"}`, status: 422, has: []string{`"total":5`, `band is healthy, at_risk or sick, not \"ill\"`, "reason is a text", "owner is missing", "expires is a date", `unknown member \"mood\"`}},
	{name: "an override without an end", method: "POST", target: acme + "/overrides", header: map[string]string{"Content-Type": "application/json"},
		body: `{"band":"sick","reason":"r","owner":"o","expires":"2031-01-01"}`, status: 422, has: []string{"within the next 366 days"}},
	{name: "an override that is a list", method: "POST", target: acme + "/overrides", header: map[string]string{"Content-Type": "application/json"}, body: `[1]`, status: 422},
	{name: "an override undeclared", method: "POST", target: acme + "/overrides", body: `{}`, status: 415},
	{name: "an override of a stranger", method: "POST", target: "/v1/accounts/nobody/overrides", header: map[string]string{"Content-Type": "application/json"},
		body: `{"band":"healthy","reason":"r","owner":"o","expires":"2026-06-30"}`, status: 404},
	{name: "revoked by nobody", method: "DELETE", target: acme + "/overrides/1", status: 400, has: []string{"who ends the override"}},
	{name: "another account's", method: "DELETE", target: "/v1/accounts/c5/overrides/1?by=csm-1", status: 404},
	{name: "no number", method: "DELETE", target: acme + "/overrides/first?by=csm-1", status: 404},
	{name: "revoked", method: "DELETE", route: "/v1/accounts/{id}/overrides/{override}", target: acme + "/overrides/1?by=csm-1", status: 204},
	{name: "no longer beside the score", method: "GET", route: "/v1/accounts/{id}/health", target: acme + "/health", status: 200, has: []string{`"overrides":[]`}},
	{name: "its record stays", method: "GET", route: "/v1/accounts/{id}/history", target: acme + "/history", status: 200, has: []string{`"revoked_at":"2026-03-31T09:30:00Z","in_force":false`}},
}

func TestAccountScenarios(t *testing.T) { runScenarios(t, chronicleServer(t), accountScenarios) }

// Without a history every question about an account says so.
func TestNoHistory(t *testing.T) {
	server, _ := testServer(t, testScorer(t))
	runScenarios(t, server, []scenario{
		{name: "portfolio", method: "GET", target: "/v1/accounts", status: 404, has: []string{"urn:etappe:problem:no-history"}},
		{name: "health", method: "GET", target: acme + "/health", status: 404, has: []string{"no-history"}},
		{name: "history", method: "GET", target: acme + "/history", status: 404, has: []string{"no-history"}},
		{name: "explanation", method: "GET", target: acme + "/explanation", status: 404, has: []string{"no-history"}},
		{name: "by id alone", method: "POST", target: "/v1/predict", body: `{"account_id":"acme-17"}`, status: 422, has: []string{"features is missing"}},
		{name: "stored", method: "POST", target: "/v1/predict", body: `{"account_id":"a","features":{},"store":true}`, status: 422, has: []string{"keeps no history"}},
	})
}

// A stored answer given again has the same score, probability and interval, to
// the bit, by either model.
func TestReplayToTheBit(t *testing.T) {
	server := chronicleServer(t)
	for _, id := range chronicled {
		for _, date := range []time.Time{january, february, march} {
			sn, err := server.accounts.Snapshot(t.Context(), id, date)
			if err != nil {
				t.Fatal(err)
			}
			a, err := server.accounts.Replay(t.Context(), id, date, English)
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
	server := chronicleServer(t)
	for i, date := range []time.Time{january, february, march} {
		one := pool.row(rows[[]string{"c1", "c2", "c1"}[i]])
		one.AccountIDs, one.AsOf = []string{"wanderer"}, []time.Time{date}
		keepAll(t, server.options.History, s, one)
	}
	for _, step := range []struct {
		from, to time.Time
		clusters bool
	}{{january, february, true}, {february, march, true}, {january, march, false}} {
		e, err := server.accounts.Explanation(t.Context(), "wanderer", step.from, step.to, ReferencePrevious, English)
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
	server := chronicleServer(t)
	e, err := server.accounts.Explanation(t.Context(), "c6", march, march, ReferencePrevious, English)
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
