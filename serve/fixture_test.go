package serve

import (
	"context"
	"encoding/json"
	"math"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/etappe/etappe/features"
	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/additive"
	"github.com/etappe/etappe/models/artifact"
	"github.com/etappe/etappe/models/cluster"
	"github.com/etappe/etappe/models/path"
)

// now is the present time of every test.
var now = time.Date(2026, 3, 31, 9, 30, 0, 0, time.UTC)

var testMeta = Meta{Version: "2026-03-19-1", TrainedAt: time.Date(2026, 3, 19, 8, 0, 0, 0, time.UTC)}

// testCatalog is a small feature list of every kind of entry.
func testCatalog() *features.Catalog {
	define := func(name, unit string, theme features.Theme, m features.Measure, kind string, en, de string) features.Definition {
		return features.Definition{
			Name: name, Unit: unit, Theme: theme, Side: features.Reactive, Measure: m, Type: kind,
			Text: features.Text{En: en, De: de},
		}
	}
	c := &features.Catalog{Definitions: []features.Definition{
		define("report.count_28d", "events", features.Adoption, features.MeasureCount, "report", "reports in the last 28 days", "Berichte in den letzten 28 Tagen"),
		define("report.count_84d", "events", features.Adoption, features.MeasureCount, "report", "reports in the last 84 days", "Berichte in den letzten 84 Tagen"),
		define("export.count_84d", "events", features.Adoption, features.MeasureCount, "export", "exports in the last 84 days", "Exporte in den letzten 84 Tagen"),
		define("report.trend", "log ratio", features.Adoption, features.MeasureTrend, "report", "reports, last 28 days against the last 84", "Berichte, letzte 28 Tage gegenüber den letzten 84"),
		define("active_users_28d", "users", features.People, features.MeasureActiveUsers, "", "active users in the last 28 days", "aktive Nutzer in den letzten 28 Tagen"),
		define("user_concentration_28d", "share", features.People, features.MeasureConcentration, "", "share of the activity that comes from the busiest user in the last 28 days", "Anteil der aktivsten Person an der Nutzung in den letzten 28 Tagen"),
		define("ticket.count_28d", "events", features.Support, features.MeasureCount, "ticket", "tickets in the last 28 days", "Tickets in den letzten 28 Tagen"),
		define("nps.last", "", features.Sentiment, features.MeasureLast, "nps", "NPS, latest value in the last 180 days", "NPS, neuester Wert in den letzten 180 Tagen"),
		define("tenure_days", "days", features.Calendar, features.MeasureTenure, "", "time since the account was created", "Zeit seit Anlage des Kontos"),
		define("days_to_renewal", "days", features.Calendar, features.MeasureDaysToRenewal, "", "time to the next renewal", "Zeit bis zur nächsten Verlängerung"),
		define("plan", "", features.Commercial, features.MeasureAttribute, "", "plan", "Tarif"),
	}}
	c.Definitions[4].Actionable = true
	c.Definitions[10].Levels = []string{"basic", "pro", "true"}
	return c
}

func fieldsOf(c *features.Catalog) []models.Field {
	fields := make([]models.Field, len(c.Definitions))
	for j, d := range c.Definitions {
		fields[j] = models.Field{Name: d.Name, Levels: d.Levels}
	}
	return fields
}

// simulated is a made-up history: two desired outcomes (reporting, exporting),
// where falling use, few users and many tickets go before churn.
func simulated(rows int, seed uint64) (*models.Sample, *models.Journey) {
	random := rand.New(rand.NewPCG(seed, 1))
	fields := fieldsOf(testCatalog())
	s := &models.Sample{Frame: &models.Frame{Fields: fields, Columns: make([][]float64, len(fields))}}
	j := &models.Journey{Milestones: []string{"first_report", "rollout"}, Reached: make([][]float64, 2)}
	for range rows {
		reporting := random.Float64() < 0.6
		size := math.Exp(2.5 + 0.6*random.NormFloat64())
		use, trend := size*(3+random.Float64()), 0.5*random.NormFloat64()-0.1
		reports, exports := use, 0.05*use
		if !reporting {
			reports, exports = exports, reports
		}
		users := math.Round(1 + 12*random.Float64())
		tickets := math.Floor(4 * random.Float64() * random.Float64() * 2)
		nps := math.Floor(11 * random.Float64())
		if random.Float64() < 0.4 {
			nps = math.NaN()
		}
		tenure := math.Round(60 + 900*random.Float64())
		plan := float64(random.IntN(3))
		z := -1.2 - 1.6*trend - 0.22*(users-6) + 0.5*tickets
		if reporting {
			z -= 0.3 * plan
		}
		churned := random.Float64() < models.Sigmoid(z)
		first, rollout := 20+60*random.Float64(), 120+200*random.Float64()
		if churned && random.Float64() < 0.6 {
			rollout = math.NaN()
		}
		row := []float64{
			math.Round(reports / 3 * math.Exp(trend)), math.Round(reports), math.Round(exports), trend, users,
			0.1 + 0.8*random.Float64(), tickets, nps, tenure, math.Round(180 * random.Float64()), plan,
		}
		for c, v := range row {
			s.Columns[c] = append(s.Columns[c], v)
		}
		s.Churned = append(s.Churned, churned)
		j.Tenure = append(j.Tenure, tenure)
		for m, at := range []float64{first, rollout} {
			if at > tenure {
				at = math.NaN()
			}
			j.Reached[m] = append(j.Reached[m], at)
		}
	}
	return s, j
}

