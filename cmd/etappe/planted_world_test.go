package main

import (
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/etappe/etappe/datasets/world"
	"github.com/etappe/etappe/features"
	"github.com/etappe/etappe/serve/account"
	"github.com/etappe/etappe/serve/explain"
	"github.com/etappe/etappe/serve/score"
)

// course is one account at several dates, the last but one the day before which all is as
// usual.
type course struct {
	account int32
	episode *world.Episode // nil: nothing is planted
	first   int            // of its snapshots
	n       int
}

// plantedWorld is every account with one planted drop and nothing else near it,
// and of every account one stretch without anything planted.
type plantedWorld struct {
	*world.World
	scorer  *score.Scorer
	rows    *account.Portfolio
	health  []float64
	courses []course
}

// simulatePlanted simulates a world for the champion of a registry.
func simulatePlanted(t *testing.T, registry string, accounts int, seed uint64) *plantedWorld {
	t.Helper()
	scorer, err := (&modelFlags{Registry: registry}).scorer()
	if err != nil {
		t.Fatal(err)
	}
	w, err := world.Simulate(t.Context(), world.Config{Accounts: accounts, Seed: seed, Difference: 1}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return &plantedWorld{World: w, scorer: scorer}
}

func newPlantedWorld(t *testing.T, d *demoRun, seed uint64) *plantedWorld {
	t.Helper()
	p := simulatePlanted(t, filepath.Join(d.dir, "registry"), plantedAccounts, seed)
	var snapshots []features.Snapshot
	for i := range p.Truth.Accounts {
		snapshots = p.add(snapshots, int32(i))
	}
	p.score(t, snapshots)
	return p
}

// score computes the rows and the health scores of snapshots.
func (p *plantedWorld) score(t *testing.T, snapshots []features.Snapshot) {
	t.Helper()
	var err error
	if p.rows, err = account.Build(t.Context(), p.scorer, p.Tables, snapshots, nil); err != nil {
		t.Fatal(err)
	}
	if err := p.rows.CountWeeks(t.Context(), p.scorer); err != nil {
		t.Fatal(err)
	}
	if p.health, err = p.rows.Health(p.scorer); err != nil {
		t.Fatal(err)
	}
}

// add lists the snapshots of an account's courses.
func (p *plantedWorld) add(list []features.Snapshot, account int32) []features.Snapshot {
	episodes := p.Truth.Accounts[account].Episodes
	stretch := func(from time.Time, e *world.Episode) {
		to := from.AddDate(0, 0, plantedDays)
		if !p.quiet(account, from, to, e) {
			return
		}
		dates := []time.Time{to}
		for month := range plantedMonths {
			dates = append(dates, from.AddDate(0, 0, -30*month))
		}
		found := features.Schedule{}.Account(p.Tables, account, dates)
		if n := len(found); n > 5 && found[n-1].AsOf.Equal(to) && found[n-2].AsOf.Equal(from) {
			p.courses = append(p.courses, course{account, e, len(list), n})
			list = append(list, found...)
		}
	}
	for k := range episodes {
		if episodes[k].LogOdds > plantedLeast {
			stretch(episodes[k].At.Truncate(24*time.Hour), &episodes[k])
		}
	}
	stretch(time.Date(2024, time.Month(1+account%12), 1, 0, 0, 0, 0, time.UTC), nil)
	return list
}

// quiet is whether the account is there, seen and left alone between two
// dates and for a quarter before, but for one episode.
func (p *plantedWorld) quiet(account int32, from, to time.Time, but *world.Episode) bool {
	before := from.AddDate(0, 0, -90)
	truth := &p.Truth.Accounts[account]
	for k := range truth.Episodes {
		if e := &truth.Episodes[k]; e != but && e.At.After(before) && e.At.Before(to) {
			return false
		}
	}
	_, there := p.TruthAt(account, from)
	_, still := p.TruthAt(account, to)
	return there && still && !truth.TrackedFrom.After(before)
}

// explain compares the last two dates of a course, with its history.
func (p *plantedWorld) explain(t *testing.T, c course) *explain.Explanation {
	t.Helper()
	last := c.first + c.n - 1
	var corners [2][2]*score.Input
	o := explain.CompareOptions{Now: present}
	for i := c.first; i <= last; i++ {
		o.History = append(o.History, explain.PastScore{AsOf: p.rows.AsOf[i], Health: p.health[i], Model: "demo"})
	}
	for d := range corners {
		in, err := p.rows.Input(p.scorer, last-1+d, last+d)
		if err != nil {
			t.Fatal(err)
		}
		corners[d][d] = in
	}
	o.Observed = p.rows.Observed(p.scorer, last)
	e, err := explain.Compare(corners, [2]*score.Scorer{p.scorer, p.scorer}, o)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// carries tells whether the feature of a reason shows a driver.
func (p *plantedWorld) carries(driver int, code string) bool {
	_, name, _ := strings.Cut(code, ".")
	plain := func(text string) string {
		return strings.Map(func(r rune) rune {
			if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
				return '_'
			}
			return unicode.ToUpper(r)
		}, text)
	}
	for _, kind := range p.Truth.Drivers[driver].Types {
		if name == plain(kind) || name == "KEY_USER_"+plain(kind) {
			return true
		}
	}
	for _, d := range p.scorer.Catalog().Definitions {
		if plain(d.Name) == name {
			return p.Truth.Drivers[driver].Carries(string(d.Measure), d.Type, d.Attribute)
		}
	}
	return false
}

// byDriver adds the bars of features up by the driver that they show.
func (p *plantedWorld) byDriver(e *explain.Explanation) []float64 {
	sums, catalog := make([]float64, len(p.Truth.Drivers)), p.scorer.Catalog()
	for _, b := range e.Bars {
		j, ok := catalog.Lookup(b.Feature)
		if !ok {
			continue
		}
		d := &catalog.Definitions[j]
		for n := range sums {
			if p.Truth.Drivers[n].Carries(string(d.Measure), d.Type, d.Attribute) {
				sums[n] += b.Points
			}
		}
	}
	return sums
}
