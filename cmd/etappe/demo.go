package main

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"net"
	"os"
	"path/filepath"
	"time"

	"github.com/etappe/etappe/datasets"
	"github.com/etappe/etappe/datasets/world"
	"github.com/etappe/etappe/features"
	"github.com/etappe/etappe/models/artifact"
	"github.com/etappe/etappe/serve"
)

type demoCommand struct {
	Dir      string `help:"Folder for data, registry and scores." default:"etappe-demo"`
	Accounts int    `help:"Accounts of the simulated world." default:"1500"`
	Seed     uint64 `help:"Seed of world and training." default:"7"`
	NoServe  bool   `help:"Stop after scoring and explaining."`
	Bags     int    `help:"Bags of the additive model." default:"8"`
	Listen   string `help:"Address to listen on." default:"127.0.0.1:8080"`
}

// demo carries what one step hands to the next.
type demo struct {
	*demoCommand
	app    *app
	bars   *bars
	tables *datasets.Tables
	scorer *serve.Scorer
	asOf   time.Time
	now    *portfolio // every account at asOf
	// listener is taken before the work: an address in use is found out at once.
	listener net.Listener // nil: not to be served
}

// Run does everything once, from nothing to an explained score.
func (c *demoCommand) Run(ctx context.Context, a *app) error {
	d := &demo{demoCommand: c, app: a, bars: a.bars()}
	defer d.bars.close()
	if !c.NoServe {
		var err error
		if d.listener, err = listen(c.Listen); err != nil {
			return err
		}
		defer d.listener.Close()
		c.Listen = d.listener.Addr().String()
	}
	for _, step := range []func(context.Context) error{d.simulate, d.train, d.score, d.explain} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	if c.NoServe {
		return nil
	}
	return d.serve(ctx)
}

// say prints a heading of the demo's story.
func (d *demo) say(format string, args ...any) {
	d.bars.close()
	fmt.Fprintf(d.app.stderr, "\n== "+format+"\n", args...)
}

func (d *demo) path(name string) string { return filepath.Join(d.Dir, name) }

// simulate writes the world and reads it back through the front door.
func (d *demo) simulate(ctx context.Context) error {
	d.say("A simulated world of %d accounts, in %s", d.Accounts, d.path("data"))
	w, err := world.Simulate(ctx, world.Config{Accounts: d.Accounts, Seed: d.Seed, Difference: 1}, d.bars.of("simulating"))
	if err != nil {
		return err
	}
	if err := world.Write(ctx, d.path("data"), w); err != nil {
		return err
	}
	d.tables, err = datasets.Read(ctx, d.path("data"), datasets.Sources{}, datasets.Options{Now: d.app.now()})
	return err
}

// train fits, judges, stores and promotes.
func (d *demo) train(ctx context.Context) error {
	d.say("Training on past renewals, judged on later ones")
	conf := &config{}
	conf.Train.Bags = d.Bags
	data, err := conf.training(ctx, d.tables, d.bars)
	if err != nil {
		return err
	}
	registry, err := artifact.OpenRegistry(d.path("registry"))
	if err != nil {
		return err
	}
	model, report, err := conf.train(ctx, d.app, d.bars, data, registry, d.Seed)
	if err != nil {
		return err
	}
	d.bars.close()
	if err := d.app.printReport(report, false); err != nil {
		return err
	}
	entry, err := registry.Add(model, d.app.now(), "etappe demo")
	if err != nil {
		return err
	}
	if err := report.Gate(); err != nil {
		return err
	}
	if err := promote(d.app, registry, entry.Version); err != nil {
		return err
	}
	d.scorer, err = (&modelFlags{Registry: d.path("registry")}).scorer()
	return err
}

// score writes every account's score at the end of the data.
func (d *demo) score(ctx context.Context) error {
	var err error
	if d.asOf, err = lastDay(ctx, d.app, d.tables); err != nil {
		return err
	}
	d.say("Scoring every account as of %s, into %s", d.asOf.Format(time.DateOnly), d.path("scores"))
	if d.now, err = build(ctx, d.scorer, d.tables, features.Schedule{}.At(d.tables, d.asOf), d.bars.of("features")); err != nil {
		return err
	}
	if err := os.MkdirAll(d.path("scores"), 0o755); err != nil {
		return err
	}
	name := "scores-" + d.asOf.Format(time.DateOnly) + ".parquet"
	bands, err := writeScores(ctx, d.scorer, d.now, serve.DetailAll, filepath.Join(d.path("scores"), name), d.bars)
	if err != nil {
		return err
	}
	fmt.Fprintf(d.app.stdout, "%d accounts: %d healthy, %d at risk, %d sick\n",
		len(d.now.ids), bands["healthy"], bands["at_risk"], bands["sick"])
	return nil
}

