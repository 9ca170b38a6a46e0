package history

import (
	"fmt"
	"time"
)

// Sort is an order of the portfolio.
type Sort string

// The orders of the portfolio. Accounts without the number come last, whichever
// way; ties are in the order in which accounts came into the history.
const (
	SortRenewal Sort = "renewal" // by date of the next renewal, then by health score
	SortHealth  Sort = "health"
	SortChurn   Sort = "churn"
	SortARR     Sort = "arr"
	SortMoved   Sort = "moved"
	SortAccount Sort = "account" // by name, or id where there is none
	SortMatch   Sort = "match"   // by how well the search fits: id or name, their beginning, a part; then as SortRenewal
)

// Query selects accounts that have an answer. An empty filter lets all pass.
type Query struct {
	Sort      Sort // "" is SortMatch with a search and SortRenewal without
	Desc      bool
	Cluster   string // id, or NoCluster
	Band      string // code
	Owner     string
	Theme     string    // of the strongest reason
	Search    string    // every word must be a part of the account's id or name, whatever the case, accents or umlauts
	Verdict   string    // code of the latest movement's
	DueBefore time.Time // renewal before this day; midnight UTC
	Left      bool      // those that have left instead of those that are there; they are all read and sorted
	Limit     int       // 1 to MaxLimit; 0 is 50
	Cursor    string    // Page.Next of the page before, "" for the first
}

// NoCluster selects the accounts without a cluster: their snapshots' ClusterID is "".
const NoCluster = "none"

// MaxLimit is the longest page.
const MaxLimit = 1000

const defaultLimit = 50

// order is a sort as the table has it: rows without the first column come
// last, by key alone.
type order struct {
	index    string
	band     string   // the index that begins with the band, if there is one
	columns  []string // the last is always k
	nullable bool     // the first column may be empty
	text     bool     // the first column is text
}

var orders = map[Sort]order{
	SortRenewal: {"by_renewal", "", []string{"due_on", "health", "k"}, true, false},
	SortHealth:  {"by_health", "by_band_health", []string{"health", "k"}, false, false},
	SortChurn:   {"by_churn", "by_band_churn", []string{"churn", "k"}, false, false},
	SortARR:     {"by_arr", "", []string{"arr", "k"}, true, false},
	SortMoved:   {"by_moved", "by_band_moved", []string{"moved", "k"}, true, false},
	SortAccount: {"by_label", "", []string{"label", "k"}, false, true},
	SortMatch:   {"by_renewal", "", []string{"due_on", "health", "k"}, true, false},
}

// normalize fills in what is left out and refuses what makes no sense.
func (q Query) normalize() (Query, error) {
	if q.Sort == "" && q.Search != "" {
		q.Sort = SortMatch
	}
	if q.Sort == "" {
		q.Sort = SortRenewal
	}
	if _, known := orders[q.Sort]; !known {
		return q, fmt.Errorf("%w: no order is called %q", ErrInput, q.Sort)
	}
	if q.Limit == 0 {
		q.Limit = defaultLimit
	}
	if q.Limit < 1 || q.Limit > MaxLimit {
		return q, fmt.Errorf("%w: a page has 1 to %d accounts, not %d", ErrInput, MaxLimit, q.Limit)
	}
	if !q.DueBefore.IsZero() {
		if _, err := midnight(q.DueBefore); err != nil {
			return q, err
		}
	}
	for _, text := range []string{q.Cluster, q.Band, q.Owner, q.Theme, q.Verdict, q.Search} {
		if err := checkText("a filter", text); err != nil {
			return q, err
		}
	}
	return q, nil
}
