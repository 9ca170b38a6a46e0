package history

import (
	"context"
	"crypto/rand"
	"embed"
	"errors"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/database"
)

//go:embed migrations
var migrations embed.FS

// versionTable holds the number of the last migration.
const versionTable = "history_version"

// tablesVersion is the number of the last migration that this program has.
const tablesVersion = 6

// checkOwner refuses a file with tables that another program made, and marks an
// empty one as ours before it has a table.
func (s *Store) checkOwner(ctx context.Context) error {
	if s.dialect.owner == "" {
		return nil
	}
	var mark, tables int64
	if err := s.write.QueryRowContext(ctx, s.dialect.owner).Scan(&mark, &tables); err != nil {
		return err
	}
	switch {
	case mark == applicationID:
		return nil
	case tables > 0:
		return fmt.Errorf("%w: its tables were made by another program", ErrForeign)
	}
	_, err := s.write.ExecContext(ctx, s.dialect.claim)
	return err
}

// migrate brings the tables up to this version. Where several processes open a
// new history at once one of them makes the tables; the others find them made.
func (s *Store) migrate(ctx context.Context) error {
	folder, err := fs.Sub(migrations, "migrations/"+s.dialect.folder)
	if err != nil {
		return err
	}
	table, err := database.NewStore(s.dialect.goose, versionTable)
	if err != nil {
		return err
	}
	provider, err := goose.NewProvider("", s.write, folder, goose.WithStore(table), goose.WithDisableGlobalRegistry(true), goose.WithGoMigrations(s.folding()))
	if err != nil {
		return err
	}
	for attempt := -len(provider.ListSources()); ; attempt++ { // who loses a race finds one migration more done
		err := s.migrateOnce(ctx, provider)
		if err == nil || errors.Is(err, ErrNewer) || attempt == migrateAttempts || ctx.Err() != nil {
			return err
		}
	}
}

// migrateAttempts is how often a race for a new history is run again, beyond once
// for each migration.
const migrateAttempts = 5

func (s *Store) migrateOnce(ctx context.Context, provider *goose.Provider) error {
	have, want, err := provider.GetVersions(ctx)
	if err != nil {
		return err
	}
	if have > want {
		return fmt.Errorf("%w: its tables have version %d, this program knows %d", ErrNewer, have, want)
	}
	if have == want {
		return nil
	}
	_, err = provider.Up(ctx)
	return err
}

// saltBytes is the length of the salt of account hashes and cursors.
const saltBytes = 32

// loadSalt reads the history's salt; who opens it first draws one.
func (s *Store) loadSalt(ctx context.Context) error {
	salt := make([]byte, saltBytes)
	if _, err := rand.Read(salt); err != nil {
		return err
	}
	tx, err := s.begin(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if _, err := tx.ExecContext(ctx, s.sql(`INSERT INTO meta (one, salt, revision, sequence, accounts) VALUES (1, ?, 0, 0, 0) ON CONFLICT DO NOTHING`), salt); err != nil {
		return err
	}
	if err := tx.QueryRowContext(ctx, `SELECT salt FROM meta`).Scan(&s.salt); err != nil {
		return err
	}
	return tx.Commit()
}
