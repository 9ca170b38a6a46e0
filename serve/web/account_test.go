package web

import (
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/etappe/etappe/serve/explain"
	"github.com/etappe/etappe/serve/history"
	"github.com/etappe/etappe/serve/score"
	"github.com/etappe/etappe/serve/text"
)

// Whatever is missing, the page says so and shows the rest.
func TestAccountPageSaysWhatIsMissing(t *testing.T) {
	for _, c := range []struct {
		name string
		take func(f *accountFacts)
		says []string
		not  []string
	}{
		{"nothing", func(*accountFacts) {}, []string{"What changed", "Is it real?", "What next", "step by step", "The two sides of the score", "Stage map", "What if", "How certain this is"}, nil},
		{"path", func(f *accountFacts) {
			f.Stage, f.WhatNext.Milestone, f.WhatNext.PathKnown = nil, nil, false
			f.Shown.Path = math.NaN()
		}, []string{"There is no stage map: the success path of this account is not measured.", "no next milestone can be named", "Not measured: this account has no recorded milestones", "The health score is the outlook alone"}, []string{"peloton", "NaN"}},
		{"open milestones", func(f *accountFacts) { f.WhatNext.Milestone = nil }, []string{"No milestone is open"}, []string{"overdue since 2 Sep"}},
		{"like cases and steps", func(f *accountFacts) {
			f.WhatNext.Steps, f.WhatNext.Cases, f.WhatNext.Models = nil, &explain.LikeCases{Text: "Fewer than 5 like cases"}, nil
		}, []string{"no value of a feature that can be acted on would raise", "Fewer than 5 like cases", "No model account of this cluster"}, []string{"In 14 like cases"}},
		{"milestones that count", func(f *accountFacts) { f.Stage = &explain.Stage{Day: 3} }, []string{"no milestone counts in the account's cluster"}, []string{"NaN"}},
		{"peers", func(f *accountFacts) {
			for i := range f.Explanation.Bars {
				f.Explanation.Bars[i].Peers = nil
			}
			for _, w := range f.WhatIfs {
				w.Peers = nil
			}
			for i := range f.Stage.Milestones {
				f.Stage.Milestones[i].Of = 0
			}
			f.WhatNext.Milestone.Of, f.WhatNext.Milestone.Share, f.WhatNext.StandsOut, f.WhatNext.People = 0, 0.87, nil, nil
		}, []string{"87% of renewed peers had it by day 143", "Unknown: no users are stored", "Nothing that can be measured lowers the score"}, []string{"renewed peers: 14 users", "of 0"}},
		{"the old model", func(f *accountFacts) {
			f.Explanation, f.Answer, f.Stage, f.WhatIfs, f.WhatNext, f.Nothing = nil, nil, nil, nil, nil, nothingGone
			f.Weight = math.NaN()
		},
			[]string{"so what is next cannot be computed", "The model that scored this date is no longer in the registry", "so no other values can be tried", "29.8", "the weights cannot be shown"}, []string{"step by step", "Is it real?"}},
		{"a second date", func(f *accountFacts) {
			f.Timeline, f.From, f.Explanation, f.Nothing = f.Timeline[len(f.Timeline)-1:], time.Time{}, nil, nothingOne
			f.Answer.Reasons = []score.Reason{{Code: "PEOPLE.X", Text: "Active users: 3, associated with a lower health score", Points: -4.2}}
		}, []string{"Only one date is stored of this account", "What stands out", "Active users: 3", "One date is stored so far."}, []string{"step by step", "Is it real?"}},
		{"a movement", func(f *accountFacts) {
			f.Explanation.Verdict, f.Explanation.Reasons = explain.VerdictNormal, nil
			f.Explanation.Bars[7].Kind = explain.KindFeature // no change of model
		}, []string{"Normal variation", "This is normal variation. Here is the arithmetic all the same"}, []string{"Associated with", "Real:"}},
		{"a movement beside a change of model", func(f *accountFacts) {
			f.Explanation.Verdict, f.Explanation.Reasons = explain.VerdictNormal, nil
		}, []string{"The change of model moved the score by −1.6. What the account itself did moved it by −25.7: normal variation"}, []string{"arithmetic all the same", "Real:"}},
		{"warnings", func(f *accountFacts) {
			f.Explanation.Warnings, f.Answer.Warnings, f.Shown.Stale, f.Missing = nil, nil, nil, nil
		}, []string{"Nothing is missing, stale or new to the model."}, []string{"features are missing"}},
		{"the account table", func(f *accountFacts) { f.Account = history.Account{ID: "A-00417", ARR: math.NaN()} }, []string{"A-00417", "ARR –"}, []string{"NaN", "owner:", "0001"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := demoFacts(text.English)
			c.take(f)
			text := strings.ReplaceAll(textOf(pageOf(t, text.English, f)), "\n", " ")
			for _, say := range c.says {
				if !strings.Contains(text, say) {
					t.Errorf("the page does not say %q", say)
				}
			}
			for _, say := range c.not {
				if strings.Contains(text, say) {
					t.Errorf("the page says %q", say)
				}
			}
		})
	}
}

