package main

import (
	"errors"
	"fmt"
	"path/filepath"

	"github.com/etappe/etappe/datasets"
	"github.com/etappe/etappe/models/reading"
	"github.com/etappe/etappe/serve/text/terminal"

	"github.com/etappe/etappe/models/additive"
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
		return terminal.WriteModel(a.stdout, r, entry.Override)
	}
	if r.IsResidual(c.Term) {
		return c.showResidual(a, r)
	}
	rank, err := r.Find(c.Term)
	if err != nil {
		return err
	}
	if c.SVG != "" {
		if err := writeFile(c.SVG, terminal.NewPicture(r, rank, k).SVG()); err != nil {
			return err
		}
		fmt.Fprintf(a.stderr, "drew %s into %s\n", additive.TermName(r.Terms[rank].Fields), c.SVG)
	}
	if c.JSON {
		return a.printJSON(r.Detail(rank, k))
	}
	_, err = fmt.Fprint(a.stdout, terminal.NewPicture(r, rank, k).Text(a.width))
	return err
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
	return terminal.WriteResidual(a.stdout, &p)
}
