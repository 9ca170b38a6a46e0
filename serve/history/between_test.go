package history_test

import (
	"errors"
	"testing"
	"time"

	"github.com/etappe/etappe/serve/history"
)

// Two dates side by side: bands as displayed, who is new and gone, milestones as of the
// later date, and the real movements in between, each date by the answer that stands.
func TestBetweenTwoDates(t *testing.T) {
	onEach(t, func(t *testing.T, p place) {
		s := open(t, p.dsn(t))
		whole := func(at time.Time, list ...history.Snapshot) {
			write(t, s, history.Batch{Snapshots: list, Whole: at})
		}
		real := func(sn history.Snapshot, from time.Time, moved float64) history.Snapshot {
			sn.Movement = &history.Movement{From: from, FromModel: "v1", Moved: moved, Verdict: "moved", Reason: "BEHAVIOUR.LOGIN"}
			return sn
		}
		sick := func(sn history.Snapshot) history.Snapshot { sn.Band = "sick"; return sn }
		write(t, s, history.Batch{Accounts: []history.Account{{ID: "a", Name: "Alpha", Owner: "Ada", ARR: 100}}})
		whole(on(1, 1), snap("a", on(1, 1), 80), snap("b", on(1, 1), 50), snap("gone", on(1, 1), 50))
		whole(on(2, 1), real(snap("a", on(2, 1), 60), on(1, 1), -20), snap("b", on(2, 1), 50))
		whole(on(3, 1), real(sick(snap("a", on(3, 1), 10)), on(2, 1), -50), real(snap("b", on(3, 1), 70), on(2, 1), 20), snap("new", on(3, 1), 50))
		// Another model answers for b, and it did not move by that.
		calm := snap("b", on(3, 1), 71)
		calm.Model = "v2"
		write(t, s, history.Batch{Snapshots: []history.Snapshot{calm}})
		list, err := s.Between(ctx, on(1, 1), on(3, 1))
		if err != nil {
			t.Fatal(err)
		}
		type brief struct {
			id, before, after string
			moves             int
			reached           bool
		}
		var got []brief
		for _, b := range list {
			got = append(got, brief{b.ID, b.Before, b.After, len(b.Moves), b.Reached != nil})
		}
		band := snap("", on(1, 1), 80).Band
		if len(got) != 4 || got[0] != (brief{"a", band, "sick", 2, true}) || got[1].moves != 0 || got[2].id != "gone" || got[2].after != "" || got[2].reached || got[3].before != "" {
			t.Errorf("%+v", got)
		}
		if a := list[0]; a.Owner != "Ada" || a.ARR != 100 || !a.Moves[1].On.Equal(on(3, 1)) || a.Moves[1].Moved != -50 || a.Moves[0].Reason != "BEHAVIOUR.LOGIN" {
			t.Errorf("%+v", a)
		}
		dates, err := s.Wholes(ctx)
		equal(t, "dates", dates, []time.Time{on(1, 1), on(2, 1), on(3, 1)})
		if _, wrong := s.Between(ctx, on(3, 1), on(3, 1)); err != nil || !errors.Is(wrong, history.ErrInput) {
			t.Error(err, wrong)
		}
	})
}
