package additive

import (
	"math"
	"runtime"
	"testing"
	"time"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/modelstest"
)

// The promise is made for 30 mains and 10 pairs, with 20 triples more: rows per
// second of processor time. speedup is against plainly, which works everything
// out (shares and intervals too) row by row, straight from the formulas, in the
// same run; best is the fastest pass of all, for other work on the machine slows
// the processor's caches down and is counted too; KiB is what a score's tables take of a cache.

func benchmarkAnswer(b *testing.B, clusters, pairs, triples, rows int, room func(m *Model, rows int) *Answers) {
	const bags = 8
	m := randomModel(clusters, pairs, triples, bags)
	f := benchmarkFrame(rows, clusters)
	a := room(m, rows)
	answer := func() {
		if err := m.Answer(f, 0, rows, a); err != nil {
			b.Fatal(err)
		}
	}
	answer()
	slow := f
	if rows > 1000 {
		slow = benchmarkFrame(1000, clusters)
	}
	runtime.GC()
	b.ReportAllocs()
	b.ResetTimer()
	before, best := cpuTime(), math.Inf(1)
	for b.Loop() {
		start := time.Now()
		answer()
		best = min(best, time.Since(start).Seconds())
	}
	each := (cpuTime() - before).Seconds() / float64(b.N) / float64(rows)
	const slowly = 3
	before = cpuTime()
	for range slowly {
		plainly(b, m, slow, 0.9)
	}
	plain := (cpuTime() - before).Seconds() / slowly / float64(slow.Rows())
	b.ReportMetric(1/each, "rows/cpu-s")
	b.ReportMetric(float64(rows)/best, "best")
	b.ReportMetric(plain/each, "speedup")
	b.ReportMetric(float64(m.lookup.bytes())/1024, "KiB")
}

// bytes is the size of what a score looks up.
func (l *lookup) bytes() int {
	n := 0
	for j := range l.coders {
		n += len(l.coders[j].first) + 8*MaxBins
	}
	for t := range l.tables {
		n += 8*len(l.tables[t].effect) + 4*MaxBins*len(l.tables[t].offset)
	}
	return n
}

func benchmarkFrame(rows, clusters int) *models.Frame {
	s, _ := modelstest.World{Fields: 30}.Draw(10, rows)
	for i := range s.Cluster {
		s.Cluster[i] = int32(i * 7 % clusters)
	}
	return s.Frame
}

func onlyLogOdds(_ *Model, rows int) *Answers { return &Answers{LogOdds: make([]float64, rows)} }

func withShares(m *Model, rows int) *Answers {
	a := roomFor(m, rows)
	a.Low, a.High = nil, nil
	return a
}

func BenchmarkScore(b *testing.B)         { benchmarkAnswer(b, 1, 10, 0, 50_000, onlyLogOdds) }
func BenchmarkScoreClusters(b *testing.B) { benchmarkAnswer(b, 6, 10, 0, 50_000, onlyLogOdds) }
func BenchmarkContributions(b *testing.B) { benchmarkAnswer(b, 1, 10, 0, 50_000, withShares) }
func BenchmarkContributionsClusters(b *testing.B) {
	benchmarkAnswer(b, 6, 10, 0, 50_000, withShares)
}
func BenchmarkContributionsTriples(b *testing.B) {
	benchmarkAnswer(b, 1, 10, 20, 50_000, withShares)
}
func BenchmarkEverything(b *testing.B) { benchmarkAnswer(b, 6, 10, 20, 50_000, roomFor) }
func BenchmarkOneRow(b *testing.B)     { benchmarkAnswer(b, 1, 10, 0, 1, withShares) }
