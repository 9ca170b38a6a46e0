package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/etappe/etappe/models/artifact"
	"github.com/etappe/etappe/train"
)

type promoteCommand struct {
	Registry string `help:"Folder of the registry." required:"" type:"existingdir" placeholder:"DIR"`
	Version  string `arg:"" help:"Version to promote, as etappe models lists it."`
	Override bool   `help:"Promote a model that the gate refuses; takes a reason and an owner, for the record."`
	Reason   string `help:"Why, with --override." placeholder:"TEXT"`
	Owner    string `help:"Who decides it and answers for it, with --override." placeholder:"NAME"`
}

// Validate wants an override with all that is recorded of it, and nothing of it
// without one.
func (c *promoteCommand) Validate() error {
	c.Reason, c.Owner = oneLine(c.Reason), oneLine(c.Owner)
	switch {
	case c.Override && (c.Reason == "" || c.Owner == ""):
		return errors.New("--override takes --reason and --owner")
	case !c.Override && (c.Reason != "" || c.Owner != ""):
		return errors.New("--reason and --owner go with --override")
	}
	return nil
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
	if model.Report == nil {
		return fmt.Errorf("%s has no training report, so the gate has nothing to judge it by", c.Version)
	}
	refused := train.Gate(model.Report)
	if refused != nil && !c.Override {
		return refused
	}
	if line := model.Report.Lineage.String(); line != "" {
		fmt.Fprintf(a.stderr, "clusters: %s\n", line)
	}
	if refused == nil {
		return promote(a, registry, model, c.Version)
	}
	fmt.Fprintf(a.stderr, "warning: %v; %s overrides it\n", refused, c.Owner)
	o := artifact.Override{Owner: c.Owner, Reason: c.Reason, Refused: oneLine(refused.Error())}
	return change(a, registry, model, c.Version, func() error { return registry.PromoteOver(c.Version, a.now(), o) })
}

// promote makes a stored model the champion, which the gate lets through.
func promote(a *app, r *artifact.Registry, model *artifact.Artifact, version string) error {
	return change(a, r, model, version, func() error { return r.Promote(version, a.now()) })
}

// change changes the champion, and prints what that means.
func change(a *app, r *artifact.Registry, model *artifact.Artifact, version string, to func() error) error {
	was, err := artifact.ChampionOf(r)
	if err != nil {
		was = artifact.Predecessor{} // a broken champion must not be in the way of its successor
	}
	if err := to(); err != nil {
		return err
	}
	a.warnOfClashes(was, model, version)
	fmt.Fprintf(a.stderr, "champion is now %s\n", version)
	return nil
}

// oneLine makes one line of what somebody wrote.
func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }
