package history_test

import (
	"math"
	"testing"

	"github.com/etappe/etappe/serve/history"
)

// mixedBatch has accounts with and without ARR, owner, renewal and answer, and two
// models at one date.
func mixedBatch() history.Batch {
	under := func(model string, sn history.Snapshot) history.Snapshot { sn.Model = model; return sn }
	return history.Batch{
		Actor: "nightly",
		Model: history.Model{Version: "v1", TrainedAt: noon, Fingerprint: "f1"},
		Accounts: []history.Account{
			{ID: "a", Name: "Acme", Owner: "Ada", DueOn: on(4, 2), ARR: 1200.125},
			{ID: "b", Name: "Bolt", Owner: "Bo", DueOn: on(4, 2), ARR: 0.3},
			{ID: "c", Name: "Cargo", Owner: "Ada", DueOn: on(5, 1), ARR: -3.335},
			{ID: "d", Name: "Dynamo", DueOn: on(4, 2), ARR: math.NaN()},
			{ID: "e", Name: "Elbe", Owner: "Ada", ARR: 99.99},
			{ID: "f", Name: "Never answered", DueOn: on(6, 1), ARR: 5},
		},
		Snapshots: []history.Snapshot{
			snap("a", on(1, 1), 72), snap("a", on(2, 1), 68), snap("a", on(3, 1), 69),
			snap("b", on(1, 1), 30), snap("b", on(2, 1), 41),
			snap("c", on(2, 1), 50), under("v2", snap("c", on(2, 1), 71)),
			snap("d", on(3, 1), 39.5), snap("e", on(3, 1), 90),
		},
		Interventions: []history.Intervention{{AccountID: "a", At: noon, Kind: "call", Owner: "Ada"}},
	}
}

// What is taken out of the rollups is what was put in: with every account moved
// and then erased, nothing is left of them.
func TestNothingIsLeftInTheRollups(t *testing.T) {
	onEach(t, func(t *testing.T, p place) {
		dsn := p.dsn(t)
		s := open(t, dsn)
		write(t, s, mixedBatch())
		moved := mixedBatch()
		moved.Interventions = nil
		for i := range moved.Accounts {
			moved.Accounts[i].DueOn, moved.Accounts[i].ARR = on(4, 2), 7
		}
		moved.Snapshots = []history.Snapshot{snap("a", on(3, 4), 10), snap("b", on(3, 4), 10), snap("c", on(3, 4), 10), snap("d", on(3, 4), 10), snap("e", on(3, 4), 10)}
		write(t, s, moved)
		buckets := func(table string) (n int) {
			db := openSQL(t, map[string]string{"sqlite": "sqlite", "postgres": "pgx"}[p.name], dsn)
			if err := db.QueryRow(`SELECT count(*) FROM ` + table).Scan(&n); err != nil {
				t.Fatal(err)
			}
			return n
		}
		for _, table := range []string{"rollup", "renewal_rollup"} {
			if buckets(table) == 0 {
				t.Errorf("%s is empty with accounts", table)
			}
		}
		for _, id := range []string{"a", "b", "c", "d", "e"} {
			if _, err := s.Erase(ctx, id, "test"); err != nil {
				t.Fatal(err)
			}
		}
		for _, table := range []string{"rollup", "renewal_rollup"} {
			if n := buckets(table); n > 0 {
				t.Errorf("%d rows of %s are left over no accounts", n, table)
			}
		}
	})
}
