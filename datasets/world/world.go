package world

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/etappe/etappe/datasets"
)

const (
	// medianSeats is the median size of an account.
	medianSeats = 14
	// minimumDays is the shortest span in which anything can be decided.
	minimumDays = 180
	// chunk is how many accounts share one batch of events. It is fixed, so
	// that the batches do not depend on the number of cores.
	chunk = 32
)

// Config describes which world to simulate.
type Config struct {
	Accounts int
	Seed     uint64
	// Start and End bound what the tables show: accounts are created from
	// Start on, the export is made at midnight of End. Defaults 2022-01-01 and
	// 2025-07-01.
	Start, End time.Time
	// Change is when a new user interface shifts session counts, and nothing
	// else. Default 2025-01-01.
	Change time.Time
	// Difference is how much the clusters' drivers differ: 1 is the planted
	// amount, 0 gives every cluster the drivers of the average account.
	Difference float64
	// Effect multiplies every driver's coefficient. 0 stands for 1.
	Effect float64
}

// World is a simulated company: what its tables show and what is true.
type World struct {
	Tables *datasets.Tables
	Truth  *Truth

	simulation *simulation
	histories  []*history
}

// simulation is a checked Config with its laws worked out.
type simulation struct {
	config             Config
	start, end, change int // days
	beta               [NumDrivers][numClusters]float64
	process            [numClusters][numLatent]process
}

// Simulate draws a world. The same Config gives the same world on any number of
// cores, and an account's history does not depend on how many others there are.
// progress, if not nil, receives the number of accounts done, never by two
// goroutines at once. The error matches datasets.ErrConfig for a Config that
// makes no world, and is ctx's when stopped.
func Simulate(ctx context.Context, c Config, progress func(done, total int)) (*World, error) {
	s, err := newSimulation(c)
	if err != nil {
		return nil, err
	}
	w := &World{simulation: s, histories: make([]*history, c.Accounts)}
	batches := make([]datasets.EventBatch, (c.Accounts+chunk-1)/chunk)
	var lock sync.Mutex
	done := 0
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i := range batches {
		group.Go(func() error {
			if err := ctx.Err(); err != nil {
				return err
			}
			batches[i].Types = typeNames
			first, last := i*chunk, min((i+1)*chunk, c.Accounts)
			for a := first; a < last; a++ {
				w.histories[a] = s.live(a)
				recorder{s, &batches[i], w.histories[a], stream(c.Seed, a, streamEvents)}.record()
			}
			lock.Lock()
			defer lock.Unlock()
			done += last - first
			if progress != nil {
				progress(done, c.Accounts)
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	w.Tables = w.tables(batches)
	w.Truth = w.truth()
	return w, nil
}

// newSimulation fills in the defaults and refuses what makes no world.
func newSimulation(c Config) (*simulation, error) {
	fill := func(t *time.Time, year, month int) {
		if t.IsZero() {
			*t = time.Date(year, time.Month(month), 1, 0, 0, 0, 0, time.UTC)
		}
	}
	fill(&c.Start, 2022, 1)
	fill(&c.End, 2025, 7)
	fill(&c.Change, 2025, 1)
	if c.Effect == 0 {
		c.Effect = 1
	}
	s := &simulation{config: c, start: day(c.Start), end: day(c.End), change: day(c.Change)}
	switch {
	case c.Accounts < 1 || c.Accounts > math.MaxInt32:
		return nil, fmt.Errorf("%w: a world of %d accounts: at least 1", datasets.ErrConfig, c.Accounts)
	case s.end-s.start < minimumDays:
		return nil, fmt.Errorf("%w: a world from %s to %s: at least %d days", datasets.ErrConfig,
			c.Start.Format(time.DateOnly), c.End.Format(time.DateOnly), minimumDays)
	case !(c.Difference >= 0 && c.Difference <= 10):
		return nil, fmt.Errorf("%w: difference %g: between 0 and 10", datasets.ErrConfig, c.Difference)
	case !(c.Effect >= 0 && c.Effect <= 10):
		return nil, fmt.Errorf("%w: effect %g: between 0 and 10", datasets.ErrConfig, c.Effect)
	}
	s.beta = coefficients(c.Difference, c.Effect)
	for k := range s.process {
		for d := range s.process[k] {
			s.process[k][d] = newProcess(d, k)
		}
	}
	return s, nil
}

// tables puts the accounts' histories together, in order.
func (w *World) tables(batches []datasets.EventBatch) *datasets.Tables {
	t := &datasets.Tables{
		Attributes: slices.Clone(attributes),
		Events:     &datasets.MemoryEvents{Batches: batches},
		Warnings:   map[string]int{},
	}
	for i, h := range w.histories {
		h.firstRenewal = int32(len(t.Renewals))
		t.Accounts = append(t.Accounts, h.account)
		for _, r := range h.renewals {
			one := datasets.Renewal{Account: int32(i), DueOn: date(r.due), Outcome: r.outcomeOf(), ARRBefore: r.before, ARRAfter: r.after}
			if !r.open {
				one.DecidedOn = one.DueOn
			}
			t.Renewals = append(t.Renewals, one)
		}
		t.Milestones = append(t.Milestones, h.milestones...)
		t.Interventions = append(t.Interventions, h.contacts...)
	}
	return t
}

// truth gathers the hidden side and centres it cluster by cluster.
func (w *World) truth() *Truth {
	s := w.simulation
	t := &Truth{
		Seed: s.config.Seed, Start: date(s.start), End: date(s.end), Change: date(s.change),
		Clusters: make([]Cluster, numClusters), Drivers: make([]Driver, NumDrivers),
		Accounts: make([]AccountTruth, len(w.histories)),
	}
	for k, c := range clusters {
		t.Clusters[k] = Cluster{Name: c.name, Milestones: slices.Clone(c.milestones), MedianDays: medianDays(), ValueMoment: c.value}
	}
	for d := range plans {
		p := &plans[d]
		t.Drivers[d] = Driver{
			Name: p.name, Types: p.types, Measures: p.measures, Attributes: p.attributes, Vanity: p.vanity,
			Coefficient: slices.Clone(s.beta[d][:]), Centre: make([]float64, numClusters), Correlation90: p.kept,
		}
	}
	var all []raw
	for i, h := range w.histories {
		t.Accounts[i] = AccountTruth{ID: h.account.ID, Cluster: h.cluster, TrackedFrom: date(h.tracked), Episodes: h.episodes}
		for n := range h.renewals {
			for _, lead := range leads {
				if r, ok := s.snapshot(h, n, h.renewals[n].due-lead); ok {
					r.Renewal = h.firstRenewal + int32(n)
					all = append(all, r)
				}
			}
		}
	}
	t.baseline(all)
	t.Snapshots = make([]Snapshot, len(all))
	for i := range all {
		t.Snapshots[i] = t.centre(&all[i])
	}
	return t
}

// baseline sets each cluster's baseline and each driver's centre to their means.
func (t *Truth) baseline(all []raw) {
	rows := make([]float64, numClusters)
	for i := range all {
		k := all[i].cluster
		rows[k]++
		for d, part := range all[i].Shares {
			t.Drivers[d].Centre[k] += part
		}
	}
	for k := range t.Clusters {
		if rows[k] == 0 {
			continue
		}
		for d := range t.Drivers {
			t.Drivers[d].Centre[k] /= rows[k]
			t.Clusters[k].Baseline += t.Drivers[d].Centre[k]
		}
	}
}
