package world

const numClusters = 4

// clusterPlan is a desired outcome as it was planted.
type clusterPlan struct {
	name       string
	share      float64 // of all accounts
	core       int     // the driver that a usage drop hits
	milestones []string
	value      string // the value moment that comes again each month, while the account is engaged
}

var clusters = [numClusters]clusterPlan{
	{"reporting", .40, reportingDepth, []string{"data_connected", "first_dashboard_shared", "weekly_report_scheduled", "leadership_view", "forecast_published"}, "board_report_delivered"},
	{"collaboration", .28, conversation, []string{"workspace_named", "fifth_user_trained", "second_team_joined", "guest_invited", "decision_log_kept"}, "team_review_held"},
	{"automation", .20, workflows, []string{"api_key_issued", "first_workflow_live", "fifth_workflow_live", "error_alerts_on", "nightly_run_trusted"}, "hours_saved_confirmed"},
	{"compliance", .12, evidence, []string{"controls_imported", "owners_named", "first_audit_passed", "policy_review_held", "auditor_access_given"}, "evidence_pack_filed"},
}

// milestoneGaps are the median days between one milestone and the next.
var milestoneGaps = [...]float64{12, 18, 30, 50, 80}

// usage is a product event type: its driver, how strongly that shows in the
// rate, and its median count per week in each cluster.
type usage struct {
	name    string
	driver  int
	loading float64
	weekly  [numClusters]float64
}

// sizeExponent describes how usage grows with seats: the core work of an account is
// done by a handful of people, however many there are.
const sizeExponent = .1

var usages = [...]usage{
	{"report_viewed", routine, 1, [numClusters]float64{40, .5, .5, .5}},
	{"dashboard_created", reportingDepth, .9, [numClusters]float64{5, 3, 3, 3}},
	{"export_run", exports, .9, [numClusters]float64{5, 3, 5, 3}},
	{"mention_sent", routine, 1, [numClusters]float64{.5, 40, .5, .5}},
	{"comment_posted", conversation, .9, [numClusters]float64{3, 5, 3, 3}},
	{"file_shared", sharing, .9, [numClusters]float64{3, 5, 3, 3}},
	{"workflow_run", routine, 1, [numClusters]float64{.5, .5, 40, .5}},
	{"workflow_created", workflows, .9, [numClusters]float64{3, 3, 5, 3}},
	{"integration_synced", integrations, .9, [numClusters]float64{3, 3, 5, 5}},
	{"audit_run", routine, 1, [numClusters]float64{.5, .5, .5, 35}},
	{"evidence_uploaded", evidence, .9, [numClusters]float64{3, 3, 3, 5}},
	{"policy_updated", evidence, .9, [numClusters]float64{.5, .5, .5, 2}},
	{"admin_action", champion, .9, [numClusters]float64{2.5, 2.5, 2.5, 2.5}},
}

// Event types beside product usage.
const (
	typeSession = uint16(len(usages)) + iota
	typeTicket
	typeNPS
	typeSentiment
	typeSeats
	typeSeatsAdded
	typeInvoice
	typeCall
)

// typeNames is the dictionary of every batch.
var typeNames = func() []string {
	var names []string
	for _, u := range usages {
		names = append(names, u.name)
	}
	return append(names, "session_started", "ticket_opened", "nps_response", "csm_sentiment",
		"seats_contracted", "seats_added", "invoice_paid", "call_logged")
}()
