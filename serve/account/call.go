package account

import (
	"cmp"
	"context"
	"errors"
	"math"
	"slices"
	"time"

	"github.com/etappe/etappe/serve/history"
)

// What is put first.
const (
	CalledDays  = 90  // renewals that are near enough to call for
	calledRows  = 200 // candidates read from either side
	leastFallen = 5.0 // points; a smaller fall is not listed
)

// CallFirst lists the accounts that q selects and that renew soon, with the most
// ARR at risk first; where their ARR is not known, those most likely to churn. At
// most n. Candidates are the likeliest to churn and the largest, of which the
// product is the largest too unless hundreds of accounts are ahead of it on both
// lists. The order, limit and cursor of q are not looked at.
func (a *Service) CallFirst(ctx context.Context, q history.Query, today time.Time, n int) ([]history.Row, error) {
	store, err := a.Store()
	if err != nil {
		return nil, err
	}
	q.Limit, q.Desc = calledRows, true
	if soon := today.AddDate(0, 0, CalledDays+1); q.DueBefore.IsZero() || soon.Before(q.DueBefore) {
		q.DueBefore = soon
	}
	var rows []history.Row
	seen := map[string]bool{}
	for _, by := range []history.Sort{history.SortChurn, history.SortARR} {
		q.Sort = by
		list, err := store.List(ctx, q)
		if err != nil {
			return nil, err
		}
		for _, r := range list.Rows {
			if !seen[r.ID] && r.Band != "healthy" {
				rows, seen[r.ID] = append(rows, r), true
			}
		}
	}
	slices.SortStableFunc(rows, func(a, b history.Row) int {
		return cmp.Or(cmp.Compare(knownOr0(b.ARR)*b.Churn, knownOr0(a.ARR)*a.Churn), cmp.Compare(b.Churn, a.Churn))
	})
	return rows[:min(len(rows), n)], nil
}

func knownOr0(v float64) float64 {
	if math.IsNaN(v) {
		return 0
	}
	return v
}

// FallenRow is an account whose score fell since the date before.
type FallenRow struct {
	history.Row
	OtherModel bool // another model answered at the date before: the fall may be all its own
}

// Fallen lists the accounts that q selects whose score fell most since the last
// scoring, at most n.
func (a *Service) Fallen(ctx context.Context, q history.Query, n int) ([]FallenRow, error) {
	store, err := a.Store()
	if err != nil {
		return nil, err
	}
	q.Sort, q.Limit = history.SortMoved, n
	list, err := store.List(ctx, q)
	if err != nil {
		return nil, err
	}
	var rows []FallenRow
	for _, r := range list.Rows {
		if !(r.Moved <= -leastFallen) {
			break
		}
		before, err := store.Before(ctx, r.ID, r.AsOf)
		if err != nil && !errors.Is(err, history.ErrNotFound) {
			return nil, err
		}
		rows = append(rows, FallenRow{r, err == nil && before.Model != r.Model})
	}
	return rows, nil
}
