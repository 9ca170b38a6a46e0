package history

import (
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3/database"
)

// postgresDialect lets one transaction write at a time by an advisory lock that
// is bound to the schema, since a database may hold several histories.
var postgresDialect = dialect{
	goose: database.DialectPostgres, folder: "postgres", numbered: true,
	lock:    `SELECT pg_advisory_xact_lock(hashtextextended('etappe history ' || current_schema(), 0))`,
	analyze: `ANALYZE account, snapshot`,
	size: `SELECT CAST(coalesce(sum(pg_total_relation_size(oid)), 0) AS BIGINT) FROM pg_class
		WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r'`,
	classify: postgresError,
}

// connectPostgres opens two pools, so that waiting writers keep no reader waiting; the server is first contacted when it is used.
func (s *Store) connectPostgres(dsn string) error {
	config, err := pgx.ParseConfig(dsn)
	if err != nil {
		// The driver's text may repeat the password.
		return fmt.Errorf("%w: it is no postgres://… address", ErrDSN)
	}
	config.RuntimeParams["timezone"] = "UTC"
	s.dialect = postgresDialect
	s.write, s.read = stdlib.OpenDB(*config), stdlib.OpenDB(*config)
	s.write.SetMaxOpenConns(1) // of one process only one writer can have its turn
	s.read.SetMaxOpenConns(readers)
	s.read.SetMaxIdleConns(readers)
	return nil
}

// postgresError finds the sentinel of an error code (PostgreSQL, appendix A), or of
// a connection that failed.
func postgresError(err error) error {
	var e *pgconn.PgError
	if !errors.As(err, &e) {
		if connectionFailed(err) {
			return ErrUnreachable
		}
		return nil
	}
	switch e.Code {
	case "55P03", "40001", "40P01": // lock not available, serialization failure, deadlock
		return ErrBusy
	case "42501", "3F000": // insufficient privilege, no schema to make tables in
		return ErrDenied
	case "25006": // read-only transaction, as on a standby
		return ErrReadOnly
	case "53100": // disk full
		return ErrFull
	case "53300", "57P01", "57P02", "57P03", "3D000": // too many connections, shut down, crashed, starting, no such database
		return ErrUnreachable
	}
	switch e.Code[:min(2, len(e.Code))] {
	case "08", "28": // connection exception, invalid authorization
		return ErrUnreachable
	}
	return nil
}

// connectionFailed reports whether a server could not be contacted, or went away.
func connectionFailed(err error) bool {
	var connect *pgconn.ConnectError
	var network *net.OpError
	return errors.As(err, &connect) || errors.As(err, &network) || errors.Is(err, driver.ErrBadConn) || errors.Is(err, io.ErrUnexpectedEOF)
}
