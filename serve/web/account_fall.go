package web

import (
	"html/template"
	"slices"
	"strings"

	"github.com/etappe/etappe/serve/explain"
	"github.com/etappe/etappe/serve/text"
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
	before, after := text.Round1(e.From.HealthScore), text.Round1(e.To.HealthScore)
	s := chart.NewWaterfall(fallScores(e, before, after))
	f := &accountFall{
		Patterns: chart.Patterns(), Quiet: e.Verdict != explain.VerdictMoved && modelPart(e) == 0,
		From: fallLevel{w.isoDate(e.From.AsOf), w.Score(before), e.From.Band, s.Level(before, e.From.Band)},
		To:   fallLevel{w.isoDate(e.To.AsOf), w.Score(after), e.To.Band, s.Level(after, e.To.Band)},
		Low:  w.Number(s.Low, 0), High: w.Number(s.High, 0), Keys: w.fallKeys(e),
	}
	f.Title = w.T("fall.title", "from", f.From.Date, "to", f.To.Date)
	if e.From.AsOf == e.To.AsOf { // two models answered on one day
		names := w.models(e.From.Model, e.To.Model)
		f.Title = w.T("fall.title.models", "date", f.To.Date, "from", names[0], "to", names[1])
		f.From.Date = w.T("fall.by", "date", f.From.Date, "model", names[0])
		f.To.Date = w.T("fall.by", "date", f.To.Date, "model", names[1])
	}
	at := before
	for i := range e.Themes {
		t := &e.Themes[i]
		if t.Shown != 0 || !allZero(e, t) {
			f.Themes = append(f.Themes, w.fallTheme(e, t, s, at))
		}
		at += t.Shown
	}
	return f
}

// fallScores lists every score that a line of the waterfall touches.
func fallScores(e *explain.Explanation, before, after float64) []float64 {
	scores := []float64{before, after}
	at := before
	for _, t := range e.Themes {
		inside := at
		for _, i := range t.Bars {
			inside += e.Bars[i].Shown
			scores = append(scores, inside)
		}
		at += t.Shown
		scores = append(scores, at)
	}
	return scores
}

func allZero(e *explain.Explanation, t *explain.Theme) bool {
	return !slices.ContainsFunc(t.Bars, func(i int) bool { return e.Bars[i].Shown != 0 })
}

// fallTheme prepares a theme that begins at a score.
func (w Words) fallTheme(e *explain.Explanation, t *explain.Theme, s chart.Waterfall, at float64) fallTheme {
	kind := e.Bars[t.Bars[0]].Kind
	for _, i := range t.Bars {
		if e.Bars[i].Kind != kind {
			kind = explain.KindFeature
		}
	}
	out := fallTheme{Label: t.Label, Amount: w.Change(t.Shown), Up: t.Shown > 0, Kind: w.kind(kind), Line: s.Step(string(kind), at, at+t.Shown)}
	if strings.EqualFold(out.Kind, out.Label) { // the theme is called like its kind
		out.Kind = ""
	}
	loud := make([]*explain.Bar, 0, len(t.Bars))
	for _, i := range t.Bars {
		if b := &e.Bars[i]; b.Shown != 0 {
			loud = append(loud, b)
		}
	}
	shown := len(loud)
	if shown > themeRows+1 {
		shown = themeRows
	}
	for _, b := range loud[:shown] {
		out.Bars = append(out.Bars, w.fallBar(e, b, s, at))
		at += b.Shown
	}
	if rest := loud[shown:]; len(rest) > 0 {
		sum := 0.0
		for _, b := range rest {
			sum += b.Shown
		}
		out.Bars = append(out.Bars, fallBar{Label: w.T("fall.others", "n", w.Whole(len(rest))), Amount: w.Change(sum), Up: sum > 0,
			Line: s.Step(string(kind), at, at+sum)})
	}
	if silent := len(t.Bars) - len(loud); silent > 0 {
		out.Rest = w.T("account.rest", "n", silent)
	}
	return out
}

// fallBar prepares a bar that begins at a score.
func (w Words) fallBar(e *explain.Explanation, b *explain.Bar, s chart.Waterfall, at float64) fallBar {
	bar := fallBar{Label: capitalized(b.Label), Amount: w.Change(b.Shown), Kind: w.kind(b.Kind), Up: b.Shown > 0,
		Values: w.thenNow(e, b), Line: s.Step(string(b.Kind), at, at+b.Shown)}
	if b.Peers != nil {
		bar.Peers = w.T("account.peers", "value", w.amount(b.Peers, b))
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