// A name is text, wherever it stands.
func TestAccountPageEscapesNames(t *testing.T) {
	const evil = `<script>alert("1")</script>`
	f := demoFacts(text.English)
	f.Account.ID, f.Account.Name, f.Account.Owner, f.Account.Parent = evil, evil, evil, evil
	f.Overrides[0].Reason, f.Overrides[0].Owner, f.Interventions[0].Kind = evil, evil, evil
	f.Stage.Milestones[0].Label, f.Explanation.NextMilestone.Label = evil, evil
	f.Explanation.Bars[0].Label, f.Explanation.Themes[0].Label, f.Explanation.Second.Name = evil, evil, evil
	f.WhatIfs[0].Label, f.WhatIfs[0].Points[0].Text, f.Shown.ClusterName, f.Shown.Model = evil, evil, evil, evil
	f.Timeline[len(f.Timeline)-1] = f.Shown
	page := pageOf(t, text.English, f)
	if n := strings.Count(page, "<script"); n != 1 { // the frame's own
		t.Errorf("the page has %d scripts", n)
	}
	if !strings.Contains(textOf(page), evil) {
		t.Error("the name is not shown")
	}
}

// What is said in one language is said in the other.
func TestAccountTextsHaveBothLanguages(t *testing.T) {
	german := textOf(pageOf(t, text.German, demoFacts(text.German)))
	for _, english := range []string{"The ", " and ", "score ", "renewed", "2026-1", " is "} {
		if strings.Contains(german, english) && english != "score " {
			t.Errorf("the German page has %q: %s", english, around(german, english))
		}
	}
}

func around(text, part string) string {
	i := strings.Index(text, part)
	return text[max(0, i-60):min(len(text), i+60)]
}

// Every id of the page is there once, and what is referred to exists.
func TestAccountPageIDs(t *testing.T) {
	page := pageOf(t, text.English, demoFacts(text.English))
	seen := map[string]bool{}
	for _, part := range strings.Split(page, ` id="`)[1:] {
		id, _, _ := strings.Cut(part, `"`)
		if seen[id] {
			t.Errorf("id %q twice", id)
		}
		seen[id] = true
	}
	for _, attribute := range []string{`aria-labelledby="`, `url(#`} {
		for _, part := range strings.Split(page, attribute)[1:] {
			list := strings.FieldsFunc(part, func(r rune) bool { return r == '"' || r == ')' })[0]
			for _, id := range strings.Fields(list) {
				if !seen[id] {
					t.Errorf("%s%s: no such id", attribute, id)
				}
			}
		}
	}
}

// The gap to the peloton is what the path side of the score says: level with it
// is 50, behind is less.
func TestRiderAgreesWithPath(t *testing.T) {
	s := demoStage()
	average := 0.0
	for _, m := range s.Milestones {
		average += m.Weight * shareAt(m.Curve, s.Day)
	}
	if got := peersDay(s.Milestones, average, 1e9); got > s.Day || s.Day-got > 7 {
		t.Errorf("the peers' own progress on day %.0f is reached on day %.0f", s.Day, got)
	}
	behind := peersAt(s.Milestones, s.Day)
	if low, high := peersDay(s.Milestones, behind[0], 1e9), peersDay(s.Milestones, behind[1], 1e9); !(low <= s.Day && s.Day <= high+7) {
		t.Errorf("the middle half is on days %.0f to %.0f, today is %.0f", low, high, s.Day)
	}
}

