package history

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// notWritable reports whether SQLite could not write a file or beside it.
func notWritable(err error) bool {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return false
	}
	switch e.Code() & 0xff {
	case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM:
		return true
	}
	return false
}

// reopenReading opens a file that may not be written, to be read alone. Where a log of
// writes lies beside it, SQLite reads that too; where none does it takes the file for
// immutable, for it could not make the files that readers and writers share. The error
// is why that did not do.
func (s *Store) reopenReading(ctx context.Context, why error) error {
	if err := errors.Join(s.read.Close(), s.write.Close()); err != nil {
		return errors.Join(why, err)
	}
	url := sqliteURL(s.path, s.wait, readerPragmas) + "&mode=ro"
	if log, err := os.Stat(s.path + "-wal"); err != nil || log.Size() == 0 {
		url += "&immutable=1"
	}
	for _, pool := range []**sql.DB{&s.write, &s.read} {
		db, err := sql.Open("sqlite", url)
		if err != nil {
			return fmt.Errorf("%w: %w", ErrDSN, err)
		}
		db.SetMaxOpenConns(readers)
		*pool = db
	}
	s.reading = true
	return s.prepareReading(ctx)
}

// prepareReading checks whose file it is and of which version, and reads the salt.
func (s *Store) prepareReading(ctx context.Context) error {
	var mark, tables, version int64
	if err := s.read.QueryRowContext(ctx, s.dialect.owner).Scan(&mark, &tables); err != nil {
		return err
	}
	if mark != applicationID {
		return fmt.Errorf("%w: its tables were made by another program", ErrForeign)
	}
	if err := s.read.QueryRowContext(ctx, `SELECT coalesce(max(version_id), 0) FROM `+versionTable).Scan(&version); err != nil {
		return err
	}
	if version != tablesVersion {
		return fmt.Errorf("%w: its tables have version %d, this program reads %d", ErrReadOnly, version, tablesVersion)
	}
	return s.read.QueryRowContext(ctx, `SELECT salt FROM meta`).Scan(&s.salt)
}
