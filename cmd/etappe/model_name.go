package main

import (
	"fmt"

	"github.com/etappe/etappe/models/artifact"
	"github.com/etappe/etappe/train"
)

type modelName struct {
	modelFlags
	Cluster string `arg:"" help:"Id of the cluster."`
	Name    string `arg:"" help:"What it is to be called, up to 80 letters."`
	By      string `help:"Who, for the record." required:"" placeholder:"NAME"`
	Reason  string `help:"Why, for the record." placeholder:"TEXT"`
	Promote bool   `help:"Make the new version the champion if the gate lets it through."`
}

// Run stores the model with the other name as a new version. Its answers are the
// same, and so is what the gate makes of it.
func (c *modelName) Run(a *app) error {
	model, entry, err := c.load()
	if err != nil {
		return err
	}
	edit := artifact.Edit{Term: c.Cluster, Action: artifact.Named, Name: oneLine(c.Name), By: oneLine(c.By), Reason: oneLine(c.Reason)}
	next, report, err := train.Rename(model, edit)
	if err != nil {
		return err
	}
	registry, added, err := a.storeEdited(c.Registry, next, entry, edit)
	if err != nil {
		return err
	}
	fmt.Fprintf(a.stderr, "stored %s in %s: %s is called %q\n", added.Version, c.Registry, edit.Term, edit.Name)
	if !c.Promote {
		return nil
	}
	if err := train.Gate(report); err != nil {
		return err
	}
	return promote(a, registry, next, added.Version)
}
