package world

import (
	"math"
	"testing"
	"time"

	"github.com/etappe/etappe/datasets"
)

// Nothing happens before an account was created, after it churned, or after
// the export; nothing was ingested before it happened.
func TestEventsStayInsideTheLife(t *testing.T) {
	w := shared(t, small)
	churned := map[int32]int64{}
	for _, r := range w.Tables.Renewals {
		if r.Outcome == datasets.Churned {
			churned[r.Account] = r.DueOn.Unix()
		}
	}
	if len(churned) < 100 {
		t.Fatalf("only %d accounts churned", len(churned))
	}
	end := w.Truth.End.Unix()
	eachEvent(t, w, func(b *datasets.EventBatch, i int) {
		a := b.Account[i]
		last, gone := churned[a]
		if gone && b.At[i] >= last {
			t.Fatalf("account %d churned on %s and has a %s on %s", a, date(int(last/secondsPerDay)), b.Types[b.Type[i]], time.Unix(b.At[i], 0))
		}
		if b.At[i] < w.Tables.Accounts[a].CreatedAt.Unix() || b.IngestedAt[i] < b.At[i] || b.IngestedAt[i] >= end {
			t.Fatalf("account %d, event %d: created %d, at %d, ingested %d, end %d", a, i, w.Tables.Accounts[a].CreatedAt.Unix(), b.At[i], b.IngestedAt[i], end)
		}
		if !(b.Count[i] >= 1) || b.Count[i] != math.Trunc(b.Count[i]) {
			t.Fatalf("account %d has a count of %g", a, b.Count[i])
		}
	})
	gone := func(account int32, at time.Time) bool {
		last, ok := churned[account]
		return ok && at.Unix() >= last || at.Unix() >= end || at.Before(w.Tables.Accounts[account].CreatedAt)
	}
	for _, m := range w.Tables.Milestones {
		if gone(m.Account, m.ReachedAt) || m.IngestedAt.Before(m.ReachedAt) || !m.IngestedAt.Before(w.Truth.End.AddDate(0, 0, 1)) {
			t.Fatalf("milestone outside the account's life: %+v", m)
		}
	}
	for _, v := range w.Tables.Interventions {
		if gone(v.Account, v.At) {
			t.Fatalf("intervention outside the account's life: %+v", v)
		}
	}
	for i, a := range w.Truth.Accounts {
		for _, e := range a.Episodes {
			if gone(int32(i), e.At) {
				t.Fatalf("episode outside the account's life: %+v", e)
			}
		}
	}
}

func TestRenewalsKeepTheirContract(t *testing.T) {
	w := shared(t, small)
	open := map[int32]int{}
	var expanded, contracted, decidedN int
	for i, r := range w.Tables.Renewals {
		if r.DueOn.Before(w.Truth.End) == (r.Outcome == datasets.Open) {
			t.Fatalf("renewal due %s is %s in a world that ends %s", r.DueOn, r.Outcome, w.Truth.End)
		}
		if i > 0 {
			p := w.Tables.Renewals[i-1]
			if p.Account > r.Account || p.Account == r.Account && (p.Outcome != datasets.Renewed || !p.DueOn.Before(r.DueOn)) {
				t.Fatalf("renewal %+v follows %+v", r, p)
			}
		}
		switch r.Outcome {
		case datasets.Open:
			open[r.Account]++
			if !r.DecidedOn.IsZero() || !math.IsNaN(r.ARRAfter) {
				t.Fatalf("an open renewal that is decided: %+v", r)
			}
		case datasets.Churned:
			if r.ARRAfter != 0 {
				t.Fatalf("churned with revenue left: %+v", r)
			}
		case datasets.Renewed:
			decidedN++
			if r.ARRAfter > 1.05*r.ARRBefore {
				expanded++
			}
			if r.ARRAfter < r.ARRBefore {
				contracted++
			}
		}
		if !(r.ARRBefore > 0) {
			t.Fatalf("renewal of nothing: %+v", r)
		}
	}
	for a, n := range open {
		if n != 1 {
			t.Errorf("account %d has %d open renewals", a, n)
		}
	}
	if len(open) < 300 || expanded*20 < decidedN || contracted*20 < decidedN {
		t.Errorf("%d open, %d expanded and %d contracted of %d renewed: too few", len(open), expanded, contracted, decidedN)
	}
}