func TestRiderWords(t *testing.T) {
	w, f := Words{}, demoFacts(text.English)
	f.Account.Name = "Acme"
	for _, c := range []struct {
		day     *float64
		peloton [2]float64
		want    string
	}{
		{known(52), [2]float64{90, 190}, "Acme is where the middle of the peloton was on day 52: 91 days behind"},
		{known(95), [2]float64{90, 190}, "Acme rides in the peloton, 48 days behind its middle"},
		{known(180), [2]float64{90, 190}, "Acme rides in the peloton, 37 days ahead of its middle"},
		{known(140), [2]float64{90, 190}, "Acme rides in the middle of the peloton"},
		{known(200), [2]float64{90, 190}, "Acme is where the middle of the peloton will be on day 200: 57 days ahead"},
		{nil, [2]float64{90, 190}, "Acme has more of the path behind it than renewed peers ever have on average"},
	} {
		f.Stage.PeersDay = c.day
		if _, text := w.rider(f, c.peloton, 365); text != c.want {
			t.Errorf("%q, want %q", text, c.want)
		}
	}
}

// Two models answered on one day: what the change of models moved.
func TestAccountPageOfTwoModelsOnADay(t *testing.T) {
	f := demoFacts(text.English)
	f.From = day(2026, 10, 1)
	f.Shown = *f.shownAt(f.From)
	e := f.Explanation
	e.To, e.From.Model = e.From, "2026-03-01-1"
	e.From.HealthScore = 59.9
	e.Bars = []explain.Bar{{Kind: explain.KindModel, Theme: "model", Label: "Another model", Shown: -2.8, Points: -2.8}}
	e.Themes = []explain.Theme{{Theme: "model", Label: "Another model", Shown: -2.8, Bars: []int{0}}}
	text := textOf(pageOf(t, text.English, f))
	for _, say := range []string{"1 Oct 2026: from the model of 1 Mar 2026 to that of 1 Sep 2026, step by step", "Health score 1 Oct 2026 by the model of 1 Mar 2026 59.9", "1 Mar 2026 → 1 Sep 2026", "Only the model changed"} {
		if !strings.Contains(text, say) {
			t.Errorf("the page does not say %q:\n%s", say, text)
		}
	}
	if chart := string(Words{}.accountTime(f).Chart); strings.Count(chart, "time-point-chosen") != 4 {
		t.Error("not both answers of the day are marked, on a screen and on a phone")
	}
}

// A path of many milestones: the map has the heaviest, the list has all.
func TestStageMapLeavesLightMilestonesToTheList(t *testing.T) {
	f := demoFacts(text.English)
	for i := range mapClimbs {
		light := f.Stage.Milestones[5]
		light.Label, light.Weight, light.DueDay = "light "+string(rune('a'+i)), 0.01, known(float64(300+i))
		f.Stage.Milestones = append(f.Stage.Milestones, light)
	}
	stage := Words{}.accountStage(f)
	signs := 0
	for _, row := range stage.Climbs {
		if row.Sign != "" {
			signs++
		}
	}
	if len(stage.Climbs) != 6+mapClimbs || signs != mapClimbs || stage.Lighter != "The map shows the 12 milestones that weigh most." {
		t.Errorf("%d milestones, %d on the map: %q", len(stage.Climbs), signs, stage.Lighter)
	}
	if beside := (Words{}).accountStage(demoFacts(text.English)); beside.Lighter != "" || beside.Beside != "" {
		t.Errorf("a small path says %q, %q", beside.Lighter, beside.Beside)
	}
}

// An account between two clusters: both scores, on the line where it sits.
func TestAccountBetweenClusters(t *testing.T) {
	f := demoFacts(text.English)
	b := Words{}.accountBetween(f)
	if want := "Measured with “Automation”, the health score would be 11.5 points higher. The churn probability would be 48% instead of 61%."; b == nil || b.Text != want {
		t.Fatalf("%+v", b)
	}
	for _, say := range []string{"29.8 sick", "41.3 at risk", "belongs to it by 54%", "by 46% at most", "Nordlicht Logistik &lt;GmbH&gt; belongs by 54% to Reporting"} {
		if !strings.Contains(string(b.Picture), say) {
			t.Errorf("the picture does not say %q", say)
		}
	}
	f.Explanation.Second.HealthScore = 29.84
	if b := (Words{}).accountBetween(f); !strings.Contains(b.Text, "would be the same") {
		t.Error(b.Text)
	}
	f.Explanation.Second.HealthScore = 10
	if b := (Words{}).accountBetween(f); !strings.Contains(b.Text, "19.8 points lower") {
		t.Error(b.Text)
	}
	f.Explanation, f.Answer.Second = nil, &score.Second{ID: "c2", HealthScore: 50, Band: "at_risk"} // a first date
	if b := (Words{}).accountBetween(f); b == nil || !strings.Contains(b.Text, "“c2”") {
		t.Errorf("on a first date: %+v", b)
	}
	f.Shown.Membership = 0.4 // in one of several clusters: it is no nearer to the second than to its own
	if b := (Words{}).accountBetween(f); !strings.Contains(string(b.Picture), "by 40% at most") || !strings.Contains(string(b.Picture), `class="stage-me between-me" cx="280"`) {
		t.Errorf("between several clusters: %s", b.Picture)
	}
	f.Answer.Second = nil
	if (Words{}).accountBetween(f) != nil || (Words{}).accountHead(f).Second != "" {
		t.Error("an account in the middle of its cluster has a second score")
	}
}

