package web

import (
	"net/http"
	"slices"
	"time"
)

// datesBody is the dot of the page for two dates that cannot be compared: it
// offers some that can. It is an error, so that it finds its way there.
type datesBody struct {
	status        int
	Title, Text   string
	Offer         string // what the links are; ""
	Links         []choice
	Latest, Label string
}

// Error is what is wrong with the dates.
func (d *datesBody) Error() string { return d.Text }

// noSuchDate offers the dates around one for which nothing is stored.
func (v *visit) noSuchDate(f *accountFacts, day time.Time) *datesBody {
	w := v.words
	d := v.datesBody(f, http.StatusNotFound, w.T("dates.title"), w.T("dates.text", "account", f.Account.ID, "date", w.Date(day)))
	d.Offer = w.T("dates.nearest")
	days := f.days()
	after, _ := slices.BinarySearchFunc(days, day, time.Time.Compare)
	for _, near := range days[max(0, after-1):min(len(days), after+1)] {
		href := accountHref(f.Account.ID) + "?to=" + near.Format(time.DateOnly)
		d.Links = append(d.Links, choice{Label: w.Date(near), Href: href})
	}
	return d
}

// wrongWayRound offers the comparison the right way round.
func (v *visit) wrongWayRound(f *accountFacts, from, to time.Time) *datesBody {
	w := v.words
	d := v.datesBody(f, http.StatusBadRequest, w.T("dates.order.title"), w.T("dates.order", "from", w.Date(from), "to", w.Date(to)))
	if from.After(to) {
		d.Links = []choice{{Label: w.T("dates.swap", "from", w.Date(to), "to", w.Date(from)), Href: f.href(to, from)}}
	}
	return d
}

func (v *visit) datesBody(f *accountFacts, status int, title, text string) *datesBody {
	return &datesBody{status: status, Title: title, Text: text, Latest: accountHref(f.Account.ID), Label: v.words.T("dates.latest")}
}
