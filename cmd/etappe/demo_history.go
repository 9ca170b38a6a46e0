package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"github.com/etappe/etappe/features/catalog"

	"github.com/etappe/etappe/datasets"
	"github.com/etappe/etappe/features"
	"github.com/etappe/etappe/models/artifact"
	"github.com/etappe/etappe/serve/account"
	"github.com/etappe/etappe/serve/history"
	"github.com/etappe/etappe/serve/score"
	"github.com/etappe/etappe/serve/text/terminal"
	"github.com/etappe/etappe/train"
)

// pastBags are the bags of the model before the champion at most.
const pastBags = 4

// pastClusters are how many clusters are tried for it at most.
const pastClusters = 5

// plain is how the model before the champion is trained: it is here to be
// replaced, so it has few bags and looks for no interactions.
func (d *demo) plain() train.Config {
	none, off := 0, false
	return train.Config{Bags: min(pastBags, d.Bags), Sets: &none, Residual: &off, MaxClusters: pastClusters, Targets: &off}
}

// train learns a model as it could have been learned a year before the end of
// the data, and the champion from all of them. The first was the champion until
// then, if the gate lets it through; if not, its answers are kept all the same,
// for they are there to be compared with.
func (d *demo) train(ctx context.Context) error {
	registry, err := artifact.OpenRegistry(d.path("registry"))
	if err != nil {
		return err
	}
	d.flags = &modelFlags{Registry: d.path("registry")}
	// One catalogue for both, so that each can read the features of the other.
	catalog, err := features.NewCatalog(ctx, d.tables, features.Config{}, d.asOf)
	if err != nil {
		return err
	}
	then := d.asOf.AddDate(-1, 0, 0)
	d.heading("A first model, from what was known on %s", then.Format(time.DateOnly))
	past := lesson{registry, catalog, d.tables.KnownAt(then), d.plain(), d.app.now().AddDate(-1, 0, 0), artifact.Predecessor{}}
	report, first, err := d.learn(ctx, past, &d.past)
	if err != nil {
		return err
	}
	terminal.WriteGate(d.app.stdout, report)
	terminal.WriteWarnings(d.app.stderr, report)
	d.heading("Retraining on all past renewals, judged on later ones")
	report, _, err = d.learn(ctx, lesson{registry, catalog, d.tables, train.Config{Bags: d.Bags}, d.app.now(), first}, &d.scorer)
	if err != nil {
		return err
	}
	if err := d.app.printReport(report, false); err != nil {
		return err
	}
	return train.Gate(report)
}

// lesson is what a model is learned from, and when.
type lesson struct {
	registry *artifact.Registry
	catalog  *catalog.Catalog
	tables   *datasets.Tables
	config   train.Config
	day      time.Time
	previous artifact.Predecessor // not the champion: that may be of an earlier demo
}

// learn trains and stores a model, and makes it the champion if the gate lets
// it through.
func (d *demo) learn(ctx context.Context, l lesson, s **score.Scorer) (*artifact.Report, artifact.Predecessor, error) {
	conf, none := &config{Train: l.config}, artifact.Predecessor{}
	data, err := train.FromTables(ctx, l.tables, l.catalog, conf.schedule(), d.bars.of("features"))
	if err != nil {
		return nil, none, err
	}
	model, report, err := conf.train(ctx, d.bars, data, l.previous, d.Seed, nil)
	if err != nil {
		return nil, none, err
	}
	d.bars.close()
	entry, err := l.registry.Add(model, l.day, "etappe demo")
	if err != nil {
		return nil, none, err
	}
	if train.Gate(report) == nil {
		if err := l.registry.Promote(entry.Version, l.day); err != nil {
			return nil, none, err
		}
		fmt.Fprintf(d.app.stderr, "champion is now %s\n", entry.Version)
	}
	*s, err = scorerOf(model, entry)
	return report, artifact.Predecessor{Model: model, Version: entry.Version}, err
}

// monthsBack is how far the history reaches back.
const monthsBack = 24

// build computes the features of every month in one pass over the events. The
// portfolio is that of asOf: whoever had churned by then is left out, for what
// a history holds of an account is listed by its latest answer.
func (d *demo) build(ctx context.Context) error {
	var snapshots []features.Snapshot
	var ends []int
	there := map[int32]bool{}
	for _, s := range (features.Schedule{}).At(d.tables, d.asOf) {
		there[s.Account] = true
	}
	for n := monthsBack; n >= 0; n-- {
		for _, s := range (features.Schedule{}).At(d.tables, d.asOf.AddDate(0, -n, 0)) {
			if there[s.Account] {
				snapshots = append(snapshots, s)
			}
		}
		ends = append(ends, len(snapshots))
	}
	all, err := account.Build(ctx, d.scorer, d.tables, snapshots, d.bars.of("features"))
	if err != nil {
		return err
	}
	from := 0
	for _, to := range ends {
		d.months = append(d.months, all.Slice(from, to))
		from = to
	}
	return nil
}

// remember fills the history: every month by the first model, the last one by
// the champion too.
func (d *demo) remember(ctx context.Context) error {
	path := d.path("history.db")
	d.heading("Two years of answers, month by month, into %s", path)
	for _, name := range []string{path, path + "-wal", path + "-shm"} { // of an earlier demo, of another world perhaps
		if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	var err error
	if d.store, err = d.app.openHistory(ctx, path); err != nil {
		return err
	}
	var total history.Written
	for n, month := range d.months {
		if err := d.keep(ctx, d.past, month, n >= len(d.months)-monthsMoved, &total); err != nil {
			return err
		}
		d.bars.report("storing", n+1, len(d.months))
	}
	if err := d.keep(ctx, d.scorer, d.months[len(d.months)-1], true, &total); err != nil {
		return err
	}
	d.bars.close()
	fmt.Fprintf(d.app.stdout, "%d answers of %d months: by %s, and at the retrain by %s too\n", total.Inserted, len(d.months),
		d.past.Info(d.app.now()).Version, d.scorer.Info(d.app.now()).Version)
	return nil
}

// monthsMoved are the last months whose movements are computed: that takes longer than
// all the rest.
const monthsMoved = 3

// keep stores a model's answers for a month, with how far accounts moved.
func (d *demo) keep(ctx context.Context, s *score.Scorer, month *account.Portfolio, moved bool, total *history.Written) error {
	registry, err := artifact.OpenRegistry(d.path("registry"))
	if err != nil {
		return err
	}
	info := s.Info(d.app.now())
	model, err := account.HistoryModel(registry, artifact.Entry{Version: info.Version, TrainedAt: info.TrainedAt}, s.Catalog().Fingerprint())
	if err != nil {
		return err
	}
	if err := month.CountWeeks(ctx, s); err != nil {
		return err
	}
	// Who last did something for an account is responsible for it, in this world.
	o := account.Storing{Scorer: s, Model: model, Actor: "etappe demo", Owners: month.LastOwners(), Progress: d.bars.of("storing")}
	if moved {
		o.Past = account.New(account.Options{Clock: d.app.now, History: d.store, Models: d.flags.older, Current: func() (*score.Scorer, error) { return s, nil }})
	}
	written, _, err := month.Store(ctx, d.store, o)
	total.Inserted += written.Inserted
	return err
}
