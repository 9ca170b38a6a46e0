package history

import (
	"context"
	"database/sql"
	"time"
)

// DisplayedAt returns the band that is displayed of every account that a model
// answered for at a date, by account id.
func (s *Store) DisplayedAt(ctx context.Context, asOf time.Time, model string) (map[string]string, error) {
	at, err := midnight(asOf)
	if err != nil {
		return nil, err
	}
	version, known, err := s.dictionaryID(ctx, s.read, model)
	if err != nil || !known {
		return nil, err
	}
	rows, err := s.read.QueryContext(ctx, s.sql(`SELECT a.id, s.displayed FROM snapshot s JOIN account a ON a.k = s.account
		WHERE s.as_of = ? AND s.model = ? AND s.displayed IS NOT NULL`), int64(at), version)
	if err != nil {
		return nil, s.failed("read bands", err)
	}
	ids, found := map[string]int64{}, map[int64]bool{}
	err = each(rows, func(scan func(...any) error) error {
		var id string
		var band sql.NullInt64
		err := scan(&id, &band)
		ids[id], found[band.Int64] = band.Int64, true
		return err
	})
	if err != nil {
		return nil, s.failed("read bands", err)
	}
	var keys []int64
	for k := range found {
		keys = append(keys, k)
	}
	texts, err := s.texts(ctx, keys...)
	bands := make(map[string]string, len(ids))
	for id, k := range ids {
		bands[id] = texts[k]
	}
	return bands, err
}
