package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/etappe/etappe/models/artifact"
)

type eraseCommand struct {
	storedHistory
	Registry string `help:"Folder of a registry whose models shall not name the account either." type:"existingdir" placeholder:"DIR"`
	Account  string `help:"Account id." required:"" placeholder:"ID"`
	By       string `help:"Who, for the record." default:"etappe erase" placeholder:"NAME"`
}

// Run takes one account out of a history with all that is stored of it, and out
// of a registry's model accounts. What fails in one keeps nothing in the other.
func (c *eraseCommand) Run(ctx context.Context, a *app) error {
	return errors.Join(c.fromModels(a), c.fromHistory(ctx, a))
}

// fromModels rewrites the models that name the account.
func (c *eraseCommand) fromModels(a *app) error {
	if c.Registry == "" {
		return nil
	}
	registry, err := artifact.OpenRegistry(c.Registry)
	if err != nil {
		return err
	}
	done, err := registry.Erase(c.Account, c.By)
	if done == nil {
		return err
	}
	fmt.Fprintf(a.stderr, "erased %s from the model accounts of %d versions in %s\n", c.Account, len(done.Versions), c.Registry)
	for _, file := range done.Left {
		fmt.Fprintf(a.stderr, "warning: %s holds the word %s; look whether it means the account\n", filepath.Join(c.Registry, filepath.FromSlash(file)), c.Account)
	}
	return err
}

func (c *eraseCommand) fromHistory(ctx context.Context, a *app) (err error) {
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
