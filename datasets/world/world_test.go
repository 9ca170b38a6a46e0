package world

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"runtime"
	"testing"
	"time"

	"github.com/etappe/etappe/datasets"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

var nan = cmpopts.EquateNaNs()

func TestSimulateRefuses(t *testing.T) {
	start := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	for name, c := range map[string]Config{
		"no account":        {Accounts: 0},
		"negative":          {Accounts: -3},
		"end before start":  {Accounts: 1, Start: start, End: start.AddDate(-1, 0, 0)},
		"too short":         {Accounts: 1, Start: start, End: start.AddDate(0, 1, 0)},
		"difference":        {Accounts: 1, Difference: -1},
		"difference is NaN": {Accounts: 1, Difference: math.NaN()},
		"effect":            {Accounts: 1, Effect: math.Inf(1)},
	} {
		if w, err := Simulate(context.Background(), c, nil); !errors.Is(err, datasets.ErrConfig) || w != nil {
			t.Errorf("%s: world %v, error %v", name, w != nil, err)
		}
	}
}

func TestSimulateStops(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Simulate(ctx, Config{Accounts: 100}, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want context.Canceled", err)
	}
}

func TestProgress(t *testing.T) {
	last := 0
	_, err := Simulate(context.Background(), Config{Accounts: 3*chunk + 5, Seed: 1}, func(done, total int) {
		if total != 3*chunk+5 || done <= last || done > total {
			t.Errorf("%d of %d done after %d", done, total, last)
		}
		last = done
	})
	if err != nil || last != 3*chunk+5 {
		t.Errorf("ended at %d: %v", last, err)
	}
}

// The same Config gives the same world on one core and on many; another seed
// another one.
func TestWorldIsRepeatable(t *testing.T) {
	c := Config{Accounts: 2*chunk + 7, Seed: 42, Difference: 1}
	simulate := func(c Config) *World {
		w, err := Simulate(context.Background(), c, nil)
		if err != nil {
			t.Fatal(err)
		}
		return w
	}
	a := simulate(c)
	before := runtime.GOMAXPROCS(1)
	b := simulate(c)
	runtime.GOMAXPROCS(max(4, before))
	d := simulate(c)
	runtime.GOMAXPROCS(before)
	for _, other := range []*World{b, d} {
		if diff := cmp.Diff(a.Truth, other.Truth); diff != "" {
			t.Fatalf("truth differs: %s", diff)
		}
		if digest(t, a) != digest(t, other) {
			t.Fatal("events differ")
		}
		if !cmp.Equal(a.Tables.Renewals, other.Tables.Renewals, nan) || !cmp.Equal(a.Tables.Accounts, other.Tables.Accounts) ||
			!cmp.Equal(a.Tables.Milestones, other.Tables.Milestones) || !cmp.Equal(a.Tables.Interventions, other.Tables.Interventions) {
			t.Fatal("tables differ")
		}
	}
	c.Seed++
	if e := simulate(c); cmp.Equal(a.Tables.Renewals, e.Tables.Renewals, nan) {
		t.Error("another seed gives the same renewals")
	} else if digest(t, a) == digest(t, e) {
		t.Error("another seed gives the same events")
	}
}

// digest is a hash of every event in order.
func digest(t *testing.T, w *World) string {
	t.Helper()
	h := sha256.New()
	err := w.Tables.Events.Scan(context.Background(), func(b *datasets.EventBatch) error {
		fmt.Fprint(h, b.Types)
		for _, column := range []any{b.Account, b.Type, b.At, b.IngestedAt, b.Value, b.Count, b.User} {
			if err := binary.Write(h, binary.LittleEndian, column); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// An account's history does not depend on how many accounts there are.
func TestHistoriesDoNotDependOnTheNumber(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := Config{
			Seed:       rapid.Uint64().Draw(t, "seed"),
			Difference: rapid.Float64Range(0, 2).Draw(t, "difference"),
			Start:      time.Date(2024, 6, 1, 0, 0, 0, 0, time.UTC),
		}
		few, many := rapid.IntRange(1, 5).Draw(t, "few"), rapid.IntRange(6, 12).Draw(t, "many")
		seen := func(n int) (rows []string, tables *datasets.Tables) {
			c.Accounts = n
			w, err := Simulate(context.Background(), c, nil)
			if err != nil {
				t.Fatal(err)
			}
			err = w.Tables.Events.Scan(context.Background(), func(b *datasets.EventBatch) error {
				for i := range b.At {
					if int(b.Account[i]) < few {
						rows = append(rows, fmt.Sprint(b.Account[i], b.Types[b.Type[i]], b.At[i], b.IngestedAt[i], b.Value[i], b.Count[i], b.User[i]))
					}
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			return rows, w.Tables
		}
		a, short := seen(few)
		b, long := seen(many)
		if !cmp.Equal(a, b) || !cmp.Equal(short.Accounts, long.Accounts[:few]) ||
			!cmp.Equal(short.Renewals, long.Renewals[:len(short.Renewals)], nan) ||
			!cmp.Equal(short.Milestones, long.Milestones[:len(short.Milestones)]) {
			t.Fatalf("the first %d accounts of %d live otherwise", few, many)
		}
	})
}
