package main

import (
	"context"
	"errors"
	"io"

	"github.com/etappe/etappe/serve/account"
	"github.com/etappe/etappe/serve/score"
	"github.com/etappe/etappe/serve/text"
)

type changesCommand struct {
	storedHistory
	Registry string        `help:"Folder of the registry; its champion names reasons and has the days by which milestones are due." type:"existingdir" placeholder:"DIR"`
	From     day           `help:"First date; default: the whole portfolio before --to." placeholder:"DATE"`
	To       day           `help:"Last date; default: the latest whole portfolio." placeholder:"DATE"`
	Format   string        `help:"What to print: markdown, csv or json." enum:"markdown,csv,json" default:"markdown"`
	Language text.Language `help:"Language of the text, by its tag: en, de." default:"en" placeholder:"TAG"`
}

// Run prints what changed in the portfolio between two dates.
func (c *changesCommand) Run(ctx context.Context, a *app) (err error) {
	store, _, err := c.open(ctx, a)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	var scorer *score.Scorer
	if c.Registry != "" {
		stored, entry, err := (&modelFlags{Registry: c.Registry}).load()
		if err != nil {
			return err
		}
		if scorer, err = scorerOf(stored, entry); err != nil {
			return err
		}
	}
	service := account.New(account.Options{Clock: a.now, History: store, Current: func() (*score.Scorer, error) {
		if scorer == nil {
			return nil, account.ErrNotReady
		}
		return scorer, nil
	}})
	list, err := service.Changes(ctx, c.From.Time, c.To.Time)
	if err != nil {
		return err
	}
	return c.print(a, list, scorer)
}

func (c *changesCommand) print(a *app, list *account.Changes, scorer *score.Scorer) error {
	switch c.Format {
	case "json":
		return a.printJSON(list)
	case "csv":
		return list.WriteCSV(a.stdout, func(cell string) string { return cell })
	}
	label := func(code string) string { return code }
	if scorer != nil {
		label = c.Language.ReasonLabels(scorer)
	}
	page := c.Language.Changes(list, label, func(id, name string) string {
		switch {
		case id == "":
			return c.Language.NoCluster()
		case name == "":
			return id
		}
		return text.Capital(text.Readable(c.Language.ClusterName(scorer, name)))
	})
	_, err := io.WriteString(a.stdout, c.Language.ChangesMarkdown(page))
	return err
}
