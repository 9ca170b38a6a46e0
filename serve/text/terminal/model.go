package terminal

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/etappe/etappe/models/additive"
	"github.com/etappe/etappe/models/artifact"
	"github.com/etappe/etappe/models/behaviour"
	"github.com/etappe/etappe/models/reading"
)

// residualTop is how many features of the residual the list of terms names.
const residualTop = 5

// WriteModel writes all terms, then what their interactions gained, and the bands; o is the
// override by which the model was promoted, or nil.
func WriteModel(w io.Writer, r *reading.Reading, o *artifact.Override) error {
	if o != nil {
		fmt.Fprintf(w, "%s\n\n", o)
	}
	if err := writeTerms(w, r); err != nil {
		return err
	}
	if err := writeInteractions(w, r); err != nil {
		return err
	}
	if r.Report != nil && r.Report.Bands != nil {
		fmt.Fprintln(w)
		WriteBands(w, r.Report.Bands)
	}
	writeBehaviour(w, r.Behaviour())
	return nil
}

// writeBehaviour writes how often a change of behaviour is reported of accounts that
// renewed.
func writeBehaviour(w io.Writer, b *reading.Behaviour) {
	if b == nil {
		return
	}
	c := &b.Checked
	rate := func(r behaviour.Rate) string {
		return fmt.Sprintf("%s %% (95 %% interval %s to %s)", Number(100*r.Share, 1), Number(100*r.Low, 1), Number(100*r.High, 1))
	}
	fmt.Fprintf(w, "\nbehaviour: of %s comparisons of %s accounts that renewed and that nothing was learned from, reported as changed\n"+
		"for the worse %s, for the better %s; some really changed, so the smaller is about the most\nthat chance alone reports; the configured limit is %s %%\n",
		Number(float64(c.Comparisons), 0), Number(float64(c.Accounts), 0), rate(c.Worse), rate(c.Better), Number(100*b.Limit, 1))
}

// writeTerms writes all terms, strongest first.
func writeTerms(w io.Writer, r *reading.Reading) error {
	t := NewTable("term", "order", "log-odds", "points", "", "theme", "differs in").Right(2, 4)
	for rank := range r.Terms {
		p := r.Head(rank)
		var themes, differs []string
		for _, f := range p.Fields {
			themes = append(themes, f.Theme)
		}
		for _, c := range p.Clusters {
			if !c.Clear {
				continue
			}
			differs = append(differs, fmt.Sprintf("%s %.3f", c.ID, c.Importance.LogOdds))
		}
		line := bar(p.Importance.LogOdds, max(r.Terms[0].Importance, 1e-12), 12)
		t.Row(p.Term, p.Order, Number(p.Importance.LogOdds, 3), Number(p.Importance.Points, 1), line,
			strings.Join(themes, ", "), strings.Join(differs, ", "))
	}
	fmt.Fprintf(w, "model %s: mean |value| over the training rows, in log-odds of churn and health points;\nclusters whose own shape differs beyond its error band, with the mean |difference|\n", r.Version)
	for _, e := range r.Edits {
		fmt.Fprintf(w, "edited by hand: %s\n", e)
	}
	fmt.Fprintln(w)
	return t.Write(w)
}

// writeInteractions writes what each order of interaction gained, and what is left
// to trees.
func writeInteractions(w io.Writer, r *reading.Reading) error {
	if len(r.Orders) > 0 {
		when := ""
		if len(r.Edits) > 0 {
			when = ", before it was edited by hand"
		}
		fmt.Fprintf(w, "\nInteractions: log-loss (nats) as training found it out of fold%s\n\n", when)
		t := NewTable("up to", "terms", "log-loss", "gain ± standard error").Right(2, 4)
		for i, o := range r.Orders {
			terms, gain := fmt.Sprint(o.Terms), ""
			if o.Name() == additive.ResidualName {
				terms += " trees"
			}
			if i > 0 {
				gain = fmt.Sprintf("%s ± %.4f", Signed(o.Gain, 4), o.GainSE)
			}
			t.Row(fmt.Sprintf("%d %s", o.Fields, o.Name()), terms, Number(o.LogLoss, 4), gain)
		}
		if err := t.Write(w); err != nil {
			return err
		}
	}
	p, err := r.ResidualDetail()
	if err != nil {
		return nil // the model has none
	}
	var names []string
	for _, f := range p.Features[:min(residualTop, len(p.Features))] {
		names = append(names, fmt.Sprintf("%s %.3f", f.Name, f.Importance.LogOdds))
	}
	list := strings.Join(names, ", ")
	if more := len(p.Features) - len(names); more > 0 {
		list += fmt.Sprintf(" and %d more", more)
	}
	fmt.Fprintf(w, "\nWhat is left to trees, the residual: %s (mean |share|, log-odds):\n%s\n", list, p.Text)
	return nil
}

// WriteResidual writes the residual's features by importance.
func WriteResidual(w io.Writer, p *reading.ResidualDetail) error {
	trees := fmt.Sprint(slices.Max(p.Trees))
	if least := slices.Min(p.Trees); least < slices.Max(p.Trees) {
		trees = fmt.Sprintf("%d to %s", least, trees)
	}
	fmt.Fprintf(w, "residual: %s\n%s trees in each of %d bags, on up to six features each, the same for all clusters;\nmean |share| over the training rows, in log-odds of churn and health points\n\n",
		p.Text, trees, len(p.Trees))
	t := NewTable("feature", "log-odds", "points", "", "theme").Right(2, 3)
	for _, f := range p.Features {
		line := bar(f.Importance.LogOdds, max(p.Features[0].Importance.LogOdds, 1e-12), 12)
		t.Row(f.Name, Number(f.Importance.LogOdds, 3), Number(f.Importance.Points, 1), line, f.Theme)
	}
	return t.Write(w)
}
