package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/etappe/etappe/datasets"
	"github.com/etappe/etappe/models/reading"

	"github.com/jedib0t/go-pretty/v6/table"

	"github.com/etappe/etappe/models/additive"
	"github.com/etappe/etappe/models/artifact"
)

type modelShow struct {
	modelFlags
	Term    string `arg:"" optional:"" help:"A feature, the features of an interaction ('a × b' or 'a,b'), or residual; default: a table of all terms."`
	Cluster string `help:"Show a cluster's own shape beside the shared one." placeholder:"ID"`
	JSON    bool   `help:"Print all numbers as JSON."`
	SVG     string `name:"svg" help:"Draw the term into this file (.svg)." placeholder:"FILE"`
}

// Validate refuses a drawing of nothing, and one that would be taken for
// another kind of file.
func (c *modelShow) Validate() error {
	switch {
	case c.SVG == "":
		return nil
	case c.Term == "":
		return errors.New("--svg needs a term to draw")
	case filepath.Ext(c.SVG) != ".svg":
		return fmt.Errorf("--svg: the name of %s must end in .svg", c.SVG)
	}
	return nil
}

// residualTop is how many features of the residual the list of terms names.
const residualTop = 5

// Run shows the model, or one of its terms.
func (c *modelShow) Run(a *app) error {
	r, entry, err := c.reading()
	if err != nil {
		return err
	}
	k, err := r.Cluster(c.Cluster)
	if err != nil {
		return err
	}
	if c.Term == "" {
		if c.JSON {
			all := r.Inventory()
			all.Override = entry.Override
			return a.printJSON(all)
		}
		return a.printModel(r, entry.Override)
	}
	if r.IsResidual(c.Term) {
		return c.showResidual(a, r)
	}
	rank, err := r.Find(c.Term)
	if err != nil {
		return err
	}
	if c.SVG != "" {
		if err := writeFile(c.SVG, newPicture(r, rank, k).svg()); err != nil {
			return err
		}
		fmt.Fprintf(a.stderr, "drew %s into %s\n", additive.TermName(r.Terms[rank].Fields), c.SVG)
	}
	if c.JSON {
		return a.printJSON(r.Detail(rank, k))
	}
	_, err = fmt.Fprint(a.stdout, newPicture(r, rank, k).text(a.width))
	return err
}

// printModel shows all terms, then what their interactions gained.
func (a *app) printModel(r *reading.Reading, o *artifact.Override) error {
	if o != nil {
		fmt.Fprintf(a.stdout, "%s\n\n", o)
	}
	if err := a.printTerms(r); err != nil {
		return err
	}
	return a.printInteractions(r)
}

// printTerms shows all terms, strongest first.
func (a *app) printTerms(r *reading.Reading) error {
	t := a.table("term", "order", "log-odds", "points", "", "theme", "differs in")
	rightFrom(t, 2, 4)
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
		bar := strings.Repeat("█", int(12*p.Importance.LogOdds/max(r.Terms[0].Importance, 1e-12)))
		t.AppendRow(table.Row{p.Term, p.Order, number(p.Importance.LogOdds, 3), number(p.Importance.Points, 1), bar,
			strings.Join(themes, ", "), strings.Join(differs, ", ")})
	}
	fmt.Fprintf(a.stdout, "model %s: mean |value| over the training rows, in log-odds of churn and health points;\nclusters whose own shape differs beyond its error band, with the mean |difference|\n", r.Version)
	for _, e := range r.Edits {
		fmt.Fprintf(a.stdout, "edited by hand: %s\n", e)
	}
	fmt.Fprintln(a.stdout)
	return a.print(t)
}

// printInteractions writes what each order of interaction gained, and what is left
// to trees.
func (a *app) printInteractions(r *reading.Reading) error {
	if len(r.Orders) > 0 {
		when := ""
		if len(r.Edits) > 0 {
			when = ", before it was edited by hand"
		}
		fmt.Fprintf(a.stdout, "\nInteractions: log-loss (nats) as training found it out of fold%s\n\n", when)
		t := a.table("up to", "terms", "log-loss", "gain ± standard error")
		rightFrom(t, 2, 4)
		for i, o := range r.Orders {
			terms, gain := fmt.Sprint(o.Terms), ""
			if o.Name() == additive.ResidualName {
				terms += " trees"
			}
			if i > 0 {
				gain = fmt.Sprintf("%s ± %.4f", signed(o.Gain, 4), o.GainSE)
			}
			t.AppendRow(table.Row{fmt.Sprintf("%d %s", o.Fields, o.Name()), terms, number(o.LogLoss, 4), gain})
		}
		if err := a.print(t); err != nil {
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
	fmt.Fprintf(a.stdout, "\nWhat is left to trees, the residual: %s (mean |share|, log-odds):\n%s\n", list, p.Text)
	return nil
}

// showResidual shows the residual's features by importance.
func (c *modelShow) showResidual(a *app, r *reading.Reading) error {
	p, err := r.ResidualDetail()
	switch {
	case err != nil:
		return err
	case c.SVG != "":
		return fmt.Errorf("%w: --svg: the residual is not drawn as a curve", datasets.ErrConfig)
	case c.JSON:
		return a.printJSON(p)
	}
	trees := fmt.Sprint(slices.Max(p.Trees))
	if least := slices.Min(p.Trees); least < slices.Max(p.Trees) {
		trees = fmt.Sprintf("%d to %s", least, trees)
	}
	fmt.Fprintf(a.stdout, "residual: %s\n%s trees in each of %d bags, on up to six features each, the same for all clusters;\nmean |share| over the training rows, in log-odds of churn and health points\n\n",
		p.Text, trees, len(p.Trees))
	t := a.table("feature", "log-odds", "points", "", "theme")
	rightFrom(t, 2, 3)
	for _, f := range p.Features {
		bar := strings.Repeat("█", int(12*f.Importance.LogOdds/max(p.Features[0].Importance.LogOdds, 1e-12)))
		t.AppendRow(table.Row{f.Name, number(f.Importance.LogOdds, 3), number(f.Importance.Points, 1), bar, f.Theme})
	}
	return a.print(t)
}
