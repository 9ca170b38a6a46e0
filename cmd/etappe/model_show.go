package main

import (
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"strings"

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

// Run shows the model, or one of its terms.
func (c *modelShow) Run(a *app) error {
	r, entry, err := c.reading()
	if err != nil {
		return err
	}
	k, err := r.cluster(c.Cluster)
	if err != nil {
		return err
	}
	if c.Term == "" {
		if c.JSON {
			all := r.inventory()
			all.Override = entry.Override
			return a.printJSON(all)
		}
		return a.printModel(r, entry.Override)
	}
	if r.isResidual(c.Term) {
		return c.showResidual(a, r)
	}
	rank, err := r.find(c.Term)
	if err != nil {
		return err
	}
	if c.SVG != "" {
		if err := drawSVG(c.SVG, r.shape(rank, k)); err != nil {
			return err
		}
		fmt.Fprintf(a.stderr, "drew %s into %s\n", additive.TermName(r.terms[rank].Fields), c.SVG)
	}
	if c.JSON {
		return a.printJSON(r.detail(rank, k))
	}
	_, err = fmt.Fprint(a.stdout, r.shape(rank, k).text(a.width))
	return err
}

// printedModel is the JSON of a model; printedTerm that of one term, with its
// numbers where one term was asked for.
type (
	printedModel struct {
		Version          string          `json:"version"`
		PointsPerLogOdds float64         `json:"points_per_log_odds"`
		Edits            []artifact.Edit `json:"edits,omitempty"`
		// Override is why the champion is one that the gate refused.
		Override *artifact.Override `json:"override,omitempty"`
		Terms    []printedTerm      `json:"terms"`
		// Orders is what each order of interaction gained when the model was
		// trained: log-losses out of fold, in nats.
		Orders   []additive.Order `json:"orders,omitempty"`
		Residual *printedResidual `json:"residual,omitempty"`
	}
	printedTerm struct {
		Term       string           `json:"term"`
		Order      int              `json:"order"`
		Rank       int              `json:"rank"` // by importance, from 1
		Importance printedNumber    `json:"importance"`
		Fields     []printedField   `json:"fields"`
		Axes       []additive.Axis  `json:"axes,omitempty"`   // bin 0 is missing; a categorical field's last bin is never seen
		Value      []float64        `json:"value,omitempty"`  // [cell] log-odds of churn, the last field's bins run fastest
		Points     []float64        `json:"points,omitempty"` // [cell] health points
		Error      []float64        `json:"error,omitempty"`  // [cell] standard error of the value
		Band       []float64        `json:"band,omitempty"`   // [cell] half-width of the 90 % band around it
		Weight     []float64        `json:"weight,omitempty"` // [cell] training weight
		Clusters   []printedCluster `json:"clusters"`         // that differ
	}
	printedNumber struct {
		LogOdds float64 `json:"log_odds"`
		Points  float64 `json:"points"`
	}
	printedField struct {
		Name  string `json:"name"`
		Text  string `json:"text"`
		Unit  string `json:"unit"`
		Theme string `json:"theme"`
	}
	// printedCluster is what is different in a cluster, shrunk by its lambda:
	// it comes on top of the shared values.
	printedCluster struct {
		ID         string        `json:"id"`
		Name       string        `json:"name"`
		Lambda     float64       `json:"lambda"`
		Importance printedNumber `json:"importance"`
		Clear      bool          `json:"clear"` // the difference is beyond its error band
		Value      []float64     `json:"value,omitempty"`
		Points     []float64     `json:"points,omitempty"`
		Error      []float64     `json:"error,omitempty"`
		Band       []float64     `json:"band,omitempty"`
		Weight     []float64     `json:"weight,omitempty"`
	}
	// printedDetail is one term with the head of its model.
	printedDetail struct {
		Version          string          `json:"version"`
		PointsPerLogOdds float64         `json:"points_per_log_odds"`
		Edits            []artifact.Edit `json:"edits,omitempty"`
		printedTerm
	}
)

// inventory lists all terms without their numbers.
func (r *reading) inventory() printedModel {
	m := printedModel{Version: r.version, PointsPerLogOdds: r.perUnit, Edits: r.Edits, Terms: []printedTerm{}, Orders: r.orders, Residual: r.leftover()}
	for rank := range r.terms {
		m.Terms = append(m.Terms, r.head(rank))
	}
	return m
}

// head is a term without its numbers.
func (r *reading) head(rank int) printedTerm {
	t := &r.terms[rank]
	p := printedTerm{Term: additive.TermName(t.Fields), Order: len(t.Fields), Rank: rank + 1,
		Importance: r.number(t.Importance), Clusters: []printedCluster{}}
	for _, f := range t.Fields {
		p.Fields = append(p.Fields, r.field(f))
	}
	for k, id := range r.ids {
		if own, ok := r.difference(k, t); ok {
			p.Clusters = append(p.Clusters, printedCluster{ID: id, Name: r.Names[k], Lambda: r.lambda[k],
				Importance: r.number(own.Importance), Clear: clearly(&own)})
		}
	}
	return p
}

func (r *reading) field(name string) printedField {
	d := r.definition(name)
	return printedField{name, d.Text.En, d.Unit, string(d.Theme)}
}

// number is an importance in log-odds, and in points.
func (r *reading) number(logOdds float64) printedNumber {
	return printedNumber{logOdds, math.Abs(r.points(logOdds))}
}

// clearly tells whether a difference is beyond its error band, in the mean of
// squares over the training rows.
func clearly(d *additive.Term) bool {
	var signal, noise float64
	for c, w := range d.Weight {
		signal += w * d.Value[c] * d.Value[c]
		noise += w * d.Band[c] * d.Band[c]
	}
	return signal > noise
}

// detail is a term with its numbers, and those of cluster k or, for -1, of
// every cluster that differs.
func (r *reading) detail(rank, only int) printedDetail {
	t := &r.terms[rank]
	p := r.head(rank)
	p.Axes, p.Value, p.Points = t.Axes, t.Value, r.allPoints(t.Value)
	p.Error, p.Band, p.Weight = t.Error, t.Band, t.Weight
	p.Clusters = p.Clusters[:0]
	for _, c := range r.head(rank).Clusters {
		k, _ := r.cluster(c.ID)
		if only >= 0 && k != only {
			continue
		}
		own, _ := r.difference(k, t)
		c.Value, c.Points = own.Value, r.allPoints(own.Value)
		c.Error, c.Band, c.Weight = own.Error, own.Band, own.Weight
		p.Clusters = append(p.Clusters, c)
	}
	return printedDetail{r.version, r.perUnit, r.Edits, p}
}

func (r *reading) allPoints(values []float64) []float64 {
	out := make([]float64, len(values))
	for i, v := range values {
		out[i] = r.points(v)
	}
	return out
}

// printModel shows all terms, then what their interactions gained.
func (a *app) printModel(r *reading, o *artifact.Override) error {
	if o != nil {
		fmt.Fprintf(a.stdout, "%s\n\n", o)
	}
	if err := a.printTerms(r); err != nil {
		return err
	}
	return a.printInteractions(r)
}

// printTerms shows all terms, strongest first.
func (a *app) printTerms(r *reading) error {
	t := a.table("term", "order", "log-odds", "points", "", "theme", "differs in")
	rightFrom(t, 2, 4)
	for rank := range r.terms {
		p := r.head(rank)
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
		bar := strings.Repeat("█", int(12*p.Importance.LogOdds/max(r.terms[0].Importance, 1e-12)))
		t.AppendRow(table.Row{p.Term, p.Order, number(p.Importance.LogOdds, 3), number(p.Importance.Points, 1), bar,
			strings.Join(themes, ", "), strings.Join(differs, ", ")})
	}
	fmt.Fprintf(a.stdout, "model %s: mean |value| over the training rows, in log-odds of churn and health points;\nclusters whose own shape differs beyond its error band, with the mean |difference|\n", r.version)
	for _, e := range r.Edits {
		fmt.Fprintf(a.stdout, "edited by hand: %s\n", e)
	}
	fmt.Fprintln(a.stdout)
	return a.print(t)
}
