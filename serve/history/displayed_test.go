package history_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/etappe/etappe/serve/history"
)

// compareTimelines holds what is displayed of every snapshot against the dates
// before it.
func compareTimelines(t *rapid.T, s *history.Store, b *book) {
	for id := range b.accounts {
		list, err := s.Timeline(ctx, id)
		if err != nil {
			t.Fatal(err)
		}
		var dates []time.Time // before that of the snapshot
		for i, sn := range list {
			if i > 0 && list[i-1].AsOf.Before(sn.AsOf) {
				dates = append(dates, list[i-1].AsOf)
			}
			band, since := b.displayed(id, dates)
			if band == "" || band != sn.Plain && band != near(sn.Health) {
				band, since = sn.Plain, sn.AsOf
			}
			if sn.Band != band || !sn.Since.Equal(since) {
				t.Fatalf("%s at %s with health %v: %s since %s, want %s since %s", id, sn.AsOf, sn.Health, sn.Band, sn.Since, band, since)
			}
		}
	}
}

// The thresholds are 40 and 70; a band changes 5 points past one of them.
func TestBandsAreHeld(t *testing.T) {
	onEach(t, func(t *testing.T, p place) {
		s := open(t, p.dsn(t))
		displayed := func(name string, want ...string) {
			t.Helper()
			list, err := s.Timeline(ctx, "a")
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, sn := range list {
				got = append(got, sn.AsOf.Format("2.1 ")+sn.Band+sn.Since.Format(" 2.1"))
			}
			equal(t, name, got, want)
			last := list[len(list)-1]
			r, err := s.Row(ctx, "a")
			if err != nil {
				t.Fatal(err)
			}
			equal(t, name+": in the portfolio", []any{r.Band, r.Plain, r.Since}, []any{last.Band, last.Plain, last.Since})
			page, err := s.List(ctx, history.Query{Bands: []string{last.Band}})
			if err != nil || ids(page) != "a" {
				t.Errorf("%s: filtered by the band that is displayed: %q, %v", name, ids(page), err)
			}
			sum, err := s.Summary(ctx, history.Query{})
			if err != nil || len(sum.Bands) != 1 || sum.Bands[0].ID != last.Band {
				t.Errorf("%s: counted as %+v, %v", name, sum.Bands, err)
			}
		}
		put := func(sn ...history.Snapshot) { t.Helper(); write(t, s, history.Batch{Snapshots: sn}) }
		put(snap("a", on(1, 1), 69), snap("a", on(1, 2), 72), snap("a", on(1, 3), 75), snap("a", on(1, 4), 66))
		displayed("as the score goes", "1.1 at_risk 1.1", "2.1 at_risk 1.1", "3.1 healthy 3.1", "4.1 healthy 3.1")
		put(snap("a", on(1, 4), 66))
		displayed("the same again", "1.1 at_risk 1.1", "2.1 at_risk 1.1", "3.1 healthy 3.1", "4.1 healthy 3.1")
		put(snap("a", on(1, 4), 64))
		displayed("the newest is lower", "1.1 at_risk 1.1", "2.1 at_risk 1.1", "3.1 healthy 3.1", "4.1 at_risk 4.1")
		put(snap("a", on(1, 4), 67))
		displayed("and is higher again", "1.1 at_risk 1.1", "2.1 at_risk 1.1", "3.1 healthy 3.1", "4.1 healthy 3.1")
		put(snap("a", on(1, 3), 74))
		displayed("an earlier date is lower: what rested on it falls", "1.1 at_risk 1.1", "2.1 at_risk 1.1", "3.1 at_risk 1.1", "4.1 at_risk 1.1")
		put(snap("a", on(1, 1), 71))
		displayed("the first date is higher: all follow", "1.1 healthy 1.1", "2.1 healthy 1.1", "3.1 healthy 1.1", "4.1 healthy 1.1")
		other := snap("a", on(1, 4), 38)
		other.Model = "v2"
		put(other)
		displayed("another model at the same date", "1.1 healthy 1.1", "2.1 healthy 1.1", "3.1 healthy 1.1", "4.1 healthy 1.1", "4.1 sick 4.1")
		next := snap("a", on(1, 5), 42)
		next.Model = "v2"
		put(next)
		displayed("the other model takes over what it showed", "1.1 healthy 1.1", "2.1 healthy 1.1", "3.1 healthy 1.1", "4.1 healthy 1.1", "4.1 sick 4.1", "5.1 sick 4.1")
		put(snap("a", on(1, 4), 67))
		displayed("the first model is written last again", "1.1 healthy 1.1", "2.1 healthy 1.1", "3.1 healthy 1.1", "4.1 sick 4.1", "4.1 healthy 1.1", "5.1 at_risk 5.1")
	})
}

