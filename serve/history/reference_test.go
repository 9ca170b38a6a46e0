package history_test

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/etappe/etappe/serve/history"
)

// book is the history as a reader would keep it by hand: every write in its
// order, and everything else looked up from there.
type book struct {
	accounts  map[string]history.Account
	order     map[string]int // in which accounts came in
	writes    []history.Snapshot
	wholes    []time.Time // dates of whole portfolios
	described map[string]time.Time
	missing   map[string]time.Time // accounts that a whole portfolio of the date of their latest answer lacks
}

func newBook() *book {
	return &book{accounts: map[string]history.Account{}, order: map[string]int{}, missing: map[string]time.Time{}, described: map[string]time.Time{}}
}

// write notes a batch: its accounts come in first.
func (b *book) write(batch history.Batch) {
	var ids []string
	for _, a := range batch.Accounts {
		ids = append(ids, a.ID)
	}
	for _, sn := range batch.Snapshots {
		ids = append(ids, sn.AccountID)
	}
	for _, id := range ids {
		if _, known := b.order[id]; !known {
			b.order[id] = len(b.order)
			b.accounts[id] = history.Account{ID: id, ARR: math.NaN()}
		}
	}
	for _, a := range batch.Accounts {
		if !a.AsOf.IsZero() && a.AsOf.Before(b.described[a.ID]) {
			continue
		}
		if !a.AsOf.IsZero() {
			b.described[a.ID] = a.AsOf
		}
		a.AsOf = time.Time{}
		b.accounts[a.ID] = a
	}
	b.writes = append(b.writes, batch.Snapshots...)
	if slices.ContainsFunc(batch.Snapshots, func(sn history.Snapshot) bool { return sn.AsOf.Equal(batch.Whole) }) {
		b.wholes = append(b.wholes, batch.Whole)
		for id := range b.accounts {
			if r, known := b.row(id); known && r.AsOf.Equal(batch.Whole) {
				b.missing[id] = batch.Whole
			}
		}
	}
	for _, sn := range batch.Snapshots {
		in := slices.ContainsFunc(batch.Snapshots, func(o history.Snapshot) bool {
			return o.AccountID == sn.AccountID && o.AsOf.Equal(b.missing[sn.AccountID])
		})
		if in {
			delete(b.missing, sn.AccountID)
		}
	}
}

// last is what was written last for an account at a date.
func (b *book) last(id string, at time.Time) *history.Snapshot {
	for i := len(b.writes) - 1; i >= 0; i-- {
		if sn := &b.writes[i]; sn.AccountID == id && sn.AsOf.Equal(at) {
			return sn
		}
	}
	return nil
}

// row is an account as the portfolio must show it.
func (b *book) row(id string) (history.Row, bool) {
	var dates []time.Time
	for i := range b.writes {
		if b.writes[i].AccountID == id {
			dates = append(dates, b.writes[i].AsOf)
		}
	}
	slices.SortFunc(dates, time.Time.Compare)
	dates = slices.Compact(dates)
	if len(dates) == 0 {
		return history.Row{}, false
	}
	sn := b.last(id, dates[len(dates)-1])
	r := history.Row{Account: b.accounts[id], AsOf: sn.AsOf, Model: sn.Model, Health: sn.Health, Churn: sn.Churn, Low: sn.Low, High: sn.High,
		Plain: sn.Band, ClusterID: sn.ClusterID, ClusterName: sn.ClusterName, Membership: sn.Membership,
		TopTheme: sn.TopTheme, TopReason: sn.TopReason, Moved: math.NaN(), ModelMoved: math.NaN(), MovePoints: math.NaN()}
	r.Band, r.Since = b.displayed(id, dates)
	for _, whole := range b.wholes {
		if whole.After(sn.AsOf) && (r.LeftOn.IsZero() || whole.Before(r.LeftOn)) {
			r.LeftOn = whole
		}
	}
	if at, missing := b.missing[id]; missing && at.Equal(sn.AsOf) {
		r.LeftOn = at
	}
	if len(dates) > 1 {
		r.Previous = dates[len(dates)-2]
		shown := func(v float64) float64 { return math.Round(v*10)/10 + 0 }
		before := b.last(id, r.Previous)
		if r.PreviousModel, r.OtherModel = before.Model, before.Model != sn.Model; !r.OtherModel {
			r.Moved = shown(shown(sn.Health) - shown(before.Health))
		}
	}
	return r, true
}

// displayed is the band that is displayed at the last of an account's dates, and since
// when: it stays for as long as the score has not passed a threshold by 5.
func (b *book) displayed(id string, dates []time.Time) (band string, since time.Time) {
	for _, at := range dates {
		sn := b.last(id, at)
		if band == "" || band != sn.Band && band != near(sn.Health) {
			band, since = sn.Band, at
		}
	}
	return band, since
}

