package web

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/etappe/etappe/features/catalog"

	"github.com/labstack/echo/v4"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/additive"
	"github.com/etappe/etappe/models/additive/boost"
	"github.com/etappe/etappe/models/artifact"
	"github.com/etappe/etappe/models/cluster"
	"github.com/etappe/etappe/models/path"
	"github.com/etappe/etappe/models/peers"
	"github.com/etappe/etappe/serve/account"
	"github.com/etappe/etappe/serve/history"
	"github.com/etappe/etappe/serve/score"
)

// today is the present time of every test.
var today = time.Date(2026, 11, 22, 9, 30, 0, 0, time.UTC)

// testCatalog is a feature list of most kinds of entries.
func testCatalog() *catalog.Catalog {
	define := func(name, unit string, theme catalog.Theme, m catalog.Measure, kind string, window int, en, de string) catalog.Definition {
		return catalog.Definition{Name: name, Unit: unit, Theme: theme, Side: catalog.Reactive, Measure: m, Type: kind, Window: window,
			Names: map[string]string{"en": en, "de": de}}
	}
	c := &catalog.Catalog{Definitions: []catalog.Definition{
		define("report.count_84d", "events", catalog.Adoption, catalog.MeasureCount, "report", 84, "reports", "Berichte"),
		define("export.count_84d", "events", catalog.Adoption, catalog.MeasureCount, "export", 84, "exports", "Exporte"),
		define("active_users_28d", "users", catalog.People, catalog.MeasureActiveUsers, "", 28, "", ""),
		define("nps.last", "", catalog.Sentiment, catalog.MeasureLast, "nps", 180, "NPS", "NPS"),
		define("tenure_days", "days", catalog.Calendar, catalog.MeasureTenure, "", 0, "", ""),
		define("plan", "", catalog.Commercial, catalog.MeasureAttribute, "", 0, "plan", "Tarif"),
	}, LeftOut: []catalog.Omission{{Name: "beta_flag", Code: "empty"}}}
	c.Definitions[2].Actionable = true
	c.Definitions[5].Levels = []string{"basic", "pro"}
	return c
}

// simulated is a made-up past: two desired outcomes, in which users and reports
// matter, but not the same.
func simulated(rows int, seed uint64) (*models.Sample, *models.Journey) {
	random := rand.New(rand.NewPCG(seed, 1))
	c := testCatalog()
	s := &models.Sample{Frame: &models.Frame{Columns: make([][]float64, len(c.Definitions))}}
	for _, d := range c.Definitions {
		s.Fields = append(s.Fields, models.Field{Name: d.Name, Levels: d.Levels})
	}
	j := &models.Journey{Milestones: []string{"first_report", "rollout"}, Reached: make([][]float64, 2)}
	for range rows {
		use := math.Exp(3 + 0.6*random.NormFloat64())
		reports, exports, sign := use, 0.05*use, 1.0
		if random.Float64() < 0.4 {
			reports, exports, sign = exports, reports, -0.5
		}
		users, tenure, nps := math.Round(1+12*random.Float64()), math.Round(60+700*random.Float64()), math.Floor(11*random.Float64())
		if random.Float64() < 0.3 {
			nps = math.NaN()
		}
		churned := random.Float64() < models.Sigmoid(-1-0.3*sign*(users-6)-0.4*(math.Log(use)-3))
		first, rollout := 20+60*random.Float64(), 120+200*random.Float64()
		if churned && random.Float64() < 0.6 {
			rollout = math.Inf(1)
		}
		for i, v := range []float64{math.Round(reports), math.Round(exports), users, nps, tenure, float64(random.IntN(2))} {
			s.Columns[i] = append(s.Columns[i], v)
		}
		s.Churned, j.Tenure = append(s.Churned, churned), append(j.Tenure, tenure)
		for m, at := range []float64{first, rollout} {
			if at > tenure {
				at = math.NaN()
			}
			j.Reached[m] = append(j.Reached[m], at)
		}
	}
	return s, j
}

