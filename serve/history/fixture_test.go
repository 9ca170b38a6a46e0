package history_test

import (
	"context"
	"fmt"
	"math"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/etappe/etappe/serve/history"
)

var ctx = context.Background()

// noon is what every clock of the tests shows.
var noon = time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)

func clock() time.Time { return noon }

// place is a kind of database that the tests run on.
type place struct {
	name string
	dsn  func(t *testing.T) string // of an empty one
}

// onEach runs a test on every kind of database.
func onEach(t *testing.T, test func(t *testing.T, p place)) {
	for _, p := range []place{
		{"sqlite", sqliteFile},
		{"postgres", func(t *testing.T) string { return postgresSchema(t) }},
	} {
		t.Run(p.name, func(t *testing.T) { test(t, p) })
	}
}

func sqliteFile(t *testing.T) string { return filepath.Join(t.TempDir(), "history.db") }

var schemas atomic.Int64

// postgresSchema makes a schema of its own in the database that ETAPPE_POSTGRES
// names. Without one the test is skipped; it fails where all must run.
func postgresSchema(t testing.TB) string {
	t.Helper()
	dsn := os.Getenv("ETAPPE_POSTGRES")
	switch {
	case dsn == "" && os.Getenv("ETAPPE_REQUIRE_ALL") != "":
		t.Fatal("ETAPPE_REQUIRE_ALL is set, and ETAPPE_POSTGRES names no Postgres database")
	case dsn == "":
		t.Skip("ETAPPE_POSTGRES names no Postgres database")
	}
	name := fmt.Sprintf("etappe_test_%d_%d", os.Getpid(), schemas.Add(1))
	db := openSQL(t, "pgx", dsn)
	execSQL(t, db, "CREATE SCHEMA "+name)
	t.Cleanup(func() { execSQL(t, db, "DROP SCHEMA "+name+" CASCADE") })
	u, err := url.Parse(dsn)
	if err != nil {
		t.Fatal("ETAPPE_POSTGRES is not a postgres:// address")
	}
	q := u.Query()
	q.Set("search_path", name)
	u.RawQuery = q.Encode()
	return u.String()
}

// open opens a history that is closed at the end of the test.
func open(t *testing.T, dsn string) *history.Store {
	t.Helper()
	s, err := history.Open(ctx, dsn, history.Options{Clock: clock, Wait: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// on is a day of the tests.
func on(month time.Month, d int) time.Time { return time.Date(2026, month, d, 0, 0, 0, 0, time.UTC) }

// snap is a complete snapshot.
func snap(id string, at time.Time, health float64) history.Snapshot {
	return history.Snapshot{
		AccountID: id, AsOf: at, Model: "v1", Fingerprint: "f1",
		Values: []float64{1, math.NaN(), 0.1, -3, 1e300}, Tenure: 120,
		Reached: map[string]float64{"first_login": 3, "team": 40.5}, Stale: []string{"stale_events"},
		Health: health, Outlook: health + 1, Path: health - 1, Churn: 1 - health/100, Low: 0.01, High: 0.99,
		Band: band(health), Near: near(health), ClusterID: "c1", ClusterName: "collaborate daily", Membership: 0.75,
		TopTheme: "usage", TopReason: "USAGE.LOGINS",
	}
}

// near is the band that is held at a health score: thresholds are 40 and 70, and
// must be passed by 5.
func near(health float64) string {
	for _, other := range []string{band(health - 5), band(health + 5)} {
		if other != band(health) {
			return other
		}
	}
	return ""
}

// asRead is a snapshot as it is read where it alone decides what is displayed.
func asRead(sn history.Snapshot) history.Snapshot {
	sn.Plain, sn.Since = sn.Band, sn.AsOf
	return sn
}

func band(health float64) string {
	switch {
	case health < 40:
		return "sick"
	case health < 70:
		return "at_risk"
	}
	return "healthy"
}

func write(t *testing.T, s *history.Store, b history.Batch) history.Written {
	t.Helper()
	n, err := s.Write(ctx, b)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// equal compares to the bit: all NaNs of the tests are the same one, and a
// zero's sign counts.
var bits = cmp.Comparer(func(a, b float64) bool { return math.Float64bits(a) == math.Float64bits(b) })

func equal(t *testing.T, what string, got, want any) {
	t.Helper()
	if d := diff(got, want); d != "" {
		t.Errorf("%s: - want, + got\n%s", what, d)
	}
}

func diff(got, want any) string { return cmp.Diff(want, got, bits) }

// ids are the accounts of a page.
func ids(p history.Page) string {
	var list []string
	for _, r := range p.Rows {
		list = append(list, r.ID)
	}
	return strings.Join(list, " ")
}
