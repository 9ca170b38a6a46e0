package text

import (
	"maps"
	"slices"
	"strings"

	"github.com/etappe/etappe/features/catalog"
)

// Label is what a feature is called: "reports viewed in the last 28 days". It is
// made of the feature's measure, its window and the name of what it reads: the
// team's own in this language where etappe.yaml gives one, else the name in the
// data, with abbreviations in capitals. The name stands first or is followed by a
// comma, so that any noun fits grammatically.
func (l Language) Label(d *catalog.Definition) string {
	source, given := l.source(d)
	key := labelKey{d.Measure, d.Window, source, given}
	known := &l.catalogue().labels
	if label, ok := known.get(key); ok {
		return label
	}
	label := l.label(d)
	known.put(key, label)
	return label
}

func (l Language) label(d *catalog.Definition) string {
	name := l.SourceName(d)
	switch d.Measure {
	case catalog.MeasureCount, catalog.MeasureMean, catalog.MeasureAnswered:
		name = l.T("label."+string(d.Measure), "name", name, "window", l.Window(d.Window))
	case catalog.MeasureRate:
		name = l.T("label.rate", "name", name, "n", catalog.ShortWindow)
	case catalog.MeasureTrend, catalog.MeasureTotalTrend:
		name = l.T("label.trend", "name", name, "short", catalog.ShortWindow, "long", catalog.LongWindow)
	case catalog.MeasureRecency:
		name = l.T("label.recency", "name", name)
	case catalog.MeasureLast:
		if d.Window == 0 {
			name = l.T("label.last", "name", name)
		} else {
			name = l.T("label.last.window", "name", name, "window", l.Window(d.Window))
		}
	case catalog.MeasureActiveDays, catalog.MeasureActiveUsers, catalog.MeasureBreadth, catalog.MeasureConcentration, catalog.MeasureSeats:
		return l.T("label."+string(d.Measure), "window", l.Window(d.Window))
	case catalog.MeasureLastSeen, catalog.MeasureTenure, catalog.MeasureDaysToRenewal:
		return l.T("label." + string(d.Measure))
	}
	return name
}

// SourceName is what a feature reads: an event type, an attribute, a column, all
// use.
func (l Language) SourceName(d *catalog.Definition) string {
	if d.Measure == catalog.MeasureTotalTrend {
		return l.T("label.activity")
	}
	source, given := l.source(d)
	if !given {
		source = strings.TrimSpace(separators.Replace(source))
	}
	return abbreviated(source)
}

// separators stand between the words of a name in the data.
var separators = strings.NewReplacer("_", " ", "-", " ")

// source is the name of what a feature reads: the team's own in this language, in
// English or in the first other one (given), else as it is in the data.
func (l Language) source(d *catalog.Definition) (name string, given bool) {
	if len(d.Names) > 0 {
		for _, tag := range [2]string{l.String(), "en"} {
			if name := d.Names[tag]; name != "" {
				return name, true
			}
		}
		for _, tag := range slices.Sorted(maps.Keys(d.Names)) {
			if name := d.Names[tag]; name != "" {
				return name, true
			}
		}
	}
	if d.Type != "" {
		return d.Type, false
	}
	return d.Attribute, false
}

// Window is the days that a feature looks back: "in the last 28 days".
func (l Language) Window(days int) string { return l.T("label.window", "n", days) }

// Omission is why an event type, an attribute or a column is no feature.
func (l Language) Omission(o *catalog.Omission) string {
	count := func(i int) int {
		if i < len(o.Counts) {
			return o.Counts[i]
		}
		return 0
	}
	switch o.Code {
	case catalog.OmittedRare:
		return l.T("omitted.rare", "n", count(0))
	case catalog.OmittedEmpty:
		return l.T("omitted.empty")
	case catalog.OmittedIdentifier:
		return l.T("omitted.identifier", "values", count(0), "rows", count(1))
	}
	return Readable(o.Code)
}
