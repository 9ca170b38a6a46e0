package text

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/etappe/etappe/features/catalog"
	"github.com/etappe/etappe/serve/explain"
	"github.com/etappe/etappe/serve/score"
	"github.com/etappe/etappe/serve/score/scoretest"
	"github.com/etappe/etappe/serve/servetest"
)

// recencyScorer reads the days since the last export.
func recencyScorer(t *testing.T) *score.Scorer {
	t.Helper()
	a := servetest.LinearArtifact(t)
	list := *a.Catalog
	list.Definitions = slices.Clone(list.Definitions)
	list.Definitions[2].Measure, list.Definitions[2].Unit = catalog.MeasureRecency, "days"
	a.Catalog, a.Fingerprint = &list, list.Fingerprint()
	return scoretest.LinearWith(t, a, servetest.Churn{})
}

// neverMove explains the days since the last export, from one value to another;
// the account is 430 and 520 days old.
func neverMove(t *testing.T, from, to float64) (*explain.Explanation, *explain.Bar) {
	t.Helper()
	s := recencyScorer(t)
	d := s.Definition(2)
	then := scoretest.Moment(s, "2025-12-01", math.NaN(), 61, 160, from, 0.13, 11, 0.41, 0, 9, 430, 180, 1)
	now := scoretest.Moment(s, "2026-03-01", 500, 18, 121, to, -0.81, 3, 0.8, 4, 8, 520, 90, 1)
	e, err := explain.Explain(s, then, now, servetest.Now)
	if err != nil {
		t.Fatal(err)
	}
	for i := range e.Bars {
		if e.Bars[i].Definition == d {
			return e, &e.Bars[i]
		}
	}
	t.Fatalf("no bar of %s", d.Name)
	return nil, nil
}

// Of an account that never had an event it reads since when, and only time went by;
// a limit reads as one.
func TestNeverIsNotALongTime(t *testing.T) {
	for _, c := range []struct {
		from, to float64
		kind     explain.Kind
		en, de   string // in the waterfall
	}{
		{52.5, 142.5, explain.KindCalendar, "never since tracking began on 10 October 2025", "noch nie seit Beginn der Aufzeichnung am 10. Oktober 2025"},
		{52.5, 3, explain.KindFeature, "never since tracking began on 10 October 2025 → 3 days", "→ 3 Tage"},
		{52, 142, explain.KindFeature, "52 → 142 days", "52 → 142 Tage"},
		{300, 365, explain.KindFeature, "300 → over a year", "300 → über ein Jahr"},
		{365, 2, explain.KindFeature, "over a year → 2 days", "über ein Jahr → 2 Tage"},
	} {
		e, bar := neverMove(t, c.from, c.to)
		if bar.Kind != c.kind || (bar.Theme == string(catalog.Calendar)) != (c.kind == explain.KindCalendar) {
			t.Errorf("%v to %v: a bar of %s, theme %s", c.from, c.to, bar.Kind, bar.Theme)
		}
		for l, want := range map[Language]string{English: c.en, German: c.de} {
			l.Explanation(e)
			if got := l.barValues(e.Reference, bar); !strings.Contains(got, want) || strings.Contains(got, "52.5") {
				t.Errorf("%v to %v: %q, want %q", c.from, c.to, got, want)
			}
			if text := l.barText(e.Reference, bar); c.kind == explain.KindCalendar && (!strings.Contains(text, want) || strings.Contains(text, "52")) {
				t.Errorf("%v to %v: the reason reads %q", c.from, c.to, text)
			}
		}
	}
}

// Who was there from the first day on has never had it since the account was created;
// without a date it reads in how many days.
func TestNeverSinceWhen(t *testing.T) {
	for _, c := range []struct {
		never  score.Never
		en, de string
	}{
		{score.Never{Days: 81, Since: "2025-10-10", Created: true}, "never since the account was created on 10 October 2025", "noch nie seit Anlage des Accounts am 10. Oktober 2025"},
		{score.Never{Days: 81}, "never in 81 days", "in 81 Tagen noch nie"},
		{score.Never{Days: 1}, "never in 1 day", "in 1 Tag noch nie"},
	} {
		if en, de := English.never(&c.never), German.never(&c.never); en != c.en || de != c.de {
			t.Errorf("%q, %q", en, de)
		}
	}
	s := recencyScorer(t)
	in := scoretest.Moment(s, "2025-12-01", math.NaN(), 61, 160, 200.5, 0.13, 11, 0.41, 0, 9, 200, 180, 1)
	if n := s.NeverOf(in, 0, 2); n == nil || !n.Created || n.Since != "2025-05-15" || n.Days != 200 {
		t.Errorf("an account of 200 days: %+v", n)
	}
	if n := s.NeverOf(in, 0, 8); n != nil {
		t.Errorf("an age is never: %+v", n)
	}
}

// A type that was not observed is named with the day, in both languages.
func TestNotObservedIsNamed(t *testing.T) {
	list := []score.Warning{score.NotObserved("report_viewed", "2025-05-01")}
	for l, want := range map[Language]string{
		English: "event type “report_viewed” was not observed after 1 May 2025: its features are missing",
		German:  "Die Ereignisart „report_viewed“ wurde nach dem 1. Mai 2025 nicht mehr erfasst: ihre Merkmale fehlen",
	} {
		if l.Warnings(list); list[0].Text != want {
			t.Errorf("%q, want %q", list[0].Text, want)
		}
	}
}
