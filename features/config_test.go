package features

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/goccy/go-yaml"

	"github.com/etappe/etappe/datasets"
	"github.com/etappe/etappe/features/catalog"
)

const fullYAML = `
events:
  report_viewed: {theme: breadth, actionable: false, text: {en: reports viewed, de: angesehene Berichte}}
  "*_run": {theme: people}
  "export_*": {theme: support, valued: false}
  invoice_paid: {valued: true, unit: EUR, actionable: true}
  nps_response: {valued: false}
attributes:
  plan: {theme: adoption, actionable: true, text: {de: Tarif}}
themes: {"*.recency_days": calendar, plan: people}
drop: ["*.count_7d", tenure_days]
seats: seats
windows: [7, 14, 56]
monotone: {report_viewed.count_56d: decreasing}
milestones:
  - {name: first_export, event: export_run}
  - {name: ten_reports, event: report_viewed, nth: 10}
  - {name: five_users, users: 5}
`

func TestConfigFromYAML(t *testing.T) {
	var config Config
	if err := yaml.UnmarshalWithOptions([]byte(fullYAML), &config, yaml.Strict()); err != nil {
		t.Fatal(err)
	}
	c := catalogOf(t, shop(), config)
	one := func(name string) catalog.Definition {
		i, ok := c.Lookup(name)
		if !ok {
			t.Fatalf("no %s in %v", name, c.Names())
		}
		return c.Definitions[i]
	}
	if d := one("report_viewed.count_56d"); d.Theme != catalog.Breadth || d.Actionable || d.Pattern != catalog.ShareOf || d.Names["de"] != "angesehene Berichte" {
		t.Errorf("report_viewed: %+v", d)
	}
	if d := one("report_viewed.count_14d"); d.Pattern != catalog.NotPattern {
		t.Errorf("a shorter window is in the pattern: %+v", d)
	}
	// The longest glob wins; support is no product use.
	if d := one("export_run.count_56d"); d.Theme != catalog.Support || d.Pattern != catalog.NotPattern || d.Actionable {
		t.Errorf("export_run: %+v", d)
	}
	if d := one("call_logged.recency_days"); d.Theme != catalog.Calendar {
		t.Errorf("themes has the last word: %+v", d)
	}
	if d := one("invoice_paid.last"); d.Unit != "EUR" || !d.Actionable {
		t.Errorf("invoice_paid: %+v", d)
	}
	// Not valued: a survey is then counted like any other type.
	if d := one("nps_response.count_56d"); d.Theme != catalog.Sentiment {
		t.Errorf("nps_response: %+v", d)
	}
	if d := one("plan"); d.Theme != catalog.People || !d.Actionable || d.Names["de"] != "Tarif" || d.Names["en"] != "" {
		t.Errorf("plan: %+v", d)
	}
	if d := one("seat_utilisation"); d.Attribute != "seats" || d.Type != "" {
		t.Errorf("seats: %+v", d)
	}
	for _, name := range []string{"report_viewed.count_7d", "report_viewed.count_28d", "tenure_days", "nps_response.last"} {
		if c.Index(name) >= 0 {
			t.Errorf("%s is still there", name)
		}
	}
	var steps []string
	for _, m := range c.Milestones {
		steps = append(steps, m.Name)
	}
	if !slices.Equal(steps, []string{"first_export", "five_users", "ten_reports", "went_live"}) {
		t.Errorf("milestones: %v", steps)
	}
}

