package web

import (
	"math"
	"regexp"
	"strings"

	"github.com/etappe/etappe/serve"
)

// modelWarning is something that a reader of the model's figures must know.
type modelWarning struct {
	Text    string
	English bool // as the training run wrote it
}

// The training run writes its warnings in English. Those whose figures stand in
// the report are told from them; the others stay as they are.
const (
	savedMark    = "came after an intervention that may have saved them"
	declaredMark = "declared outcomes ("
	editedMark   = "edited by hand: "
)

var manyClusters = regexp.MustCompile(`^(\d+) clusters: more than four desired outcomes`)

// warnings puts the warnings of a report into words; label names the terms of
// the model.
func (w Words) warnings(r *serve.Report, label func(term string) string) []modelWarning {
	var list []modelWarning
	told := func(text string) { list = append(list, modelWarning{Text: text}) }
	for _, text := range r.Warnings {
		switch many := manyClusters.FindStringSubmatch(text); {
		case r.Contamination != nil && strings.Contains(text, savedMark):
			told(w.saved(r.Contamination))
		case r.Declared != nil && strings.HasPrefix(text, declaredMark):
			told(w.declared(r.Declared))
		case len(r.Edits) > 0 && strings.HasPrefix(text, editedMark): // told one by one below
		case many != nil:
			told(w.say("model.warn.clusters", many[1]))
		default:
			list = append(list, modelWarning{Text: text, English: w.Language != serve.English})
		}
	}
	for _, e := range r.Edits {
		told(w.edit(e, label))
	}
	return list
}

// saved says how many renewals somebody may have saved, and what that does to
// the model's figures.
func (w Words) saved(c *serve.ReportContamination) string {
	text := w.say("model.warn.saved", w.Whole(c.Saved), w.Whole(c.Renewed), w.Percent(float64(c.Saved)/float64(max(c.Renewed, 1))))
	for _, v := range []*float64{c.With.LogLoss, c.With.BaseLogLoss, c.Without.LogLoss, c.Without.BaseLogLoss} {
		if v == nil {
			return text
		}
	}
	return text + " " + w.say("model.warn.saved.loss", w.Number(*c.With.LogLoss, 4), w.Number(*c.With.BaseLogLoss, 4),
		w.Number(*c.Without.LogLoss, 4), w.Number(*c.Without.BaseLogLoss, 4))
}

// declared says how well declared and learned outcomes agree.
func (w Words) declared(d *serve.ReportDeclared) string {
	text := w.say("model.warn.declared", w.quote(serve.Spoken(d.Column)), w.count("accounts", d.Accounts), w.Whole(d.Unknown))
	if d.AdjustedRand != nil {
		text += " " + w.say("model.warn.declared.rand", w.Number(*d.AdjustedRand, 2))
	}
	return text
}

// edit says what a person changed.
func (w Words) edit(e serve.ReportEdit, label func(term string) string) string {
	text := e.Term + " " + e.Action + " " + e.Name
	switch e.Action {
	case "named":
		text = w.say("model.edit.named", e.By, e.Term, w.quote(e.Name))
	case "removed", "set":
		text = w.say("model.edit."+e.Action, e.By, w.quote(label(e.Term)))
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

// crossed lays the table out; nil where nothing is declared.
func (w Words) crossed(r *serve.Report) *crossTable {
	d := r.Declared
	if d == nil || len(d.Count) == 0 {
		return nil
	}
	t := &crossTable{Hint: w.say("model.declared.hint", w.quote(serve.Spoken(d.Column)))}
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
func (w Words) targets(list []serve.ReportTarget) []targetRow {
	var rows []targetRow
	for _, t := range list {
		row := targetRow{Name: t.Name, Events: w.say("model.target.of", w.Whole(t.Events), w.Whole(t.Rows)), AUC: none}
		verdict := "model.target.not"
		if t.Kept {
			verdict = "model.target.kept"
		}
		row.Verdict = w.say(verdict)
		key := "model.target." + t.Name
		known := messages[key] != (text{})
		if known {
			row.Name = w.say(key)
		}
		if q := t.Quality; q != nil {
			row.AUC = w.Number(q.AUC, 3)
			row.Interval = w.Number(max(q.AUC-normal90*q.AUCSE, 0), 3) + "–" + w.Number(min(q.AUC+normal90*q.AUCSE, 1), 3)
			if known {
				row.From = w.say(key+".from", w.Percent(math.Abs(q.Threshold)))
			}
		}
		rows = append(rows, row)
	}
	return rows
}
