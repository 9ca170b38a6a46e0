package web

import (
	"html/template"
	"slices"

	"github.com/etappe/etappe/serve/explain"
	"github.com/etappe/etappe/serve/text"
	"github.com/etappe/etappe/serve/web/chart"
)

// How many what-ifs the page shows, and how far a score must move to be one.
const (
	shownWhatIfs = 6
	leastWhatIf  = 0.1
)

// accountWhatIf is one feature that can be acted on, and the scores that go
// with its values.
type accountWhatIf struct {
	Label, Now, Peers  string
	Picture            template.HTML
	NowSign, PeersSign template.HTML // the marks of the picture
	Rows               []whatIfRow   // the picture in words, not every point
}

// whatIfRow is a value and its score.
type whatIfRow struct{ Value, Score string }

// whatIfs draws the features by which the score moves most.
func (w Words) whatIfs(all []*explain.WhatIf) []accountWhatIf {
	list := slices.DeleteFunc(slices.Clone(all), func(i *explain.WhatIf) bool {
		return len(i.Points) < 2 || whatIfReach(i) < leastWhatIf
	})
	slices.SortStableFunc(list, func(a, b *explain.WhatIf) int {
		switch x, y := whatIfReach(a), whatIfReach(b); {
		case x > y:
			return -1
		case x < y:
			return 1
		}
		return 0
	})
	var out []accountWhatIf
	for i, one := range list[:min(len(list), shownWhatIfs)] {
		out = append(out, w.whatIf("whatif-"+Words{}.Whole(i+1), one))
	}
	return out
}

// whatIfReach is how far the score moves over the observed range: at least one
// point.
func whatIfReach(i *explain.WhatIf) float64 {
	low, high := i.Points[0].HealthScore, i.Points[0].HealthScore
	for _, p := range i.Points {
		low, high = min(low, p.HealthScore), max(high, p.HealthScore)
	}
	return high - low
}

// whatIf draws one.
func (w Words) whatIf(id string, i *explain.WhatIf) accountWhatIf {
	b := &explain.Bar{Feature: i.Feature, Unit: i.Unit}
	first, last := i.Points[0], i.Points[len(i.Points)-1]
	out := accountWhatIf{
		Label: capitalized(i.Label), Now: w.T("whatif.now", "value", w.amount(i.Value, b), "score", w.Score(i.HealthScore)),
		NowSign: chart.NowMark(), PeersSign: chart.PeersMark(),
	}
	span := w.T("whatif.range", "low", first.Text, "lowscore", w.Score(first.HealthScore), "high", last.Text, "highscore", w.Score(last.HealthScore))
	if i.Peers != nil {
		out.Peers = w.T("account.peers", "value", w.amount(i.Peers, b))
	}
	v := chart.WhatIf{Title: out.Label, Description: out.Now + ". " + span, NowScore: i.HealthScore,
		NowText: out.Now, Tick: func(score float64) string { return w.Number(score, 0) }}
	_, v.Levels = first.Value.(string)
	for n, p := range i.Points {
		v.Values = append(v.Values, valueOr(p.Value, float64(n)))
		v.Scores = append(v.Scores, p.HealthScore)
		v.Texts = append(v.Texts, p.Text)
	}
	v.Now, v.Peers = placeOf(i, i.Value), placeOf(i, i.Peers)
	out.Picture = v.SVG(id)
	const most = 7
	step := max(1, (len(i.Points)+most-1)/most)
	for n := 0; n < len(i.Points); n += step {
		out.Rows = append(out.Rows, whatIfRow{i.Points[n].Text, w.Score(i.Points[n].HealthScore)})
	}
	return out
}

// placeOf is where a value lies on the axis: itself, or the number of its level;
// NaN where it is missing or was never seen.
func placeOf(i *explain.WhatIf, value any) float64 {
	if level, ok := value.(string); ok {
		for n, p := range i.Points {
			if p.Value == level {
				return float64(n)
			}
		}
		return text.NotMeasured()
	}
	return valueOr(value, text.NotMeasured())
}

func valueOr(value any, other float64) float64 {
	if v, ok := value.(float64); ok {
		return v
	}
	return other
}
