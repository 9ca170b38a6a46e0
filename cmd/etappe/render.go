package main

import (
	"fmt"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/etappe/etappe/models/artifact"
	words "github.com/etappe/etappe/serve/text"
	"github.com/etappe/etappe/train"
)

// table starts a plain table with the given header.
func (a *app) table(header ...any) table.Writer {
	t := table.NewWriter()
	style := table.StyleLight
	style.Options = table.OptionsNoBordersAndSeparators
	style.Options.SeparateHeader = true
	style.Format.Header = text.FormatDefault
	t.SetStyle(style)
	t.SuppressTrailingSpaces()
	t.AppendHeader(table.Row(header))
	return t
}

// print writes a finished table to standard output.
func (a *app) print(t table.Writer) error {
	_, err := fmt.Fprintln(a.stdout, t.Render())
	return err
}

// unknown stands in a table where a number could not be computed.
const unknown = "-"

// number rounds for a table; a metric that could not be computed is a dash.
func number(v float64, decimals int) string {
	if !words.Finite(v) {
		return unknown
	}
	return fmt.Sprintf("%.*f", decimals, v)
}

// rightFrom aligns the columns from the n-th (1-based) on to the right.
func rightFrom(t table.Writer, n, columns int) {
	var c []table.ColumnConfig
	for i := n; i <= columns; i++ {
		c = append(c, table.ColumnConfig{Number: i, Align: text.AlignRight, AlignHeader: text.AlignRight})
	}
	t.SetColumnConfigs(c)
}

// printReport shows a training run's one table, or all of it as JSON.
func (a *app) printReport(r *artifact.Report, asJSON bool) error {
	if asJSON {
		return a.printJSON(r)
	}
	fmt.Fprintf(a.stdout, "Judged %s\n", r.Test)
	if r.Training.Labels != "" {
		fmt.Fprintf(a.stdout, "Labels: %s\n", r.Training.Labels)
	}
	fmt.Fprintln(a.stdout)
	t := a.table("segment", "rows", "churned", "variant", "AUC", "log-loss", "Brier", "slope")
	rightFrom(t, 5, 8)
	for _, s := range r.Segments {
		for i, v := range s.Variants {
			row := table.Row{"", "", ""}
			if i == 0 {
				row = table.Row{segmentName(r, s.Name), s.Rows, s.Churned}
			}
			t.AppendRow(append(row, v.Name, number(v.Metrics.AUC, 4), number(v.Metrics.LogLoss, 4), number(v.Metrics.Brier, 4), number(v.Metrics.Slope, 2)))
		}
		t.AppendSeparator()
	}
	if err := a.print(t); err != nil {
		return err
	}
	a.printClusters(r)
	if line := r.Interactions(); line != "" {
		fmt.Fprintf(a.stdout, "%s\n\n", line)
	}
	if lines := r.Outcomes(); len(lines) > 0 {
		fmt.Fprintf(a.stdout, "%s\n\n", strings.Join(lines, "\n"))
	}
	a.printImportance(r)
	a.printGate(r)
	return nil
}

// printGate prints the gate's verdict on a model, and its reasons.
func (a *app) printGate(r *artifact.Report) {
	for _, c := range r.Checks {
		verdict := "passed "
		if !c.Passed {
			verdict = "REFUSED"
		}
		fmt.Fprintf(a.stdout, "gate  %s  %s: %s\n", verdict, c.Name, c.Detail)
	}
	for _, w := range r.Warnings {
		fmt.Fprintf(a.stderr, "warning: %s\n", w.Text)
	}
}

// segmentName adds a cluster's desired outcome to its id.
func segmentName(r *artifact.Report, id string) string {
	for _, c := range r.Clusters {
		if c.ID == id {
			return id + " " + c.Name
		}
	}
	return id
}

// printClusters prints how much of its own every cluster was given, and which
// clusters of the model before it they continue.
func (a *app) printClusters(r *artifact.Report) {
	t := a.table("cluster", "desired outcome", "rows", "churned", "own share λ", "gain (nats/row)")
	rightFrom(t, 3, 6)
	for _, c := range r.Clusters {
		t.AppendRow(table.Row{c.ID, c.Name, c.Rows, c.Churned, number(c.Lambda, 2), number(c.Gain, 5)})
	}
	fmt.Fprintf(a.stdout, "\n%s\n\n", t.Render())
	if line := r.Lineage.String(); line != "" {
		fmt.Fprintf(a.stdout, "Clusters: %s\n\n", line)
	}
	if line := r.Overlap.String(); line != "" {
		fmt.Fprintf(a.stdout, "Accounts in common: %s\n\n", line)
	}
}

// printImportance lists the ten strongest features.
func (a *app) printImportance(r *artifact.Report) {
	top := r.Importance[:min(10, len(r.Importance))]
	if len(top) == 0 || top[0].LogOdds == 0 {
		return
	}
	for _, f := range top {
		bar := strings.Repeat("█", max(1, int(30*f.LogOdds/top[0].LogOdds)))
		fmt.Fprintf(a.stdout, "  %-32s %.3f %s\n", f.Feature, f.LogOdds, bar)
	}
	fmt.Fprintln(a.stdout)
}

// printEvaluation shows a cross-validation.
func (a *app) printEvaluation(e *train.Evaluation, asJSON bool) error {
	if asJSON {
		return a.printJSON(e)
	}
	fmt.Fprintf(a.stdout, "%d rows, %d churned\n\n", e.Rows, e.Churned)
	t := a.table("variant", "AUC", "log-loss", "Brier", "slope", "seconds")
	rightFrom(t, 2, 6)
	for _, v := range e.Variants {
		t.AppendRow(table.Row{v.Name, number(float64(v.AUC), 4), number(float64(v.LogLoss), 4), number(float64(v.Brier), 4), number(float64(v.Slope), 2), number(v.Seconds, 1)})
	}
	return a.print(t)
}
