package web

import (
	"html/template"
	"net/url"
	"slices"
	"time"

	"github.com/etappe/etappe/serve/history"
	"github.com/etappe/etappe/serve/text"
	"github.com/etappe/etappe/serve/web/chart"
)

// accountTime is the score over time, with the choice of two dates.
type accountTime struct {
	Chart  template.HTML
	Action string
	Dates  []timeChoice // newest first
	Rows   []timeRow    // newest first
	Events []string     // newest first
	// Clusters is when the account came into another cluster, or its first, newest first.
	Clusters []string
	Models   bool // more than one model answered
	Compare  bool // there are two dates to compare
}

// timeChoice is a date in the form above the chart.
type timeChoice struct {
	Value, Text string
	From, To    bool
}

// timeRow is a line of the chart's table.
type timeRow struct {
	Date, Score, Band, Model, Churn string
	Compare, CompareText            string // address of the comparison with the date before; ""
	From, To                        bool
}

// accountTime prepares the history up to now.
func (w Words) accountTime(f *accountFacts) accountTime {
	days := f.days()
	t := accountTime{Action: accountHref(f.Account.ID), Compare: len(days) > 1}
	view := chart.Timeline{
		Title: w.T("time.title"), Healthy: f.Points.Healthy, Sick: f.Points.Sick,
		Bands:    [3]string{w.T("band.healthy"), w.T("band.at_risk"), w.T("band.sick")},
		FromWord: w.T("time.from"), ToWord: w.T("time.to"), Month: w.Month,
		ModelWord: w.T("time.model.of"), Models: w.modelNames(f),
	}
	for i := range f.Timeline {
		view.Points = append(view.Points, w.timePoint(f, days, i))
	}
	first, last := &f.Timeline[0], &f.Timeline[len(f.Timeline)-1]
	view.Description = w.T("time.about", "from", w.Score(first.Health), "since", w.Date(first.AsOf), "to", w.Score(last.Health), "until", w.Date(last.AsOf))
	for _, i := range f.Interventions {
		text := w.intervention(i)
		if !i.At.Before(first.AsOf) { // what was done before the first answer would press the answers together
			view.Events = append(view.Events, chart.TimeEvent{At: i.At, Text: text})
		}
		t.Events = append(t.Events, text)
	}
	slices.Reverse(t.Events)
	view.Clusters = w.clusterChanges(f, days)
	for _, c := range slices.Backward(view.Clusters) {
		t.Clusters = append(t.Clusters, c.Text)
	}
	t.Models = f.answeredBy(time.Time{}) > 1
	t.Chart = view.SVG("time")
	for _, day := range slices.Backward(days) {
		sn := f.shownAt(day)
		t.Dates = append(t.Dates, timeChoice{Value: day.Format(time.DateOnly), Text: w.Date(day) + ": " + w.Score(sn.Health),
			From: day.Equal(f.From), To: day.Equal(f.Shown.AsOf)})
	}
	for i := range f.Timeline {
		t.Rows = append(t.Rows, w.timeRow(f, &view.Points[i], &f.Timeline[i]))
	}
	slices.Reverse(t.Rows)
	return t
}

// clusterChanges lists the dates at which the account that is shown is in another
// cluster than at the date before. The ids of two models are one line: a retrain that
// goes on with a cluster keeps its id.
func (w Words) clusterChanges(f *accountFacts, days []time.Time) []chart.TimeEvent {
	var list []chart.TimeEvent
	for n, day := range days {
		if n == 0 {
			continue
		}
		before, now := f.shownAt(days[n-1]), f.shownAt(day)
		if before.ClusterID != now.ClusterID {
			list = append(list, chart.TimeEvent{At: day, Text: w.T("time.cluster", "date", w.Date(day),
				"after", w.cluster(now.ClusterID, now.ClusterName), "before", w.cluster(before.ClusterID, before.ClusterName))})
		}
	}
	return list
}

// modelNames names the models that answered.
func (w Words) modelNames(f *accountFacts) map[string]string {
	var versions []string
	for i := range f.Timeline {
		if v := f.Timeline[i].Model; !slices.Contains(versions, v) {
			versions = append(versions, v)
		}
	}
	names := map[string]string{}
	for i, name := range w.models(versions...) {
		names[versions[i]] = name
	}
	return names
}

// timePoint describes one stored answer, and where a click on it leads: to the
// comparison with the date before it.
func (w Words) timePoint(f *accountFacts, days []time.Time, i int) chart.TimePoint {
	sn := &f.Timeline[i]
	at := slices.IndexFunc(days, sn.AsOf.Equal)
	p := chart.TimePoint{
		At: sn.AsOf, Health: sn.Health, Model: sn.Model, Shown: f.shownAt(sn.AsOf) == sn,
		Text: w.T("time.point", "date", w.Date(sn.AsOf), "score", w.Score(sn.Health)),
	}
	p.From, p.To = p.Shown && sn.AsOf.Equal(f.From), p.Shown && sn.AsOf.Equal(f.Shown.AsOf)
	if f.From.Equal(f.Shown.AsOf) { // two models' scores of one day
		p.From = !p.Shown && sn.AsOf.Equal(f.From)
	}
	switch {
	case !p.Shown: // another model answered too: what the change of models moved
		p.Href = f.href(sn.AsOf, sn.AsOf)
		p.Text = w.T("time.models", "date", w.Date(sn.AsOf), "model", w.modelNames(f)[sn.Model], "score", w.Score(sn.Health))
	case at > 0:
		p.Href = f.href(days[at-1], sn.AsOf)
		p.Text = w.T("time.step", "date", w.Date(sn.AsOf), "score", w.Score(sn.Health), "before", w.Date(days[at-1]))
	}
	if sn.AsOf.Before(f.Shown.AsOf) {
		p.FromHref, p.FromText = f.href(sn.AsOf, f.Shown.AsOf), w.T("time.pick.from", "date", w.Date(sn.AsOf))
	}
	if !f.From.IsZero() && sn.AsOf.After(f.From) {
		p.ToHref, p.ToText = f.href(f.From, sn.AsOf), w.T("time.pick.to", "date", w.Date(sn.AsOf))
	}
	return p
}

func (w Words) timeRow(f *accountFacts, p *chart.TimePoint, sn *history.Snapshot) timeRow {
	return timeRow{Date: w.Date(sn.AsOf), Score: w.Score(sn.Health), Band: sn.Band, Model: sn.Model, Churn: w.Percent(sn.Churn),
		Compare: p.Href, CompareText: p.Text, From: p.From, To: p.To}
}

// intervention is what was done, when, and by whom.
func (w Words) intervention(i history.Intervention) string {
	text := w.Date(i.At) + ": " + text.Readable(i.Kind)
	if i.Owner != "" {
		text += " (" + i.Owner + ")"
	}
	return text
}

// href is the address of the account's page that compares two dates.
func (f *accountFacts) href(from, to time.Time) string {
	return accountHref(f.Account.ID) + "?" + url.Values{"from": {from.Format(time.DateOnly)}, "to": {to.Format(time.DateOnly)}}.Encode()
}
