package main

import (
	"fmt"
	"math"
	"os"
	"slices"
	"strconv"
	"testing"

	"github.com/etappe/etappe/datasets/world"
	"github.com/etappe/etappe/models/peers"
	"github.com/etappe/etappe/serve/explain"
)

// The demo's model is tested on worlds that it has never seen. Those that the
// rules were made with are others (31, 32, 33, 404, 505 and 606 among them).
const (
	plantedSeed     = 20260 // and the next ones
	plantedWorlds   = 3
	plantedAccounts = 1000
	plantedDays     = 56 // from the day of the episode to the later date: two windows of 28 days
	plantedMonths   = 9  // of history before
	plantedLeast    = 0.3
)

// tally is what became of planted drops of a kind: how often the driver's bars
// lowered the score, and how often more than any other's; how many drops were
// above the noise floor, and where the driver stands among their reasons.
type tally struct{ planted, lowered, lowest, moved, first, any int }

// The planted cause is the first reason of nine in ten drops above the noise
// floor, and normal variation is said of more than nineteen in twenty stretches
// without one. On worlds other than those below, by how many accounts the demo's
// model learned from:
//
//	                                drops above   planted   normal
//	                                the floor     first     variation
//	the whole alone, 600 accounts   .02           .60       .98
//	drivers too, smooth rates       .07           .90       .98
//	the whole alone, 1,200          .03           .57       .98
//	drivers too, smooth rates       .08           .93       .98
//	the truth, the whole alone      .23           .92       .95
//	the truth, drivers too          .47           .97       .97
//
// The truth is the oracle below, which knows each driver's share of the true
// log-odds: more than half of the drops are lost even on it among what drivers do
// by themselves. From there to the models is what so few renewals teach, and what
// counts over weeks say about a rate. What is asserted is less, for of a hundred
// drops nine in ten are ±.03, and models of 600 accounts differ by as much (.88
// and .92): on these worlds it was .86.
func TestPlantedDropsAndNormalVariation(t *testing.T) {
	if testing.Short() {
		t.Skip("explains whole worlds")
	}
	demo, first := theDemo(t), uint64(plantedSeed)
	if text := os.Getenv("ETAPPE_PLANTED_SEED"); text != "" {
		var err error
		if first, err = strconv.ParseUint(text, 10, 64); err != nil {
			t.Fatal(err)
		}
	}
	all, kinds := &tally{}, map[string]*tally{world.ChampionLeft: {}, world.UsageDrop: {}, world.SupportStorm: {}}
	unplanted := map[string]*tally{}
	quiet, normal := 0, 0
	for n := range uint64(plantedWorlds) {
		p := newPlantedWorld(t, demo, first+n)
		stretches, said := p.tally(t, all, kinds, unplanted)
		quiet, normal = quiet+stretches, normal+said
		t.Logf("world %d: normal variation in %.3f of %d stretches without anything planted; so far %v", first+n, share(said, stretches), stretches, all)
		truth := p.oracle()
		t.Logf("the truth puts %d of %d above the floor, and the planted driver first in %d", truth.moved, truth.planted, truth.first)
		if share(truth.first, truth.moved) < 0.9 {
			t.Errorf("world %d: not even the truth tells what was planted: %v", first+n, truth)
		}
	}
	t.Logf("normal variation in %.3f of %d stretches without anything planted; %v", share(normal, quiet), quiet, all)
	if share(normal, quiet) < 0.95 {
		t.Errorf("normal variation in %.3f of %d stretches without anything planted, want .95", share(normal, quiet), quiet)
	}
	if share(all.moved, all.planted) < 0.35 || share(all.first, all.moved) < 0.8 {
		t.Errorf("drops above the noise floor: %v", all)
	}
	for driver, n := range unplanted {
		if share(n.lowered, n.planted) > 0.65 {
			t.Errorf("where nothing was planted, %s lowers the score in %.2f", driver, share(n.lowered, n.planted))
		}
	}
	for kind, n := range kinds {
		t.Logf("%-13s %v", kind, n)
		// Whether tickets are bad turns with an account's age: so few renewals do not tell.
		if kind != world.SupportStorm && (share(n.lowered, n.planted) < 0.9 || share(n.first, n.moved) < 0.75) {
			t.Errorf("%s: %v", kind, n)
		}
	}
}

