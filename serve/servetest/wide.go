package servetest

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"

	"github.com/etappe/etappe/features/catalog"
	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/additive"
	"github.com/etappe/etappe/models/additive/boost"
	"github.com/etappe/etappe/models/artifact"
	"github.com/etappe/etappe/models/cluster"
	"github.com/etappe/etappe/models/path"
)

// wideTypes are the event types of the wide catalogue.
var wideTypes = strings.Fields("admin_action audit_run call_logged comment_posted dashboard_created evidence_uploaded export_run file_shared " +
	"integration_synced invoice_paid mention_sent nps_response policy_updated report_viewed seats_added session_started ticket_opened workflow_created workflow_run")

// wideMilestones are the milestones of its success path.
var wideMilestones = strings.Fields("decision_log_kept fifth_user_trained guest_invited second_team_joined workspace_named")

// WideCatalog is a list of 80 features, as many as a real table of events gives:
// four of every event type, tenure, days to renewal, users and plan.
func WideCatalog() *catalog.Catalog {
	c := &catalog.Catalog{}
	add := func(name, unit string, theme catalog.Theme, m catalog.Measure, kind string) {
		c.Definitions = append(c.Definitions, catalog.Definition{Name: name, Unit: unit, Theme: theme, Side: catalog.Reactive,
			Measure: m, Type: kind, Attribute: name})
	}
	for _, kind := range wideTypes {
		add(kind+".count_28d", "events", catalog.Adoption, catalog.MeasureCount, kind)
		add(kind+".count_84d", "events", catalog.Adoption, catalog.MeasureCount, kind)
		add(kind+".trend", "log ratio", catalog.Adoption, catalog.MeasureTrend, kind)
		add(kind+".last", "", catalog.Sentiment, catalog.MeasureLast, kind)
	}
	add("active_users_28d", "users", catalog.People, catalog.MeasureActiveUsers, "")
	add("tenure_days", "days", catalog.Calendar, catalog.MeasureTenure, "")
	add("days_to_renewal", "days", catalog.Calendar, catalog.MeasureDaysToRenewal, "")
	add("plan", "", catalog.Commercial, catalog.MeasureAttribute, "")
	c.Definitions[len(c.Definitions)-1].Levels = []string{"basic", "business", "pro"}
	return c
}

// WideSample is a made-up history on the wide catalogue.
func WideSample(rows int) (*models.Sample, *models.Journey) {
	random := rand.New(rand.NewPCG(5, 1))
	list := WideCatalog()
	s := &models.Sample{Frame: &models.Frame{Fields: Fields(list), Columns: make([][]float64, len(list.Definitions))}}
	j := &models.Journey{Milestones: wideMilestones, Reached: make([][]float64, len(wideMilestones))}
	for range rows {
		z, tenure := -1.0, math.Round(60+700*random.Float64())
		for c, d := range list.Definitions {
			x := math.Round(40 * random.Float64())
			switch d.Measure {
			case catalog.MeasureTenure:
				x = tenure
			case catalog.MeasureTrend:
				x = random.NormFloat64() / 2
			case catalog.MeasureLast:
				if x > 20 {
					x = math.NaN()
				}
			case catalog.MeasureAttribute:
				x = float64(random.IntN(3))
			case catalog.MeasureActiveUsers:
				z -= (x - 20) / 20
			}
			s.Columns[c] = append(s.Columns[c], x)
		}
		s.Churned = append(s.Churned, random.Float64() < models.Sigmoid(z-s.Columns[2][len(s.Churned)]))
		j.Tenure = append(j.Tenure, tenure)
		for m := range wideMilestones {
			at := (50 + 60*float64(m)) * (1 + random.Float64())
			if at > tenure {
				at = math.NaN()
			}
			j.Reached[m] = append(j.Reached[m], at)
		}
	}
	return s, j
}

var wide = sync.OnceValues(func() (*artifact.Artifact, error) {
	ctx := context.Background()
	sample, journey := WideSample(600)
	space := cluster.Space{Shares: []string{"audit_run.count_84d", "export_run.count_84d", "workflow_run.count_84d"}}
	clusters, _, err := cluster.Fit(ctx, sample.Frame, space, sample.Churned, cluster.Options{MaxK: 3, Bootstraps: 5, Restarts: 2, Seed: 1})
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
	model, err := boost.Trainer{Bags: 2, Rounds: 20, Smooth: 5, Seed: 1, Clusters: clusters.K(), Bins: 32}.Fit(ctx, sample)
	if err != nil {
		return nil, err
	}
	renewed := make([]bool, len(sample.Churned))
	for i, churned := range sample.Churned {
		renewed[i] = !churned
	}
	course, err := path.Fit(journey, assigned.Cluster, clusters.K(), renewed, path.Options{})
	if err != nil {
		return nil, err
	}
	list := WideCatalog()
	return &artifact.Artifact{
		Catalog: list, Fingerprint: list.Fingerprint(), Fields: sample.Fields,
		Churn: model.(*additive.Model), Clusters: clusters, Outliers: outliers, Path: course,
		Points:   models.Points{PerDoubling: 10, Anchor: -1.2, PathWeight: 0.5, Healthy: 60, Sick: 40},
		Training: artifact.Training{From: "2024-01-01", To: "2026-01-01", Rows: 600, Accounts: 600, Renewals: 600, Churned: 200, Seed: 5},
	}, nil
})

// WideArtifact returns a copy of an artifact on the wide catalogue, for
// benchmarks and bounds of costs.
func WideArtifact(t testing.TB) *artifact.Artifact {
	t.Helper()
	a, err := wide()
	if err != nil {
		t.Fatal(err)
	}
	one := *a
	return &one
}

// WideRequest is the body of a request for one account of the wide catalogue,
// with a value for every feature and every milestone reached.
func WideRequest() string {
	random := rand.New(rand.NewPCG(6, 1))
	features := map[string]any{}
	for _, d := range WideCatalog().Definitions {
		switch d.Measure {
		case catalog.MeasureAttribute:
			features[d.Name] = "business"
		case catalog.MeasureTrend:
			features[d.Name] = random.NormFloat64() / 2
		case catalog.MeasureTenure:
			features[d.Name] = 518
		default:
			features[d.Name] = random.IntN(60)
		}
	}
	milestones := map[string]string{}
	for m, name := range wideMilestones {
		milestones[name] = fmt.Sprintf("2025-%02d-16", 1+2*m)
	}
	text, err := json.MarshalIndent(map[string]any{"account_id": "acme-17", "as_of": "2026-03-01", "features": features, "milestones": milestones}, "", "  ")
	if err != nil {
		panic(err)
	}
	return string(text)
}
