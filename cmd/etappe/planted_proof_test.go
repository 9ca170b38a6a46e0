//go:build proof

package main

import (
	"fmt"
	"math"
	"path/filepath"
	"testing"
	"time"

	"github.com/etappe/etappe/datasets/world"
	"github.com/etappe/etappe/features"
	"github.com/etappe/etappe/serve/explain"
)

// The worlds of the proof: none of them is one that a rule was made with.
const (
	proofSeed   = 77100 // and the next ones; those of 4,000 accounts from 77200 on
	proofWorlds = 10
	proofMonths = 30 // a team's dates: the first of each month from 2023 on
)

// gridWorld is a world that is scored on the first of each month. A planted course
// goes from the last date before the episode to the first 56 days after it.
type gridWorld struct {
	*plantedWorld
	running [proofMonths]map[int32]features.Snapshot // by account
}

func newGridWorld(t *testing.T, registry string, accounts int, seed uint64) *gridWorld {
	t.Helper()
	g := &gridWorld{plantedWorld: simulatePlanted(t, registry, accounts, seed)}
	for month := range g.running {
		g.running[month] = map[int32]features.Snapshot{}
		for _, s := range (features.Schedule{}).Portfolio(g.Tables, gridDate(month)).Running {
			g.running[month][s.Account] = s
		}
	}
	var snapshots []features.Snapshot
	for i := range g.Truth.Accounts {
		snapshots = g.add(snapshots, int32(i))
	}
	g.score(t, snapshots)
	return g
}

func gridDate(month int) time.Time {
	return time.Date(2023, time.Month(1+month), 1, 0, 0, 0, 0, time.UTC)
}

// add lists the two dates of each of an account's courses.
func (g *gridWorld) add(list []features.Snapshot, account int32) []features.Snapshot {
	stretch := func(from, to int, e *world.Episode) {
		if from < 0 || to >= proofMonths || !g.alone(account, gridDate(from), gridDate(to), e) {
			return
		}
		before, there := g.running[from][account]
		after, still := g.running[to][account]
		if there && still {
			g.courses = append(g.courses, course{account, e, len(list), 2})
			list = append(list, before, after)
		}
	}
	episodes := g.Truth.Accounts[account].Episodes
	for k := range episodes {
		e := &episodes[k]
		from, to := -1, 0
		for month := range proofMonths {
			if !gridDate(month).After(e.At) {
				from = month
			}
			if gridDate(month).Before(e.At.AddDate(0, 0, plantedDays)) {
				to = month + 1
			}
		}
		stretch(from, to, e)
	}
	month := 12 + int(account%12)
	stretch(month, month+2, nil)
	return list
}

// alone is whether nothing but one episode lies between two dates, nor in the quarter
// before.
func (g *gridWorld) alone(account int32, from, to time.Time, but *world.Episode) bool {
	truth, before := &g.Truth.Accounts[account], from.AddDate(0, 0, -90)
	for k := range truth.Episodes {
		if e := &truth.Episodes[k]; e != but && e.At.After(before) && e.At.Before(to) {
			return false
		}
	}
	return !truth.TrackedFrom.After(before)
}

// seen counts the verdicts on courses of a kind.
type seen struct{ asked, fell, rose, first, worse, better int }

func (n *seen) add(o *seen) {
	n.asked, n.fell, n.rose, n.first = n.asked+o.asked, n.fell+o.fell, n.rose+o.rose, n.first+o.first
	n.worse, n.better = n.worse+o.worse, n.better+o.better
}

// look counts one course.
func (n *seen) look(g *gridWorld, c course, e *explain.Explanation) {
	n.asked++
	worse, better := 0, 0
	for _, b := range e.Behaviour {
		if b.Better {
			better = 1
		} else {
			worse = 1
		}
	}
	n.worse, n.better = n.worse+worse, n.better+better
	if e.Verdict != explain.VerdictMoved {
		return
	}
	down := e.Change < 0
	if down {
		n.fell++
	} else {
		n.rose++
	}
	if c.episode != nil && down == (c.episode.LogOdds > 0) && len(e.Reasons) > 0 && g.carries(c.episode.Driver, e.Reasons[0].Code) {
		n.first++
	}
}