// tally explains every course, and counts what became of what was planted and,
// where nothing was, of every driver that could have been.
func (p *plantedWorld) tally(t *testing.T, all *tally, kinds, unplanted map[string]*tally) (quiet, normal int) {
	t.Helper()
	planted := map[int]bool{}
	for _, c := range p.courses {
		if c.episode != nil {
			planted[c.episode.Driver] = true
		}
	}
	for _, c := range p.courses {
		e := p.explain(t, c)
		if c.episode != nil {
			all.count(p, e, c.episode.Driver)
			kinds[c.episode.Kind].count(p, e, c.episode.Driver)
			continue
		}
		quiet++
		if e.Verdict == explain.VerdictNormal {
			normal++
		}
		for driver := range p.Truth.Drivers {
			name := p.Truth.Drivers[driver].Name
			if !planted[driver] {
				continue
			}
			if unplanted[name] == nil {
				unplanted[name] = &tally{}
			}
			unplanted[name].count(p, e, driver)
		}
	}
	return quiet, normal
}

// oracle asks the same of the truth, contract and calendar aside: what is usual for every driver's share is
// learned from the stretches without anything planted, and a drop is above the
// floor where a driver goes beyond that by more than it does in three in a
// hundred of them.
func (p *plantedWorld) oracle() *tally {
	moves := make([][]float64, len(p.courses))
	for i, c := range p.courses {
		last := c.first + c.n - 1
		before, _ := p.TruthAt(c.account, p.rows.AsOf[last-1])
		after, _ := p.TruthAt(c.account, p.rows.AsOf[last])
		for d := range p.Truth.Drivers {
			move := after.Shares[d] - before.Shares[d]
			if p.Truth.Drivers[d].Correlation90 == 0 { // contract and calendar: nothing that the account does
				move = 0
			}
			moves[i] = append(moves[i], move)
		}
	}
	usual := p.usual(moves)
	beyond := func(i int) (driver int, far float64) {
		total := 0.0
		for _, x := range moves[i] {
			total += x
		}
		for d, x := range moves[i] {
			if over := math.Abs(peers.SoftThreshold(x, usual[p.cluster(i)][d])); over > far && x*total > 0 {
				driver, far = d, over
			}
		}
		return driver, math.Copysign(far, total)
	}
	var quiet []float64
	for i, c := range p.courses {
		if _, far := beyond(i); c.episode == nil {
			quiet = append(quiet, math.Abs(far))
		}
	}
	slices.Sort(quiet)
	reach, n := quiet[len(quiet)*97/100], &tally{}
	for i, c := range p.courses {
		if driver, far := beyond(i); c.episode != nil {
			n.planted++
			if far > reach { // log-odds of churn: a drop of health
				n.moved++
			}
			if far > reach && driver == c.episode.Driver {
				n.first++
			}
		}
	}
	return n
}

func (p *plantedWorld) cluster(course int) int {
	return p.Truth.Accounts[p.courses[course].account].Cluster
}

// usual is the 95 % quantile of each driver's movements where nothing was
// planted: [cluster][driver].
func (p *plantedWorld) usual(moves [][]float64) [][]float64 {
	out := make([][]float64, len(p.Truth.Clusters))
	for k := range out {
		for d := range p.Truth.Drivers {
			var sizes []float64
			for i, c := range p.courses {
				if c.episode == nil && p.cluster(i) == k {
					sizes = append(sizes, math.Abs(moves[i][d]))
				}
			}
			slices.Sort(sizes)
			out[k] = append(out[k], sizes[len(sizes)*95/100])
		}
	}
	return out
}

func share(part, whole int) float64 { return float64(part) / float64(max(whole, 1)) }

func (n *tally) String() string {
	return fmt.Sprintf("%d planted: the driver lowers the score in %.2f, most of all in %.2f; %d above the noise floor: first reason %d, among the reasons %d",
		n.planted, share(n.lowered, n.planted), share(n.lowest, n.planted), n.moved, n.first, n.any)
}

func (n *tally) count(p *plantedWorld, e *explain.Explanation, driver int) {
	n.planted++
	sums := p.byDriver(e)
	if sums[driver] < 0 {
		n.lowered++
	}
	if sums[driver] == slices.Min(sums) {
		n.lowest++
	}
	if e.Verdict != explain.VerdictMoved || e.Change >= 0 {
		return
	}
	n.moved++
	for i, r := range e.Reasons {
		if !p.carries(driver, r.Code) {
			continue
		}
		if i == 0 {
			n.first++
		}
		n.any++
		return
	}
}