// reportText is a training report, as far as the pages read it.
const reportText = `{"test": {"kind": "out_of_time", "from": "2026-03-01"}, "segments": [
 {"name": "all", "rows": 2100, "renewals": 700, "churned": 120, "variants": [
  {"name": "majority", "metrics": {"rows": 700, "churned": 120, "auc": 0.5, "auc_se": 0, "log_loss": 0.45, "brier": 0.14, "calibration_slope": null}},
  {"name": "etappe", "metrics": {"rows": 700, "churned": 120, "auc": 0.812, "auc_se": 0.021, "log_loss": 0.361, "brier": 0.11, "calibration_slope": 0.94, "calibration_slope_se": 0.11, "calibration_intercept": -0.05}}]},
 {"name": "c1", "rows": 1800, "renewals": 600, "churned": 100, "variants": [{"name": "etappe", "metrics": {"rows": 600, "churned": 100, "auc": 0.82, "auc_se": 0.024, "log_loss": 0.355, "brier": 0.11, "calibration_slope": 1.02, "calibration_slope_se": 0.12, "calibration_intercept": 0.01}}],
  "calibration": [{"renewals": 300, "predicted": 0.07, "churned": 0.08, "low": 0.06, "high": 0.11}, {"renewals": 300, "predicted": 0.3, "churned": 0.28, "low": 0.22, "high": 0.33}]},
 {"name": "c2", "rows": 300, "renewals": 100, "churned": 20, "variants": [{"name": "etappe", "metrics": {"rows": 100, "churned": 20, "auc": 0.74, "auc_se": 0.06, "log_loss": 0.4, "brier": 0.13, "calibration_slope": null}}]}],
 "calibration": [{"renewals": 350, "predicted": 0.08, "churned": 0.09, "low": 0.07, "high": 0.12}, {"renewals": 350.5, "predicted": 0.27, "churned": 0.24, "low": 0.2, "high": 0.28}],
 "leads": {"lines": [{"from_days": 1, "to_days": 30, "train_rows": 900, "test_rows": 700}, {"from_days": 91, "to_days": 120, "train_rows": 800, "test_rows": 600}, {"from_days": 151, "to_days": 180, "train_rows": 700, "test_rows": 0}]}, "purged_rows": 240,
 "bands": {"rule": "capacity", "kept_from": "2025-09-19-1", "healthy": 60, "sick": 45, "base_rate": 0.12, "at_risk_from": 0.12, "sick_from": 0.29,
  "capacity": {"per_week": 20, "window_days": 180, "accounts": 1800, "share": 0.2857}, "auc": 0.8, "auc_of_probability": 0.812, "path": {"p10": 31.2, "p90": 66.8},
  "bands": [{"band": "healthy", "share": 0.7, "judged": {"renewals": 490, "predicted": 0.06, "churned": 0.055, "low": 0.04, "high": 0.075}},
   {"band": "at_risk", "share": 0.3, "judged": {"renewals": 210, "predicted": 0.2, "churned": 0.21, "low": 0.17, "high": 0.26}}, {"band": "sick", "share": 0}]},
 "clusters": [{"id": "c1", "name": "reporting"}, {"id": "c2", "name": "exporting"}],
 "importance": [{"feature": "active_users_28d", "log_odds": 0.61}, {"feature": "report.count_84d", "log_odds": 0.22}],
 "gate": [{"name": "better than chance", "passed": true, "detail": "AUC"}, {"name": "of another kind", "passed": false, "detail": ""}],
 "contamination": {"renewed": 3114, "contaminated": 684, "with": {"log_loss": 0.2752, "base_log_loss": 0.3196}, "without": {"log_loss": 0.2896, "base_log_loss": 0.3402}},
 "declared": {"column": "main_goal", "accounts": 1, "unknown": 1200, "outcomes": ["audit", "board"], "clusters": ["c1", "c2"], "count": [[12, 1300], [9, 0]], "adjusted_rand": 0.42},
 "edits": [{"term": "report.count_84d", "action": "removed", "reason": "counted twice", "by": "Ada"}, {"term": "c2", "action": "named", "by": "Jon", "name": "exports"}],
 "targets": [{"name": "expansion", "rows": 3114, "events": 698, "kept": true, "quality": {"threshold": 0.1, "auc": 0.805, "auc_se": 0.035}},
  {"name": "contraction", "rows": 3114, "events": 40, "kept": false, "detail": "too few", "quality": null}],
 "warnings": [{"code": "renewals_saved", "text": "684 of 3114 renewals (22 %) came after an intervention that may have saved them; on the judged rows …"},
  {"code": "outcomes_declared", "text": "declared outcomes (main_goal) against learned clusters: …"},
  {"code": "edited", "text": "edited by hand: report.count_84d removed by Ada: counted twice"},
  {"code": "many_clusters", "values": ["5"], "text": "5 clusters: more than four desired outcomes are hard to tell apart"},
  {"code": "of_a_newer_program", "text": "a warning of the training run"}]}`

// testReport decodes reportText.
func testReport() *artifact.Report {
	r := &artifact.Report{}
	if err := json.Unmarshal([]byte(reportText), r); err != nil {
		panic(err)
	}
	return r
}

