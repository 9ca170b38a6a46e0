package history_test

import (
	"errors"
	"testing"
	"time"

	"github.com/etappe/etappe/serve/history"
)

func TestOverridesStandBesideTheScore(t *testing.T) {
	onEach(t, func(t *testing.T, p place) {
		now := noon
		s, err := history.Open(ctx, p.dsn(t), history.Options{Clock: func() time.Time { return now }})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		write(t, s, history.Batch{Snapshots: []history.Snapshot{snap("a", on(1, 1), 30), snap("b", on(1, 1), 30)}})
		add := func(o history.Override) history.Override {
			t.Helper()
			o, err := s.AddOverride(ctx, o)
			if err != nil {
				t.Fatal(err)
			}
			return o
		}
		forever := add(history.Override{AccountID: "a", Band: "healthy", Reason: "the board likes us", Owner: "Ada", RevokedBy: "ignored"})
		week := add(history.Override{AccountID: "a", Band: "at_risk", Reason: "<b>merger</b>", Owner: "Bo", Expires: noon.AddDate(0, 0, 7)})
		equal(t, "stamped", []any{forever.AddedAt, forever.RevokedBy}, []any{noon, ""})
		list, err := s.Overrides(ctx, "a")
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "newest first", list, []history.Override{week, forever})
		displayed := func(name string, want *history.Override) {
			t.Helper()
			page, err := s.List(ctx, history.Query{Sort: history.SortAccount})
			if err != nil {
				t.Fatal(err)
			}
			equal(t, name, page.Rows[0].Override, want)
			equal(t, name+": the score stays", []any{page.Rows[0].Band, page.Rows[0].Health}, []any{"sick", 30.0})
			if page.Rows[1].Override != nil {
				t.Errorf("%s: account b shows %v", name, page.Rows[1].Override)
			}
		}
		displayed("two hold", &week)
		now = noon.AddDate(0, 0, 7)
		displayed("one expired", &forever)
		for range 2 { // the second changes nothing
			if err := s.RevokeOverride(ctx, "a", forever.ID, "Cy"); err != nil {
				t.Fatal(err)
			}
		}
		displayed("none holds", nil)
		list, err = s.Overrides(ctx, "a")
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "revoked", []any{list[1].RevokedAt, list[1].RevokedBy}, []any{now, "Cy"})
		log, err := s.Audit(ctx, 3)
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "audit", log, []history.Entry{
			{At: now, Actor: "Cy", Action: history.ActionRevoke, AccountID: "a", Subject: s.Subject("a"), Detail: "id=1"},
			{At: noon, Actor: "Bo", Action: history.ActionOverride, AccountID: "a", Subject: s.Subject("a"), Detail: "id=2 band=at_risk reason=<b>merger</b>"},
			{At: noon, Actor: "Ada", Action: history.ActionOverride, AccountID: "a", Subject: s.Subject("a"), Detail: "id=1 band=healthy reason=the board likes us"},
		})
	})
}

func TestOverridesThatAreRefused(t *testing.T) {
	onEach(t, func(t *testing.T, p place) {
		s := open(t, p.dsn(t))
		write(t, s, history.Batch{Snapshots: []history.Snapshot{snap("a", on(1, 1), 30), snap("b", on(1, 1), 30)}})
		good := history.Override{AccountID: "a", Band: "healthy", Reason: "r", Owner: "Ada"}
		for name, spoil := range map[string]func(*history.Override){
			"no band":   func(o *history.Override) { o.Band = "" },
			"no reason": func(o *history.Override) { o.Reason = "" },
			"no owner":  func(o *history.Override) { o.Owner = "" },
			"NUL":       func(o *history.Override) { o.Reason = "a\x00b" },
			"expired":   func(o *history.Override) { o.Expires = noon },
		} {
			bad := good
			spoil(&bad)
			if _, err := s.AddOverride(ctx, bad); !errors.Is(err, history.ErrInput) {
				t.Errorf("%s: %v, want ErrInput", name, err)
			}
		}
		added, err := s.AddOverride(ctx, good)
		if err != nil {
			t.Fatal(err)
		}
		good.AccountID = "unknown"
		if _, err := s.AddOverride(ctx, good); !errors.Is(err, history.ErrNotFound) {
			t.Errorf("of an unknown account: %v", err)
		}
		for name, revoke := range map[string]func() error{
			"of another account":  func() error { return s.RevokeOverride(ctx, "b", added.ID, "Cy") },
			"of an unknown one":   func() error { return s.RevokeOverride(ctx, "unknown", added.ID, "Cy") },
			"that does not exist": func() error { return s.RevokeOverride(ctx, "a", added.ID+1, "Cy") },
		} {
			if err := revoke(); !errors.Is(err, history.ErrNotFound) {
				t.Errorf("an override %s was revoked: %v", name, err)
			}
		}
	})
}
