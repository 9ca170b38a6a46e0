package web

import (
	"math"
	"strings"
	"time"

	"github.com/etappe/etappe/serve"
)

// health writes points of health with one decimal. Where the next digit is
// exactly a five they go up, as in all that package serve writes: the page shows
// one number for one score.
func (w Words) health(v float64) string { return w.Score(math.Round(v*10) / 10) }

// isoDate writes a date that is given as 2006-01-02; as it stands if it is not.
func (w Words) isoDate(day string) string {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return day
	}
	return w.Date(t)
}

// amount writes the value of a bar with its unit: "3 users", "41%", "missing".
func (w Words) amount(value any, b *serve.Bar) string {
	if b.Kind == serve.KindMilestone || strings.HasPrefix(b.Feature, "milestone:") {
		return w.reachedOn(value)
	}
	switch v := value.(type) {
	case string:
		return v
	case bool:
		return w.answered(v)
	case float64:
		return w.quantity(v, b.Unit, strings.Contains(b.Feature, ".answered"))
	}
	return w.say("account.missing")
}

// reachedOn says when a milestone was reached.
func (w Words) reachedOn(value any) string {
	if day, ok := value.(float64); ok {
		return w.say("account.reached", w.Number(math.Round(day), 0))
	}
	return w.say("account.reached.not")
}

// quantity writes a number with its unit.
func (w Words) quantity(v float64, unit string, yesOrNo bool) string {
	switch {
	case yesOrNo:
		return w.answered(v > 0)
	case unit == "days":
		return w.count("days", int(math.Round(v)))
	case unit == "share" || unit == "log ratio":
		return w.value(v, unit)
	}
	text := w.short3(v)
	if name := w.Language.UnitName(unit); name != "" && v != 1 {
		text += space + name
	}
	return text
}

// short3 writes a number with at most three digits that matter after the point.
func (w Words) short3(v float64) string {
	decimals := 2
	switch size := math.Abs(v); {
	case size >= 100 || v == math.Trunc(v):
		decimals = 0
	case size >= 10:
		decimals = 1
	}
	return w.Number(v, decimals)
}

// thenNow writes a bar's value then and now; "" where there is nothing to say.
func (w Words) thenNow(e *serve.Explanation, b *serve.Bar) string {
	switch b.Kind {
	case serve.KindCut:
		return ""
	case serve.KindCluster:
		return e.From.Cluster.Name + " → " + e.To.Cluster.Name
	case serve.KindModel:
		return e.From.Model + " → " + e.To.Model
	}
	if from, to := w.amount(b.From, b), w.amount(b.To, b); from != to {
		return from + " → " + to
	}
	return w.amount(b.To, b)
}
