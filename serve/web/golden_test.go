package web

import (
	"context"
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/additive"
	"github.com/etappe/etappe/models/artifact"
	"github.com/etappe/etappe/serve/explain"
	"github.com/etappe/etappe/serve/history"
	"github.com/etappe/etappe/serve/score"
	"github.com/etappe/etappe/serve/text"
)

// The pages' golden text is made from what is written down here, not from a
// model that is fitted: another trainer is no other page.

// writtenStore is a portfolio of which every number is known.
func writtenStore(t *testing.T) *history.Store {
	t.Helper()
	store := testStore(t)
	batch := history.Batch{Actor: "test"}
	for i, a := range []struct {
		name, owner, band, theme, reason string
		due                              int // days from today
		arr, health, before, churn       float64
	}{
		{"Nordlicht <GmbH>", "Mia Brandt", "sick", "people", "PEOPLE.ACTIVE_USERS_28D", 12, 48_600, 29.8, 57.1, 0.61},
		{"Aster & Söhne", "Jon Weiß", "at_risk", "adoption", "ADOPTION.REPORT_COUNT_84D", 40, 1_250_000, 51.2, 50.9, 0.22},
		{"Birke", "Mia Brandt", "healthy", "", "", 1, 9_900, 81, 80.2, 0.031},
		{"Cedar", "", "at_risk", "path", "PATH.ROLLOUT", -3, math.NaN(), 47.3, math.NaN(), 0.3},
		{"", "Jon Weiß", "sick", "support", "OLD.CODE", 200, 12_000, 38.6, 49.1, 0.44},
	} {
		id := fmt.Sprintf("A-%03d", i)
		batch.Accounts = append(batch.Accounts, history.Account{ID: id, Name: a.name, Owner: a.owner, ARR: a.arr, DueOn: day(2026, 11, 22).AddDate(0, 0, a.due)})
		for d, health := range []float64{a.before, a.health} {
			if math.IsNaN(health) {
				continue
			}
			batch.Snapshots = append(batch.Snapshots, history.Snapshot{AccountID: id, AsOf: testDates[1+d], Model: "2026-09-19-1", Fingerprint: "f", Values: []float64{1},
				Tenure: math.NaN(), Health: health, Outlook: health, Path: math.NaN(), Churn: a.churn, Low: a.churn / 2, High: a.churn * 1.5, Band: a.band,
				ClusterID: "c1", ClusterName: "reporting", Membership: 0.9 - 0.2*float64(i), TopTheme: a.theme, TopReason: a.reason})
		}
	}
	if _, err := store.Write(context.Background(), batch); err != nil {
		t.Fatal(err)
	}
	return store
}

func TestPortfolioReads(t *testing.T) {
	e := pages(t, writtenStore(t), testScorer(t))
	for _, l := range []string{"en", "de"} {
		golden(t, "portfolio."+l+".txt", textOf(get(t, e, "/", "Accept-Language", l).Body.String()))
		golden(t, "portfolio_filtered."+l+".txt", textOf(get(t, e, "/?owner=Mia+Brandt&sort=churn&q=nord", "Accept-Language", l).Body.String()))
	}
	golden(t, "accounts.csv", get(t, e, "/accounts.csv").Body.String())
}

func TestErrorsRead(t *testing.T) {
	e, none := pages(t, testStore(t), testScorer(t)), pages(t, nil, testScorer(t))
	for _, l := range []string{"en", "de"} {
		text := textOf(get(t, e, "/clusters/none", "Accept-Language", l).Body.String()) + "----\n" +
			textOf(get(t, e, "/?sort=none", "Accept-Language", l).Body.String()) + "----\n" +
			textOf(get(t, none, "/", "Accept-Language", l).Body.String())
		golden(t, "errors."+l+".txt", text)
	}
}

