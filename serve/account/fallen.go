package account

import (
	"context"
	"slices"

	"github.com/etappe/etappe/serve/history"
)

// leastFallen is in points; a smaller fall is not listed.
const leastFallen = 5.0

// Fallen lists the accounts that q selects whose score fell most since the last
// scoring, at most n.
func (a *Service) Fallen(ctx context.Context, q history.Query, n int) ([]history.Row, error) {
	store, err := a.Store()
	if err != nil {
		return nil, err
	}
	q.Sort, q.Limit = history.SortMoved, n
	list, err := store.List(ctx, q)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(list.Rows, func(r history.Row) bool { return !(r.Moved <= -leastFallen) })
	if i < 0 {
		i = len(list.Rows)
	}
	return list.Rows[:i], nil
}
