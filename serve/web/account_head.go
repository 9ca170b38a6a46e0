package web

import (
	"slices"
	"time"

	"github.com/etappe/etappe/serve/history"
	"github.com/etappe/etappe/serve/score"
	"github.com/etappe/etappe/serve/text"
)

// accountHead is what stands above everything else: who, how healthy, how sure.
type accountHead struct {
	Title       string
	ID          string // where the title is a name
	ClusterID   string
	ClusterName string
	Membership  string // where the account sits between clusters; "": it does not
	Score, Band string
	Churn       string
	Interval    string // of Churn, in words; "": none
	Due, DueIn  string // the next renewal and how far off it is
	ARR         string
	Owner       string
	Parent      string
	AsOf        string
	Since       string // since when the band is shown; ""
	Held        string // that the score alone would be in another band; ""
	Left        string // that the account has left; ""
	Overrides   []string
	Second      string // the score under the second cluster; "": the account is not between clusters
}

// betweenClusters is the membership under which an account sits between
// clusters.
const betweenClusters = 0.6

// accountHead describes the account at the later date.
func (w Words) accountHead(f *accountFacts) accountHead {
	a, sn := &f.Account, &f.Shown
	h := accountHead{
		Title: a.Name, ID: a.ID, ClusterID: sn.ClusterID, ClusterName: w.cluster(sn.ClusterID, sn.ClusterName),
		Score: w.Score(sn.Health), Band: sn.Band, Churn: w.Percent(sn.Churn),
		Due: w.Date(a.DueOn), ARR: w.Money(a.ARR), Owner: a.Owner, Parent: a.Parent, AsOf: w.Date(sn.AsOf),
	}
	if h.Title == "" {
		h.Title, h.ID = a.ID, ""
	}
	if text.Known(sn.Low) && text.Known(sn.High) {
		h.Interval = w.T("account.interval", "interval", w.span(sn.Low, sn.High))
		if a := f.Answer; a != nil {
			level, share := w.Percent(a.Interval.Level), a.Interval.Unmeasured
			h.Interval = w.T("account.interval.expectation", "level", level, "interval", w.span(sn.Low, sn.High))
			if share > 0 {
				h.Interval = w.T("account.interval.own", "level", level, "interval", w.span(sn.Low, sn.High), "shown", w.Percent(1-share))
			}
		}
	}
	if !a.DueOn.IsZero() {
		h.DueIn = w.renewalIn(a.DueOn, sn.AsOf)
	}
	if sn.ClusterID == "" && f.Answer != nil && slices.ContainsFunc(f.Answer.Warnings, func(o score.Warning) bool {
		return o.Code == score.WarnNoCluster && o.Args.Why == score.WhyTooQuiet
	}) {
		h.ClusterName = w.T("account.outcome.quiet")
	}
	if sn.ClusterID != "" && sn.Membership < betweenClusters {
		h.Membership = w.T("account.membership", "share", w.Percent(sn.Membership))
	}
	if !sn.Since.IsZero() && sn.Since.Before(sn.AsOf) {
		h.Since = w.T("account.since", "band", w.T("band."+sn.Band), "date", w.Date(sn.Since))
	}
	h.Held = w.held(f)
	if !a.LeftOn.IsZero() {
		h.Left = w.T("account.left", "date", w.Date(a.LeftOn))
	}
	for i := range f.Overrides {
		h.Overrides = append(h.Overrides, w.override(&f.Overrides[i]))
	}
	if s := f.second(); s != nil {
		h.Second = w.T("account.second", "cluster", w.cluster(s.ID, s.Name), "score", w.Score(s.HealthScore), "band", w.T("band."+s.Band))
	}
	return h
}

// held states that the band is held although the score alone would be in another,
// and from where on it changes.
func (w Words) held(f *accountFacts) string {
	sn := &f.Shown
	if sn.Plain == "" || sn.Plain == sn.Band {
		return ""
	}
	band, plain := w.T("band."+sn.Band), w.T("band."+sn.Plain)
	if f.Answer == nil { // the model with its thresholds is gone
		return w.T("account.held", "band", band, "plain", plain)
	}
	at, below := f.Points.Leaves(sn.Band, sn.Health)
	if below {
		return w.T("account.held.below", "band", band, "plain", plain, "score", w.Score(at))
	}
	return w.T("account.held.from", "band", band, "plain", plain, "score", w.Score(at))
}

// renewalIn is how far a renewal is off at an as-of date.
func (w Words) renewalIn(due, asOf time.Time) string {
	days := int(text.Round(due.Sub(asOf).Hours()/24, 0))
	if days < 0 {
		return w.T("days.ago", "n", -days)
	}
	return w.T("days.in", "n", days)
}

// override is what a CSM holds against the score.
func (w Words) override(o *history.Override) string {
	who := o.Owner
	if who == "" {
		who = w.T("account.someone")
	}
	text := w.T("account.override", "who", who, "band", w.T("band."+o.Band))
	if o.Reason != "" {
		text += ": " + w.quote(o.Reason)
	}
	if !o.Expires.IsZero() {
		text += " " + w.T("account.override.until", "date", w.Date(o.Expires))
	}
	return text
}
