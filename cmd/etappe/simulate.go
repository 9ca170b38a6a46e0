package main

import (
	"context"
	"fmt"

	"github.com/etappe/etappe/datasets/world"
)

type simulateCommand struct {
	Accounts   int     `help:"How many accounts." default:"1000"`
	Seed       uint64  `help:"Seed: the same seed writes the same files." default:"1"`
	Difference float64 `help:"How much the clusters differ in what drives churn: 1 is the planted amount, 0 none." default:"1"`
	Out        string  `help:"Folder to write to." required:"" placeholder:"DIR"`
	forceFlag
	JSON bool `help:"Print a summary as JSON."`
}

// Run writes the world as Parquet, with its truth beside it.
func (c *simulateCommand) Run(ctx context.Context, a *app) error {
	if err := c.guardWorld(c.Out); err != nil {
		return err
	}
	b := a.bars()
	defer b.close()
	w, err := world.Simulate(ctx, world.Config{Accounts: c.Accounts, Seed: c.Seed, Difference: c.Difference}, b.of("simulating"))
	if err != nil {
		return err
	}
	if err := world.Write(ctx, c.Out, w); err != nil {
		return err
	}
	b.close()
	fmt.Fprintf(a.stderr, "wrote %d accounts, %d renewals and truth.json to %s\n",
		len(w.Tables.Accounts), len(w.Tables.Renewals), c.Out)
	if !c.JSON {
		return nil
	}
	return a.printJSON(map[string]any{"accounts": len(w.Tables.Accounts), "renewals": len(w.Tables.Renewals), "out": c.Out})
}
