package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/etappe/etappe/features/catalog"

	"github.com/etappe/etappe/datasets"
	"github.com/etappe/etappe/features"
	"github.com/etappe/etappe/models/artifact"
	"github.com/etappe/etappe/serve/account"
	"github.com/etappe/etappe/serve/history"
	"github.com/etappe/etappe/serve/score"
	"github.com/etappe/etappe/serve/text"
)

type scoreCommand struct {
	dataFlags
	modelFlags
	historyFlags
	Table string  `help:"Feature table instead of --data." type:"existingfile" placeholder:"FILE"`
	ID    string  `name:"id" help:"Column with the account id (with --table)." placeholder:"COL"`
	AsOf  day     `help:"Date of the scores; default: the day after the last event, or today with --table." placeholder:"DATE"`
	Out   outFile `help:"Parquet or CSV file to write; - is standard output, as CSV; may be left out with --history." placeholder:"FILE"`
	forceFlag
	Contributions string `help:"Columns of contributions in points: none, top or all." enum:"none,top,all" default:"none"`
	Brief         bool   `help:"Write account, date, health score, churn probability and band alone: for very many accounts."`
	AlsoErased    bool   `help:"Store accounts again that were erased from the history; default: they are left out and named."`
	Part          bool   `help:"These are not all accounts: with --history, those that are missing have not left."`
	Strict        bool   `help:"Score nothing where an event type that the model reads is not observed any more."`
	JSON          bool   `help:"Print a summary as JSON."`

	unobserved []features.Silent // what read found
}

// Run scores every account and writes one row each, into a file, a history or
// both.
func (c *scoreCommand) Run(ctx context.Context, a *app) error {
	if err := either(c.Data, c.Table); err != nil {
		return err
	}
	b := a.bars()
	defer b.close()
	conf, err := loadConfig(c.Config, c.Data)
	if err != nil {
		return err
	}
	if err := c.targets(conf); err != nil {
		return err
	}
	if err := c.guard(c.Out, c.Data, c.inputs(conf)...); err != nil {
		return err
	}
	stored, entry, err := c.load()
	if err != nil {
		return err
	}
	s, err := scorerOf(stored, entry)
	if err != nil {
		return err
	}
	if err := c.door(s.Catalog(), entry.Version); err != nil {
		return err
	}
	warnings := a.warnRefused(s)
	p, err := c.read(ctx, a, conf, s, b)
	if err != nil {
		return err
	}
	sum := scoreSummary{Accounts: len(p.IDs), Ended: len(p.Ended), Unseen: a.warnUnseen(p), AsOf: c.AsOf.Format(time.DateOnly), Model: entry.Version, Out: string(c.Out), NotObserved: c.unobserved, Warnings: warnings}
	sum.UnknownMilestones = p.UnknownMilestones()
	if err := a.noPath(p, c.Strict); err != nil {
		return err
	}
	if dsn := c.dsn(conf); dsn != "" {
		if sum.Bands, err = c.store(ctx, a, conf, s, entry, p, b); err != nil {
			return err
		}
		sum.History = location(dsn)
	}
	if c.Out != "" {
		if err := c.write(ctx, a, conf, s, p, b, &sum); err != nil {
			return err
		}
		b.close()
		fmt.Fprintf(a.stderr, "scored %d accounts with %s into %s\n", len(p.IDs), entry.Version, c.Out)
		if sum.NoCluster > 0 {
			fmt.Fprintf(a.stderr, "%d of them have no cluster, for too little usage is known of them: no path, and health is the outlook alone\n", sum.NoCluster)
		}
	}
	if !c.JSON {
		return nil
	}
	return a.printJSON(sum)
}

// write writes the scores into the file; with a history also what it displays of the
// accounts, and what happened to them since the date before. The summary has the number of
// accounts in each band, and of those without a cluster.
func (c *scoreCommand) write(ctx context.Context, a *app, conf *config, s *score.Scorer, p *account.Portfolio, b *bars, sum *scoreSummary) (err error) {
	out := account.Scores{Scorer: s, Portfolio: p, Detail: details[c.Contributions], Brief: c.Brief,
		FirstReasons: text.English.FirstReasons, Progress: b.of("scoring")}
	if dsn := c.dsn(conf); dsn != "" {
		store, err := a.openHistory(ctx, dsn)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, store.Close()) }()
		if out.Displayed, err = store.DisplayedAt(ctx, c.AsOf.Time, s.Version()); err != nil {
			return err
		}
		out.History = account.New(account.Options{Clock: a.now, History: store, Models: c.older,
			Current: func() (*score.Scorer, error) { return s, nil }})
	}
	if c.Out == standardOutput {
		sum.Bands, err = out.WriteCSV(ctx, a.stdout)
	} else {
		sum.Bands, err = out.Write(ctx, string(c.Out))
	}
	sum.NoCluster = out.Unplaced
	return err
}

