package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"

	"github.com/etappe/etappe/datasets"
	"github.com/etappe/etappe/models/additive"
	"github.com/etappe/etappe/models/artifact"
)

// residualText says what the residual is.
const residualText = "small effects that need more than three features at once; exact in every explanation, but not drawn as a curve"

// residualTop is how many features of the residual the list of terms names.
const residualTop = 5

// printedResidual is the JSON of what is left to trees.
type printedResidual struct {
	Text     string            `json:"text"`
	Trees    []int             `json:"trees"`    // of each bag
	Features []printedLeftover `json:"features"` // the most important first
}

// printedLeftover is a feature of the residual.
type printedLeftover struct {
	printedField
	Importance printedNumber `json:"importance"` // mean |share| over the training rows
}

// printedRemainder is the residual with the head of its model.
type printedRemainder struct {
	Version          string          `json:"version"`
	PointsPerLogOdds float64         `json:"points_per_log_odds"`
	Edits            []artifact.Edit `json:"edits,omitempty"`
	Term             string          `json:"term"`
	*printedResidual
}

// isResidual tells whether a name means the residual and not a feature that is
// called so.
func (r *reading) isResidual(name string) bool {
	return strings.TrimSpace(name) == additive.ResidualName && r.catalog.Index(additive.ResidualName) < 0
}

// leftover is what is left to trees; nil: nothing is.
func (r *reading) leftover() *printedResidual {
	if len(r.residual.Trees) == 0 {
		return nil
	}
	p := &printedResidual{Text: residualText, Trees: r.residual.Trees, Features: []printedLeftover{}}
	for i, name := range r.residual.Fields {
		p.Features = append(p.Features, printedLeftover{r.field(name), r.number(r.residual.Importance[i])})
	}
	return p
}

// needResidual wants a residual to be there.
func (r *reading) needResidual() (*printedResidual, error) {
	if p := r.leftover(); p != nil {
		return p, nil
	}
	return nil, fmt.Errorf("%w: the model has no residual; etappe model show without a term lists what it has", datasets.ErrConfig)
}

// printInteractions says what each order of interaction gained, and what is left
// to trees.
func (a *app) printInteractions(r *reading) error {
	if len(r.orders) > 0 {
		when := ""
		if len(r.Edits) > 0 {
			when = ", before it was edited by hand"
		}
		fmt.Fprintf(a.stdout, "\nInteractions: log-loss (nats) as training found it out of fold%s\n\n", when)
		t := a.table("up to", "terms", "log-loss", "gain ± standard error")
		rightFrom(t, 2, 4)
		for i, o := range r.orders {
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
	p := r.leftover()
	if p == nil {
		return nil
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
func (c *modelShow) showResidual(a *app, r *reading) error {
	p, err := r.needResidual()
	switch {
	case err != nil:
		return err
	case c.SVG != "":
		return fmt.Errorf("%w: --svg: the residual is not drawn as a curve", datasets.ErrConfig)
	case c.JSON:
		return a.printJSON(printedRemainder{r.version, r.perUnit, r.Edits, additive.ResidualName, p})
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
