package main

import (
	"fmt"

	"github.com/etappe/etappe/models/artifact"
	"github.com/etappe/etappe/train"
)

type promoteCommand struct {
	Registry string `help:"Folder of the registry." required:"" type:"existingdir" placeholder:"DIR"`
	Version  string `arg:"" help:"Version to promote, as etappe models lists it."`
}

// Run passes the gate and changes the champion.
func (c *promoteCommand) Run(a *app) error {
	registry, err := artifact.OpenRegistry(c.Registry)
	if err != nil {
		return err
	}
	model, _, err := registry.Get(c.Version)
	if err != nil {
		return err
	}
	var report train.Report
	if err := trainingReport(model, &report); err != nil {
		return err
	}
	if err := report.Gate(); err != nil {
		return err
	}
	if line := report.Lineage.String(); line != "" {
		fmt.Fprintf(a.stderr, "clusters: %s\n", line)
	}
	return promote(a, registry, model, c.Version)
}

// promote makes a stored model the champion.
func promote(a *app, r *artifact.Registry, model *artifact.Artifact, version string) error {
	was, err := championOf(r)
	if err != nil {
		was = forerunner{} // a broken champion must not be in the way of its successor
	}
	if err := r.Promote(version, a.now()); err != nil {
		return err
	}
	a.tellClashes(was, model, version)
	fmt.Fprintf(a.stderr, "champion is now %s\n", version)
	return nil
}