// list is what a query must answer, over all pages.
func (b *book) list(q history.Query) []history.Row {
	var rows []history.Row
	for id := range b.accounts {
		if r, ok := b.row(id); ok && passes(r, q) {
			rows = append(rows, r)
		}
	}
	slices.SortFunc(rows, func(x, y history.Row) int {
		if c := b.compare(x, y, q); c != 0 {
			return c
		}
		return b.turn(cmp.Compare(b.order[x.ID], b.order[y.ID]), q)
	})
	return rows
}

func (b *book) turn(c int, q history.Query) int {
	if q.Desc {
		return -c
	}
	return c
}

// compare puts what is unknown last in both directions.
func (b *book) compare(x, y history.Row, q history.Query) int {
	known := func(unknownX, unknownY bool, c int) int {
		switch {
		case unknownX && unknownY:
			return 0
		case unknownX:
			return 1
		case unknownY:
			return -1
		}
		return b.turn(c, q)
	}
	switch q.Sort {
	case history.SortHealth:
		return b.turn(cmp.Compare(x.Health, y.Health), q)
	case history.SortChurn:
		return b.turn(cmp.Compare(x.Churn, y.Churn), q)
	case history.SortARR:
		return known(math.IsNaN(x.ARR), math.IsNaN(y.ARR), cmp.Compare(x.ARR, y.ARR))
	case history.SortMoved:
		return known(math.IsNaN(x.Moved), math.IsNaN(y.Moved), cmp.Compare(x.Moved, y.Moved))
	case history.SortAccount:
		return b.turn(strings.Compare(label(x), label(y)), q)
	case history.SortMatch, "":
		if c := cmp.Compare(rankOf(x, q.Search), rankOf(y, q.Search)); c != 0 && q.Search != "" {
			return c
		}
	}
	if c := known(x.DueOn.IsZero(), y.DueOn.IsZero(), x.DueOn.Compare(y.DueOn)); c != 0 {
		return c
	}
	return b.turn(cmp.Compare(x.Health, y.Health), q)
}

func label(r history.Row) string { return strings.ToLower(cmp.Or(r.Name, r.ID)) }

func passes(r history.Row, q history.Query) bool {
	one := func(filter []string, value, none string) bool {
		return len(filter) == 0 || slices.Contains(filter, value) && value != "" || value == "" && slices.Contains(filter, none)
	}
	return q.Left != r.LeftOn.IsZero() && one(q.Bands, r.Band, "") && one(q.Clusters, r.ClusterID, history.NoCluster) && one(q.Owners, r.Owner, history.NoOwner) && one(q.Themes, r.TopTheme, "") &&
		(q.ARRFrom == nil || r.ARR >= *q.ARRFrom) && (q.ARRTo == nil || r.ARR <= *q.ARRTo) && (!q.Override || r.Override != nil) &&
		(q.DueFrom.IsZero() || !r.DueOn.IsZero() && !r.DueOn.Before(q.DueFrom)) &&
		(q.DueBefore.IsZero() || !r.DueOn.IsZero() && r.DueOn.Before(q.DueBefore)) && found(r, q.Search)
}

// plain writes the letters of the tests without case, accents and dots.
var plain = strings.NewReplacer("ä", "a", "ö", "o", "ü", "u", "ß", "ss", "é", "e")

// found searches as the documentation of Query says.
func found(r history.Row, search string) bool {
	words := strings.Fields(search)
	for _, w := range words {
		if !fit(r, w, strings.Contains) {
			return false
		}
	}
	return search == "" || len(words) > 0
}

// fit reports whether id or name, in either spelling, stands to a text in a relation.
func fit(r history.Row, text string, is func(have, text string) bool) bool {
	spelled := strings.NewReplacer("ae", "a", "oe", "o", "ue", "u")
	want := plain.Replace(strings.ToLower(text))
	for _, have := range []string{r.ID, r.Name} {
		have = plain.Replace(strings.ToLower(have))
		if is(have, want) || len(spelled.Replace(want)) > 2 && is(spelled.Replace(have), spelled.Replace(want)) {
			return true
		}
	}
	return false
}

// rankOf is 0 for what is searched itself, 1 for its beginning and 2 for a part.
func rankOf(r history.Row, search string) int {
	switch whole := strings.Join(strings.Fields(search), " "); {
	case fit(r, whole, func(have, text string) bool { return have == text }):
		return 0
	case fit(r, whole, strings.HasPrefix):
		return 1
	}
	return 2
}
