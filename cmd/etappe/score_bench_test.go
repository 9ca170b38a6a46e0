package main

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/etappe/etappe/datasets"
	"github.com/etappe/etappe/datasets/columnar"
	"github.com/etappe/etappe/features"
	"github.com/etappe/etappe/features/catalog"
	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/additive"
	"github.com/etappe/etappe/models/additive/boost"
	"github.com/etappe/etappe/models/artifact"
	"github.com/etappe/etappe/models/cluster"
	"github.com/etappe/etappe/serve/account"
	"github.com/etappe/etappe/serve/score"
	"github.com/etappe/etappe/serve/text"
)

const benchFields = 30

// benchTable draws a feature table: numbers of all sizes, some missing, and two
// features that only count together.
func benchTable(rows int, seed uint64) (*datasets.Table, []bool) {
	random := rand.New(rand.NewPCG(seed, 3))
	t := &datasets.Table{Path: "bench.parquet"}
	for j := range benchFields {
		t.Columns = append(t.Columns, datasets.TableColumn{Name: fmt.Sprintf("x%d", j), Numbers: make([]float64, rows)})
	}
	churned := make([]bool, rows)
	for i := range rows {
		t.IDs = append(t.IDs, fmt.Sprintf("account-%07d", i))
		z := -1.0
		for j := range t.Columns {
			x := random.NormFloat64()
			if j < 5 {
				z += 0.3 * x
			}
			switch j % 3 {
			case 1:
				x = math.Floor(math.Exp(2 + x))
			case 2:
				x = math.Round(100*math.Exp(3+x)) / 100
			}
			t.Columns[j].Numbers[i] = x
		}
		z += math.Copysign(1, (t.Columns[6].Numbers[i])*(t.Columns[9].Numbers[i]))
		churned[i] = random.Float64() < models.Sigmoid(z)
		if random.IntN(10) == 0 {
			t.Columns[random.IntN(benchFields)].Numbers[i] = math.NaN()
		}
	}
	return t, churned
}

// benchScorer answers with a model of three clusters, fitted on a small sample.
func benchScorer(b *testing.B) *score.Scorer {
	b.Helper()
	check := func(err error) {
		b.Helper()
		if err != nil {
			b.Fatal(err)
		}
	}
	t, churned := benchTable(6000, 1)
	list := features.TableCatalog(t, []string{"x0", "x1", "x2", "x3", "x4"})
	matrix, err := features.FromTable(t, list)
	check(err)
	frame := &models.Frame{Columns: matrix.Columns}
	space := cluster.Space{}
	for _, d := range list.Definitions {
		frame.Fields = append(frame.Fields, models.Field{Name: d.Name, Levels: d.Levels})
		if d.Pattern == catalog.AsItIs {
			space.Values = append(space.Values, d.Name)
		}
	}
	clusters, _, err := cluster.Fit(b.Context(), frame, space, churned, cluster.Options{MaxK: 3, Bootstraps: 2, Restarts: 2, Seed: 1})
	check(err)
	assigned, err := clusters.Assign(frame)
	check(err)
	frame.Cluster = assigned.Cluster
	model, err := boost.Trainer{Rounds: 60, Smooth: 20, Clusters: clusters.K(), Seed: 1}.Fit(b.Context(), &models.Sample{Frame: frame, Churned: churned})
	check(err)
	s, err := score.New(&artifact.Artifact{
		Catalog: list, Fingerprint: list.Fingerprint(), Fields: frame.Fields, Churn: model.(*additive.Model), Clusters: clusters,
		Points: models.Points{PerDoubling: 10, Anchor: -1, PathWeight: 0.5, Healthy: 60, Sick: 40},
	}, score.Meta{Version: "bench", TrainedAt: time.Unix(1.7e9, 0)}, score.Options{})
	check(err)
	return s
}

// benchParquet writes a table of so many rows.
func benchParquet(b *testing.B, rows int) string {
	b.Helper()
	t, _ := benchTable(rows, 2)
	columns := []columnar.Column{{Name: "id", Strings: t.IDs}}
	for _, c := range t.Columns {
		columns = append(columns, columnar.Column{Name: c.Name, Numbers: c.Numbers})
	}
	path := filepath.Join(b.TempDir(), "table.parquet")
	if err := columnar.Write(path, columns); err != nil {
		b.Fatal(err)
	}
	return path
}

// benchmarkScore goes from Parquet to Parquet as etappe score --table does.
// rows/cpu-s is by the time of all processors together; read and write are the
// same file read and a run of the same answers written over and over, alone, in
// the same run: no scorer could be faster than the two together.
func benchmarkScore(b *testing.B, detail score.Detail, brief bool) {
	const rows = 200_000
	s, path := benchScorer(b), benchParquet(b, rows)
	target := filepath.Join(b.TempDir(), "scores.parquet")
	read := func() *account.Scores {
		t, err := datasets.ReadTable(b.Context(), path, features.TableOptions(s.Catalog(), "id"))
		if err != nil {
			b.Fatal(err)
		}
		p, err := account.FromTable(s, t, time.Unix(1.75e9, 0).UTC())
		if err != nil {
			b.Fatal(err)
		}
		return &account.Scores{Scorer: s, Portfolio: p, Detail: detail, Brief: brief, FirstReasons: text.English.FirstReasons}
	}
	b.ReportAllocs()
	all := measure(b, rows, func() {
		if _, err := read().Write(b.Context(), target); err != nil {
			b.Fatal(err)
		}
	})
	b.StopTimer()
	info, err := os.Stat(target)
	if err != nil {
		b.Fatal(err)
	}
	block, err := read().Next(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	once := func(do func()) float64 {
		best := math.Inf(1)
		for range 5 {
			before := cpuTime()
			do()
			best = min(best, (cpuTime() - before).Seconds())
		}
		return rows / best
	}
	b.ReportMetric(all, "rows/cpu-s")
	b.ReportMetric(once(func() { read() }), "read/cpu-s")
	b.ReportMetric(once(func() {
		left := rows
		err := columnar.WriteBlocks(target, func() ([]columnar.Column, error) {
			if left -= account.FileRows; left < 0 {
				return nil, nil
			}
			return block, nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}), "write/cpu-s")
	b.ReportMetric(float64(info.Size())/rows, "B/row")
}

// measure runs a benchmark and returns rows per second of processor time.
func measure(b *testing.B, rows int, do func()) float64 {
	before := cpuTime()
	for b.Loop() {
		do()
	}
	return float64(rows) * float64(b.N) / (cpuTime() - before).Seconds()
}

func BenchmarkScoreTable(b *testing.B)              { benchmarkScore(b, score.DetailNone, false) }
func BenchmarkScoreTableBrief(b *testing.B)         { benchmarkScore(b, score.DetailNone, true) }
func BenchmarkScoreTableContributions(b *testing.B) { benchmarkScore(b, score.DetailAll, false) }