// fitted is fitted once: every test reads it, none changes it.
var fitted = sync.OnceValues(func() (*artifact.Artifact, error) {
	ctx := context.Background()
	sample, journey := simulated(1500, 7)
	space := cluster.Space{Shares: []string{"report.count_84d", "export.count_84d"}}
	clusters, _, err := cluster.Fit(ctx, sample.Frame, space, sample.Churned, cluster.Options{MaxK: 2, Bootstraps: 5, Restarts: 2, Seed: 1})
	if err != nil {
		return nil, err
	}
	outliers, err := cluster.FitOutliers(sample.Frame, 1)
	if err != nil {
		return nil, err
	}
	assigned, err := clusters.Assign(sample.Frame)
	if err != nil {
		return nil, err
	}
	sample.Cluster = assigned.Cluster
	model, err := additive.Trainer{Bags: 3, Rounds: 60, Smooth: 10, Seed: 1, Clusters: clusters.K(), Bins: 32}.Fit(ctx, sample)
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
	catalog := testCatalog()
	text, err := json.Marshal(catalog)
	if err != nil {
		return nil, err
	}
	return &artifact.Artifact{
		Catalog: text, Fingerprint: catalog.Fingerprint(), Fields: sample.Fields,
		Churn: model.(*additive.Model), Clusters: clusters, Outliers: outliers, Path: path,
		Points:   models.Points{PerDoubling: 10, Anchor: -1.2, PathWeight: 0.5, Healthy: 60, Sick: 40},
		Names:    []string{"reporting", "exporting"},
		Training: artifact.Training{From: "2024-01-01", To: "2026-01-01", Rows: 1500, Accounts: 1500, Renewals: 1500, Churned: 400, Seed: 7},
	}, nil
})

// testArtifact returns a copy of the fitted artifact, to be changed at will.
func testArtifact(t testing.TB) *artifact.Artifact {
	t.Helper()
	a, err := fitted()
	if err != nil {
		t.Fatal(err)
	}
	one := *a
	return &one
}

func testScorer(t testing.TB) *Scorer { return scorerOf(t, testArtifact(t)) }

func scorerOf(t testing.TB, a *artifact.Artifact) *Scorer {
	t.Helper()
	s, err := NewScorer(a, testMeta, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// testInput is a batch of simulated accounts that training has not seen.
func testInput(s *Scorer, rows int, seed uint64) *Input {
	sample, journey := simulated(rows, seed)
	in := &Input{Frame: &models.Frame{Fields: s.fields, Columns: sample.Columns}, Journey: journey}
	for i := range rows {
		in.AccountIDs = append(in.AccountIDs, "a"+string(rune('0'+i%10)))
		in.AsOf = append(in.AsOf, time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC))
	}
	return in
}

// row cuts one row out of a batch.
func (in *Input) row(i int) *Input {
	one := &Input{
		Frame: in.Frame.Select([]int{i}), AccountIDs: in.AccountIDs[i : i+1], AsOf: in.AsOf[i : i+1],
		Detail: in.Detail, Language: in.Language,
	}
	if in.Journey != nil {
		one.Journey = &models.Journey{Milestones: in.Journey.Milestones, Tenure: in.Journey.Tenure[i : i+1]}
		for _, reached := range in.Journey.Reached {
			one.Journey.Reached = append(one.Journey.Reached, reached[i:i+1])
		}
	}
	return one
}