// A snapshot that was read may be written as it is.
func TestASnapshotThatWasReadIsWrittenAsItIs(t *testing.T) {
	onEach(t, func(t *testing.T, p place) {
		s := open(t, p.dsn(t))
		write(t, s, history.Batch{Snapshots: []history.Snapshot{snap("a", on(1, 1), 75), snap("a", on(1, 2), 66)}})
		held, err := s.Latest(ctx, "a")
		if err != nil || held.Band != "healthy" || held.Plain != "at_risk" {
			t.Fatal(held.Band, held.Plain, err)
		}
		equal(t, "written again", write(t, s, history.Batch{Snapshots: []history.Snapshot{held}}), history.Written{Unchanged: 1})
	})
}

// What is displayed stays displayed when the dates are dropped that it rests on, and an
// answer at the first date that is left still stands behind them.
func TestKeepChangesNoBand(t *testing.T) {
	onEach(t, func(t *testing.T, p place) {
		s := open(t, p.dsn(t)) // it is 2026-03-04
		write(t, s, history.Batch{Snapshots: []history.Snapshot{snap("a", on(1, 1), 75), snap("a", on(3, 1), 66)}})
		if _, err := s.Keep(ctx, history.Retention{Months: 1, Left: true}, "test"); err != nil {
			t.Fatal(err)
		}
		for _, health := range []float64{66, 67} {
			write(t, s, history.Batch{Snapshots: []history.Snapshot{snap("a", on(3, 1), health)}})
			list, err := s.Timeline(ctx, "a")
			if err != nil {
				t.Fatal(err)
			}
			want := snap("a", on(3, 1), health)
			want.Band, want.Plain, want.Since = "healthy", "at_risk", on(1, 1)
			equal(t, "left", list, []history.Snapshot{want})
		}
	})
}

func TestTheAnswerBefore(t *testing.T) {
	onEach(t, func(t *testing.T, p place) {
		s := open(t, p.dsn(t))
		write(t, s, history.Batch{Snapshots: []history.Snapshot{snap("a", on(1, 1), 75), snap("a", on(1, 3), 66)}})
		for at, want := range map[time.Time]time.Time{on(1, 2): on(1, 1), on(1, 3): on(1, 1), on(1, 4): on(1, 3)} {
			sn, err := s.Before(ctx, "a", at)
			if err != nil || !sn.AsOf.Equal(want) {
				t.Errorf("before %s: %s, %v", at, sn.AsOf, err)
			}
		}
		notFound(t, "before the first", func() error { _, err := s.Before(ctx, "a", on(1, 1)); return err })
		notFound(t, "before anything", func() error { _, err := s.Before(ctx, "b", on(1, 1)); return err })
	})
}

// A write counts what is displayed of its snapshots, whether they are new, newest,
// in between or there already.
func TestAWriteCountsTheBandsThatAreShown(t *testing.T) {
	onEach(t, func(t *testing.T, p place) {
		s := open(t, p.dsn(t))
		counted := func(name string, want map[string]int, list ...history.Snapshot) {
			t.Helper()
			w, err := s.Begin(ctx, "")
			if err != nil {
				t.Fatal(err)
			}
			defer w.Rollback()
			for i := range list {
				if err := w.Snapshot(&list[i]); err != nil {
					t.Fatal(err)
				}
			}
			if _, err := w.Commit(); err != nil {
				t.Fatal(err)
			}
			equal(t, name, w.Bands(), want)
		}
		counted("new", map[string]int{"healthy": 2, "at_risk": 1}, snap("a", on(1, 1), 75), snap("a", on(1, 3), 66), snap("b", on(1, 3), 66))
		counted("there already", map[string]int{"healthy": 1, "at_risk": 1}, snap("a", on(1, 3), 66), snap("b", on(1, 3), 66))
		counted("in between", map[string]int{"at_risk": 1}, snap("a", on(1, 2), 64))
		counted("what stood on it", map[string]int{"at_risk": 1}, snap("a", on(1, 3), 66))
		counted("nothing", map[string]int{})
	})
}
