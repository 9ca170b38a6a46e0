package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/etappe/etappe/datasets"
	"github.com/etappe/etappe/serve/history"
)

// Retention removes much where it is more than one answer in so many.
const (
	muchByHand = 10 // etappe history --keep
	muchByRun  = 2  // history.keep, after each score
)

// keep drops what is older than a retention and prints what it dropped. Where that is
// much it needs a yes, on the terminal or by --yes.
func (a *app) keep(ctx context.Context, store *history.Store, r history.Retention, yes bool) error {
	remove, all, err := store.Excess(ctx, r)
	if err != nil {
		return err
	}
	if !yes && remove*muchByHand > all && !a.confirm(fmt.Sprintf("Drop %d of %d answers, for good?", remove, all)) {
		return fmt.Errorf("%w: --keep %d would drop %d of %d answers, for good: give --yes if that is meant; nothing was dropped",
			datasets.ErrConfig, r.Months, remove, all)
	}
	return a.drop(ctx, store, r)
}

// keepAfter is keep by the configuration after a run that nobody watches: what is too
// much for that stays, with a warning.
func (a *app) keepAfter(ctx context.Context, store *history.Store, r history.Retention, dsn string) error {
	remove, all, err := store.Excess(ctx, r)
	if err != nil {
		return err
	}
	if remove*muchByRun > all {
		fmt.Fprintf(a.stderr, "warning: history.keep would drop %d of %d answers, which is too much for a run that nobody watches; if it is meant: etappe history --history %s --keep %d --yes\n",
			remove, all, location(dsn), r.Months)
		return nil
	}
	return a.drop(ctx, store, r)
}

func (a *app) drop(ctx context.Context, store *history.Store, r history.Retention) error {
	removed, err := store.Keep(ctx, r, "etappe history")
	if err != nil {
		return err
	}
	fmt.Fprintf(a.stderr, "dropped what is more than %d months older than the last portfolio: %s\n", r.Months, removed)
	return nil
}

// confirm puts a question to whoever sits at the terminal; no where nobody does.
func (a *app) confirm(question string) bool {
	if a.answers == nil {
		return false
	}
	fmt.Fprint(a.stderr, question+" [y/N] ")
	line, err := bufio.NewReader(a.answers).ReadString('\n')
	if err != nil && err != io.EOF {
		return false
	}
	line = strings.ToLower(strings.TrimSpace(line))
	return line == "y" || line == "yes"
}
