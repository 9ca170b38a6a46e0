package main

import (
	"context"
	"errors"
	"fmt"
)

type eraseCommand struct {
	storedHistory
	Account string `help:"Account id." required:"" placeholder:"ID"`
	By      string `help:"Who, for the record." default:"etappe erase" placeholder:"NAME"`
}

// Run takes one account out of a history with all that is stored of it.
func (c *eraseCommand) Run(ctx context.Context, a *app) (err error) {
	store, _, err := c.open(ctx, a)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	removed, err := store.Erase(ctx, c.Account, c.By)
	if err != nil {
		return err
	}
	fmt.Fprintf(a.stderr, "erased %s: %s; the audit log keeps a salted hash of its id, %s\n", c.Account, removed, store.Subject(c.Account))
	return nil
}
