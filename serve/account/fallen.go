package account

import (
	"context"
	"errors"

	"github.com/etappe/etappe/serve/history"
)

// leastFallen is in points; a smaller fall is not listed.
const leastFallen = 5.0

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
