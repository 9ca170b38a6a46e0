package chart

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func day(year int, month time.Month, d int) time.Time {
	return time.Date(year, month, d, 0, 0, 0, 0, time.UTC)
}

// shortMonth writes a month as it stands below an axis.
func shortMonth(t time.Time) string { return t.Format("Jan. 2006") }

// anyTimeline draws a history of up to eighty dates by up to three models.
func anyTimeline(t *rapid.T) Timeline {
	v := Timeline{Title: "x", Description: "y", Month: shortMonth, ModelWord: "Modell", FromWord: "von", ToWord: "bis",
		Bands: [3]string{"gesund", "gefährdet", "krank"}}
	v.Sick = rapid.Float64Range(5, 50).Draw(t, "sick")
	v.Healthy = rapid.Float64Range(v.Sick, 95).Draw(t, "healthy")
	at := day(2024, 1, 1)
	n := rapid.IntRange(1, 80).Draw(t, "dates")
	from, to := rapid.IntRange(0, n-1).Draw(t, "from"), rapid.IntRange(0, n-1).Draw(t, "to")
	versions := []string{"2023-11-20-1", "2024-06-01-12", "2025-01-07-3"}
	version := 0
	for i := range n {
		p := TimePoint{At: at, Health: rapid.Float64Range(0, 100).Draw(t, "health"), Shown: true, Href: "/a", FromHref: "/b", ToHref: "/c",
			Text: "say", From: i == min(from, to) && from != to, To: i == max(from, to)}
		if version < 2 && rapid.IntRange(0, 19).Draw(t, "retrain") == 0 && i > 0 {
			old := p
			old.Model, old.Shown, old.From, old.To = versions[version], false, false, false
			v.Points = append(v.Points, old)
			version++
		}
		p.Model = versions[version]
		v.Points = append(v.Points, p)
		at = at.AddDate(0, 0, rapid.IntRange(1, 40).Draw(t, "gap"))
	}
	for range rapid.IntRange(0, 3).Draw(t, "events") {
		v.Events = append(v.Events, TimeEvent{At: day(2024, 1, 1).AddDate(0, 0, rapid.IntRange(-50, 900).Draw(t, "event")), Text: "call"})
	}
	return v
}

func TestMonthsHaveRoom(t *testing.T) {
	v := Timeline{Month: shortMonth}
	for i := range 60 {
		v.Points = append(v.Points, TimePoint{At: day(2021, 1, 1).AddDate(0, i, 0)})
	}
	wide, narrow := newTimelineLayout(v, fullWidth), newTimelineLayout(v, phoneWidth)
	if a, b := wide.months(), narrow.months(); len(a) <= len(b) || len(b) < 2 || !slices.ContainsFunc(b, func(m time.Time) bool { return m.Month() == 1 }) {
		t.Errorf("%d months on a screen, %d on a phone", len(a), len(b))
	}
}
