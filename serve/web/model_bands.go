package web

import (
	"github.com/etappe/etappe/models/artifact"
	"github.com/etappe/etappe/serve/text"
)

// bandTable is how the bands' thresholds were set, and what became of the tested
// renewals in each band.
type bandTable struct {
	Lead, Path string
	Rows       []bandRow
}

// bandRow is a band.
type bandRow struct {
	Band, Name, Scores, Share  string
	Predicted, Churned, Spread string
}

// bands is the table of the bands; nil where the report does not hold them.
func (w Words) bands(b *artifact.Bands) *bandTable {
	if b == nil {
		return nil
	}
	t := &bandTable{Lead: w.bandRule(b)}
	for _, l := range b.Lines {
		row := bandRow{Band: l.Band, Name: w.T("band." + l.Band), Scores: w.bandScores(b, l.Band), Share: w.Percent(l.Share),
			Predicted: none, Churned: none}
		if j := l.Judged; j != nil {
			row.Predicted, row.Churned = w.Percent(j.Predicted), w.Percent(j.Churned)
			row.Spread = w.Percent(j.Low) + "–" + w.Percent(j.High)
		}
		t.Rows = append(t.Rows, row)
	}
	if p := b.Path; p != nil {
		t.Path = w.T("model.bands.path", "low", w.Number(p.Low, 0), "high", w.Number(p.High, 0))
	}
	return t
}

// bandRule is how the thresholds were set.
func (w Words) bandRule(b *artifact.Bands) string {
	line := ""
	switch b.Rule {
	case artifact.BandsBaseRate, artifact.BandsCapacity:
		line = w.T("model.bands.base", "base", w.Percent(b.Base), "risk", w.Percent(b.AtRisk), "sick", w.Percent(b.SickFrom))
	case artifact.BandsShares:
		line = w.T("model.bands.shares", "sick", w.Percent(b.SickShare), "risk", w.Percent(b.AtRiskShare))
	case artifact.BandsThresholds:
		line = w.T("model.bands.thresholds")
	default:
		line = w.T("model.bands.other", "rule", text.Readable(b.Rule))
	}
	if c := b.Capacity; c != nil {
		line += " " + w.T("model.bands.capacity", "calls", w.Number(c.PerWeek, 0), "accounts", w.T("accounts", "n", c.Accounts), "days", w.Whole(c.Window), "share", w.Percent(c.Share))
	}
	if b.Kept != "" {
		line += " " + w.T("model.bands.kept", "model", b.Kept)
	}
	return line
}

// bandScores is the range of health scores of a band.
func (w Words) bandScores(b *artifact.Bands, band string) string {
	switch band {
	case "healthy":
		return w.T("model.bands.from", "score", w.Number(b.Healthy, 1))
	case "sick":
		return w.T("model.bands.below", "score", w.Number(b.Sick, 1))
	}
	return w.Number(b.Sick, 1) + "–" + w.Number(b.Healthy, 1)
}