// writtenCluster is a cluster of which every number is known.
func writtenCluster(l text.Language) *explain.ClusterCard {
	reports := &testCatalog().Definitions[0]
	c := &explain.ClusterCard{ClusterInfo: score.ClusterInfo{ID: "c2", Name: "reporting"},
		Evidence: additive.ClusterInfo{Rows: 4309, Churned: 597, Lambda: 0.817, Gain: 0.02438, GainSE: 0.0073},
		Traits: []explain.ClusterTrait{
			{Feature: "report.count_84d", Definition: reports, Label: l.Label(reports), Share: true, Here: 0.46, All: 0.12, Lift: 1.8},
			{Feature: "export.count_84d", Label: l.Label(&testCatalog().Definitions[1]), Share: true, Here: 0.006, All: 0.18, Lift: -1.1},
			{Feature: "seats", Label: pick(l, "seats", "Plätze"), Unit: "seats", Here: 1204.5, All: 310.25, Lift: 0.4}},
		Drivers: []explain.ClusterDriver{
			{Feature: "report.count_84d", Label: l.Label(reports), Theme: "adoption", Unit: "events", Here: 5.04, Elsewhere: 0.93, Own: 4.2, Members: 3,
				Shape: []explain.ShapeBin{{Missing: true, Weight: 0.1, Here: -0.5, Elsewhere: -0.2}, {Low: math.Inf(-1), High: 9.5, Weight: 0.5, Here: -4.4, Elsewhere: -0.9},
					{Low: 9.5, High: math.Inf(1), Weight: 0.4, Here: 5.6, Elsewhere: 1.1}}},
			{Feature: "plan", Label: pick(l, "plan", "Tarif"), Theme: "commercial", Here: 1.2, Elsewhere: 1.4, Own: 0.3, Members: 1,
				Shape: []explain.ShapeBin{{Low: math.Inf(-1), High: math.Inf(1), Levels: []string{"basic"}, Weight: 0.7, Here: 1, Elsewhere: 0.4}, {Low: math.Inf(-1), High: math.Inf(1), Levels: []string{"pro"}, Weight: 0.3, Here: -2, Elsewhere: -1}}}},
	}
	m := explain.PathMilestone{Name: "first report", Weight: 0.6, Due: 42}
	for d := 0.0; d <= 728; d += 7 {
		share := 1 - math.Exp(-d/60)
		m.Curve = append(m.Curve, explain.PathPoint{Day: d, Share: share, Low: share * 0.9, High: min(1, share*1.05)})
	}
	never := explain.PathMilestone{Name: "board report", Weight: 0.4, Due: math.NaN(), Curve: []explain.PathPoint{{Low: math.NaN(), High: math.NaN()}}}
	c.Path = []explain.PathMilestone{m, never}
	c.Renewed = 1204
	c.Scorecard = []explain.ScorecardLine{
		{Feature: "report.count_84d", Label: c.Drivers[0].Label, Unit: "events", Typical: 131, Low: 40.2, High: 1300, Points: 5, More: 1},
		{Feature: "ticket.trend", Label: "tickets", Unit: "log ratio", Typical: 0, Low: -0.7, High: math.Log(2), More: -1},
		{Feature: "paid", Label: "paid", Answered: true, Typical: 1, Low: 0, High: 1},
		{Feature: "plan", Label: c.Drivers[1].Label, Level: "basic", Typical: math.NaN(), Low: math.NaN(), High: math.NaN()}}
	return c
}

// rendered fills in a template without a request.
func rendered(t *testing.T, l text.Language, template string, body any) string {
	t.Helper()
	a, err := loadAssets()
	if err != nil {
		t.Fatal(err)
	}
	books, err := openBooks(a, "", []text.Language{l})
	if err != nil {
		t.Fatal(err)
	}
	text, err := books[l.String()].write(template, view{page: page{Title: template, Body: body}, Language: l})
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestClusterReads(t *testing.T) {
	for _, l := range []text.Language{text.English, text.German} {
		w := Words{Language: l}
		golden(t, "cluster."+l.String()+".txt", textOf(rendered(t, l, "cluster", w.clusterBody(writtenCluster(l)))))
	}
	plain := textOf(rendered(t, text.English, "cluster", Words{Language: text.English}.clusterBody(&explain.ClusterCard{ClusterInfo: score.ClusterInfo{ID: "c1", Name: "c1"}})))
	golden(t, "cluster_plain.en.txt", plain)
}

func TestModelReads(t *testing.T) {
	report := testReport()
	card := score.ModelCard{ModelInfo: score.ModelInfo{Version: "2026-03-19-1", TrainedAt: time.Date(2026, 3, 19, 8, 0, 0, 0, time.UTC), AgeDays: 248},
		Training: artifact.Training{From: "2024-01-01", To: "2026-03-01", Rows: 18406, Accounts: 1500, Renewals: 4372, Churned: 499, Unmeasured: 0.3},
		Points:   models.Points{Anchor: -1.2},
		Orders:   []additive.Order{{Fields: 1, Terms: 119, LogLoss: 0.3267}, {Fields: 2, Terms: 12, LogLoss: 0.3251, Gain: 0.0016, GainSE: 0.0004}, {Fields: 6, Terms: 40, LogLoss: 0.3249, Gain: 0.0002, GainSE: 0.0001}}}
	promoted := day(2026, 3, 21)
	card.PromotedAt, card.Override = &promoted, &artifact.Override{Owner: "Ada", Reason: "the <old> one reads seats no more", Refused: "better than chance: AUC 0.51 ± 0.02"}
	card.Clusters = []score.ClusterInfo{{ID: "c4", Name: "board_report"}, {ID: "c2", Name: "exports"}, {ID: "c1", Name: "reporting"}}
	card.Lineage = &artifact.Lineage{Previous: "2025-09-19-0123456789", Last: 4, Gone: []artifact.Group{{ID: "c3", Name: "rule_set"}},
		Clusters: []artifact.Descent{{ID: "c4"}, {ID: "c2", Continues: true, Was: "exporting", Given: true}, {ID: "c1", Continues: true}}}
	card.Overlap = &artifact.Overlap{Accounts: 1500, Before: []artifact.Group{{ID: "c1", Name: "reporting"}, {ID: "c2", Name: "exporting"}, {ID: "c3", Name: "rule_set"}},
		After: []string{"c4", "c2", "c1"}, Count: [][]int{{200, 0, 1000}, {0, 250, 0}, {25, 20, 5}}}
	for _, l := range []text.Language{text.English, text.German} {
		w := Words{Language: l}
		golden(t, "model."+l.String()+".txt", textOf(rendered(t, l, "model", w.modelBody(card, report, testScorer(t)))))
	}
	golden(t, "model_plain.en.txt", textOf(rendered(t, text.English, "model", Words{Language: text.English}.modelBody(score.ModelCard{}, nil, testScorer(t)))))
}
