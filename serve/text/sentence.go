package text

import "github.com/etappe/etappe/serve/explain"

// leadingReasons is how many reasons a sentence names.
const leadingReasons = 2

// leastOfLeading is how large a reason must be beside the first one to be named
// with it.
const leastOfLeading = 0.1

// sentence is one line: how far the score moved, and with what: the two strongest
// reasons on the side of the change, or that it is normal variation.
func (l Language) sentence(e *explain.Explanation) string {
	text, change := l.movement(e), Round1(Round1(e.To.HealthScore)-Round1(e.From.HealthScore))
	if e.Reference != explain.ReferencePrevious {
		text = l.distance(e)
	}
	if e.Verdict == explain.VerdictNormal {
		text = l.normal(e, change, text)
	} else if e.Verdict == explain.VerdictDifferently {
		text = l.differently(e, text)
	} else if len(e.Behaviour) > 0 {
		text = l.changed(e, text, change)
	} else if causes := l.causes(e, change); causes != "" && e.Verdict != explain.VerdictModel {
		text = l.T("sentence.causes", "text", text, "causes", causes)
	}
	if e.Verdict == explain.VerdictModel {
		return l.T("sentence.end", "text", l.byModel(e, text))
	}
	return l.T("sentence.end", "text", l.otherModel(e, text))
}

// otherModel adds that another model answered at the earlier date, and by how much
// that moved the score.
func (l Language) otherModel(e *explain.Explanation, text string) string {
	if e.From.Model == e.To.Model || e.From.AsOf == e.To.AsOf {
		return text
	}
	for i := range e.Bars {
		if b := &e.Bars[i]; b.Kind == explain.KindModel && b.Shown != 0 {
			return l.T("sentence.model", "text", text, "change", l.Change(b.Shown))
		}
	}
	return l.T("sentence.model.none", "text", text)
}

// byModel adds that another model made the change, and what the account did.
func (l Language) byModel(e *explain.Explanation, text string) string {
	if e.From.AsOf == e.To.AsOf {
		return text
	}
	if e.Moved == nil {
		return l.T("sentence.another.unlike", "text", text)
	}
	return l.T("sentence.another", "text", text, "model", l.Change(e.ModelChange.Shown), "own", l.Change(*e.Moved))
}

// causes names the strongest reasons on the side of a change, with their values
// and points; "" where there are none.
func (l Language) causes(e *explain.Explanation, change float64) string {
	text, named, least := "", 0, 0.0
	for i := range e.Reasons {
		r := &e.Reasons[i]
		size := max(r.Shown, -r.Shown)
		if r.Bar == nil || change == 0 || (r.Points > 0) != (change > 0) || named == leadingReasons || size < least {
			continue
		}
		least = max(least, size*leastOfLeading)
		one := l.T("sentence.cause", "label", r.Bar.Label, "change", l.Change(r.Shown))
		values := l.barValues(e.Reference, r.Bar)
		switch {
		case r.Family || r.Behaviour != nil && len(r.Members) > 1:
			one = l.T("sentence.cause.family", "family", l.Family(r.Bar.Definition), "change", l.Change(r.Shown), "label", r.Bar.Label, "values", values)
		case values != "":
			one = l.T("sentence.cause.values", "label", r.Bar.Label, "values", values, "change", l.Change(r.Shown))
		}
		if named++; named == 1 {
			text = one
		} else {
			text = l.T("list.and", "before", text, "next", one)
		}
	}
	return text
}

// movement is from where to where the score went, and when.
func (l Language) movement(e *explain.Explanation) string {
	before, after := Round1(e.From.HealthScore), Round1(e.To.HealthScore)
	change := Round1(after - before)
	from, to := l.ISODay(e.From.AsOf), l.ISODay(e.To.AsOf)
	key, dated := "sentence.stayed", from != "" && to != ""
	if dated && e.From.AsOf == e.To.AsOf && e.From.Model != e.To.Model {
		return l.T("sentence.models", "date", to, "before", l.Score(before), "after", l.Score(after), "change", l.Change(change), "from", e.From.Model, "to", e.To.Model)
	}
	switch {
	case change < 0:
		key = "sentence.fell"
	case change > 0:
		key = "sentence.rose"
	}
	if dated {
		key += ".dates"
	}
	return l.T(key, "before", l.Score(before), "after", l.Score(after), "change", l.Change(change), "from", from, "to", to)
}

// differently adds that a change is no movement of the account, and what made it.
func (l Language) differently(e *explain.Explanation, text string) string {
	shown := make(map[explain.Kind]float64)
	for i := range e.Bars {
		shown[e.Bars[i].Kind] += e.Bars[i].Shown
	}
	data, cluster := l.Change(Round1(shown[explain.KindDataQuality])), l.Change(Round1(shown[explain.KindCluster]))
	switch {
	case e.From.Cluster.None() && !e.To.Cluster.None():
		return l.T("sentence.differently.placed", "text", text, "data", data, "cluster", cluster, "name", l.clusterOf(e.To.Cluster))
	case e.To.Cluster.None() && !e.From.Cluster.None():
		return l.T("sentence.differently.unplaced", "text", text, "data", data, "cluster", cluster)
	case Round1(shown[explain.KindCluster]) == 0:
		return l.T("sentence.differently.data", "text", text, "data", data)
	case Round1(shown[explain.KindDataQuality]) == 0:
		return l.T("sentence.differently.cluster", "text", text, "cluster", cluster)
	}
	return l.T("sentence.differently", "text", text, "data", data, "cluster", cluster)
}

// normal adds that a change is normal variation.
func (l Language) normal(e *explain.Explanation, change float64, text string) string {
	switch threshold := l.Score(e.Noise.Threshold); {
	case change == 0:
	case e.Behaviour != nil:
		text = l.T("sentence.normal.behaviour", "text", text)
	case e.Noise.Model > e.Noise.Own:
		text = l.T("sentence.normal.model", "text", text, "points", threshold, "factor", l.Number(e.Noise.Factor, 2), "model", l.Number(e.Noise.Model, 2))
	default:
		text = l.T("sentence.normal", "text", text, "points", threshold, "factor", l.Number(e.Noise.Factor, 2), "own", l.Number(e.Noise.Own, 2))
	}
	return text
}

// distance is one line: how far the score is from the reference.
func (l Language) distance(e *explain.Explanation) string {
	score, reference := Round1(e.To.HealthScore), Round1(e.From.HealthScore)
	text := l.T("distance.now", "score", l.Score(score))
	if e.To.AsOf != "" {
		text = l.T("distance.date", "date", l.ISODay(e.To.AsOf), "score", l.Score(score))
	}
	name := "reference." + string(e.Reference)
	switch difference := Round1(score - reference); {
	case difference < 0:
		return l.T("distance.below", "text", text, "points", l.Score(-difference), "reference", l.T(name, "cluster", l.reference(e)), "value", l.Score(reference))
	case difference > 0:
		return l.T("distance.above", "text", text, "points", l.Score(difference), "reference", l.T(name, "cluster", l.reference(e)), "value", l.Score(reference))
	}
	return l.T("distance.same", "text", text, "reference", l.T(name+".same", "cluster", l.reference(e)), "value", l.Score(reference))
}
