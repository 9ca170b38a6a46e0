package history

import (
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/pressly/goose/v3/database"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// applicationID marks a SQLite file as a history: "Etap".
const applicationID = 0x45746170

// sqliteDialect begins every writing transaction as the only one, and forgets
// what it deletes: freed cells are overwritten.
var sqliteDialect = dialect{
	goose: database.DialectSQLite3, folder: "sqlite",
	owner:    `SELECT (SELECT application_id FROM pragma_application_id), (SELECT count(*) FROM sqlite_schema)`,
	claim:    "PRAGMA application_id = " + strconv.Itoa(applicationID),
	shred:    "PRAGMA wal_checkpoint(TRUNCATE)",
	rewrite:  "VACUUM",
	embedded: true,
	classify: sqliteError,
}

// connectSQLite opens a file for one writer and several readers. Write-ahead
// logging lets them work side by side; synchronous FULL makes a commit survive
// a power cut.
func (s *Store) connectSQLite(path string) error {
	if path == "" || strings.HasPrefix(path, ":") || strings.ContainsRune(path, 0) {
		return fmt.Errorf("%w: %q is no path of a file", ErrDSN, path)
	}
	full, err := filepath.Abs(path)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrDSN, err)
	}
	s.dialect = sqliteDialect
	if s.write, err = sql.Open("sqlite", sqliteURL(full, s.wait, writerPragmas)+"&_txlock=immediate"); err != nil {
		return fmt.Errorf("%w: %w", ErrDSN, err)
	}
	s.write.SetMaxOpenConns(1)
	if s.read, err = sql.Open("sqlite", sqliteURL(full, s.wait, readerPragmas)); err != nil {
		return errors.Join(fmt.Errorf("%w: %w", ErrDSN, err), s.write.Close())
	}
	s.read.SetMaxOpenConns(readers)
	s.read.SetMaxIdleConns(readers)
	return nil
}

var (
	writerPragmas = []string{"journal_mode(WAL)", "synchronous(FULL)", "secure_delete(ON)", "cache_size(-65536)", "temp_store(FILE)", "journal_size_limit(67108864)"}
	readerPragmas = []string{"query_only(ON)", "cache_size(-32768)"}
)

// sqliteURL is the driver's name of a file, with pragmas for every connection.
func sqliteURL(path string, wait time.Duration, pragmas []string) string {
	query := url.Values{"_pragma": append([]string{"busy_timeout(" + strconv.FormatInt(wait.Milliseconds(), 10) + ")"}, pragmas...)}
	return (&url.URL{Scheme: "file", Path: filepath.ToSlash(path), RawQuery: query.Encode()}).String()
}

// sqliteError finds the sentinel of a result code; the low byte is its class.
func sqliteError(err error) error {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return nil
	}
	switch e.Code() & 0xff {
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return ErrBusy
	case sqlite3.SQLITE_FULL:
		return ErrFull
	case sqlite3.SQLITE_NOTADB:
		return ErrForeign
	case sqlite3.SQLITE_CORRUPT:
		return ErrCorrupt
	}
	return nil
}