func TestModelsAreNamedByTheirDay(t *testing.T) {
	w := Words{Language: text.German}
	for _, c := range []struct{ versions, want []string }{
		{[]string{"2025-05-31-91f4e0a500", "2024-05-31-7da547d51a"}, []string{"31.05.2025", "31.05.2024"}},
		{[]string{"2025-05-31-a", "2025-05-31-b"}, []string{"2025-05-31-a", "2025-05-31-b"}},
		{[]string{"2025-05-31-a", "2025-05-31-a"}, []string{"31.05.2025", "31.05.2025"}},
		{[]string{"old", "2025-05-31-a"}, []string{"old", "2025-05-31-a"}},
	} {
		if got := w.models(c.versions...); !slices.Equal(got, c.want) {
			t.Errorf("%v: %v", c.versions, got)
		}
	}
}

// A band that is held says so, and where it ends; an account that has left, too.
func TestAccountPageSaysHowTheBandStands(t *testing.T) {
	f := demoFacts(text.English)
	f.Points.Hysteresis = 3
	f.Shown.Band, f.Shown.Plain, f.Shown.Health, f.Shown.Since = "at_risk", "sick", 39, day(2026, 8, 1)
	f.Account.LeftOn = day(2026, 12, 1)
	text := textOf(pageOf(t, text.English, f))
	for _, say := range []string{"health score, at risk since 1 Aug 2026", "The band is still “at risk”; the score alone would be “sick”. It changes only below 37.0", "since 1 Dec 2026 it is missing in the portfolio"} {
		if !strings.Contains(text, say) {
			t.Errorf("the page does not say %q:\n%s", say, text[:900])
		}
	}
	f.Shown.Plain, f.Shown.Health = "healthy", 61
	if got := (Words{}).held(f); !strings.Contains(got, "only from 63.0 on") {
		t.Error(got)
	}
	f.Answer = nil
	if got := (Words{}).held(f); !strings.Contains(got, "clearly past the threshold") {
		t.Error(got)
	}
	f.Shown.Plain, f.Shown.Since = "at_risk", f.Shown.AsOf
	if h := (Words{}).accountHead(f); h.Held != "" || h.Since != "" {
		t.Errorf("%+v", h)
	}
}

// The page names what the interval is of: the account itself, with the assumption, or the
// expectation.
func TestAccountPageNamesTheInterval(t *testing.T) {
	f := &accountFacts{Shown: history.Snapshot{Low: 0.03, High: 0.4, Membership: 1}, Answer: &score.Answer{Interval: score.Interval{Level: 0.9, Low: 0.03, High: 0.4}}}
	for _, c := range []struct {
		unmeasured float64
		want       string
	}{
		{0, "90% interval of accounts with such features 3–40%"},
		{0.3, "90% interval of this account 3–40%, assumed that features determine 70% of what sets accounts apart"},
	} {
		f.Answer.Interval.Unmeasured = c.unmeasured
		if got := (Words{Language: text.English}).accountHead(f).Interval; got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

// A reason without points, of a person who is there no more, has no word "points" either.
func TestAccountPageReasonWithoutPoints(t *testing.T) {
	f := demoFacts(text.English)
	f.Explanation.Reasons[0].Amount = ""
	page := textOf(pageOf(t, text.English, f))
	if first := text.English.Bare(f.Explanation.Reasons[0].Reason); !strings.Contains(page, first+"\n") {
		t.Errorf("no line that ends with %q in\n%s", first, page)
	}
}
