package history

import (
	"fmt"
	"math"
	"slices"
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
	Clusters  []string  // ids, or NoCluster; of several values one is enough, here and below
	Bands     []string  // codes
	Owners    []string  // names, or NoOwner
	Themes    []string  // of the strongest reason
	Search    string    // every word must be a part of the account's id or name, whatever the case, accents or umlauts
	Verdict   string    // code of the latest movement's
	DueFrom   time.Time // renewal on this day or later; midnight UTC
	DueBefore time.Time // renewal before this day; midnight UTC
	ARRFrom   *float64  // ARR of so much or more
	ARRTo     *float64  // ARR of so much or less
	Override  bool      // those with a person's band that holds now
	Changed   bool      // those displayed in another band than at the date before
	Left      bool      // those that have left instead of those that are there; they are all read and sorted
	Limit     int       // 1 to MaxLimit; 0 is 50
	Cursor    string    // Page.Next of the page before, "" for the first
}

// NoCluster selects the accounts without a cluster: their snapshots' ClusterID is "".
const NoCluster = "none"

// NoOwner selects the accounts without an owner.
const NoOwner = "none"

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
	for _, day := range []time.Time{q.DueFrom, q.DueBefore} {
		if day.IsZero() {
			continue
		}
		if _, err := midnight(day); err != nil {
			return q, err
		}
	}
	for _, limit := range []*float64{q.ARRFrom, q.ARRTo} {
		if limit != nil && (math.IsNaN(*limit) || math.Abs(*limit) > maxARR) {
			return q, fmt.Errorf("%w: an ARR of %g in a filter", ErrInput, *limit)
		}
	}
	for _, text := range slices.Concat(q.Clusters, q.Bands, q.Owners, q.Themes, []string{q.Verdict, q.Search}) {
		if err := checkText("a filter", text); err != nil {
			return q, err
		}
	}
	return q, nil
}

// due reports whether the query selects by renewal.
func (q *Query) due() bool { return !q.DueFrom.IsZero() || !q.DueBefore.IsZero() }

// beside reports whether the query has a filter that no bucket has.
func (q *Query) beside() bool {
	return q.Search != "" || q.Left || q.Verdict != "" || q.ARRFrom != nil || q.ARRTo != nil || q.Override || q.Changed
}
