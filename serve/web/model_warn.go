package web

import (
	"strconv"
	"strings"

	"github.com/etappe/etappe/models/artifact"
	"github.com/etappe/etappe/serve/text"
)

// warnings puts the warnings of a report into words; label names the terms of
// the model.
func (w Words) warnings(r *artifact.Report, label func(term string) string) []string {
	var list []string
	for _, one := range r.Warnings {
		if one.Code == artifact.WarnEdited && len(r.Edits) > 0 {
			continue // listed one by one below
		}
		written := w.warned(r, one, label)
		if written == "" {
			written = w.T("model.warn.other", "code", text.Readable(one.Code))
		}
		list = append(list, written)
	}
	for _, e := range r.Edits {
		list = append(list, w.edit(e, label))
	}
	return list
}

// warned puts a warning into words by its code; "" where there are none for it,
// or the report lacks what they are about.
func (w Words) warned(r *artifact.Report, of artifact.Warning, label func(term string) string) string {
	value := func(i int) string {
		if i < len(of.Values) {
			return of.Values[i]
		}
		return ""
	}
	switch of.Code {
	case artifact.WarnSaved:
		if r.Contamination != nil {
			return w.saved(r.Contamination)
		}
	case artifact.WarnDeclared:
		if r.Declared != nil {
			return w.declared(r.Declared)
		}
	case artifact.WarnDeclaredFeature:
		return w.T("model.warn.declared.feature", "column", w.quote(text.Readable(value(0))), "feature", w.quote(label(value(1))))
	case artifact.WarnBand:
		if w.Has("band." + value(0)) {
			return w.T("model.warn.band", "band", w.quote(w.T("band."+value(0))), "churned", w.share(value(1)), "risk", w.share(value(2)), "sick", w.share(value(3)))
		}
	case artifact.WarnHysteresis:
		return w.T("model.warn.hysteresis", "wanted", w.figure(value(0), 1), "used", w.figure(value(1), 1))
	case artifact.WarnProtected:
		return w.protected(label(value(0)), value(1), value(2), value(3))
	case artifact.WarnSuspicious:
		return w.T("model.warn.suspicious", "auc", w.figure(value(0), 3))
	case artifact.WarnLeadsUnfit:
		return w.T("model.warn.leads.unfit", "days", value(0), "n", value(1), "rows", value(2))
	case artifact.WarnLeadsReplaced:
		return w.T("model.warn.leads.replaced", "days", value(0), "n", value(1), "rows", value(2))
	case artifact.WarnLeadUntested:
		return w.T("model.warn.lead.untested", "rows", value(0), "from", value(1), "to", value(2))
	case artifact.WarnLeadCalibration:
		return w.T("model.warn.lead.calibration", "from", value(0), "to", value(1), "predicted", w.share(value(2)), "churned", w.share(value(3)))
	case artifact.WarnAllowed:
		return w.allowed(r, value(0))
	case artifact.WarnAllowUnused:
		return w.T("model.warn.allow.unused", "column", w.quote(value(0)))
	case artifact.WarnClusters:
		return w.T("model.warn.clusters", "n", value(0))
	case artifact.WarnClusterName:
		return w.T("model.warn.name", "id", value(0), "clusters", value(1), "name", w.quote(value(2)))
	case artifact.WarnNoPath:
		return w.T("model.warn.no.path")
	case artifact.WarnPath:
		return w.T("model.warn.path", "id", w.quote(value(0)), "clusters", value(1))
	}
	return ""
}

// protected is a feature that stands for a protected characteristic.
func (w Words) protected(feature, what, place, of string) string {
	if key := "model.protected." + strings.ReplaceAll(what, " ", "_"); w.Has(key) {
		what = w.T(key)
	}
	return w.T("model.warn.protected", "feature", w.quote(feature), "what", what, "place", place, "of", of)
}

// figure is a number that a warning holds as text; as it stands where it is none.
func (w Words) figure(value string, decimals int) string {
	n, err := strconv.ParseFloat(value, 64)
	if err != nil {
		return value
	}
	return w.Number(n, decimals)
}

// share is a share that a warning holds as text.
func (w Words) share(value string) string {
	n, err := strconv.ParseFloat(value, 64)
	if err != nil {
		return value
	}
	return w.Percent(n)
}