// inputs are the files that the command reads.
func (c *scoreCommand) inputs(conf *config) []string {
	files := []string{c.Table, c.Config, c.dsn(conf)}
	if c.Data != "" {
		files = append(files, conf.Sources.Paths(c.Data)...)
	}
	return files
}

// targets wants somewhere to write to.
func (c *scoreCommand) targets(conf *config) error {
	switch {
	case c.JSON && c.Out == standardOutput:
		return errTwoOutputs
	case c.Out == "" && c.dsn(conf) == "":
		return fmt.Errorf("%w: give --out FILE, --history DSN or both", datasets.ErrConfig)
	case c.Table != "" && c.ID == "" && c.dsn(conf) != "":
		return fmt.Errorf("%w: a history needs --id: without it the accounts of a table have no names", datasets.ErrConfig)
	case c.Brief && (c.Out == "" || details[c.Contributions] != score.DetailNone):
		return fmt.Errorf("%w: --brief is for --out FILE without --contributions", datasets.ErrConfig)
	}
	return nil
}

// door refuses data that came in by another door than those the model was
// trained on.
func (c *scoreCommand) door(list *catalog.Catalog, version string) error {
	table := slices.ContainsFunc(list.Definitions, func(d catalog.Definition) bool { return d.Measure == catalog.MeasureColumn })
	switch {
	case c.Table != "" && !table:
		return fmt.Errorf("%w: model %s was trained on accounts and their events: give --data DIR, not --table", datasets.ErrConfig, version)
	case c.Table == "" && table:
		return fmt.Errorf("%w: model %s was trained on a feature table: give --table FILE, not --data", datasets.ErrConfig, version)
	}
	return nil
}

// store writes the answers into the history, drops what is too old, and returns
// the number of accounts in each band that is displayed.
func (c *scoreCommand) store(ctx context.Context, a *app, conf *config, s *score.Scorer, entry artifact.Entry, p *account.Portfolio, b *bars) (bands map[string]int, err error) {
	store, err := a.openHistory(ctx, c.dsn(conf))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	registry, err := artifact.OpenRegistry(c.Registry)
	if err != nil {
		return nil, err
	}
	model, err := account.HistoryModel(registry, entry, s.Catalog().Fingerprint())
	if err != nil {
		return nil, err
	}
	if err := p.CountWeeks(ctx, s); err != nil {
		return nil, err
	}
	skip, err := c.erased(ctx, a, store, p)
	if err != nil {
		return nil, err
	}
	past := account.New(account.Options{Clock: a.now, History: store, Models: c.older, Current: func() (*score.Scorer, error) { return s, nil }})
	written, bands, err := p.Store(ctx, store, account.Storing{Scorer: s, Model: model, Actor: "etappe score", Part: c.Part, Skip: skip, Past: past, Progress: b.of("storing")})
	if err != nil {
		return nil, err
	}
	b.close()
	fmt.Fprintf(a.stderr, "stored %d accounts as of %s with %s in %s: %s\n", len(p.IDs)-len(skip), c.AsOf.Format(time.DateOnly), entry.Version,
		location(c.dsn(conf)), describe(written))
	if months := conf.History.months(); months > 0 {
		return bands, a.keepAfter(ctx, store, history.Retention{Months: months}, c.dsn(conf))
	}
	return bands, nil
}

// erased lists the accounts that were erased and are in the data again, which are not
// stored, and prints which.
func (c *scoreCommand) erased(ctx context.Context, a *app, store *history.Store, p *account.Portfolio) ([]string, error) {
	if c.AlsoErased {
		return nil, nil
	}
	ids, err := store.ErasedAmong(ctx, p.IDs)
	if len(ids) > 0 {
		fmt.Fprintf(a.stderr, "warning: %d accounts were erased and are in the data again, not stored: %s; take them out of the data, or store them with --also-erased\n",
			len(ids), strings.Join(ids[:min(len(ids), 10)], ", "))
	}
	return ids, err
}

// scoreSummary is what score reports as JSON.
type scoreSummary struct {
	Accounts int            `json:"accounts"`
	AsOf     string         `json:"as_of"`
	Model    string         `json:"model"`
	Out      string         `json:"out"`
	History  string         `json:"history,omitempty"`
	Bands    map[string]int `json:"bands"`
	Ended    int            `json:"ended"` // accounts whose contract ended, which have no score
	// NoCluster counts the accounts of a file without a cluster; 0 with --brief.
	NoCluster int `json:"no_cluster"`
	// UnknownMilestones are those that the model was trained on and of which the data hold nothing.
	UnknownMilestones []string `json:"unknown_milestones,omitempty"`
	// Unseen are the features with levels that training never saw.
	Unseen   []account.Unseen `json:"unseen_levels,omitempty"`
	Warnings []score.Warning  `json:"warnings,omitempty"` // of the model
	// NotObserved are the event types of the model that were not observed at the date.
	NotObserved []features.Silent `json:"not_observed,omitempty"`
}

