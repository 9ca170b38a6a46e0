package history

import (
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
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
	size:     `SELECT page_count * page_size FROM pragma_page_count, pragma_page_size`,
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
	if err := createPrivate(full); err != nil {
		return err
	}
	s.dialect, s.path = sqliteDialect, full
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

// creating is held while a file is made. To close a file takes away the locks
// that this process has on it: no Store may open it before it is closed again.
var creating sync.Mutex

// createPrivate makes the file where there is none, for its owner alone; what
// SQLite puts beside it gets the same mode. A file that is there keeps its own.
func createPrivate(path string) error {
	creating.Lock()
	defer creating.Unlock()
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("make the history: %w", err)
	}
	return f.Close()
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
	case sqlite3.SQLITE_READONLY:
		return ErrReadOnly
	case sqlite3.SQLITE_NOTADB:
		return ErrForeign
	case sqlite3.SQLITE_CORRUPT:
		return ErrCorrupt
	}
	return nil
}
