package web

import (
	"cmp"
	"html/template"

	"github.com/etappe/etappe/serve/score"
	"github.com/etappe/etappe/serve/text"
	"github.com/etappe/etappe/serve/web/chart"
)

// accountBetween is the score of an account between two clusters under either.
type accountBetween struct {
	Picture template.HTML
	Text    string // what the difference is
}

// second is the score under the second cluster at the later date; nil where the
// account is not between clusters, or the model that scored it is gone.
func (f *accountFacts) second() *score.Second {
	switch {
	case f.Explanation != nil && f.Explanation.Second != nil:
		return f.Explanation.Second
	case f.Answer != nil:
		return f.Answer.Second
	}
	return nil
}

// accountBetween draws where the account sits between its cluster and the
// second closest, and its score under either; nil where it is not between them.
func (w Words) accountBetween(f *accountFacts) *accountBetween {
	s, sn := f.second(), &f.Shown
	if s == nil {
		return nil
	}
	// The membership in the second is not known, but it is no larger than that in
	// the first, and together they are no more than 1.
	rest := min(sn.Membership, 1-sn.Membership)
	v := chart.Between{Title: w.T("between.title"), At: rest / (sn.Membership + rest), Here: cmp.Or(f.Account.Name, f.Account.ID), Sides: [2]chart.Side{
		{Name: w.cluster(sn.ClusterID, sn.ClusterName), Share: w.T("between.share", "share", w.Percent(sn.Membership)), Score: sn.Health, Band: sn.Band},
		{Name: w.cluster(s.ID, s.Name), Share: w.T("between.rest", "share", w.Percent(rest)), Score: s.HealthScore, Band: s.Band}}}
	for i := range v.Sides {
		side := &v.Sides[i]
		side.ScoreText = w.Score(side.Score) + " " + w.T("band."+side.Band)
	}
	a, b := &v.Sides[0], &v.Sides[1]
	v.Description = w.T("between.about", "account", v.Here, "share", w.Percent(sn.Membership), "cluster", a.Name, "second", b.Name, "score", a.ScoreText, "other", b.ScoreText)
	out := &accountBetween{Picture: v.SVG("between")}
	churn := w.T("between.churn", "churn", w.Percent(s.ChurnProbability), "instead", w.Percent(sn.Churn))
	if w.Percent(s.ChurnProbability) == w.Percent(sn.Churn) {
		churn = w.T("between.churn.same", "churn", w.Percent(sn.Churn))
	}
	switch difference := text.Round1(s.HealthScore) - text.Round1(sn.Health); {
	case -0.05 < difference && difference < 0.05:
		out.Text = w.T("between.same", "cluster", w.quote(b.Name)) + " " + churn
	case difference > 0:
		out.Text = w.T("between.higher", "cluster", w.quote(b.Name), "points", w.Score(difference)) + " " + churn
	default:
		out.Text = w.T("between.lower", "cluster", w.quote(b.Name), "points", w.Score(-difference)) + " " + churn
	}
	return out
}
