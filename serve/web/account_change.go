package web

import (
	"github.com/etappe/etappe/serve/explain"
	"github.com/etappe/etappe/serve/text"
)

// accountChange is what changed, in words.
type accountChange struct {
	Sentence string
	Moved    bool   // more than normal variation
	Verdict  string // whether the change is real
	Doubt    string // what the verdict is measured by; "": nothing is known of it
	Reasons  []accountReason
	Level    bool // the reasons are those of one date, for there is nothing to compare
	Warnings []string
}

// accountReason is one reason.
type accountReason struct {
	Code, Text string
	Amount     string
	Up         bool
	Members    []accountMember // of a family, those that show as something
}

// accountMember is one feature of a family of features.
type accountMember struct {
	Label, Amount string
	Up            bool
}

// accountChange puts the movement into words or, without one, the latest level.
func (w Words) accountChange(f *accountFacts) accountChange {
	e := f.Explanation
	if e == nil {
		c := accountChange{Level: true, Sentence: w.T("account.none." + f.Nothing)}
		if f.Answer != nil {
			for _, r := range f.Answer.Reasons {
				c.Reasons = append(c.Reasons, accountReason{Code: r.Code, Text: w.Bare(r), Amount: w.Change(r.Points), Up: r.Points > 0})
			}
		}
		return c
	}
	c := accountChange{Sentence: e.Sentence, Moved: e.Verdict == explain.VerdictMoved}
	c.Verdict, c.Doubt = w.verdict(e)
	for i := range e.Reasons {
		r := &e.Reasons[i]
		one := accountReason{Code: r.Code, Text: w.Bare(r.Reason), Amount: r.Amount, Up: r.Points > 0}
		for _, m := range r.Members {
			if *m.Shown != 0 {
				one.Members = append(one.Members, accountMember{Label: m.Label, Amount: w.Change(*m.Shown), Up: *m.Shown > 0})
			}
		}
		c.Reasons = append(c.Reasons, one)
	}
	return c
}

// verdict is whether a change is more than the account's normal movement, and
// what that is.
func (w Words) verdict(e *explain.Explanation) (verdict, doubt string) {
	if e.From.AsOf == e.To.AsOf {
		return w.T("account.verdict.same") + w.modelSplit(e), ""
	}
	n, model := e.Noise, modelPart(e)
	own := shownChange(e) - model
	if e.Verdict == explain.VerdictModel {
		return w.modelVerdict(e), ""
	}
	if e.Behaviour != nil && e.Verdict != explain.VerdictDifferently {
		return w.behaviourVerdict(e, model, own), w.T("account.doubt.behaviour", "limit", w.Percent(e.Limit))
	}
	verdictKey := e.Verdict
	if partly := n.DriverThreshold > 0 && max(own, -own) <= n.Threshold; verdictKey == explain.VerdictMoved && partly {
		verdictKey += ".partly"
		doubt = w.T("account.doubt.partly", "beyond", w.Score(n.Driver), "driver", w.Score(n.DriverThreshold), "threshold", w.Score(n.Threshold))
	} else if n.Threshold > 0 {
		doubt = w.T(doubtKey(n), "threshold", w.Score(n.Threshold), "factor", w.Number(n.Factor, 2), "own", w.Number(n.Own, 2), "model", w.Number(n.Model, 2))
	}
	if model != 0 {
		return w.T("account.verdict."+verdictKey+".model", "model", w.Change(model), "own", w.Change(own)), doubt
	}
	return w.T("account.verdict." + verdictKey), doubt
}

// modelVerdict is that a change is another model's.
func (w Words) modelVerdict(e *explain.Explanation) string {
	if e.Moved == nil {
		return w.T("account.verdict.another_model.unlike")
	}
	return w.T("account.verdict.another_model", "model", w.Change(e.ModelChange.Shown), "own", w.Change(*e.Moved)) + w.modelSplit(e)
}

// modelSplit is what another model did to the parts of the score; "" where that is not
// known.
func (w Words) modelSplit(e *explain.Explanation) string {
	m := e.ModelChange
	if m == nil || !m.Split {
		return ""
	}
	return " " + w.T("account.verdict.another_model.split", "outlook", w.Change(m.Outlook), "path", w.Change(m.Path), "cluster", w.Change(m.Cluster))
}

// behaviourVerdict is whether the account does anything differently, and what of the
// change is another model's.
func (w Words) behaviourVerdict(e *explain.Explanation, model, own float64) string {
	key := "account.verdict.behaviour"
	if len(e.Behaviour) == 0 {
		key += ".usual"
	}
	if model != 0 {
		return w.T(key+".model", "model", w.Change(model), "own", w.Change(own))
	}
	return w.T(key)
}

// doubtKey is the text of a limit: a factor times the larger of its two parts.
func doubtKey(n explain.Noise) string {
	if n.Model > n.Own {
		return "account.doubt.model"
	}
	return "account.doubt.own"
}

// modelPart is what a change of model moved, as shown.
func modelPart(e *explain.Explanation) float64 {
	part := 0.0
	for i := range e.Bars {
		if e.Bars[i].Kind == explain.KindModel {
			part += e.Bars[i].Shown
		}
	}
	return part
}

// shownChange is the difference of the two scores as shown.
func shownChange(e *explain.Explanation) float64 {
	return text.Round1(e.To.HealthScore) - text.Round1(e.From.HealthScore)
}