// read builds the rows to score from whichever door was named.
func (c *scoreCommand) read(ctx context.Context, a *app, conf *config, s *score.Scorer, b *bars) (*account.Portfolio, error) {
	if c.Table != "" {
		if err := a.notToCome(c.AsOf); err != nil {
			return nil, err
		}
		if c.AsOf.IsZero() {
			c.AsOf.Time = a.now().UTC().Truncate(24 * time.Hour)
		}
		t, err := datasets.ReadTable(ctx, c.Table, features.TableOptions(s.Catalog(), c.ID))
		if err != nil {
			return nil, err
		}
		a.noteColumns(t)
		return account.FromTable(s, t, c.AsOf.Time)
	}
	tables, err := datasets.Read(ctx, c.Data, conf.Sources, datasets.Options{Now: a.now()})
	if err != nil {
		return nil, err
	}
	if c.AsOf.Time, err = a.asOf(ctx, tables, c.AsOf); err != nil {
		return nil, err
	}
	if c.unobserved, err = c.silent(ctx, a, tables, s.Catalog()); err != nil {
		return nil, err
	}
	who := conf.schedule().Portfolio(tables, c.AsOf.Time)
	a.noteEnded(tables, &who, c.AsOf.Time)
	p, err := account.Build(ctx, s, tables, who.Running, b.of("features"))
	if err != nil {
		return nil, err
	}
	p.Unobserved(c.AsOf.Time, c.unobserved)
	p.EndedAt = c.AsOf.Time
	for _, one := range who.Ended {
		p.Ended = append(p.Ended, tables.Accounts[one.Account].ID)
	}
	return p, nil
}

// silent returns the event types that all accounts stopped having at once, with a
// warning for each: their features are taken for missing. With --strict they are
// an error.
func (c *scoreCommand) silent(ctx context.Context, a *app, tables *datasets.Tables, list *catalog.Catalog) ([]features.Silent, error) {
	types, err := a.silent(ctx, tables, list, c.AsOf.Time)
	if err == nil && c.Strict && len(types) > 0 {
		err = fmt.Errorf("%w: %d event types that the model reads are not observed (see the warnings; without --strict their features are missing)",
			datasets.ErrContract, len(types))
	}
	return types, err
}

// silent returns the event types that all accounts stopped having before a date, with
// a warning for each.
func (a *app) silent(ctx context.Context, tables *datasets.Tables, list *catalog.Catalog, asOf time.Time) ([]features.Silent, error) {
	types, err := features.FindSilent(ctx, tables, list, asOf)
	if err != nil {
		return nil, err
	}
	for _, t := range types {
		fmt.Fprintf(a.stderr, "warning: %s; its features are missing in these scores\n", t)
	}
	return types, nil
}

// noPath warns of data that hold nothing of milestones that the model was trained on:
// no path is measured then. It is an error where that must not be.
func (a *app) noPath(p *account.Portfolio, strict bool) error {
	unknown := p.UnknownMilestones()
	if len(unknown) == 0 {
		return nil
	}
	text := fmt.Sprintf("the data hold nothing of %d milestones that the model was trained on (%s): no path is measured, and health is the outlook alone",
		len(unknown), strings.Join(unknown[:min(len(unknown), 5)], ", "))
	if strict {
		return fmt.Errorf("%w: %s", datasets.ErrContract, text)
	}
	fmt.Fprintf(a.stderr, "warning: %s\n", text)
	return nil
}

// warnUnseen prints which features have levels that training never saw, and in how
// many rows.
func (a *app) warnUnseen(p *account.Portfolio) []account.Unseen {
	list := p.Unseen()
	for _, u := range list {
		fmt.Fprintf(a.stderr, "warning: %q has levels that training never saw in %d of %d rows (%.3g %%): the model has learned nothing of them (column unseen_levels)\n",
			u.Feature, u.Rows, u.Of, 100*float64(u.Rows)/float64(u.Of))
	}
	return list
}

// details are the values of --contributions.
var details = map[string]score.Detail{"all": score.DetailAll, "top": score.DetailTop, "none": score.DetailNone}

// describe writes what a write did.
func describe(w history.Written) string {
	text := fmt.Sprintf("%d answers new, %d replaced, %d as they were", w.Inserted, w.Replaced, w.Unchanged)
	if w.Left+w.Back > 0 {
		text += fmt.Sprintf("; %d accounts left, %d are back", w.Left, w.Back)
	}
	return text
}