func TestConfigIsStrict(t *testing.T) {
	for text, says := range map[string]string{
		`events: {report_viewed: {theme: love}}`:  `features.events.report_viewed.theme: one of`,
		`events: {reportviewed: {theme: people}}`: `nearest name is "report_viewed"`,
		`events: {"[": {theme: people}}`:          "neither a name nor a glob",
		`attributes: {plan: {theme: x}}`:          "features.attributes.plan.theme",
		`attributes: {plam: {theme: people}}`:     `nearest name is "plan"`,
		`themes: {plan: x}`:                       "features.themes.plan",
		`themes: {"[a": people}`:                  "neither a name nor a glob",
		`themes: {plam: people}`:                  `nearest name is "plan"`,
		`drop: [report_viewed.count_9d]`:          `nearest name is "report_viewed.count_28d"`,
		`drop: [""]`:                              "neither a name nor a glob",
		`monotone: {plan: upwards}`:               "increasing or decreasing",
		`monotone: {plam: increasing}`:            `nearest name is "plan"`,
		`windows: [7, 7]`:                         "different numbers of days",
		`windows: [0]`:                            "different numbers of days",
		`windows: [366]`:                          "different numbers of days",
		`milestones: [{event: export_run}]`:       "needs a name",
		`milestones: [{name: a, event: export_run}, {name: a, users: 3}]`: "twice",
		`milestones: [{name: a}]`:                                                                            "needs an event, a number of users, or repeats",
		`milestones: [{name: a, users: -1}]`:                                                                 "from 1 to",
		`milestones: [{name: a, event: export_run, nth: -1}]`:                                                "from 1 to",
		`milestones: [{name: a, users: 3, nth: 2}]`:                                                          "nth counts",
		`milestones: [{name: a, event: exportrun}]`:                                                          `nearest name is "export_run"`,
		`milestones: [{name: went_live, event: export_run}]`:                                                 "also in the milestones table",
		`milestones: [{name: a, repeats: daily}]`:                                                            "repeats is weekly, monthly, quarterly or never",
		`milestones: [{name: a, event: export_run, nth: 2, repeats: weekly}]`:                                "not with nth or users",
		`milestones: [{name: a, repeats: weekly}]`:                                                           "not in the milestones table",
		`milestones: [{name: a, event: export_run, repeats: weekly}, {name: "a:latest", event: export_run}]`: "also a step of",
		`seats: plan`: "neither a numeric attribute",
	} {
		var config Config
		if err := yaml.UnmarshalWithOptions([]byte(text), &config, yaml.Strict()); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		_, err := NewCatalog(context.Background(), shop(), config, time.Time{})
		if !errors.Is(err, datasets.ErrConfig) || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v", text, err)
		}
	}
	var config Config
	if err := yaml.UnmarshalWithOptions([]byte("event: {}"), &config, yaml.Strict()); err == nil {
		t.Error("an unknown key is accepted")
	}
	// A name is refused with a hint only where there is something to hint at.
	if err := checkNamed("k", []string{"x"}, nil); err == nil || strings.Contains(err.Error(), "nearest") {
		t.Errorf("no names: %v", err)
	}
}

func TestPatterns(t *testing.T) {
	rules := map[string]int{"a/*": 1, "a/b": 2, "*": 3, "a/b*": 4, "?/c*": 5}
	for name, want := range map[string]int{"a/b": 2, "a/bc": 4, "a/x/y": 1, "z": 3, "a/cc": 5} {
		if got, ok := pick(rules, name); !ok || got != want {
			t.Errorf("%s: rule %d, not %d", name, got, want)
		}
	}
	if _, ok := pick(map[string]int{"a*": 1}, "b"); ok {
		t.Error("a glob fits what it should not")
	}
}

func TestGuesses(t *testing.T) {
	for name, want := range map[string]catalog.Theme{
		"nps": catalog.Sentiment, "NPS_Score": catalog.Sentiment, "csat_answers": catalog.Sentiment, "csm_sentiment": catalog.Sentiment, "app_rating": catalog.Sentiment,
		"support_case_opened": catalog.Support, "TicketClosed": catalog.Support, "call_logged": catalog.Support, "tickets": catalog.Support,
		"invoice_overdue": catalog.Commercial, "paymentFailed": catalog.Commercial, "billing": catalog.Commercial,
		"report_viewed": catalog.Adoption, "showcase_opened": catalog.Adoption, "explained": catalog.Adoption, "workflow_run": catalog.Adoption,
	} {
		if got := guessTypeTheme(name); got != want {
			t.Errorf("type %s: %s, not %s", name, got, want)
		}
	}
	for name, want := range map[string]catalog.Theme{
		"tenure": catalog.Calendar, "account_length": catalog.Calendar, "days_to_renewal": catalog.Calendar, "MonthlyCharges": catalog.Commercial, "PaymentMethod": catalog.Commercial,
		"Contract": catalog.Commercial, "TechSupport": catalog.Support, "number_customer_service_calls": catalog.Support, "n_users": catalog.People, "total_day_minutes": catalog.Adoption,
	} {
		if got := guessColumnTheme(name, catalog.Adoption); got != want {
			t.Errorf("column %s: %s, not %s", name, got, want)
		}
	}
	for name, want := range map[string]bool{"seats": true, "seat_count": true, "numberOfLicenses": true, "seats_changed": true, "price_per_seat": false, "count": false} {
		if isSeats(name) != want {
			t.Errorf("%s: seats %v", name, !want)
		}
	}
}
