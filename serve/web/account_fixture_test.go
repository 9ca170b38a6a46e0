package web

import (
	"math"
	"time"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/serve/explain"
	"github.com/etappe/etappe/serve/history"
	"github.com/etappe/etappe/serve/score"
	"github.com/etappe/etappe/serve/text"
	"github.com/etappe/etappe/serve/text/texttest"
)

// day is a date at midnight UTC.
func day(year int, month time.Month, d int) time.Time {
	return time.Date(year, month, d, 0, 0, 0, 0, time.UTC)
}

func known(v float64) *float64 { return &v }

// demoFacts is an account whose score dropped: two models, an intervention, an
// override, a path with overdue milestones, what-ifs, missing data.
func demoFacts(l text.Language) *accountFacts {
	f := &accountFacts{
		Account: history.Account{ID: "A-00417", Name: "Nordlicht Logistik <GmbH>", Owner: "Mia Brandt", Parent: "A-00001",
			CreatedAt: day(2026, 7, 4), DueOn: day(2027, 7, 4), ARR: 48_600},
		From:      day(2026, 10, 1),
		Points:    models.Points{PerDoubling: 10, PathWeight: 0.5, Healthy: 60, Sick: 40},
		Weight:    0.5,
		Current:   "2026-09-01-1",
		Overrides: []history.Override{{Band: "at_risk", Reason: "New sponsor, meeting on Friday", Owner: "Mia Brandt", Expires: day(2026, 12, 31)}},
		Interventions: []history.Intervention{{AccountID: "A-00417", At: day(2026, 8, 20), Kind: "training", Owner: "Jon"},
			{AccountID: "A-00417", At: day(2026, 10, 20), Kind: "call"}},
		Missing: []string{pick(l, "NPS, latest value in the last 180 days", "NPS, neuester Wert in den letzten 180 Tagen")}, Features: 40,
	}
	for i, health := range []float64{61.2, 60.4, 62.8, 58.9, 57.1, 44.6, 29.8} {
		sn := history.Snapshot{AccountID: f.Account.ID, Model: "2026-03-01-1", Health: health,
			Churn: 0.91 - health/100, Low: 0.86 - health/100, High: 0.96 - health/100, Band: "at_risk", ClusterID: "c1", ClusterName: "reporting",
			Membership: 0.93, Outlook: health + 4, Path: health - 4}
		if i >= 4 {
			sn.Model = "2026-09-01-1"
		}
		if i == 4 { // both models answered
			old := sn
			old.Model, old.Health = "2026-03-01-1", 59.9
			f.Timeline = append(f.Timeline, old)
		}
		f.Timeline = append(f.Timeline, sn)
	}
	f.spread()
	f.Shown = f.Timeline[len(f.Timeline)-1]
	f.Shown.Band, f.Shown.Path, f.Shown.Outlook = "sick", 22.4, 37.2
	f.Shown.Stale, f.Shown.Membership = []string{"stale_events"}, 0.54
	f.Timeline[len(f.Timeline)-1] = f.Shown
	f.Answer = &score.Answer{Interval: score.Interval{Level: 0.9}, Model: score.ModelInfo{Version: "2026-09-01-1", TrainedAt: day(2026, 9, 1), AgeDays: 84},
		Warnings: []score.Warning{{Code: score.WarnOutOfDistribution, Text: pick(l, "the account is unlike those the model was trained on", "der Account gleicht keinem, mit dem das Modell trainiert wurde")}}}
	f.Explanation, f.Stage, f.WhatIfs = demoExplanation(l), demoStage(), demoWhatIfs(l)
	f.WhatNext = demoWhatNext(l, f.Explanation.NextMilestone)
	f.Write = Words{Language: l}.accountWrite(f.Account.ID, day(2026, 11, 22))
	return f
}