// explain shows the account whose score dropped most over the last quarter.
func (d *demo) explain(ctx context.Context) error {
	before := d.asOf.AddDate(0, 0, -91)
	earlier, err := build(ctx, d.scorer, d.tables, features.Schedule{}.At(d.tables, before), d.bars.of("features"))
	if err != nil {
		return err
	}
	id, err := d.steepest(earlier)
	if err != nil {
		return err
	}
	d.say("Why did %s drop?", id)
	account := d.tables.AccountIndex()[id]
	snapshots := features.Schedule{}.Account(d.tables, account, []time.Time{before, d.asOf})
	e, err := explain(ctx, d.app, d.scorer, d.tables, snapshots, false)
	if err != nil {
		return err
	}
	if err := d.app.printExplanation(e); err != nil {
		return err
	}
	return d.next(id, before)
}

// steepest finds the account with the largest drop between two dates.
func (d *demo) steepest(earlier *portfolio) (string, error) {
	was, err := earlier.health(d.scorer)
	if err != nil {
		return "", err
	}
	is, err := d.now.health(d.scorer)
	if err != nil {
		return "", err
	}
	before := make(map[string]float64, len(was))
	for i, id := range earlier.ids {
		before[id] = was[i]
	}
	best, drop := "", 0.0
	for i, id := range d.now.ids {
		if h, ok := before[id]; ok && h-is[i] > drop {
			best, drop = id, h-is[i]
		}
	}
	if best == "" {
		return "", fmt.Errorf("no account's score dropped between the two dates")
	}
	return best, nil
}

// health scores every row, and nothing else.
func (p *portfolio) health(s *serve.Scorer) ([]float64, error) {
	in, err := p.rows(s, 0, len(p.ids))
	if err != nil {
		return nil, err
	}
	in.Detail = serve.DetailNone
	c, err := s.ScoreColumns(in, false)
	if err != nil {
		return nil, err
	}
	return c.Health, nil
}

// next writes a request for the account and says what to try.
func (d *demo) next(id string, before time.Time) error {
	request, err := d.request(id)
	if err != nil {
		return err
	}
	path := d.path("request.json")
	if err := writeFile(path, request); err != nil {
		return err
	}
	d.say("What to try next")
	fmt.Fprintf(d.app.stdout, `bin/etappe explain --registry %s --data %s --account %s --from %s --to %s
bin/etappe models --registry %s
bin/etappe validate --data %s
curl -s 'http://%s/v1/predict?contributions=top' -H 'Content-Type: application/json' -d @%s
curl -s http://%s/v1/features
`, d.path("registry"), d.path("data"), id, before.Format(time.DateOnly), d.asOf.Format(time.DateOnly),
		d.path("registry"), d.path("data"), d.Listen, path, d.Listen)
	return nil
}

// request is the body of POST /v1/predict for one account at the demo's date.
func (d *demo) request(id string) ([]byte, error) {
	row := -1
	for i, other := range d.now.ids {
		if other == id {
			row = i
		}
	}
	values := map[string]any{}
	for j, def := range d.now.matrix.Catalog.Definitions {
		v := d.now.matrix.Columns[j][row]
		switch {
		case math.IsNaN(v):
		case !def.Categorical():
			values[def.Name] = v
		case int(v) < len(def.Levels):
			values[def.Name] = def.Levels[int(v)]
		}
	}
	body := map[string]any{"account_id": id, "as_of": d.asOf.Format(time.DateOnly), "features": values}
	if j := d.now.journey; j != nil {
		reached := map[string]string{}
		for m, name := range j.Milestones {
			if t := j.Reached[m][row]; !math.IsNaN(t) {
				days := int(j.Tenure[row] - t) // whole days, both
				reached[name] = d.asOf.AddDate(0, 0, -days).Format(time.DateOnly)
			}
		}
		body["milestones"] = reached
	}
	return json.MarshalIndent(body, "", "  ")
}

// serve answers until it is interrupted, which is how a demo ends: no failure.
func (d *demo) serve(ctx context.Context) error {
	d.say("Serving %s on http://%s, Ctrl-C ends it", d.scorer.Info(d.app.now()).Version, d.listener.Addr())
	return d.app.serve(ctx, d.scorer, d.listener)
}
