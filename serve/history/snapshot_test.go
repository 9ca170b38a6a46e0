package history_test

import (
	"errors"
	"math"
	"testing"
	"time"

	"github.com/etappe/etappe/serve/history"
)

func TestWhatIsWrittenIsReadToTheBit(t *testing.T) {
	onEach(t, func(t *testing.T, p place) {
		s := open(t, p.dsn(t))
		want := snap("a", on(1, 1), 50)
		bare := history.Snapshot{AccountID: `<script>alert("x")</script> '; DROP TABLE account; -- %_\`, AsOf: on(1, 2), Model: "v1", Fingerprint: "f1",
			Tenure: math.NaN(), Health: math.Copysign(0, -1), Outlook: math.Pi, Path: math.NaN(), Low: math.NaN(), High: math.NaN(),
			Membership: math.Float64frombits(0x7ff8dead00000001), Churn: math.SmallestNonzeroFloat64}
		n := write(t, s, history.Batch{Snapshots: []history.Snapshot{want, bare}})
		equal(t, "written", n, history.Written{Inserted: 2, Accounts: 2})
		for _, w := range []history.Snapshot{want, bare} {
			for name, read := range map[string]func() (history.Snapshot, error){
				"Latest":                 func() (history.Snapshot, error) { return s.Latest(ctx, w.AccountID) },
				"Snapshot of the date":   func() (history.Snapshot, error) { return s.Snapshot(ctx, w.AccountID, w.AsOf, "") },
				"Snapshot of the model":  func() (history.Snapshot, error) { return s.Snapshot(ctx, w.AccountID, w.AsOf, "v1") },
				"first of the timeline ": func() (history.Snapshot, error) { l, err := s.Timeline(ctx, w.AccountID); return l[0], err },
			} {
				got, err := read()
				if err != nil {
					t.Fatal(err)
				}
				equal(t, name, got, asRead(w))
			}
		}
	})
}

func TestUnknownIsNotFound(t *testing.T) {
	onEach(t, func(t *testing.T, p place) {
		s := open(t, p.dsn(t))
		write(t, s, history.Batch{Snapshots: []history.Snapshot{snap("a", on(1, 1), 50)}})
		for name, read := range map[string]func() error{
			"account":             func() error { _, err := s.Account(ctx, "b"); return err },
			"latest":              func() error { _, err := s.Latest(ctx, "b"); return err },
			"timeline":            func() error { _, err := s.Timeline(ctx, "b"); return err },
			"date":                func() error { _, err := s.Snapshot(ctx, "a", on(1, 2), ""); return err },
			"model":               func() error { _, err := s.Snapshot(ctx, "a", on(1, 1), "v2"); return err },
			"nearest of unknown":  func() error { _, err := s.Nearest(ctx, "b", on(1, 1)); return err },
			"row of the unknown ": func() error { _, err := s.Row(ctx, "b"); return err },
		} {
			notFound(t, name, read)
		}
	})
}

func notFound(t *testing.T, name string, read func() error) {
	t.Helper()
	if err := read(); !errors.Is(err, history.ErrNotFound) {
		t.Errorf("%s: %v, want ErrNotFound", name, err)
	}
}

func TestNearestDates(t *testing.T) {
	onEach(t, func(t *testing.T, p place) {
		s := open(t, p.dsn(t))
		write(t, s, history.Batch{Snapshots: []history.Snapshot{snap("a", on(1, 1), 50), snap("a", on(2, 1), 50), snap("a", on(3, 1), 50)}})
		for _, c := range []struct {
			at   time.Time
			want []time.Time
		}{
			{on(1, 15), []time.Time{on(1, 1), on(2, 1)}},
			{on(2, 1), []time.Time{on(2, 1)}},
			{on(4, 1), []time.Time{on(3, 1)}},
			{time.Date(1960, 1, 1, 0, 0, 0, 0, time.UTC), []time.Time{on(1, 1)}},
		} {
			got, err := s.Nearest(ctx, "a", c.at)
			if err != nil {
				t.Fatal(err)
			}
			equal(t, c.at.String(), got, c.want)
		}
	})
}

func TestBadSnapshotsAreRefusedAndNothingIsKept(t *testing.T) {
	onEach(t, func(t *testing.T, p place) {
		s := open(t, p.dsn(t))
		for name, spoil := range map[string]func(*history.Snapshot){
			"no account":        func(sn *history.Snapshot) { sn.AccountID = "" },
			"NUL":               func(sn *history.Snapshot) { sn.AccountID = "a\x00" },
			"no UTF-8":          func(sn *history.Snapshot) { sn.ClusterName = "\xff" },
			"no model":          func(sn *history.Snapshot) { sn.Model = "" },
			"not midnight":      func(sn *history.Snapshot) { sn.AsOf = sn.AsOf.Add(time.Hour) },
			"no date":           func(sn *history.Snapshot) { sn.AsOf = time.Time{} },
			"no health":         func(sn *history.Snapshot) { sn.Health = math.NaN() },
			"endless health":    func(sn *history.Snapshot) { sn.Health = math.Inf(1) },
			"no churn":          func(sn *history.Snapshot) { sn.Churn = math.NaN() },
			"churn above 1":     func(sn *history.Snapshot) { sn.Churn = 1.5 },
			"another catalogue": func(sn *history.Snapshot) { sn.Fingerprint = "f2" },
		} {
			bad := snap("bad", on(1, 2), 50)
			spoil(&bad)
			_, err := s.Write(ctx, history.Batch{Snapshots: []history.Snapshot{snap("good", on(1, 1), 50), bad}})
			if !errors.Is(err, history.ErrInput) {
				t.Errorf("%s: %v, want ErrInput", name, err)
			}
			if _, err := s.Latest(ctx, "good"); !errors.Is(err, history.ErrNotFound) {
				t.Errorf("%s: the good snapshot of a bad batch is there: %v", name, err)
			}
		}
	})
}