// allowed is a column that the configuration admits, with its figures; "" where
// the report does not hold them.
func (w Words) allowed(r *artifact.Report, column string) string {
	for _, s := range r.Allowed {
		if s.Column != column {
			continue
		}
		key := "model.warn.allowed"
		if s.Rule == "" {
			key = "model.warn.allowed.plain"
		}
		return w.T(key, "column", w.quote(column), "auc", w.Number(float64(s.AUC), 3), "low", w.Number(float64(s.Low), 3), "high", w.Number(float64(s.High), 3))
	}
	return ""
}

// saved is how many renewals somebody may have saved, and what that does to
// the model's figures.
func (w Words) saved(c *artifact.Contamination) string {
	about := w.T("model.warn.saved", "saved", w.Whole(c.Saved), "renewed", w.Whole(c.Renewed), "share", w.Percent(float64(c.Saved)/float64(max(c.Renewed, 1))))
	for _, v := range []artifact.Figure{c.With.LogLoss, c.With.BaseLogLoss, c.Without.LogLoss, c.Without.BaseLogLoss} {
		if !text.Known(float64(v)) {
			return about
		}
	}
	return about + " " + w.T("model.warn.saved.loss", "with", w.Number(float64(c.With.LogLoss), 4), "withbase", w.Number(float64(c.With.BaseLogLoss), 4),
		"without", w.Number(float64(c.Without.LogLoss), 4), "withoutbase", w.Number(float64(c.Without.BaseLogLoss), 4))
}

// declared is how well declared and learned outcomes agree.
func (w Words) declared(d *artifact.Declared) string {
	about := w.T("model.warn.declared", "column", w.quote(text.Readable(d.Column)), "accounts", w.T("accounts", "n", d.Accounts), "unknown", w.Whole(d.Unknown))
	if rand := float64(d.AdjustedRand); text.Known(rand) {
		about += " " + w.T("model.warn.declared.rand", "rand", w.Number(rand, 2))
	}
	return about
}

// edit is what a person changed.
func (w Words) edit(e artifact.Edited, label func(term string) string) string {
	text := e.Term + " " + string(e.Action) + " " + e.Name
	switch e.Action {
	case artifact.Named:
		text = w.T("model.edit.named", "who", e.By, "id", e.Term, "name", w.quote(e.Name))
	case artifact.Removed, artifact.Set:
		text = w.T("model.edit."+string(e.Action), "who", e.By, "term", w.quote(label(e.Term)))
	}
	if e.Reason != "" {
		text += ": " + w.quote(e.Reason)
	}
	return text + "."
}

// crossTable holds the declared outcomes against the learned clusters.
type crossTable struct {
	Hint    string
	Columns []string
	Rows    []crossRow
}

// crossRow is a declared outcome.
type crossRow struct {
	Name  string
	Cells []crossCell
}

// crossCell counts accounts; Most marks the largest of its row.
type crossCell struct {
	Count string
	Most  bool
}

// crossed is the table; nil where nothing is declared.
func (w Words) crossed(r *artifact.Report) *crossTable {
	d := r.Declared
	if d == nil || len(d.Count) == 0 {
		return nil
	}
	t := &crossTable{Hint: w.T("model.declared.hint", "column", w.quote(text.Readable(d.Column)))}
	for _, id := range d.Clusters {
		t.Columns = append(t.Columns, w.segmentName(r, id, false))
	}
	for i, counts := range d.Count {
		t.Rows = append(t.Rows, w.crossRow(d.Outcomes[min(i, len(d.Outcomes)-1)], counts))
	}
	return t
}

// targetRow is an outcome beside renewal.
type targetRow struct {
	Name, From                     string // what it is, and from where it counts
	Events, AUC, Interval, Verdict string
}

// targets lists the outcomes beside renewal.
func (w Words) targets(list []artifact.TargetReport) []targetRow {
	var rows []targetRow
	for _, t := range list {
		row := targetRow{Name: t.Name, Events: w.T("model.target.of", "events", w.Whole(t.Events), "of", w.Whole(t.Rows)), AUC: none}
		verdict := "model.target.not"
		if t.Kept {
			verdict = "model.target.kept"
		}
		row.Verdict = w.T(verdict)
		key := "model.target." + t.Name
		known := w.Has(key)
		if known {
			row.Name = w.T(key)
		}
		if q := t.Quality; q != nil {
			row.AUC = w.Number(q.AUC, 3)
			row.Interval = w.Number(max(q.AUC-normal90*q.AUCSE, 0), 3) + "–" + w.Number(min(q.AUC+normal90*q.AUCSE, 1), 3)
			if known {
				row.From = w.T(key+".from", "share", w.Percent(max(q.Threshold, -q.Threshold)))
			}
		}
		rows = append(rows, row)
	}
	return rows
}
