package history

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/pressly/goose/v3"
)

// foldingVersion is the migration that fills the column search anew.
const foldingVersion = 4

// folding is that migration. It runs once for a history; whoever changes what fold
// makes of a text adds another.
func (s *Store) folding() *goose.Migration {
	return goose.NewGoMigration(foldingVersion, &goose.GoFunc{RunTx: s.refold}, nil)
}

// refold writes what every account is searched by.
func (s *Store) refold(ctx context.Context, tx *sql.Tx) error {
	for last := int64(-1); ; {
		rows, err := tx.QueryContext(ctx, s.sql(`SELECT k, id, name FROM account WHERE k > ? ORDER BY k LIMIT ?`), last, chunkRows)
		if err != nil {
			return err
		}
		texts := map[int64]string{}
		err = each(rows, func(scan func(...any) error) error {
			var id, name string
			err := scan(&last, &id, &name)
			texts[last] = searchText(id, name)
			return err
		})
		if err != nil || len(texts) == 0 {
			return err
		}
		for k, text := range texts {
			if _, err := tx.ExecContext(ctx, s.sql(`UPDATE account SET search = ? WHERE k = ?`), text, k); err != nil {
				return err
			}
		}
	}
}

// ErrUnindexed means that a Postgres database has no index of fragments: a search
// reads every account.
var ErrUnindexed = errors.New("searches read every account: the database has no extension pg_trgm, and this user may not make it; " +
	"its owner runs CREATE EXTENSION pg_trgm, and the next start makes the index")

// Unindexed is ErrUnindexed with its cause where searches have no index, and nil
// where they have one.
func (s *Store) Unindexed() error { return s.unindexed }

// prepareSearch makes the index of fragments in Postgres where it is missing. It is
// no migration, for whether it can be made is up to the database.
func (s *Store) prepareSearch(ctx context.Context) error {
	if s.dialect.embedded {
		return nil
	}
	s.unindexed = nil
	var there bool
	if err := s.write.QueryRowContext(ctx, `SELECT to_regclass('by_search') IS NOT NULL`).Scan(&there); err != nil || there {
		return err
	}
	err := s.indexSearch(ctx)
	if err != nil && s.dialect.classify(err) != nil && !errors.Is(s.dialect.classify(err), ErrDenied) {
		return err
	}
	if err != nil {
		s.unindexed = fmt.Errorf("%w: %w", ErrUnindexed, err)
	}
	return nil
}

// indexSearch makes the extension, in a schema that other histories of the database
// can use too, and the index. Histories of one database take turns.
func (s *Store) indexSearch(ctx context.Context) error {
	tx, err := s.write.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	for _, statement := range []string{
		`SELECT pg_advisory_xact_lock(hashtextextended('etappe pg_trgm', 0))`,
		`DO $$ DECLARE home text := CASE WHEN to_regnamespace('public') IS NULL THEN current_schema() ELSE 'public' END; BEGIN
			IF NOT EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'pg_trgm') THEN
				EXECUTE format('CREATE EXTENSION pg_trgm SCHEMA %I', home);
			END IF;
			SELECT n.nspname INTO home FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'pg_trgm';
			EXECUTE format('CREATE INDEX IF NOT EXISTS by_search ON account USING gin (search %I.gin_trgm_ops)', home);
		END $$`,
	} {
		if _, err := tx.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	return tx.Commit()
}
