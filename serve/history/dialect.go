package history

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/pressly/goose/v3/database"
)

// dialect is what the two databases do differently; all other SQL is shared and
// written with question marks.
type dialect struct {
	goose    database.Dialect
	folder   string // of its migrations
	numbered bool   // parameters are $1, $2, …
	// lock is what a writing transaction runs first to be the only one; "" where
	// it is so by how it begins.
	lock string
	// owner queries whose database this is: (its mark, its number of tables); claim
	// marks it. "" where a database is shared as a matter of course.
	owner, claim string
	// shred gets what was deleted out of the files; "" where there is no way.
	shred string
	// rewrite leaves nothing behind of what was deleted, at the cost of writing all
	// anew; "" where there is no way.
	rewrite string
	// size queries the bytes that the history takes.
	size string
	// analyze updates the planner's statistics after a large write; "" where queries
	// name their index.
	analyze string
	// embedded: the database is part of this process: a statement costs no
	// way, a query may name the index to walk, and sort indexes may be dropped
	// and made again inside a transaction without any reader waiting or noticing.
	embedded bool
	// classify finds the sentinel that a driver's error stands for.
	classify func(error) error
}

// readers is how many connections of a Store read at once.
const readers = 8

// sql turns question marks into the dialect's parameters.
func (s *Store) sql(query string) string {
	if !s.dialect.numbered {
		return query
	}
	var b strings.Builder
	for n := 1; ; n++ {
		before, after, found := strings.Cut(query, "?")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		b.WriteString("$" + strconv.Itoa(n))
		query = after
	}
}

// along is the clause that makes a query walk an index, where a query can name one.
func (d *dialect) along(index string) string {
	if !d.embedded || index == "" {
		return ""
	}
	return " INDEXED BY " + index
}

// connect opens the two pools that a DSN names.
func (s *Store) connect(dsn string) (err error) {
	scheme, rest, found := strings.Cut(dsn, ":")
	switch {
	case dsn == "":
		return fmt.Errorf("%w: it is empty", ErrDSN)
	case found && (scheme == "postgres" || scheme == "postgresql"):
		return s.connectPostgres(dsn)
	case found && scheme == "sqlite":
		return s.connectSQLite(rest)
	case strings.Contains(dsn, "://"):
		return fmt.Errorf("%w: %q is neither a file nor postgres://…", ErrDSN, scheme+"://…")
	}
	return s.connectSQLite(dsn)
}
