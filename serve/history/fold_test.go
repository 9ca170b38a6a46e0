package history_test

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"testing"

	"github.com/etappe/etappe/serve/history"
)

// What a person writes of an account finds it, in both databases, the best fit
// first. Signs that mean something to a database stand for themselves.
func TestSearchFindsAnyPart(t *testing.T) {
	onEach(t, func(t *testing.T, p place) {
		s := open(t, p.dsn(t))
		names := []history.Account{
			{ID: "acc-0984", Name: "Hochdampfkessel AG"}, {ID: "acc-1984", Name: "Müller & Söhne"}, {ID: "m2", Name: "Mueller"}, {ID: "m3", Name: "MULLER"},
			{ID: "s1", Name: "Straßenbau Groß"}, {ID: "c1", Name: "Café Ålesund Łódź Smørrebrød"}, {ID: "j1", Name: "株式会社日立製作所"}, {ID: "j2", Name: "ﾄﾖﾀ自動車"},
			{ID: "x1", Name: `100% "quoted" a_b c:\d`}, {ID: "x2", Name: "100 a-b (NEAR) OR NOT*"}, {ID: "984", Name: ""}, {ID: "k1", Name: "한국전력"},
			{ID: "d1", Name: "Dampf"}, {ID: "f1", Name: "Muellerfoerster"}, {ID: "e1", Name: "Two\tlines\nof  name"},
		}
		b := history.Batch{Accounts: names}
		for _, a := range names {
			b.Snapshots = append(b.Snapshots, snap(a.ID, on(1, 1), 50))
		}
		write(t, s, b)
		for search, want := range map[string]string{
			"984": "984 acc-0984 acc-1984", "84": "acc-0984 acc-1984 984", "ACC-0984": "acc-0984", "acc-": "acc-0984 acc-1984",
			"dampf": "d1 acc-0984", "hdampfk": "acc-0984", "Dampf kessel": "acc-0984", "kessel dampf": "acc-0984",
			"Müller": "m2 m3 acc-1984 f1", "Mueller": "m2 m3 acc-1984 f1", "muller": "m2 m3 acc-1984 f1", "ueller": "acc-1984 m2 m3 f1", "ellerfoer": "f1",
			"Soehne": "acc-1984", "sohne": "acc-1984", "strasse": "s1", "STRASSENBAU GROSS": "s1", "groß": "s1", "ß": "acc-0984 s1",
			"cafe": "c1", "alesund": "c1", "lodz": "c1", "smorre": "c1", "CAFÉ": "c1",
			"日": "j1", "日立": "j1", "日立製": "j1", "所": "j1", "作所": "j1", "自動": "j2", "トヨタ": "j2", "トヨ": "j2", "トヨ 自": "j2", "トヨタ自": "j2", "ﾄﾖﾀ": "j2", "トヨタ車": "",
			"전력": "k1", "국": "k1",
			"%": "x1", "0%": "x1", "00%": "x1", "_": "x1", "a_b": "x1", `\`: "x1", `:\d`: "x1", `"`: "x1", `"quoted"`: "x1", `e"d`: "", "NOT*": "x2", "*": "x2", "100": "x1 x2",
			"(near)": "x2", "near(": "", "or not*": "x2", "search:x1": "", "^x": "", "-x1": "", "'; DROP TABLE account": "", "nobody": "", "  ": "", "lines of name": "e1", "two lines": "e1",
		} {
			page, err := s.List(ctx, history.Query{Search: search})
			if err != nil || ids(page) != want {
				t.Errorf("%q: %q, want %q, %v", search, ids(page), want, err)
			}
		}
	})
}

// A history from before has its texts folded when it is opened.
func TestSearchOfAnOlderHistory(t *testing.T) {
	onEach(t, func(t *testing.T, p place) {
		dsn := p.dsn(t)
		s := open(t, dsn)
		write(t, s, history.Batch{Accounts: []history.Account{{ID: "a", Name: "Dampfkessel"}, {ID: "b"}}, Snapshots: []history.Snapshot{snap("a", on(1, 1), 50), snap("b", on(1, 1), 50)}})
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		driver, older := "sqlite", []string{"DROP TRIGGER account_text_insert", "DROP TRIGGER account_text_update", "DROP TRIGGER account_text_delete", "DROP TABLE account_fragment", "DROP TABLE account_text"}
		if p.name == "postgres" {
			driver, older = "pgx", []string{"DROP INDEX by_search"}
		}
		db := openSQL(t, driver, dsn)
		for _, statement := range append(append(older, withoutMovements...), "CREATE TABLE term (term TEXT, account BIGINT)", "UPDATE account SET search = ' a dampfkessel'", "DELETE FROM history_version WHERE version_id > 2") {
			execSQL(t, db, statement)
		}
		s = open(t, dsn)
		for search, want := range map[string]string{"kess": "a", "b": "b", " a": "a", "dampfkessel": "a"} {
			if page, err := s.List(ctx, history.Query{Search: search}); err != nil || ids(page) != want {
				t.Errorf("%q: %q, %v", search, ids(page), err)
			}
		}
		write(t, s, history.Batch{Accounts: []history.Account{{ID: "a", Name: "Renamed"}}})
		if page, err := s.List(ctx, history.Query{Search: "kess"}); err != nil || ids(page) != "" {
			t.Errorf("by the name of before: %q, %v", ids(page), err)
		}
	})
}

// Where a Postgres role may not create pg_trgm, the history is created, logs that and is
// searched all the same; once the extension is there, the next start creates the index.
func TestSearchWithoutTheExtension(t *testing.T) {
	postgresSchema(t)
	admin := openSQL(t, "pgx", os.Getenv("ETAPPE_POSTGRES"))
	name := fmt.Sprintf("etappe_plain_%d", os.Getpid())
	execSQL(t, admin, "CREATE ROLE "+name+" LOGIN PASSWORD 'plain'")
	t.Cleanup(func() { execSQL(t, admin, "DROP ROLE "+name) })
	execSQL(t, admin, "CREATE DATABASE "+name)
	t.Cleanup(func() { execSQL(t, admin, "DROP DATABASE "+name+" WITH (FORCE)") })
	u, err := url.Parse(os.Getenv("ETAPPE_POSTGRES"))
	if err != nil {
		t.Fatal("ETAPPE_POSTGRES is not a postgres:// address")
	}
	u.Path = "/" + name
	owner := openSQL(t, "pgx", u.String())
	execSQL(t, owner, "GRANT CREATE ON SCHEMA public TO "+name)
	u.User = url.UserPassword(name, "plain")
	s := open(t, u.String())
	if err := s.Unindexed(); !errors.Is(err, history.ErrUnindexed) {
		t.Errorf("without the extension: %v", err)
	}
	write(t, s, history.Batch{Snapshots: []history.Snapshot{snap("a-984", on(1, 1), 50), snap("b", on(1, 1), 50)}})
	find := func(s *history.Store) {
		t.Helper()
		if page, err := s.List(ctx, history.Query{Search: "98"}); err != nil || ids(page) != "a-984" {
			t.Errorf("%q, %v", ids(page), err)
		}
	}
	find(s)
	execSQL(t, owner, "CREATE EXTENSION pg_trgm SCHEMA public")
	again := open(t, u.String())
	if err := again.Unindexed(); err != nil {
		t.Errorf("with the extension: %v", err)
	}
	find(again)
}