// demoWhatNext is all that can be next.
func demoWhatNext(l text.Language, milestone *explain.NextMilestone) *explain.WhatNext {
	return &explain.WhatNext{
		Against: explain.ReferenceRenewedPeers, Milestone: milestone, PathKnown: true,
		StandsOut: []explain.StandOut{{Code: "PEOPLE.ACTIVE_USERS_28D", Points: -9.4, Text: pick(l, "Active users in the last 28 days: 3 users (renewed peers: 14, nine in ten between 6 and 31)", "Aktive Nutzer in den letzten 28 Tagen: 3 Nutzer (verlängerte Accounts: 14, neun von zehn zwischen 6 und 31)")}},
		Steps:     []explain.NextStep{{Feature: "active_users_28d", Points: 6.1, Text: pick(l, "Active users in the last 28 days: from 3 to 8 users", "Aktive Nutzer in den letzten 28 Tagen: von 3 auf 8 Nutzer")}},
		People:    &explain.People{Text: pick(l, "Active users in the last 28 days: 3 (renewed peers: 14). Their names and roles are not stored with the scores.", "Aktive Nutzer in den letzten 28 Tagen: 3 (verlängerte Accounts: 14). Namen und Rollen sind bei den Scores nicht gespeichert.")},
		Cases:     &explain.LikeCases{Decided: true, Kinds: []explain.LikeCase{{Kind: "training", Cases: 14, Renewed: 9, Text: pick(l, "In 14 like cases “training” was logged; 9 renewed.", "In 14 ähnlichen Fällen wurde „training“ eingetragen; 9 davon verlängerten.")}}},
		Models:    []explain.ModelAccount{{AccountID: "A-00077", HealthScore: 78.2, Text: pick(l, "active users in the last 28 days: 17 users (here: 3)", "aktive Nutzer in den letzten 28 Tagen: 17 Nutzer (hier: 3)")}},
	}
}

// spread gives the answers of demoFacts dates that are not evenly spaced.
func (f *accountFacts) spread() {
	days := []time.Time{day(2026, 7, 15), day(2026, 8, 1), day(2026, 8, 15), day(2026, 9, 1), day(2026, 10, 1), day(2026, 10, 1), day(2026, 11, 1), day(2026, 11, 24)}
	for i := range f.Timeline {
		f.Timeline[i].AsOf = days[i]
	}
}

// pick is what package text would write: of a fixture, not of the catalogue.
func pick(l text.Language, en, de string) string {
	switch l {
	case text.German:
		return de
	case text.English:
		return en
	}
	return texttest.Open + en + texttest.Close
}

