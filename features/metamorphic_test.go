package features

import (
	"bytes"
	"context"
	"encoding/binary"
	"math"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/etappe/etappe/datasets"
	"github.com/etappe/etappe/features/catalog"
)

// builder is Build, or something that a test puts in its place.
type builder func(c *catalog.Catalog, t *datasets.Tables, snapshots []Snapshot) (*Matrix, *Journey, error)

func honest(c *catalog.Catalog, t *datasets.Tables, snapshots []Snapshot) (*Matrix, *Journey, error) {
	return Build(context.Background(), c, t, snapshots, nil)
}

// leaky reads one day too far.
func leaky(c *catalog.Catalog, t *datasets.Tables, snapshots []Snapshot) (*Matrix, *Journey, error) {
	late := slices.Clone(snapshots)
	for i := range late {
		late[i].AsOf = late[i].AsOf.AddDate(0, 0, 1)
	}
	return honest(c, t, late)
}

// impatient believes that a row was known when it happened.
func impatient(c *catalog.Catalog, t *datasets.Tables, snapshots []Snapshot) (*Matrix, *Journey, error) {
	early := &datasets.MemoryEvents{}
	for _, b := range t.Events.(*datasets.MemoryEvents).Batches {
		b.IngestedAt = b.At
		early.Batches = append(early.Batches, b)
	}
	copied := *t
	copied.Events = early
	return honest(c, &copied, snapshots)
}

// future tells what changes when rows are added that no snapshot may know:
// dated at or after the as-of date, or before it and ingested at or after it.
func future(build builder, seed uint64) ([]string, error) {
	r := random(seed)
	tables, rows := randomTables(r, 200)
	c, err := NewCatalog(context.Background(), tables, randomConfig(), time.Time{})
	if err != nil {
		return nil, err
	}
	asOf := on(100 + r.IntN(400))
	var snapshots []Snapshot
	for a := range tables.Accounts {
		snapshots = append(snapshots, Snapshot{Account: int32(a), AsOf: asOf, Renewal: -1})
	}
	m0, j0, err := build(c, tables, snapshots)
	if err != nil {
		return nil, err
	}
	more := *tables
	more.Milestones = slices.Clone(tables.Milestones)
	for range 60 {
		one := use(int32(r.IntN(len(tables.Accounts))), randomKinds[r.IntN(len(randomKinds))], asOf.Add(time.Duration(r.IntN(40))*time.Hour))
		if r.IntN(2) == 0 {
			one.at, one.seen = asOf.AddDate(0, 0, -1-r.IntN(300)), asOf.Add(time.Duration(r.IntN(30))*time.Hour)
		} else {
			one.seen = one.at
		}
		one.value, one.user = float64(r.IntN(50)), uint64(r.IntN(50))
		rows = append(rows, one)
		more.Milestones = append(more.Milestones, datasets.Milestone{Account: one.account, Name: "trained", ReachedAt: one.at, IngestedAt: one.seen})
	}
	more.Events = stream(rows)
	m1, j1, err := build(c, &more, snapshots)
	if err != nil {
		return nil, err
	}
	return differences(m0, m1, j0, j1), nil
}

func TestFutureChangesNothing(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		changed, err := future(honest, rapid.Uint64().Draw(rt, "seed"))
		if err != nil || len(changed) > 0 {
			rt.Fatalf("rows that were not known changed features: %v %v", changed, err)
		}
	})
}

// The check above is worth something only if it catches a leak.
func TestPlantedLeaksAreCaught(t *testing.T) {
	for name, build := range map[string]builder{"reads the as-of day": leaky, "ignores ingestion": impatient} {
		caught := 0
		for seed := range uint64(10) {
			changed, err := future(build, seed)
			if err != nil {
				t.Fatal(err)
			}
			if len(changed) > 0 {
				caught++
			}
		}
		if caught != 10 {
			t.Errorf("a builder that %s was caught in %d of 10 worlds", name, caught)
		}
	}
}

