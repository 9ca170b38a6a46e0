package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/etappe/etappe/datasets"
	"github.com/etappe/etappe/datasets/world"
	"github.com/etappe/etappe/serve/account"
	"github.com/etappe/etappe/serve/api"
	"github.com/etappe/etappe/serve/explain"
	"github.com/etappe/etappe/serve/history"
	"github.com/etappe/etappe/serve/score"
	"github.com/etappe/etappe/serve/text"
)

type demoCommand struct {
	Dir      string `help:"Folder for data, registry and scores." default:"etappe-demo"`
	Accounts int    `help:"Accounts of the simulated world." default:"1200"`
	Seed     uint64 `help:"Seed of world and training." default:"7"`
	NoServe  bool   `help:"Stop after scoring and explaining."`
	Bags     int    `help:"Bags of the champion; the model before it has at most four." default:"6"`
	forceFlag
	Listen string `help:"Address to listen on." default:"127.0.0.1:8080"`
}

// demo carries what one step hands to the next.
type demo struct {
	*demoCommand
	app    *app
	bars   *bars
	tables *datasets.Tables
	asOf   time.Time // the day after the last event
	flags  *modelFlags
	scorer *score.Scorer        // of the champion
	past   *score.Scorer        // of the model before it
	months []*account.Portfolio // every account that there is at asOf, month by month; the last is at asOf
	store  *history.Store
	page   string // address of the explained account's page
	// listener is taken before the work: an address in use is found out at once.
	listener net.Listener // nil: not to be served
}

// Run does everything once, from nothing to an explained score.
func (c *demoCommand) Run(ctx context.Context, a *app) (err error) {
	if err := c.guardDemo(); err != nil {
		return err
	}
	d := &demo{demoCommand: c, app: a, bars: a.bars()}
	defer d.bars.close()
	if !c.NoServe {
		if d.listener, err = listen(c.Listen); err != nil {
			return err
		}
		defer d.listener.Close()
		c.Listen = d.listener.Addr().String()
	}
	defer func() {
		if d.store != nil {
			err = errors.Join(err, d.store.Close())
		}
	}()
	for _, step := range []func(context.Context) error{d.simulate, d.train, d.score, d.remember, d.explain} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return d.serve(ctx)
}

// guardDemo refuses a folder with data, or with a history, that are no demo's.
func (c *demoCommand) guardDemo() error {
	data := filepath.Join(c.Dir, "data")
	if err := c.guardWorld(data); err != nil {
		return err
	}
	stored := filepath.Join(c.Dir, "history.db")
	_, history := os.Stat(stored)
	if _, truth := os.Stat(filepath.Join(data, world.TruthFile)); history == nil && truth != nil && !c.Force {
		return fmt.Errorf("%w: %s is not of a demo: give another --dir, or --force", datasets.ErrConfig, stored)
	}
	return nil
}

// heading prints a heading of the demo.
func (d *demo) heading(format string, args ...any) {
	d.bars.close()
	fmt.Fprintf(d.app.stderr, "\n== "+format+"\n", args...)
}

func (d *demo) path(name string) string { return filepath.Join(d.Dir, name) }

// simulate writes the world and reads it back through the front door.
func (d *demo) simulate(ctx context.Context) error {
	d.heading("A simulated world of %d accounts, in %s", d.Accounts, d.path("data"))
	w, err := world.Simulate(ctx, world.Config{Accounts: d.Accounts, Seed: d.Seed, Difference: 1}, d.bars.of("simulating"))
	if err != nil {
		return err
	}
	if err := world.Write(ctx, d.path("data"), w); err != nil {
		return err
	}
	if d.tables, err = datasets.Read(ctx, d.path("data"), datasets.Sources{}, datasets.Options{Now: d.app.now()}); err != nil {
		return err
	}
	d.asOf, err = d.tables.LastDay(ctx, d.app.now())
	return err
}

// score writes every account's score at the end of the data.
func (d *demo) score(ctx context.Context) error {
	d.heading("Scoring every account as of %s, into %s", d.asOf.Format(time.DateOnly), d.path("scores"))
	if err := d.build(ctx); err != nil {
		return err
	}
	if err := os.MkdirAll(d.path("scores"), 0o755); err != nil {
		return err
	}
	name := "scores-" + d.asOf.Format(time.DateOnly) + ".parquet"
	now := d.months[len(d.months)-1]
	bands, err := (&account.Scores{Scorer: d.scorer, Portfolio: now, FirstReasons: text.English.FirstReasons, Progress: d.bars.of("scoring")}).
		Write(ctx, filepath.Join(d.path("scores"), name))
	if err != nil {
		return err
	}
	fmt.Fprintf(d.app.stdout, "%d accounts: %d healthy, %d at risk, %d sick\n",
		len(now.IDs), bands["healthy"], bands["at_risk"], bands["sick"])
	return nil
}