func demoExplanation(l text.Language) *explain.Explanation {
	from := explain.Moment{AsOf: "2026-10-01", HealthScore: 57.1, ChurnProbability: .34, Band: "at_risk", Model: "2026-09-01-1",
		Cluster: score.Cluster{ID: "c1", Name: "reporting", Membership: .93}}
	to := from
	to.AsOf, to.HealthScore, to.ChurnProbability, to.Band = "2026-11-24", 29.8, .61, "sick"
	e := &explain.Explanation{AccountID: "A-00417", From: from, To: to, Change: -27.3, Verdict: explain.VerdictMoved,
		Noise:    explain.Noise{Threshold: 6.2, Factor: 2.14, Own: 2.9, Model: 1.1},
		Sentence: pick(l, "Health fell from 57.1 to 29.8 (−27.3) between 1 October 2026 and 24 November 2026; most associated with active users in the last 28 days (11 → 3 users, −11.5) and milestone weekly report scheduled (not reached, −8.0).", "Der Health Score fiel von 57,1 auf 29,8 (−27,3) zwischen dem 1. Oktober 2026 und dem 24. November 2026; am stärksten verbunden: aktive Nutzer in den letzten 28 Tagen (11 → 3 Nutzer; −11,5) und Meilenstein weekly report scheduled (nicht erreicht; −8,0)."),
		Second:   &score.Second{ID: "c3", Name: "automation", HealthScore: 41.3, ChurnProbability: .48, Band: "at_risk"},
		Warnings: []score.Warning{{Code: "x", Text: pick(l, "the model was trained 84 days ago", "das Modell wurde vor 84 Tagen trainiert")}},
	}
	bar := func(kind explain.Kind, theme, feature, label, unit string, from, to, peers any, points float64) {
		e.Bars = append(e.Bars, explain.Bar{Kind: kind, Theme: theme, Feature: feature, Label: label, Unit: unit, From: from, To: to, Peers: peers, Points: points, Shown: points})
	}
	bar(explain.KindFeature, "people", "active_users_28d", pick(l, "active users in the last 28 days", "aktive Nutzer in den letzten 28 Tagen"), "users", 11., 3., 14., -11.5)
	bar(explain.KindFeature, "people", "top_user_share_28d", pick(l, "share of the activity that comes from the busiest person", "Anteil der aktivsten Person an der Nutzung"), "share", .41, .8, .33, -2.3)
	bar(explain.KindMilestone, "path", "milestone:weekly_report_scheduled", pick(l, "milestone weekly report scheduled", "Meilenstein weekly report scheduled"), "days", nil, nil, nil, -8)
	bar(explain.KindMilestone, "path", "milestone:data_connected", pick(l, "milestone data connected", "Meilenstein data connected"), "days", 9., 9., nil, 1.1)
	bar(explain.KindFeature, "support", "ticket.count_28d", pick(l, "tickets in the last 28 days", "Tickets in den letzten 28 Tagen"), "events", 0., 4., 1., -4.4)
	bar(explain.KindFeature, "support", "ticket.count_84d", pick(l, "tickets in the last 84 days", "Tickets in den letzten 84 Tagen"), "events", 2., 6., 2., 0)
	bar(explain.KindDataQuality, "sentiment", "nps.last_180d", pick(l, "NPS, latest value in the last 180 days", "NPS, neuester Wert in den letzten 180 Tagen"), "points", 9., nil, 8., -1.1)
	bar(explain.KindModel, "model", "model", pick(l, "Another model", "Anderes Modell"), "", "2026-03-01-1", "2026-09-01-1", nil, -1.6)
	bar(explain.KindCalendar, "calendar", "days_to_renewal", pick(l, "time to the next renewal", "Zeit bis zur nächsten Verlängerung"), "days", 276., 222., nil, -.9)
	bar(explain.KindCluster, "cluster", "cluster", pick(l, "Measured with other peers", "Mit anderen Accounts verglichen"), "", "c1", "c1", nil, .7)
	bar(explain.KindCut, "cut", "outlook_cut", pick(l, "Outlook kept within 0 to 100", "Ausblick auf 0 bis 100 begrenzt"), "points", 0., 0., nil, .7)
	theme := func(name, label string, bars ...int) {
		t := explain.Theme{Theme: name, Label: label, Bars: bars}
		for _, i := range bars {
			t.Shown += e.Bars[i].Shown
		}
		t.Shown = math.Round(t.Shown*10) / 10
		e.Themes = append(e.Themes, t)
	}
	theme("people", pick(l, "People", "Menschen"), 0, 1)
	theme("path", pick(l, "Success path", "Erfolgspfad"), 2, 3)
	theme("support", "Support", 4, 5)
	theme("model", pick(l, "Another model", "Anderes Modell"), 7)
	theme("data_quality", pick(l, "Data quality", "Datenqualität"), 6)
	theme("calendar", pick(l, "Calendar", "Kalender"), 8)
	theme("cluster", pick(l, "Measured with other peers", "Mit anderen Accounts verglichen"), 9)
	theme("cut", pick(l, "Outlook kept within 0 to 100", "Ausblick auf 0 bis 100 begrenzt"), 10)
	e.Reasons = []explain.MoveReason{
		{Reason: score.Reason{Code: "PEOPLE.ACTIVE_USERS_28D", Points: -11.5, Text: pick(l, "Active users in the last 28 days: 3 users (was 11; renewed peers: 14), associated with a lower health score", "Aktive Nutzer in den letzten 28 Tagen: 3 Nutzer (zuvor 11; verlängerte Accounts: 14), verbunden mit einem niedrigeren Health Score")}, From: 11., To: 3., Peers: 14., Amount: pick(l, "−11.5", "−11,5")},
		{Reason: score.Reason{Code: "PATH.WEEKLY_REPORT_SCHEDULED", Points: -8, Text: pick(l, "Milestone weekly report scheduled not reached (61% of renewed peers had it by now), associated with a lower health score", "Meilenstein weekly report scheduled nicht erreicht (61 % der verlängerten Accounts hatten ihn bis dahin), verbunden mit einem niedrigeren Health Score")}, Amount: pick(l, "−8.0", "−8,0")},
		{Reason: score.Reason{Code: "SUPPORT.TICKET_COUNT_28D", Points: -4.4, Text: pick(l, "Tickets in the last 28 days: 4 events (was 0; renewed peers: 1), associated with a lower health score", "Tickets in den letzten 28 Tagen: 4 Ereignisse (zuvor 0; verlängerte Accounts: 1), verbunden mit einem niedrigeren Health Score")}, From: 0., To: 4., Peers: 1., Amount: pick(l, "−4.4", "−4,4")},
	}
	e.NextMilestone = &explain.NextMilestone{Milestone: "weekly_report_scheduled", Label: "weekly report scheduled", Overdue: true, DueDay: 60, DueOn: "2026-09-02", ByDay: 143, Had: 61, Of: 70, Points: 11.8}
	return e
}