func TestOrderOfRowsAndAccountsChangesNothing(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		r := random(rapid.Uint64().Draw(rt, "seed"))
		tables, rows := randomTables(r, 200)
		c := catalogOf(t, tables, randomConfig())
		snapshots := randomSnapshots(r, tables)
		m0, j0 := buildOf(t, c, tables, snapshots)

		// New names, another order of accounts, of events, of their types, of milestones.
		n := len(tables.Accounts)
		to := r.Perm(n)
		other := &datasets.Tables{Attributes: tables.Attributes, Accounts: make([]datasets.Account, n), Milestones: slices.Clone(tables.Milestones)}
		for i, a := range tables.Accounts {
			a.ID = "renamed-" + a.ID
			other.Accounts[to[i]] = a
		}
		r.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
		for i := range rows {
			rows[i].account = int32(to[rows[i].account])
		}
		r.Shuffle(len(other.Milestones), func(i, j int) {
			other.Milestones[i], other.Milestones[j] = other.Milestones[j], other.Milestones[i]
		})
		for i := range other.Milestones {
			other.Milestones[i].Account = int32(to[other.Milestones[i].Account])
		}
		other.Events = stream(rows)
		moved := slices.Clone(snapshots)
		for i := range moved {
			moved[i].Account = int32(to[moved[i].Account])
		}
		if again := catalogOf(t, other, randomConfig()); again.Fingerprint() != c.Fingerprint() {
			rt.Fatalf("the catalogue depends on the order of rows")
		}
		m1, j1 := buildOf(t, c, other, moved)
		if changed := differences(m0, m1, j0, j1); len(changed) > 0 {
			rt.Fatalf("order and names changed features: %v", changed)
		}
	})
}

func TestOtherSnapshotsChangeNothing(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		r := random(rapid.Uint64().Draw(rt, "seed"))
		tables, _ := randomTables(r, 200)
		c := catalogOf(t, tables, randomConfig())
		snapshots := randomSnapshots(r, tables)
		together, journey := buildOf(t, c, tables, snapshots)
		for i := range snapshots {
			alone, j := buildOf(t, c, tables, snapshots[i:i+1])
			one := &Matrix{Catalog: c}
			for _, column := range together.Columns {
				one.Columns = append(one.Columns, column[i:i+1])
			}
			mine := &Journey{Milestones: journey.Milestones, Tenure: journey.Tenure[i : i+1]}
			for _, column := range journey.Reached {
				mine.Reached = append(mine.Reached, column[i:i+1])
			}
			if changed := differences(alone, one, j, mine); len(changed) > 0 {
				rt.Fatalf("other snapshots changed features: %v", changed)
			}
		}
	})
}

// Values whose sum depends on the order when added plainly give the same bytes
// in any order.
func TestSameBytesInAnyOrder(t *testing.T) {
	r := random(7)
	var rows []row
	for i := range 300 {
		one := use(0, "nps", at(r.IntN(150), 3))
		one.value = math.Exp(float64(r.IntN(60))) * (r.Float64() - .5)
		one.count = 1 + r.Float64()
		one.user = uint64(i)
		rows = append(rows, one)
	}
	var first []byte
	for range 5 {
		r.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
		tables := &datasets.Tables{Accounts: accounts(0), Events: stream(rows)}
		m, _ := buildOf(t, catalogOf(t, tables, Config{}), tables, []Snapshot{{AsOf: on(160), Renewal: -1}, {AsOf: on(230), Renewal: -1}})
		if math.IsNaN(m.value(t, "nps.mean_180d", 0)) {
			t.Fatal("no mean")
		}
		var text bytes.Buffer
		if err := binary.Write(&text, binary.LittleEndian, slices.Concat(m.Columns...)); err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = text.Bytes()
		}
		if !bytes.Equal(first, text.Bytes()) {
			t.Fatal("the order of rows changed the bytes")
		}
	}
}