func TestLateTrackingAndLateIngestion(t *testing.T) {
	w := shared(t, small)
	first := make([]int64, len(w.histories))
	usageRows, late := 0, 0
	eachEvent(t, w, func(b *datasets.EventBatch, i int) {
		if b.Type[i] > typeSession {
			return
		}
		usageRows++
		if b.IngestedAt[i] > b.At[i] {
			late++
		}
		if a := b.Account[i]; first[a] == 0 || b.At[i] < first[a] {
			first[a] = b.At[i]
		}
	})
	if share := float64(late) / float64(usageRows); share < .03 || share > .07 {
		t.Errorf("%.3f of the usage rows came late, want about .05", share)
	}
	blind := 0
	for a, h := range w.histories {
		from := w.Truth.Accounts[a].TrackedFrom
		if first[a] != 0 && first[a] < from.Unix() {
			t.Errorf("account %d is tracked from %s and seen before", a, from)
		}
		if h.tracked > h.created && h.tracked < h.ended {
			blind++
			if first[a] == 0 || first[a] > from.AddDate(0, 0, 60).Unix() {
				t.Errorf("account %d was not used when tracking came on", a)
			}
		}
	}
	if blind < 20 || blind > 120 {
		t.Errorf("%d of %d accounts were tracked late", blind, len(w.histories))
	}
}

func TestVolume(t *testing.T) {
	w := shared(t, small)
	rows, years := 0, 0.
	eachEvent(t, w, func(*datasets.EventBatch, int) { rows++ })
	for _, h := range w.histories {
		years += float64(h.ended-h.created) / 365.25
	}
	t.Logf("%d rows in %.0f account-years, %.0f a year", rows, years, float64(rows)/years)
	if rate := float64(rows) / years; rate < 300 || rate > 800 {
		t.Errorf("%.0f event rows per account-year", rate)
	}
}

// Sessions jump at the change of the interface, the real work does not; August
// and Christmas are quiet for everybody.
func TestChangeAndSeasons(t *testing.T) {
	w := shared(t, small)
	const months = 42
	var count [2][months]float64
	var days [months]float64
	start := w.Truth.Start
	month := func(at time.Time) int { return (at.Year()-start.Year())*12 + int(at.Month()) - 1 }
	for _, h := range w.histories {
		for d := max(h.created, h.tracked); d < h.ended; d++ {
			days[month(date(d))]++
		}
	}
	eachEvent(t, w, func(b *datasets.EventBatch, i int) {
		kind := 0
		if b.Type[i] == typeSession {
			kind = 1
		}
		if b.Type[i] <= typeSession {
			count[kind][month(time.Unix(b.At[i], 0).UTC())] += b.Count[i]
		}
	})
	rate := func(kind, from, to int) float64 {
		sum := 0.
		for m := from; m < to; m++ {
			sum += count[kind][m] / days[m]
		}
		return sum / float64(to-from)
	}
	change := month(w.Truth.Change)
	shift := rate(1, change+1, change+5) / rate(1, change-5, change-1)
	steady := rate(0, change+1, change+5) / rate(0, change-5, change-1)
	t.Logf("across the change: sessions × %.2f, usage × %.2f", shift, steady)
	if shift < 1.35 || steady < .8 || steady > 1.2 {
		t.Errorf("across the change sessions go × %.2f and usage × %.2f", shift, steady)
	}
	for _, august := range []int{19, 31} {
		if dip := rate(0, august, august+1) / rate(0, august-1, august); dip > .8 {
			t.Errorf("August of month %d is × %.2f of July", august, dip)
		}
	}
}

// When the champion leaves, somebody else does the administration, and less of it.
func TestChampionIsReplaced(t *testing.T) {
	w := shared(t, small)
	admin := uint16(len(usages) - 1)
	users := make([]map[uint64]bool, len(w.histories))
	eachEvent(t, w, func(b *datasets.EventBatch, i int) {
		if b.Type[i] != admin {
			return
		}
		a := b.Account[i]
		if users[a] == nil {
			users[a] = map[uint64]bool{}
		}
		users[a][b.User[i]] = true
	})
	departures := 0
	for a, h := range w.histories {
		left := 0
		for _, e := range h.episodes {
			if e.Kind == ChampionLeft {
				left++
			}
		}
		departures += left
		if len(users[a]) > left+1 {
			t.Errorf("account %d lost %d champions and had %d", a, left, len(users[a]))
		}
	}
	if departures < 100 {
		t.Errorf("only %d champions left", departures)
	}
}