// demoStage is day 143 of a path of six milestones.
func demoStage() *explain.Stage {
	s := &explain.Stage{Cluster: score.Cluster{ID: "c1", Name: "reporting", Membership: .54}, Day: 143, Own: .34, Peers: .71, PeersDay: known(52)}
	for _, m := range []struct {
		name             string
		weight, due, own float64
	}{{"data connected", .12, 12, 9}, {"first dashboard shared", .22, 30, 41}, {"weekly report scheduled", .3, 60, math.NaN()},
		{"leadership view", .22, 110, math.NaN()}, {"forecast published", .1, 190, math.NaN()}, {"nightly run trusted", .04, 260, math.NaN()}} {
		one := explain.StageMilestone{Milestone: m.name, Label: m.name, Weight: m.weight, DueDay: known(m.due),
			DueOn: day(2026, 7, 4).AddDate(0, 0, int(m.due)).Format(time.DateOnly), Overdue: math.IsNaN(m.own) && m.due < s.Day, Of: 70}
		if !math.IsNaN(m.own) {
			one.ReachedOn = known(m.own)
		}
		for d := 0.; d <= 728; d += 7 {
			one.Curve = append(one.Curve, explain.StagePoint{Day: d, Share: .95 / (1 + math.Exp(-(d-m.due)/(m.due/4)))})
		}
		one.Share = shareAt(one.Curve, s.Day)
		one.Had = int(one.Share * 70)
		s.Milestones = append(s.Milestones, one)
	}
	return s
}

func demoWhatIfs(l text.Language) []*explain.WhatIf {
	users := &explain.WhatIf{Feature: "active_users_28d", Label: pick(l, "active users in the last 28 days", "aktive Nutzer in den letzten 28 Tagen"), Unit: "users", Value: 3., HealthScore: 29.8, Peers: 14.}
	for v := 0.; v <= 24; v++ {
		score := 26 + 16/(1+math.Exp(-(v-8)/2))
		if v == 3 {
			score = 29.8
		}
		users.Points = append(users.Points, explain.WhatIfPoint{Value: v, Text: l.Quantity(v, "users"), HealthScore: score})
	}
	plan := &explain.WhatIf{Feature: "plan", Label: pick(l, "plan", "Tarif"), Value: "professional", HealthScore: 29.8, Peers: "enterprise"}
	for i, level := range []string{"basic", "professional", "enterprise"} {
		plan.Points = append(plan.Points, explain.WhatIfPoint{Value: level, Text: level, HealthScore: 27 + 2.8*float64(i)})
	}
	flat := &explain.WhatIf{Feature: "x", Label: "x", Value: 1., Points: []explain.WhatIfPoint{{Value: 0., HealthScore: 3}, {Value: 1., HealthScore: 3}}}
	return []*explain.WhatIf{plan, users, flat}
}
