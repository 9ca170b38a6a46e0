package history

import (
	"context"
	"time"
)

// LastInterventions returns the last intervention of each of some accounts from a
// moment until before another, by id; accounts without one are left out.
func (s *Store) LastInterventions(ctx context.Context, ids []string, from, until time.Time) (map[string]Intervention, error) {
	last := map[string]Intervention{}
	if len(ids) == 0 {
		return last, nil
	}
	args := make([]any, 0, len(ids)+2)
	for _, id := range ids {
		args = append(args, id)
	}
	rows, err := s.read.QueryContext(ctx, s.sql(`SELECT a.id, i.at, i.kind, i.owner FROM account a JOIN intervention i ON i.account = a.k
		WHERE a.id IN (`+marks(len(ids))+`) AND i.at >= ? AND i.at < ? ORDER BY i.at, i.kind, i.owner`),
		append(args, from.UnixMicro(), until.UnixMicro())...)
	if err != nil {
		return nil, s.failed("read interventions", err)
	}
	err = each(rows, func(scan func(...any) error) error {
		var i Intervention
		var at int64
		err := scan(&i.AccountID, &at, &i.Kind, &i.Owner)
		i.At = time.UnixMicro(at).UTC()
		last[i.AccountID] = i
		return err
	})
	return last, s.failed("read interventions", err)
}
