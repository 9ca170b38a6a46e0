package history_test

import (
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/etappe/etappe/serve/history"
)

func TestBadAccountsAreRefused(t *testing.T) {
	onEach(t, func(t *testing.T, p place) {
		s := open(t, p.dsn(t))
		for name, a := range map[string]history.Account{
			"no id":            {},
			"long id":          {ID: strings.Repeat("x", 1025)},
			"NUL in the name":  {ID: "a", Name: "a\x00"},
			"owner not UTF-8":  {ID: "a", Owner: "\xff"},
			"due in the day":   {ID: "a", DueOn: on(6, 1).Add(time.Hour)},
			"endless ARR":      {ID: "a", ARR: math.Inf(1)},
			"ARR out of range": {ID: "a", ARR: -2e12},
		} {
			if _, err := s.Write(ctx, history.Batch{Accounts: []history.Account{a}}); !errors.Is(err, history.ErrInput) {
				t.Errorf("%s: %v, want ErrInput", name, err)
			}
		}
	})
}

// A name of any length is kept, found and sorted: no index entry grows with it.
func TestLongNames(t *testing.T) {
	onEach(t, func(t *testing.T, p place) {
		s := open(t, p.dsn(t))
		long := history.Account{ID: strings.Repeat("ü", 512), Name: strings.Repeat("ä", 20_000), Parent: "p", ARR: math.NaN()}
		write(t, s, history.Batch{Accounts: []history.Account{long}, Snapshots: []history.Snapshot{snap(long.ID, on(1, 1), 50), snap("a", on(1, 1), 50)}})
		page, err := s.List(ctx, history.Query{Sort: history.SortAccount, Search: strings.Repeat("Ä", 20_000)})
		if err != nil || len(page.Rows) != 1 {
			t.Fatalf("%d accounts found, %v", len(page.Rows), err)
		}
		equal(t, "account", page.Rows[0].Account, long)
		if page, err = s.List(ctx, history.Query{Sort: history.SortAccount, Desc: true, Limit: 1}); err != nil || ids(page) != long.ID {
			t.Fatalf("last by name: %.20q, %v", ids(page), err)
		}
	})
}
