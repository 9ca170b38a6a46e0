package main

import (
	"time"

	"github.com/etappe/etappe/models/artifact"
)

type modelsCommand struct {
	Registry string `help:"Folder of the registry." required:"" type:"existingdir" placeholder:"DIR"`
	JSON     bool   `help:"Print JSON."`
}

// Run lists the registry, newest first.
func (c *modelsCommand) Run(a *app) error {
	registry, err := artifact.OpenRegistry(c.Registry)
	if err != nil {
		return err
	}
	entries, err := registry.List()
	if err != nil {
		return err
	}
	if c.JSON {
		return a.printJSON(entries)
	}
	t := a.table("version", "trained at", "champion", "note")
	for _, e := range entries {
		mark := ""
		if e.Champion {
			mark = "champion"
		}
		t.AppendRow([]any{e.Version, e.TrainedAt.UTC().Format(time.DateTime), mark, e.Note})
	}
	return a.print(t)
}
