package history_test

import (
	"math"
	"testing"
	"time"

	"github.com/etappe/etappe/serve/history"
)

// Cases are terms that ended and were decided: renewed by a later renewal, not by
// leaving. What is of another cluster or band, too early, too late, or not decided yet
// does not count, and nothing does before anybody has left.
func TestLikeCases(t *testing.T) {
	onEach(t, func(t *testing.T, p place) {
		s := open(t, p.dsn(t))
		account := func(id string, at, due time.Time) history.Account {
			return history.Account{ID: id, AsOf: at, DueOn: due, ARR: math.NaN()}
		}
		in := func(sn history.Snapshot, cluster, band string) history.Snapshot {
			sn.ClusterID, sn.ClusterName, sn.Band = cluster, cluster, band
			return sn
		}
		call := func(id string, at time.Time) history.Intervention {
			return history.Intervention{AccountID: id, At: at, Kind: "call"}
		}
		due, next := on(2, 1), on(2, 1).AddDate(1, 0, 0)
		b := history.Batch{Actor: "test", Whole: on(1, 1)}
		for _, one := range []struct{ id, cluster, band string }{{"stays", "c1", "sick"}, {"leaves", "c1", "at_risk"}, {"open", "c1", "sick"},
			{"early", "c1", "sick"}, {"well", "c1", "healthy"}, {"other", "c2", "sick"}, {"idle", "c1", "sick"}} {
			b.Accounts = append(b.Accounts, account(one.id, on(1, 1), due))
			b.Snapshots = append(b.Snapshots, in(snap(one.id, on(1, 1), 30), one.cluster, one.band))
			if one.id != "idle" && one.id != "early" {
				b.Interventions = append(b.Interventions, call(one.id, on(1, 10)), call(one.id, on(1, 20)))
			}
		}
		b.Interventions = append(b.Interventions, call("early", due.AddDate(0, 0, -91)), call("idle", due),
			history.Intervention{AccountID: "stays", At: on(1, 11), Kind: "training"})
		write(t, s, b)
		count := func(asOf time.Time, bands ...string) ([]history.LikeCase, bool) {
			t.Helper()
			list, decided, err := s.LikeCases(ctx, history.LikeQuery{Cluster: "c1", Bands: bands, AsOf: asOf, Days: 90})
			if err != nil {
				t.Fatal(err)
			}
			return list, decided
		}
		if list, decided := count(on(1, 1), "sick", "at_risk"); decided || list != nil {
			t.Errorf("nobody has left: %v, %v", list, decided)
		}
		b = history.Batch{Actor: "test", Whole: on(3, 1)}
		for _, one := range []struct {
			id string
			at time.Time
		}{{"stays", next}, {"open", due}, {"early", next}, {"well", next}, {"other", next}, {"idle", next}} {
			cluster, band := "c1", "sick"
			if one.id == "other" {
				cluster = "c2"
			}
			b.Accounts = append(b.Accounts, account(one.id, on(3, 1), one.at))
			b.Snapshots = append(b.Snapshots, in(snap(one.id, on(3, 1), 30), cluster, band))
		}
		write(t, s, b)
		for _, c := range []struct {
			asOf  time.Time
			bands []string
			want  []history.LikeCase
		}{
			{on(3, 1), []string{"sick", "at_risk"}, []history.LikeCase{{Kind: "call", Cases: 2, Renewed: 1}, {Kind: "training", Cases: 1, Renewed: 1}}},
			{on(3, 1), []string{"healthy"}, []history.LikeCase{{Kind: "call", Cases: 1, Renewed: 1}}},
			{on(3, 1), []string{"nobody"}, nil},
			{on(2, 1), []string{"sick", "at_risk"}, nil},
		} {
			list, decided := count(c.asOf, c.bands...)
			equal(t, c.asOf.Format(time.DateOnly)+" "+c.bands[0], list, c.want)
			if decided != c.asOf.Equal(on(3, 1)) {
				t.Errorf("%s: decided %v", c.asOf, decided)
			}
		}
	})
}