// fitted is fitted once: every test reads it, none changes it.
var fitted = sync.OnceValues(func() (*score.Scorer, error) {
	ctx := context.Background()
	sample, journey := simulated(1200, 7)
	clusters, _, err := cluster.Fit(ctx, sample.Frame, cluster.Space{Shares: []string{"report.count_84d", "export.count_84d"}},
		sample.Churned, cluster.Options{MaxK: 2, Bootstraps: 5, Restarts: 2, Seed: 1})
	if err != nil {
		return nil, err
	}
	assigned, err := clusters.Assign(sample.Frame)
	if err != nil {
		return nil, err
	}
	sample.Cluster = assigned.Cluster
	model, err := boost.Trainer{Bags: 2, Rounds: 40, Smooth: 10, Seed: 1, Clusters: clusters.K(), Bins: 16}.Fit(ctx, sample)
	if err != nil {
		return nil, err
	}
	renewed := make([]bool, len(sample.Churned))
	for i, churned := range sample.Churned {
		renewed[i] = !churned
	}
	path, err := path.Fit(journey, assigned.Cluster, clusters.K(), renewed, path.Options{})
	if err != nil {
		return nil, err
	}
	course := &peers.Snapshots{Frame: sample.Frame, LogOdds: make([]float64, len(renewed)), Renewed: renewed, Journey: journey}
	for i := range renewed {
		course.Account = append(course.Account, int32(i))
	}
	peers, err := peers.Fit(course, clusters.K())
	if err != nil {
		return nil, err
	}
	catalog := testCatalog()
	return score.New(&artifact.Artifact{
		Catalog: catalog, Fingerprint: catalog.Fingerprint(), Fields: sample.Fields,
		Churn: model.(*additive.Model), Clusters: clusters, Path: path, Peers: peers,
		Exemplars: [][]artifact.Exemplar{{{AccountID: "acc-007", Renewed: true, Expanded: true}, {AccountID: "long-gone", Renewed: true}}, {}},
		Points:    models.Points{PerDoubling: 10, Anchor: -1.2, PathWeight: 0.5, Healthy: 60, Sick: 45},
		Names:     []string{"reporting", "exporting"}, Report: testReport(),
		Training: artifact.Training{From: "2024-01-01", To: "2026-09-01", Rows: 1200, Accounts: 1200, Renewals: 1200, Churned: 380, Seed: 7},
	}, score.Meta{Version: "2026-09-19-1", TrainedAt: time.Date(2026, 9, 19, 8, 0, 0, 0, time.UTC)}, score.Options{})
})

func testScorer(t testing.TB) *score.Scorer {
	t.Helper()
	s, err := fitted()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// testStore is an empty history that ends with the test.
func testStore(t testing.TB) *history.Store {
	t.Helper()
	store, err := history.Open(context.Background(), filepath.Join(t.TempDir(), "history.db"), history.Options{Clock: func() time.Time { return today }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	return store
}

// The history of most tests.
const testAccounts = 120

var testDates = []time.Time{day(2026, 9, 20), day(2026, 10, 20), day(2026, 11, 20)}

// hostileName is what somebody may call an account.
const hostileName = `<script>alert("x")</script>`

// filledStore holds answers of the fitted model for testAccounts at testDates.
func filledStore(t testing.TB) *history.Store {
	t.Helper()
	store, s := testStore(t), testScorer(t)
	batch := history.Batch{Actor: "test", Model: history.Model{Version: "2026-09-19-1", TrainedAt: day(2026, 9, 19), PromotedAt: day(2026, 9, 19), Fingerprint: s.Catalog().Fingerprint()}}
	sample, journey := simulated(testAccounts, 3)
	var ids []string
	for i := range testAccounts {
		a := history.Account{ID: fmt.Sprintf("acc-%03d", i), Name: fmt.Sprintf("Company %c%d", 'A'+i%26, i), Owner: []string{"Ada König", "Ben Ortiz", ""}[i%3],
			CreatedAt: day(2024, 3, 1), DueOn: testDates[2].AddDate(0, 0, 5+4*i), ARR: 1200 * float64(1+i*i%17)}
		switch i {
		case 3:
			a.Name = hostileName
		case 4:
			a.Name, a.ARR = "=HYPERLINK(\"x\")", math.NaN()
		case 5:
			a.Name, a.DueOn = "", time.Time{}
		}
		ids, batch.Accounts = append(ids, a.ID), append(batch.Accounts, a)
	}
	for d, asOf := range testDates {
		in := &score.Input{Frame: sample.Frame, Journey: journey, AccountIDs: ids, AsOf: make([]time.Time, testAccounts)}
		for i := range ids {
			in.AsOf[i] = asOf
			if d > 0 {
				sample.Columns[2][i] = max(0, sample.Columns[2][i]+float64(i%7-3)) // users come and go
			}
		}
		list, err := account.Snapshots(s, in)
		if err != nil {
			t.Fatal(err)
		}
		batch.Snapshots = append(batch.Snapshots, list...)
	}
	if _, err := store.Write(context.Background(), batch); err != nil {
		t.Fatal(err)
	}
	return store
}

// pages serves the pages of a history (nil: none) with a model (nil: none).
func pages(t testing.TB, store *history.Store, s *score.Scorer) *echo.Echo {
	t.Helper()
	accounts := account.New(account.Options{Clock: func() time.Time { return today }, History: store,
		Current: func() (*score.Scorer, error) {
			if s == nil {
				return nil, account.ErrNotReady
			}
			return s, nil
		},
		Models: func(string) (*score.Scorer, error) {
			if s == nil {
				return nil, artifact.ErrNotFound
			}
			return s, nil
		}})
	e := echo.New()
	if err := Register(e, accounts, Options{Clock: func() time.Time { return today }, Currency: "EUR"}); err != nil {
		t.Fatal(err)
	}
	return e
}
