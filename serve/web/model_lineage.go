package web

import (
	"cmp"
	"time"

	"github.com/etappe/etappe/models/artifact"
	"github.com/etappe/etappe/serve/score"
)

// lineage is where the clusters of the model come from.
type lineage struct {
	Lead  string
	Lines []string    // one per cluster, then those that are gone
	Table *crossTable // accounts in common; nil: nothing to compare with
}

// lineageOf is where the clusters come from; nil for the first model of a
// line, and for one of an older program.
func (w Words) lineageOf(card score.ModelCard) *lineage {
	line := card.Lineage
	if line == nil {
		return nil
	}
	out := &lineage{Lead: w.T("model.lineage.previous", "model", line.Previous)}
	names := map[string]string{}
	for _, c := range card.Clusters {
		names[c.ID] = w.cluster(c.ID, c.Name)
	}
	for _, d := range line.Clusters {
		out.Lines = append(out.Lines, w.descent(d, cmp.Or(names[d.ID], d.ID), card.Overlap))
	}
	for _, g := range line.Gone {
		out.Lines = append(out.Lines, w.T("model.lineage.gone", "id", g.ID, "name", w.quote(w.cluster(g.ID, g.Name))))
	}
	out.Table = w.inCommon(card.Overlap, names)
	return out
}

// descent is which cluster one continues, and how many accounts of that
// it has kept.
func (w Words) descent(d artifact.Descent, name string, o *artifact.Overlap) string {
	name = w.quote(name)
	if !d.Continues {
		return w.T("model.lineage.new", "id", d.ID, "name", name)
	}
	text := w.T("model.lineage.continues", "id", d.ID, "name", name)
	if d.Was != "" {
		text = w.T("model.lineage.renamed", "id", d.ID, "name", name, "before", w.quote(w.cluster(d.ID, d.Was)))
	}
	if kept, of := o.Kept(d.ID); of > 0 {
		text += " " + w.T("model.lineage.kept", "accounts", w.T("accounts", "n", of), "share", w.Percent(float64(kept)/float64(of)))
	}
	return text
}

// inCommon is how many accounts each cluster of the model before shares
// with each of this one.
func (w Words) inCommon(o *artifact.Overlap, names map[string]string) *crossTable {
	if o == nil || len(o.Count) != len(o.Before) {
		return nil
	}
	t := &crossTable{Hint: w.T("model.lineage.hint", "accounts", w.Whole(o.Accounts))}
	for _, id := range o.After {
		t.Columns = append(t.Columns, id+" · "+cmp.Or(names[id], id))
	}
	for i, counts := range o.Count {
		t.Rows = append(t.Rows, w.crossRow(o.Before[i].ID+" · "+w.cluster(o.Before[i].ID, o.Before[i].Name), counts))
	}
	return t
}

// crossRow is a row of counts.
func (w Words) crossRow(name string, counts []int) crossRow {
	row, most := crossRow{Name: name}, 0
	for _, n := range counts {
		most = max(most, n)
	}
	for _, n := range counts {
		row.Cells = append(row.Cells, crossCell{w.Whole(n), n == most && n > 0})
	}
	return row
}

// overridden is who made the model the champion although the gate refused it;
// "" where nobody did.
func (w Words) overridden(o *artifact.Override, at *time.Time) string {
	if o == nil {
		return ""
	}
	if at == nil {
		return w.T("model.override", "who", o.Owner, "reason", w.quote(o.Reason))
	}
	return w.T("model.override.at", "who", o.Owner, "date", w.Date(*at), "reason", w.quote(o.Reason))
}
