package main

import (
	"math"
	"path/filepath"
	"testing"
	"time"

	"github.com/etappe/etappe/serve/account"
	"github.com/etappe/etappe/serve/explain"
	"github.com/etappe/etappe/serve/history"
	"github.com/etappe/etappe/serve/score"
)

// Of every account of the demo that is sick or at risk and renews within 90 days,
// something stands out and there is a step to take, whether it moved or not; and what
// a step promises to read is what the account with that value scores.
func TestWhatNextIsNeverEmpty(t *testing.T) {
	d := theDemo(t)
	flags := &modelFlags{Registry: filepath.Join(d.dir, "registry")}
	s, err := flags.scorer()
	if err != nil {
		t.Fatal(err)
	}
	a := &app{now: func() time.Time { return present }}
	store, err := a.readHistory(t.Context(), filepath.Join(d.dir, "history.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	accounts := account.New(account.Options{Clock: a.now, History: store, Models: flags.older,
		Current: func() (*score.Scorer, error) { return s, nil }})
	looked, rechecked := 0, 0
	for _, band := range []string{"sick", "at_risk"} {
		q := history.Query{Bands: []string{band}, Sort: history.SortRenewal, Limit: 200}
		for more := true; more; more = q.Cursor != "" {
			page, err := store.List(t.Context(), q)
			if err != nil {
				t.Fatal(err)
			}
			q.Cursor = page.Next
			for i := range page.Rows {
				r := &page.Rows[i]
				if r.DueOn.IsZero() || r.DueOn.Sub(r.AsOf) > account.CalledDays*24*time.Hour {
					continue
				}
				looked++
				e, err := accounts.Explanation(t.Context(), r.ID, time.Time{}, time.Time{}, "")
				if err != nil {
					t.Fatal(err)
				}
				n := e.WhatNext
				if n == nil || len(n.StandsOut) == 0 || len(n.Steps) == 0 {
					t.Errorf("%s (%s, %.1f): nothing next: %+v", r.ID, r.Band, r.Health, n)
					continue
				}
				rechecked += checkSteps(t, accounts, s, e)
			}
		}
	}
	t.Logf("%d accounts, %d steps scored again", looked, rechecked)
	if looked == 0 || rechecked == 0 {
		t.Errorf("%d accounts looked at, %d steps scored again", looked, rechecked)
	}
}

// checkSteps scores an account with each of its steps taken, and counts those that keep
// its cluster.
func checkSteps(t *testing.T, accounts *account.Service, s *score.Scorer, e *explain.Explanation) int {
	t.Helper()
	id := e.AccountID
	n := 0
	for _, step := range e.WhatNext.Steps {
		sn, err := accounts.Snapshot(t.Context(), id, time.Time{}) // anew: the input shares its values
		if err != nil {
			t.Fatal(err)
		}
		_, in, err := accounts.RowOf(&sn)
		if err != nil {
			t.Fatal(err)
		}
		j, ok := s.FeatureIndex(step.Feature)
		if !ok {
			t.Fatalf("no feature %s", step.Feature)
		}
		in.Frame.Columns[j][0] = step.To.(float64)
		answers, err := s.Score(in, present)
		if err != nil {
			t.Fatal(err)
		}
		after := answers[0]
		if after.Cluster.ID != sn.ClusterID {
			continue // a what-if keeps the cluster
		}
		n++
		if got := tenths(after.HealthScore) - tenths(sn.Health); math.Abs(got-10*step.Points) > 1e-6 {
			t.Errorf("%s: %s from %v to %v reads %+.1f points, scored %+.1f", id, step.Feature, step.From, step.To, step.Points, got/10)
		}
	}
	return n
}

func tenths(v float64) float64 { return math.Round(v * 10) }