// proofOf counts all courses of a world by kind; "quiet" has nothing planted.
func proofOf(t *testing.T, registry string, accounts int, seed uint64) map[string]*seen {
	g := newGridWorld(t, registry, accounts, seed)
	kinds := map[string]*seen{}
	for _, c := range g.courses {
		kind := "quiet"
		if e := c.episode; e != nil {
			kind = e.Kind
			drop := kind == world.UsageDrop || kind == world.ChampionLeft || kind == world.SupportStorm
			if drop != (e.LogOdds > 0) || math.Abs(e.LogOdds) < plantedLeast { // tickets are good for young accounts
				continue
			}
		}
		if kinds[kind] == nil {
			kinds[kind] = &seen{}
		}
		kinds[kind].look(g, c, g.explain(t, c))
	}
	return kinds
}

// Ten new worlds each of 1,000 and of 4,000 accounts, dates on a monthly grid, the demo's
// model. The limit of false alarms holds in either direction within sampling error, and
// so do the falls that are believed where nothing was planted. What is seen of planted
// drops stands in train/benchmark/README.md.
func TestProofPlanted(t *testing.T) {
	dir := t.TempDir()
	s, err := startService("demo", "--dir", dir, "--listen", "127.0.0.1:0") // as large as a person's
	if err != nil {
		t.Fatal(err)
	}
	s.interrupt()
	registry := filepath.Join(dir, "registry")
	for _, accounts := range []int{1000, 4000} {
		t.Run(fmt.Sprint(accounts), func(t *testing.T) {
			total := map[string]*seen{}
			for n := range uint64(proofWorlds) {
				seed := proofSeed + uint64(accounts/4000)*100 + n
				for kind, one := range proofOf(t, registry, accounts, seed) {
					if kind == "quiet" {
						t.Logf("world %d: %d quiet, worse %.3f, better %.3f, falls %.3f", seed, one.asked, share(one.worse, one.asked), share(one.better, one.asked), share(one.fell, one.asked))
					}
					if total[kind] == nil {
						total[kind] = &seen{}
					}
					total[kind].add(one)
				}
			}
			for kind, n := range total {
				t.Logf("%-14s %5d: fell %.3f, rose %.3f, first reason %d; behaviour worse %.3f, better %.3f", kind, n.asked,
					share(n.fell, n.asked), share(n.rose, n.asked), n.first, share(n.worse, n.asked), share(n.better, n.asked))
			}
			checkProof(t, total)
		})
	}
}

func checkProof(t *testing.T, total map[string]*seen) {
	drops, quiet := &seen{}, total["quiet"]
	for _, kind := range []string{world.UsageDrop, world.ChampionLeft, world.SupportStorm} {
		drops.add(total[kind])
	}
	most := 0.02 + 2*math.Sqrt(0.02*0.98/float64(quiet.asked))
	t.Logf("seen %.3f of %d, first reason right %.3f; normal variation in %.3f of %d quiet stretches", share(drops.fell, drops.asked), drops.asked,
		share(drops.first, drops.fell), 1-share(quiet.fell+quiet.rose, quiet.asked), quiet.asked)
	if share(drops.fell, drops.asked) < 0.45 || share(drops.first, drops.fell) < 0.95 {
		t.Error("want .45 seen, with the first reason right in .95")
	}
	for what, n := range map[string]int{"worse": quiet.worse, "better": quiet.better, "falls": quiet.fell} {
		if share(n, quiet.asked) > most {
			t.Errorf("%s in %.3f of quiet stretches, want %.3f at most", what, share(n, quiet.asked), most)
		}
	}
	if share(quiet.fell+quiet.rose, quiet.asked) > 0.05 {
		t.Error("want normal variation in .95 of quiet stretches")
	}
}
