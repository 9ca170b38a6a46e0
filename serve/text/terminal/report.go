package terminal

import (
	"fmt"
	"io"
	"strings"

	"github.com/etappe/etappe/models/artifact"
	words "github.com/etappe/etappe/serve/text"
)

// WriteReport writes a training run: its one table, its clusters, what interactions
// gained, the strongest features and the gate.
func WriteReport(w io.Writer, r *artifact.Report) error {
	fmt.Fprintln(w, testOf(r.Test))
	if line := r.Leads.String(); line != "" {
		fmt.Fprintf(w, "Days before the renewal, training/test rows: %s\n", line)
	}
	if r.Purged > 0 {
		fmt.Fprintf(w, "%d rows are in neither part: taken before that date, decided after it\n", r.Purged)
	}
	if r.Training.Labels != "" {
		fmt.Fprintf(w, "Labels: %s\n", r.Training.Labels)
	}
	fmt.Fprintln(w)
	t := NewTable("segment", "renewals", "churned", "variant", "AUC", "log-loss", "Brier", "slope", "Etappe − it (90 %)").Right(5, 0)
	for _, s := range r.Segments {
		for i, v := range s.Variants {
			row := []any{"", "", ""}
			if i == 0 {
				row = []any{segmentName(r, s.Name), s.Renewals, s.Churned}
			}
			t.Row(append(row, v.Name, Number(v.Metrics.AUC, 4), Number(v.Metrics.LogLoss, 4), Number(v.Metrics.Brier, 4), Number(v.Metrics.Slope, 2), difference(v.Difference))...)
		}
		t.Separate()
	}
	if err := t.Write(w); err != nil {
		return err
	}
	writeClusters(w, r)
	if line := r.Interactions(); line != "" {
		fmt.Fprintf(w, "%s\n\n", line)
	}
	if lines := r.Outcomes(); len(lines) > 0 {
		fmt.Fprintf(w, "%s\n\n", strings.Join(lines, "\n"))
	}
	WriteBands(w, r.Bands)
	writeImportance(w, r)
	WriteGate(w, r)
	return nil
}

// WriteBands writes the bands: their thresholds' rule, and what became of the judged
// renewals in each; nothing for nil.
func WriteBands(w io.Writer, b *artifact.Bands) {
	if b == nil {
		return
	}
	t := NewTable("band", "health score", "renewals", "predicted", "churned", "90 % interval").Right(4, 1)
	for _, l := range b.Lines {
		row := []any{l.Band, b.Scores(l.Band), fmt.Sprintf("%.1f %%", 100*l.Share)}
		if j := l.Judged; j != nil {
			row = append(row, fmt.Sprintf("%.1f %%", 100*j.Predicted), fmt.Sprintf("%.1f %%", 100*j.Churned), fmt.Sprintf("%.1f to %.1f %%", 100*j.Low, 100*j.High))
		}
		t.Row(row...)
	}
	fmt.Fprintf(w, "Bands: %s\n\n%s\n\n", b, t)
	fmt.Fprintf(w, "Health score: AUC %s, that of the probability alone %s", Number(b.AUC, 3), Number(b.Outlook, 3))
	if p := b.Path; p != nil {
		fmt.Fprintf(w, "; success path from %.1f to %.1f points (10th to 90th percentile)", p.Low, p.High)
	}
	fmt.Fprintf(w, "\n\n")
}

// difference writes by how much the log-loss of Etappe is above another's.
func difference(d *artifact.Difference) string {
	if d == nil {
		return ""
	}
	return fmt.Sprintf("%s (%s to %s)", Signed(float64(d.LogLoss), 4), Signed(float64(d.Low), 4), Signed(float64(d.High), 4))
}

// testOf is how the judged rows were kept apart.
func testOf(t artifact.Test) string {
	switch t.Kind {
	case artifact.TestOutOfTime:
		return words.English.T("report.test.time", "date", t.From)
	case artifact.TestFolds:
		return words.English.T("report.test.folds")
	}
	return words.English.T("model.test.other", "test", words.Readable(t.Kind))
}

// WriteGate writes the gate's verdict on a model, and its reasons.
func WriteGate(w io.Writer, r *artifact.Report) {
	for _, c := range r.Checks {
		verdict := "passed "
		if !c.Passed {
			verdict = "REFUSED"
		}
		fmt.Fprintf(w, "gate  %s  %s: %s\n", verdict, c.Name, c.Detail)
	}
}

// WriteWarnings writes what a reader of the figures must be aware of, a line each.
func WriteWarnings(w io.Writer, r *artifact.Report) {
	for _, one := range r.Warnings {
		fmt.Fprintf(w, "warning: %s\n", one.Text)
	}
}

// segmentName adds a cluster's desired outcome to its id.
func segmentName(r *artifact.Report, id string) string {
	for _, c := range r.Clusters {
		if c.ID == id {
			return id + " " + c.Name
		}
	}
	if id == artifact.SegmentNone {
		return words.English.T("model.none")
	}
	return id
}

// writeClusters writes how much of its own every cluster was given, and which
// clusters of the model before it they continue.
func writeClusters(w io.Writer, r *artifact.Report) {
	t := NewTable("cluster", "desired outcome", "rows", "churned", "own share λ", "gain (nats/row)").Right(3, 0)
	for _, c := range r.Clusters {
		t.Row(c.ID, c.Name, c.Rows, c.Churned, Number(c.Lambda, 2), Number(c.Gain, 5))
	}
	fmt.Fprintf(w, "\n%s\n\n", t)
	if line := r.Lineage.String(); line != "" {
		fmt.Fprintf(w, "Clusters: %s\n\n", line)
	}
	if line := r.Overlap.String(); line != "" {
		fmt.Fprintf(w, "Accounts in common: %s\n\n", line)
	}
}

// writeImportance lists the ten strongest features.
func writeImportance(w io.Writer, r *artifact.Report) {
	top := r.Importance[:min(10, len(r.Importance))]
	if len(top) == 0 || top[0].LogOdds == 0 {
		return
	}
	for _, f := range top {
		bar := strings.Repeat("█", max(1, int(30*f.LogOdds/top[0].LogOdds)))
		fmt.Fprintf(w, "  %-32s %.3f %s\n", f.Feature, f.LogOdds, bar)
	}
	fmt.Fprintln(w)
}
