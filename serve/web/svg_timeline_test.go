package web

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/etappe/etappe/serve"
)

// anyTimeline draws a history of up to eighty dates by up to three models.
func anyTimeline(t *rapid.T) timelineView {
	w := Words{Language: rapid.SampledFrom([]serve.Language{serve.English, serve.German}).Draw(t, "language")}
	v := timelineView{Title: "x", Description: "y", Month: w.Month, ModelWord: "Modell", FromWord: "von", ToWord: "bis",
		Bands: [3]string{"gesund", "gefährdet", "krank"}}
	v.Sick = rapid.Float64Range(5, 50).Draw(t, "sick")
	v.Healthy = rapid.Float64Range(v.Sick, 95).Draw(t, "healthy")
	at := day(2024, 1, 1)
	n := rapid.IntRange(1, 80).Draw(t, "dates")
	from, to := rapid.IntRange(0, n-1).Draw(t, "from"), rapid.IntRange(0, n-1).Draw(t, "to")
	versions := []string{"2023-11-20-1", "2024-06-01-12", "2025-01-07-3"}
	version := 0
	for i := range n {
		p := timePoint{At: at, Health: rapid.Float64Range(0, 100).Draw(t, "health"), Shown: true, Href: "/a", FromHref: "/b", ToHref: "/c",
			Say: "say", From: i == min(from, to) && from != to, To: i == max(from, to)}
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
		v.Events = append(v.Events, timeEvent{At: day(2024, 1, 1).AddDate(0, 0, rapid.IntRange(-50, 900).Draw(t, "event")), Say: "call"})
	}
	return v
}

func TestTimelineStaysInsideAndReadable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := anyTimeline(t)
		for _, width := range []float64{phoneWidth, fullWidth} {
			checkPicture(t, string(drawTimeline("t", v, width).html()))
		}
	})
}

// A line never joins what two models said.
func TestTimelineBreaksAtModels(t *testing.T) {
	w := Words{}
	f := demoFacts("en")
	picture := string(w.accountTime(f).Chart)
	_, _, shapes := inspect(t, firstPicture(picture))
	var lines [][]string
	for _, s := range shapes {
		if s.class == "time-line" {
			lines = append(lines, coordinate.FindAllString(s.attributes["d"], -1))
		}
	}
	if len(lines) != 2 || len(lines[0]) != 2*5 || len(lines[1]) != 2*3 {
		t.Errorf("lines of %v, want five answers of one model and three of the other", lines)
	}
}

// Every point leads to the comparison with the date before it; the rows below
// move one end and keep the other.
func TestTimelineLinks(t *testing.T) {
	w := Words{}
	f := demoFacts("en")
	chart := string(w.accountTime(f).Chart)
	for _, link := range []string{
		`href="/accounts/A-00417?from=2026-11-01&amp;to=2026-11-24" aria-label="24 Nov 2026: health score 29.8. Compare with 1 Nov 2026" aria-current="true"`,
		`href="/accounts/A-00417?from=2026-10-01&amp;to=2026-10-01" aria-label="1 Oct 2026: the model of 1 Mar 2026 also answered`,
		`href="/accounts/A-00417?from=2026-07-15&amp;to=2026-11-24" tabindex="-1" aria-label="Compare from 15 Jul 2026"`,
		`href="/accounts/A-00417?from=2026-10-01&amp;to=2026-11-01" tabindex="-1" aria-label="Compare up to 1 Nov 2026"`,
	} {
		if !strings.Contains(chart, link) {
			t.Errorf("no link %s", link)
		}
	}
	if strings.Contains(chart, "from=2026-11-24") {
		t.Error("a link compares from the later date")
	}
}

func TestTimelineOfOneDate(t *testing.T) {
	f := demoFacts("en")
	f.Timeline, f.From, f.Explanation, f.Nothing = f.Timeline[len(f.Timeline)-1:], time.Time{}, nil, nothingOne
	f.Interventions = nil
	chart := string(Words{}.accountTime(f).Chart)
	if strings.Contains(chart, "href") {
		t.Error("there is something to compare one date with")
	}
	checkPicture(t, firstPicture(chart))
}

func TestMonthsHaveRoom(t *testing.T) {
	v := timelineView{Month: Words{}.Month}
	for i := range 60 {
		v.Points = append(v.Points, timePoint{At: day(2021, 1, 1).AddDate(0, i, 0)})
	}
	wide, narrow := layTimeline(v, fullWidth), layTimeline(v, phoneWidth)
	if a, b := wide.months(), narrow.months(); len(a) <= len(b) || len(b) < 2 || !slices.ContainsFunc(b, func(m time.Time) bool { return m.Month() == 1 }) {
		t.Errorf("%d months on a screen, %d on a phone", len(a), len(b))
	}
}

// firstPicture is the first drawing of a text.
func firstPicture(text string) string {
	start := strings.Index(text, "<svg")
	return text[start : start+strings.Index(text[start:], "</svg>")+len("</svg>")]
}
