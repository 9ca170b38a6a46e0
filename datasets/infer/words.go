package infer

import (
	"slices"

	"github.com/etappe/etappe/datasets/internal/names"
)

// The names that teams give to the fields, the likeliest first. A * stands for
// anything.
var (
	createdWords = []string{"created_at", "created_on", "created", "creation_date", "created_date", "date_created", "signup_date", "signed_up_at",
		"signup_at", "signup", "registered_at", "registration_date", "joined_at", "join_date", "customer_since", "since", "start_date",
		"onboarded_at", "activated_at", "angelegt_am", "kunde_seit", "*created*", "*signup*", "*since*"}
	parentWords   = []string{"parent_id", "parent_account_id", "parent_account", "parent", "*parent*id"}
	dateWords     = []string{"at", "on", "date", "day", "time", "ts", "timestamp", "*_at", "*_on", "*date*", "*time*", "*_ts", "*_day", "datum", "*_am", "created", "start", "end", "*_start", "*_end"}
	atWords       = []string{"at", "timestamp", "occurred_at", "happened_at", "event_time", "event_timestamp", "event_date", "event_at", "date", "day", "time", "datetime", "ts", "datum", "created_at", "created_on", "created", "submitted_at", "opened_at", "sent_at", "*_at", "*date*"}
	ingestedWords = []string{"ingested_at", "ingestion_time", "loaded_at", "inserted_at", "received_at", "synced_at", "imported_at", "*ingested*", "*loaded_at", "*synced*"}
	typeWords     = []string{"type", "event_type", "event_name", "event", "action", "activity", "event_type_id", "type_id", "kind", "feature", "category", "name", "aktion", "ereignis", "typ", "art", "*event*type*", "*_type"}
	countWords    = []string{"count", "n_events", "num_events", "event_count", "events", "n", "cnt", "occurrences", "hits", "quantity", "anzahl", "*_count", "n_*", "num_*"}
	valueWords    = []string{"value", "score", "rating", "nps", "nps_score", "value_sum", "amount", "total", "revenue", "duration", "wert", "*value*", "*score*", "*amount*"}
	startWords    = []string{"start_date", "period_start", "starts_at", "started_at", "starts_on", "start", "valid_from", "begin_date", "begin", "from", "beginn", "*start*", "*begin*"}
	endWords      = []string{"end_date", "period_end", "ends_at", "ended_at", "ends_on", "end", "valid_to", "valid_until", "until", "to", "expires_at", "expiry_date", "ende", "*_end", "*end_*", "*expir*"}
	dueWords      = []string{"due_on", "due_date", "due", "renewal_date", "renewal_on", "renews_on", "renewal_due", "contract_end", "end_date", "expiry_date", "close_date", "faellig_am", "fällig_am", "*due*", "*renewal*", "*expir*", "*end*"}
	decidedWords  = []string{"decided_on", "decided_at", "decision_date", "closed_on", "closed_at", "*decided*", "*closed*"}
	closeWords    = []string{"close_date", "closed_date", "closedate", "closed_at", "closed_on", "close_time", "*close*date*", "*close*", "*abschluss*", "*due*", "*renewal*date*", "*_date", "date"}
	outcomeWords  = []string{"outcome", "renewal_outcome", "renewal_status", "result", "decision", "status", "state", "churned", "ergebnis", "*outcome*", "*result*"}
	beforeWords   = []string{"arr_before", "old_arr", "arr_old", "previous_arr", "arr", "*arr_before*"}
	afterWords    = []string{"arr_after", "new_arr", "arr_new", "*arr_after*"}
	amountWords   = []string{"mrr", "monthly_revenue", "arr", "annual_revenue", "amount", "price", "revenue", "total", "preis", "betrag", "*mrr*", "*arr*", "*amount*", "*price*"}
	milestoneWord = []string{"milestone", "milestone_name", "step", "stage", "phase", "meilenstein", "*milestone*"}
	reachedWords  = []string{"reached_at", "reached_on", "completed_at", "completed_on", "achieved_at", "date", "at", "*reached*", "*completed*", "*_at", "*date*"}
	kindWords     = []string{"kind", "type", "activity", "action", "channel", "*_type", "*_kind"}
	ownerWords    = []string{"owner", "csm", "agent", "assignee", "owner_name", "responsible", "*owner*", "*csm*"}
	// what an account's outcome is called: known only once it is decided, so that
	// a model that reads it learns the answer
	answerWords = []string{"*churn*", "*cancel*", "*terminat*", "*attrition*", "*outcome*", "*result*", "lost", "lost_*", "*_lost", "is_active", "active", "exited", "exit_*", "*_exit",
		"left", "left_*", "has_left", "closed", "closed_*", "is_closed", "deactivat*", "*unsubscri*", "renewed", "*_renewed", "*kuendig*", "*kündig*", "*gekuendigt*", "*abgewandert*", "*_ended", "ended_*"}
	departureWords = []string{"*churn*", "*cancel*", "*terminat*", "closed_at", "closed_on", "left_at", "left_on", "ended_at", "ended_on", "end_date", "*kuendig*", "*kündig*", "deactivated_*"}
	measureWords   = []string{"*hours*", "*minutes*", "*seconds*", "*duration*", "*_secs", "*_mins", "*_hrs", "hrs", "mins", "secs", "*amount*", "*score*", "*rating*", "*price*", "*revenue*", "*mrr*", "*arr*",
		"*stunden*", "*minuten*", "*dauer*", "*betrag*", "*_mb", "*_gb", "*bytes*", "*percent*", "*share*", "*ratio*", "*avg*", "*mean*", "*latency*"}
	codeWords = []string{"zip", "plz", "zip_code", "postal_code", "segment_id", "industry_id", "*_code", "*_id", "*_nr", "*_no", "code", "id"}
)

// choose returns the column of f that is named most like one of the words and
// passes fits, without those that are taken; and the others that would do.
func (f *fileProfile) choose(words []string, taken []string, fits func(*columnProfile) bool) (best *columnProfile, others []string) {
	type candidate struct {
		column *columnProfile
		rank   int
	}
	var list []candidate
	for i := range f.columns {
		c := &f.columns[i]
		if at := names.Rank(c.name, words); at >= 0 && c.name != "" && !slices.Contains(taken, c.name) && fits(c) {
			list = append(list, candidate{c, at})
		}
	}
	slices.SortStableFunc(list, func(a, b candidate) int { return a.rank - b.rank })
	for i, c := range list {
		if i == 0 {
			best = c.column
		} else {
			others = append(others, c.column.name)
		}
	}
	return best, others
}
