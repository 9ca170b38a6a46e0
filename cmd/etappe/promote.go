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
	return promote(a, registry, c.Version)
}

func promote(a *app, r *artifact.Registry, version string) error {
	if err := r.Promote(version, a.now()); err != nil {
		return err
	}
	fmt.Fprintf(a.stderr, "champion is now %s\n", version)
	return nil
}
