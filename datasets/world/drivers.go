package world

import (
	"math"
	"slices"
)

// Indices of the drivers. Those before numLatent have a hidden state.
const (
	reportingDepth = iota
	exports
	conversation
	sharing
	workflows
	integrations
	evidence
	adoption
	champion
	tickets
	care
	growth
	onboarding
	sessions
	nps
	routine
	numLatent
	contract = numLatent
	calendar = numLatent + 1
	// NumDrivers is how many drivers a Snapshot has shares for.
	NumDrivers = numLatent + 2
)

// Driver is one cause of churn, or of nothing, as it was planted. What carries
// it (where a feature can see it) is given in three ways: event types, measures
// that span types (in the words of catalog.Measure) and account attributes.
type Driver struct {
	Name       string   `json:"name"`
	Types      []string `json:"types,omitempty"`
	Measures   []string `json:"measures,omitempty"`
	Attributes []string `json:"attributes,omitempty"`
	// Vanity marks what looks important and moves nothing.
	Vanity bool `json:"vanity,omitempty"`
	// Coefficient is β, the change in log-odds of churn per unit of the hidden
	// state at decision, one per cluster; 0: does not matter there. For the
	// contract it is the offset of quarterly terms, for the calendar the
	// cluster's intercept.
	Coefficient []float64 `json:"coefficient"`
	// Centre is what was taken from the driver's contribution to make its
	// share: its mean over the cluster's snapshots. One per cluster.
	Centre []float64 `json:"centre"`
	// Correlation90 is how much of the state is left after 90 days.
	Correlation90 float64 `json:"correlation_90d,omitempty"`
}

// Carries reports whether a feature that reads the given measure, event type and
// account attribute ("" where it has none) shows this driver.
func (d *Driver) Carries(measure, eventType, attribute string) bool {
	return slices.Contains(d.Types, eventType) || slices.Contains(d.Measures, measure) || slices.Contains(d.Attributes, attribute)
}

// plan is what a driver is made of before a Config scales it.
type plan struct {
	name       string
	types      []string
	measures   []string
	attributes []string
	vanity     bool
	start      float64 // standard deviation of the state at creation and, without episodes, for ever
	kept       float64 // correlation over 90 days
	beta       [numClusters]float64
	shock      shock // the episode that hits it; weekly 0: none
}

func everywhere(b float64) [numClusters]float64 { return [numClusters]float64{b, b, b, b} }

// plans is the planted world. Clusters stand in the order reporting,
// collaboration, automation, compliance.
var plans = [NumDrivers]plan{
	reportingDepth: {name: "reporting_depth", types: []string{"dashboard_created"}, start: 1, kept: .9, beta: [numClusters]float64{-1.2, 0, 0, 0}},
	exports:        {name: "exports", types: []string{"export_run"}, start: 1, kept: .9, beta: [numClusters]float64{-1.1, 0, 1.1, 0}},
	conversation:   {name: "conversation", types: []string{"comment_posted"}, start: 1, kept: .9, beta: [numClusters]float64{0, -1.2, 0, 0}},
	sharing:        {name: "sharing", types: []string{"file_shared"}, start: 1, kept: .9, beta: [numClusters]float64{0, -.9, 0, 0}},
	workflows:      {name: "workflows", types: []string{"workflow_created"}, start: 1, kept: .9, beta: [numClusters]float64{0, 0, -1.2, 0}},
	integrations:   {name: "integrations", types: []string{"integration_synced"}, start: 1, kept: .9, beta: [numClusters]float64{0, 0, 0, -.9}},
	evidence:       {name: "evidence", types: []string{"evidence_uploaded", "policy_updated"}, start: 1, kept: .9, beta: [numClusters]float64{0, 0, 0, -1.2}},
	adoption:       {name: "adoption", measures: []string{"active_users", "seat_utilisation", "concentration"}, start: 1, kept: .9, beta: everywhere(-.85)},
	champion: {name: "champion", types: []string{"admin_action", "csm_sentiment"}, start: .8, kept: .9, beta: everywhere(-.7),
		shock: shock{kind: ChampionLeft, weekly: .22 / 52, size: -1.8}},
	tickets: {name: "tickets", types: []string{"ticket_opened"}, start: 1, kept: .7, beta: everywhere(.6),
		shock: shock{kind: SupportStorm, weekly: .25 / 52, size: 1.8}},
	care: {name: "care", types: []string{"call_logged"}, measures: []string{"interventions"}, kept: .6, beta: everywhere(-.8),
		shock: shock{kind: InterventionMade, weekly: .7 / 52, size: 1}},
	growth: {name: "growth", types: []string{"seats_added"}, kept: .8, beta: everywhere(-.9),
		shock: shock{kind: SeatGrowth, weekly: .5 / 52, size: 1}},
	onboarding: {name: "onboarding", measures: []string{"milestones"}, start: 1, kept: 1, beta: everywhere(-.6)},
	sessions:   {name: "sessions", types: []string{"session_started"}, vanity: true, start: 1, kept: .9},
	nps:        {name: "nps", types: []string{"nps_response"}, vanity: true, start: 1, kept: .9},
	routine:    {name: "routine", types: []string{"report_viewed", "mention_sent", "workflow_run", "audit_run"}, vanity: true, start: .4, kept: .9},
	contract:   {name: "contract", types: []string{"invoice_paid"}, attributes: []string{"term"}, beta: everywhere(-1)},
	calendar:   {name: "calendar", measures: []string{"days_to_renewal", "tenure"}, beta: [numClusters]float64{-2.6, -2.6, -2.6, -2.6}},
}

// drop is the episode that hits the core driver of an account's own cluster.
var drop = shock{kind: UsageDrop, weekly: .2 / 52, size: -1.5}

// weight is g_d: how much a driver counts at a tenure (days) at decision.
func weight(driver int, tenure int) float64 {
	years := float64(tenure) / 365.25
	switch driver {
	case tickets:
		return math.Tanh((years - 1.25) / .5)
	case onboarding:
		return math.Exp(-years / 2)
	}
	return 1
}

// coefficients returns β [driver][cluster]: clusters differ from their
// population mean by difference times the planted amount, and everything but
// contract and calendar is scaled by effect.
func coefficients(difference, effect float64) (beta [NumDrivers][numClusters]float64) {
	for d := range plans {
		mean := 0.0
		for k := range clusters {
			mean += clusters[k].share * plans[d].beta[k]
		}
		scale := effect
		if d >= numLatent {
			scale = 1
		}
		for k := range clusters {
			// written so that difference 0 gives the same bits everywhere
			beta[d][k] = scale * (mean + difference*(plans[d].beta[k]-mean))
		}
	}
	return beta
}
