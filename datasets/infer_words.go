package datasets

import (
	"slices"
	"strings"
	"unicode"
)

// The names that teams give to the fields, the likeliest first. A * stands for
// anything.
var (
	accountWords = []string{"account_id", "account", "accountid", "account_no", "account_number", "customer_id", "customer", "customer_no",
		"customer_number", "company_id", "company", "client_id", "client", "organization_id", "organisation_id", "org_id", "tenant_id",
		"workspace_id", "kunde_id", "kunden_id", "kundennr", "kunden_nr", "kundennummer", "kunde", "firma_id", "compte_id", "client_no",
		"*_account_id", "*_customer_id"}
	createdWords = []string{"created_at", "created_on", "created", "creation_date", "created_date", "date_created", "signup_date", "signed_up_at",
		"signup_at", "signup", "registered_at", "registration_date", "joined_at", "join_date", "customer_since", "since", "start_date",
		"onboarded_at", "activated_at", "angelegt_am", "kunde_seit", "*created*", "*signup*", "*since*"}
	parentWords   = []string{"parent_id", "parent_account_id", "parent_account", "parent", "*parent*id"}
	dateWords     = []string{"at", "on", "date", "day", "time", "ts", "timestamp", "*_at", "*_on", "*date*", "*time*", "*_ts", "*_day", "datum", "*_am"}
	atWords       = []string{"at", "timestamp", "occurred_at", "happened_at", "event_time", "event_timestamp", "event_date", "event_at", "date", "day", "time", "datetime", "ts", "datum", "created_at", "created_on", "created", "submitted_at", "opened_at", "sent_at", "*_at", "*date*"}
	ingestedWords = []string{"ingested_at", "ingestion_time", "loaded_at", "inserted_at", "received_at", "synced_at", "imported_at", "*ingested*", "*loaded_at", "*synced*"}
	typeWords     = []string{"type", "event_type", "event_name", "event", "action", "activity", "event_type_id", "type_id", "kind", "feature", "category", "name", "aktion", "ereignis", "typ", "art", "*event*type*", "*_type"}
	countWords    = []string{"count", "n_events", "num_events", "event_count", "events", "n", "cnt", "occurrences", "hits", "quantity", "anzahl", "*_count", "n_*", "num_*"}
	valueWords    = []string{"value", "score", "rating", "nps", "nps_score", "value_sum", "amount", "total", "revenue", "duration", "wert", "*value*", "*score*", "*amount*"}
	userWords     = []string{"user_id", "user", "userid", "member_id", "contact_id", "person_id", "actor_id", "email", "user_email", "username", "benutzer", "*user*id"}
	startWords    = []string{"start_date", "period_start", "starts_at", "started_at", "starts_on", "start", "valid_from", "begin_date", "begin", "from", "beginn", "*start*", "*begin*"}
	endWords      = []string{"end_date", "period_end", "ends_at", "ended_at", "ends_on", "end", "valid_to", "valid_until", "until", "to", "expires_at", "expiry_date", "ende", "*_end", "*end_*", "*expir*"}
	dueWords      = []string{"due_on", "due_date", "due", "renewal_date", "renewal_on", "renews_on", "renewal_due", "contract_end", "end_date", "expiry_date", "close_date", "faellig_am", "fällig_am", "*due*", "*renewal*", "*expir*", "*end*"}
	decidedWords  = []string{"decided_on", "decided_at", "decision_date", "closed_on", "closed_at", "*decided*", "*closed*"}
	outcomeWords  = []string{"outcome", "renewal_outcome", "renewal_status", "result", "decision", "status", "state", "churned", "ergebnis", "*outcome*", "*result*"}
	beforeWords   = []string{"arr_before", "old_arr", "arr_old", "previous_arr", "arr", "*arr_before*"}
	afterWords    = []string{"arr_after", "new_arr", "arr_new", "*arr_after*"}
	amountWords   = []string{"mrr", "monthly_revenue", "arr", "annual_revenue", "amount", "price", "revenue", "total", "preis", "betrag", "*mrr*", "*arr*", "*amount*", "*price*"}
	milestoneWord = []string{"milestone", "milestone_name", "step", "stage", "phase", "meilenstein", "*milestone*"}
	reachedWords  = []string{"reached_at", "reached_on", "completed_at", "completed_on", "achieved_at", "date", "at", "*reached*", "*completed*", "*_at", "*date*"}
	kindWords     = []string{"kind", "type", "activity", "action", "channel", "*_type", "*_kind"}
	ownerWords    = []string{"owner", "csm", "agent", "assignee", "owner_name", "responsible", "*owner*", "*csm*"}
	codeWords     = []string{"zip", "plz", "zip_code", "postal_code", "segment_id", "industry_id", "*_code", "*_id", "*_nr", "*_no", "code", "id"}
)

// snake writes a name in lower case with underscores: "Event Type" and
// "eventType" become event_type.
func snake(name string) string {
	var b strings.Builder
	lower := false
	for _, r := range name {
		switch {
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			r, lower = '_', false
		case unicode.IsUpper(r):
			if lower {
				b.WriteByte('_')
			}
			r, lower = unicode.ToLower(r), false
		default:
			lower = true
		}
		b.WriteRune(r)
	}
	return strings.Trim(b.String(), "_")
}

// rank returns the position of the first word that a name is like, or -1.
func rank(name string, words []string) int {
	name = snake(name)
	return slices.IndexFunc(words, func(word string) bool { return like(name, word) })
}

func namedLike(name string, words []string) bool { return rank(name, words) >= 0 }

// like matches a word in which * stands for any text.
func like(name, word string) bool {
	parts := strings.Split(word, "*")
	if len(parts) == 1 {
		return name == word
	}
	last := len(parts) - 1
	if !strings.HasPrefix(name, parts[0]) || !strings.HasSuffix(name[len(parts[0]):], parts[last]) {
		return false
	}
	name = name[len(parts[0]) : len(name)-len(parts[last])]
	for _, part := range parts[1:last] {
		at := strings.Index(name, part)
		if at < 0 {
			return false
		}
		name = name[at+len(part):]
	}
	return true
}

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
		if at := rank(c.name, words); at >= 0 && c.name != "" && !slices.Contains(taken, c.name) && fits(c) {
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
