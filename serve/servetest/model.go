// Package servetest holds what the tests of serve share: a small catalogue, a
// made-up history, a model fitted to it, and dates and accounts of a stored
// history. It imports nothing of serve, so that any package below may use it.
package servetest

import (
	"context"
	"math"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/etappe/etappe/features/catalog"
	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/additive"
	"github.com/etappe/etappe/models/additive/boost"
	"github.com/etappe/etappe/models/artifact"
	"github.com/etappe/etappe/models/cluster"
	"github.com/etappe/etappe/models/path"
)

// Now is the present time of every test.
var Now = time.Date(2026, 3, 31, 9, 30, 0, 0, time.UTC)

// The model in service, and the one before.
const (
	Version    = "2026-03-19-1"
	OldVersion = "2025-09-19-1"
)

// When they were trained.
var (
	TrainedAt    = time.Date(2026, 3, 19, 8, 0, 0, 0, time.UTC)
	OldTrainedAt = time.Date(2025, 9, 19, 8, 0, 0, 0, time.UTC)
)

// Catalog is a small feature list of every kind of entry.
func Catalog() *catalog.Catalog {
	define := func(name, unit string, theme catalog.Theme, m catalog.Measure, kind string, window int, en, de string) catalog.Definition {
		return catalog.Definition{
			Name: name, Unit: unit, Theme: theme, Side: catalog.Reactive, Measure: m, Type: kind, Window: window,
			Names: map[string]string{"en": en, "de": de},
		}
	}
	c := &catalog.Catalog{Definitions: []catalog.Definition{
		define("report.count_28d", "events", catalog.Adoption, catalog.MeasureCount, "report", 28, "reports", "Berichte"),
		define("report.count_84d", "events", catalog.Adoption, catalog.MeasureCount, "report", 84, "reports", "Berichte"),
		define("export.count_84d", "events", catalog.Adoption, catalog.MeasureCount, "export", 84, "exports", "Exporte"),
		define("report.trend", "log ratio", catalog.Adoption, catalog.MeasureTrend, "report", 0, "reports", "Berichte"),
		define("active_users_28d", "users", catalog.People, catalog.MeasureActiveUsers, "", 28, "", ""),
		define("user_concentration_28d", "share", catalog.People, catalog.MeasureConcentration, "", 28, "", ""),
		define("ticket.count_28d", "events", catalog.Support, catalog.MeasureCount, "ticket", 28, "tickets", "Tickets"),
		define("nps.last", "", catalog.Sentiment, catalog.MeasureLast, "nps", 180, "NPS", "NPS"),
		define("tenure_days", "days", catalog.Calendar, catalog.MeasureTenure, "", 0, "", ""),
		define("days_to_renewal", "days", catalog.Calendar, catalog.MeasureDaysToRenewal, "", 0, "", ""),
		define("plan", "", catalog.Commercial, catalog.MeasureAttribute, "", 0, "plan", "Tarif"),
	}}
	c.Definitions[4].Actionable = true
	c.Definitions[10].Levels = []string{"basic", "pro", "true"}
	return c
}

// Fields are the columns of a catalogue.
func Fields(c *catalog.Catalog) []models.Field {
	fields := make([]models.Field, len(c.Definitions))
	for j, d := range c.Definitions {
		fields[j] = models.Field{Name: d.Name, Levels: d.Levels}
	}
	return fields
}

// Simulated is a made-up history: two desired outcomes (reporting, exporting),
// where falling use, few users and many tickets go before churn.
func Simulated(rows int, seed uint64) (*models.Sample, *models.Journey) {
	random := rand.New(rand.NewPCG(seed, 1))
	fields := Fields(Catalog())
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

// Fitted is an artifact that is fitted once: every test reads it, none changes it.
var Fitted = sync.OnceValues(func() (*artifact.Artifact, error) {
	ctx := context.Background()
	sample, journey := Simulated(1500, 7)
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
	model, err := boost.Trainer{Bags: 3, Rounds: 60, Smooth: 10, Seed: 1, Clusters: clusters.K(), Bins: 32}.Fit(ctx, sample)
	if err != nil {
		return nil, err
	}
	renewed := make([]bool, len(sample.Churned))
	for i, churned := range sample.Churned {
		renewed[i] = !churned
	}
	fittedPath, err := path.Fit(journey, assigned.Cluster, clusters.K(), renewed, path.Options{})
	if err != nil {
		return nil, err
	}
	list := Catalog()
	return &artifact.Artifact{
		Catalog: list, Fingerprint: list.Fingerprint(), Fields: sample.Fields,
		Churn: model.(*additive.Model), Clusters: clusters, Outliers: outliers, Path: fittedPath,
		Points:   models.Points{PerDoubling: 10, Anchor: -1.2, PathWeight: 0.5, Healthy: 60, Sick: 40},
		Names:    []string{"reporting", "exporting"},
		Training: artifact.Training{From: "2024-01-01", To: "2026-01-01", Rows: 1500, Accounts: 1500, Renewals: 1500, Churned: 400, Seed: 7},
	}, nil
})

// Artifact returns a copy of Fitted, to be changed at will.
func Artifact(t testing.TB) *artifact.Artifact {
	t.Helper()
	a, err := Fitted()
	if err != nil {
		t.Fatal(err)
	}
	one := *a
	return &one
}
