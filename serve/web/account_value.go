package web

import (
	"strings"
	"time"

	"github.com/etappe/etappe/serve/explain"
	"github.com/etappe/etappe/serve/text"
)

// isoDate writes a date that is given as 2006-01-02; as it stands if it is not.
func (w Words) isoDate(day string) string {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return day
	}
	return w.Date(t)
}

// amount writes the value of a bar with its unit: "3 users", "41%", "missing".
func (w Words) amount(value any, b *explain.Bar) string {
	if b.Kind == explain.KindMilestone || strings.HasPrefix(b.Feature, "milestone:") {
		return w.reachedOn(value)
	}
	switch v := value.(type) {
	case string:
		return v
	case bool:
		return w.answered(v)
	case float64:
		switch {
		case strings.Contains(b.Feature, ".answered"):
			return w.answered(v > 0)
		case b.Unit == "days":
			v = text.Round(v, 0)
		}
		return strings.ReplaceAll(w.Language.Quantity(v, b.Unit), " ", space)
	}
	return w.T("account.missing")
}

// reachedOn is when a milestone was reached.
func (w Words) reachedOn(value any) string {
	if day, ok := value.(float64); ok {
		return w.T("account.reached", "day", w.Number(day, 0))
	}
	return w.T("account.reached.not")
}

// thenNow writes a bar's value then and now; "" where there is nothing to write.
func (w Words) thenNow(e *explain.Explanation, b *explain.Bar) string {
	switch b.Kind {
	case explain.KindCut:
		return ""
	case explain.KindCluster:
		return w.cluster(e.From.Cluster.ID, e.From.Cluster.Name) + " → " + w.cluster(e.To.Cluster.ID, e.To.Cluster.Name)
	case explain.KindModel:
		names := w.models(e.From.Model, e.To.Model)
		return names[0] + " → " + names[1]
	}
	return w.arrow(b)
}

// models names versions of models by the day that they begin with: "1 Mar 2026"
// for 2026-03-01-91f4e0a500. Where that would not distinguish them they stay as
// they are.
func (w Words) models(versions ...string) []string {
	names, seen := make([]string, len(versions)), map[string]string{}
	for i, version := range versions {
		day := version[:min(len(version), len(time.DateOnly))]
		if names[i] = w.isoDate(day); names[i] == day {
			return versions
		}
		if other, ok := seen[names[i]]; ok && other != version {
			return versions
		}
		seen[names[i]] = version
	}
	return names
}

// arrow writes a bar's value then and now; then without its unit where now has
// it.
func (w Words) arrow(b *explain.Bar) string {
	from, to := w.amount(b.From, b), w.amount(b.To, b)
	if from == to {
		return to
	}
	_, number := b.To.(float64)
	if v, ok := b.From.(float64); ok && number && w.Language.UnitName(b.Unit) != "" {
		bare := *b
		bare.Unit = ""
		from = w.amount(v, &bare)
	}
	return from + " → " + to
}
