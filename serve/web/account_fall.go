package web

import (
	"html/template"
	"slices"
	"strings"

	"github.com/etappe/etappe/serve/explain"
	"github.com/etappe/etappe/serve/web/chart"
)

// themeRows is how many bars a theme opens into at most; the others share one.
const themeRows = 8

// accountFall is the waterfall between the two dates.
type accountFall struct {
	Title     string
	Patterns  template.HTML
	From, To  fallLevel
	Themes    []fallTheme
	Keys      []fallKey // of the kinds that occur
	Low, High string    // ends of the axis
	Cut       string    // what the limits of the scale do to the bars; ""
	Quiet     bool      // normal variation: folded up
}

// fallLevel is a score that the waterfall starts from or ends at.
type fallLevel struct {
	Date, Score, Band string
	Line              template.HTML
}

// fallTheme is a line of the waterfall that opens into its bars.
type fallTheme struct {
	Label, Amount string
	Up            bool
	Kind          string // in words, where all bars are of one kind that is not plain behaviour; ""
	Line          template.HTML
	Bars          []fallBar // the strongest; where there are many, the last is all others
	Rest          string    // how many bars show as 0; ""
}

// fallBar is one entry of a theme.
type fallBar struct {
	Label, Amount, Kind string
	Up                  bool
	Values, Peers       string
	Line                template.HTML
}

// fallKey explains a pattern.
type fallKey struct {
	Sign template.HTML
	Word string
}

// accountFall prepares the waterfall; nil without a movement. Amounts are those
// that package serve rounded so that they add up: bars to their theme, themes
// to the difference of the two scores as shown.
func (w Words) accountFall(e *explain.Explanation) *accountFall {
	if e == nil {
		return nil
	}
	fall := e.Waterfall(themeRows)
	before, after := fall.Before, fall.After
	low, high := fall.Range()
	s := chart.NewWaterfall([]float64{low, high})
	f := &accountFall{
		Patterns: chart.Patterns(), Quiet: e.Verdict == explain.VerdictNormal && modelPart(e) == 0,
		From: fallLevel{w.isoDate(e.From.AsOf), w.Score(before), e.From.Band, s.Level(before, e.From.Band)},
		To:   fallLevel{w.isoDate(e.To.AsOf), w.Score(after), e.To.Band, s.Level(after, e.To.Band)},
		Low:  w.Number(s.Low, 0), High: w.Number(s.High, 0), Keys: w.fallKeys(e),
	}
	if e.CutBinds {
		f.Cut = w.T("fall.cut")
	}
	f.Title = w.T("fall.title", "from", f.From.Date, "to", f.To.Date)
	if e.From.AsOf == e.To.AsOf { // two models answered on one day
		names := w.models(e.From.Model, e.To.Model)
		f.Title = w.T("fall.title.models", "date", f.To.Date, "from", names[0], "to", names[1])
		f.From.Date = w.T("fall.by", "date", f.From.Date, "model", names[0])
		f.To.Date = w.T("fall.by", "date", f.To.Date, "model", names[1])
	}
	for i := range fall.Steps {
		f.Themes = append(f.Themes, w.fallTheme(e, &fall.Steps[i], s))
	}
	return f
}

// fallTheme prepares a step and the bars that it opens into.
func (w Words) fallTheme(e *explain.Explanation, step *explain.Step, s chart.Waterfall) fallTheme {
	t := step.Theme
	out := fallTheme{Label: t.Label, Amount: w.Change(t.Shown), Up: t.Shown > 0, Kind: w.kind(step.Kind), Line: s.Step(string(step.Kind), step.From, step.To)}
	if strings.EqualFold(out.Kind, out.Label) { // the theme is called like its kind
		out.Kind = ""
	}
	for _, row := range step.Rows {
		out.Bars = append(out.Bars, w.fallBar(e, row, s))
	}
	if rest := step.Rest; rest != nil {
		out.Bars = append(out.Bars, fallBar{Label: w.T("fall.others", "n", w.Whole(rest.Bars)), Amount: w.Change(rest.Points), Up: rest.Points > 0,
			Line: s.Step(string(step.Kind), rest.From, rest.To)})
	}
	if step.Zeros > 0 {
		out.Rest = w.T("account.rest", "n", step.Zeros)
	}
	return out
}

// fallBar prepares one bar of a step.
func (w Words) fallBar(e *explain.Explanation, row explain.WaterfallRow, s chart.Waterfall) fallBar {
	b := row.Bar
	bar := fallBar{Label: capitalized(b.Label), Amount: w.Change(b.Shown), Kind: w.kind(b.Kind), Up: b.Shown > 0,
		Values: w.thenNow(e, b), Line: s.Step(string(b.Kind), row.From, row.To)}
	if b.Peers != nil {
		bar.Peers = w.T("account.peers", "value", w.amount(b.Peers, b))
		if why := w.Why(b); why != "" {
			bar.Peers = w.T("bar.why", "peers", bar.Peers, "why", why)
		}
	}
	return bar
}

// kind names what is not plain behaviour.
func (w Words) kind(k explain.Kind) string {
	if k == explain.KindFeature {
		return ""
	}
	if !w.Has("kind." + string(k)) {
		return string(k)
	}
	return w.T("kind." + string(k))
}

// fallKeys explains the patterns that occur.
func (w Words) fallKeys(e *explain.Explanation) []fallKey {
	var keys []fallKey
	for _, kind := range chart.PatternKinds() {
		if slices.ContainsFunc(e.Bars, func(b explain.Bar) bool { return string(b.Kind) == kind && b.Shown != 0 }) {
			keys = append(keys, fallKey{chart.PatternKey(kind), w.kind(explain.Kind(kind))})
		}
	}
	return keys
}