// quarter is how many months lie between the two dates that are explained.
const quarter = 3

// dropsTried is among how many of the steepest drops the demo looks for one
// that is more than normal variation.
const dropsTried = 25

// drop finds the account whose score, as it was answered at two dates, fell
// most by more than normal variation; where none did, the steepest.
func (d *demo) drop(ctx context.Context, before, now *account.Portfolio) (id string, best *explain.Explanation, err error) {
	ids, err := account.Drops(d.scorer, before, now, dropsTried)
	if err != nil {
		return "", nil, err
	}
	for _, one := range ids {
		e, err := d.accounts().Explanation(ctx, one, before.AsOf[0], d.asOf, explain.ReferencePrevious)
		if err != nil {
			return "", nil, err
		}
		moved := e.Verdict == explain.VerdictMoved
		if best == nil || moved && (best.Verdict != explain.VerdictMoved || e.Change < best.Change) {
			id, best = one, e
		}
	}
	return id, best, nil
}

// explain shows the account whose score dropped most over the last quarter.
func (d *demo) explain(ctx context.Context) error {
	before, now := d.months[len(d.months)-1-quarter], d.months[len(d.months)-1]
	id, e, err := d.drop(ctx, before, now)
	if err != nil {
		return err
	}
	d.heading("Why did %s drop?", id)
	text.English.Explanation(e)
	if err := d.app.printExplanation(text.English, e); err != nil {
		return err
	}
	return d.next(id, before.AsOf[0])
}

// accounts answers from the history.
func (d *demo) accounts() *account.Service {
	return account.New(account.Options{Clock: d.app.now, History: d.store, Models: d.flags.older,
		Current: func() (*score.Scorer, error) { return d.scorer, nil }})
}

// next writes a request for the account and prints what to try.
func (d *demo) next(id string, before time.Time) error {
	request, err := json.MarshalIndent(d.months[len(d.months)-1].Request(id), "", "  ")
	if err != nil {
		return err
	}
	path := d.path("request.json")
	if err := writeFile(path, request); err != nil {
		return err
	}
	from, to := before.Format(time.DateOnly), d.asOf.Format(time.DateOnly)
	registry, store, data := d.path("registry"), d.path("history.db"), d.path("data")
	api := "http://" + d.Listen + "/v1/accounts/" + url.PathEscape(id)
	d.heading("What to try next")
	fmt.Fprintf(d.app.stdout, `bin/etappe explain --registry %[1]s --history %[2]s --account %[4]s --from %[5]s --to %[6]s
bin/etappe explain --registry %[1]s --data %[3]s --account %[4]s --from %[5]s --to %[6]s
bin/etappe history --history %[2]s
bin/etappe models --registry %[1]s
bin/etappe validate --data %[3]s
curl -s 'http://%[7]s/v1/predict?contributions=top' -H 'Content-Type: application/json' -d @%[8]s
curl -s '%[9]s/explanation?from=%[5]s&to=%[6]s'
curl -s 'http://%[7]s/v1/accounts?sort=-churn&limit=3'
`, registry, store, data, id, from, to, d.Listen, path, api)
	d.page = fmt.Sprintf("http://%s/accounts/%s?from=%s&to=%s", d.Listen, url.PathEscape(id), from, to)
	return nil
}

// serve prints the address of the account's page and answers until it is
// interrupted, which is how a demo ends: no failure.
func (d *demo) serve(ctx context.Context) error {
	if d.NoServe {
		d.heading("The page of its drop, once served: etappe serve --registry %s --history %s --listen %s",
			d.path("registry"), d.path("history.db"), d.Listen)
	} else {
		d.heading("Serving %s on http://%s, Ctrl-C ends it; the page of the drop:", d.scorer.Info(d.app.now()).Version, d.listener.Addr())
	}
	fmt.Fprintln(d.app.stdout, d.page)
	if d.NoServe {
		return nil
	}
	return d.app.serve(ctx, &served{scorer: d.scorer, older: d.flags.older, watcher: api.NewWatcher(d.flags.Registry, d.flags.scorer), history: d.store}, d.listener)
}
