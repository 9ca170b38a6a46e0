package score

import (
	"testing"
	"time"
)

// BenchmarkColumns scores a portfolio with path, clusters and reasons in columns.
// speedup is against an Answer for each row, in the same run.
func BenchmarkColumns(b *testing.B) {
	for name, detail := range map[string]Detail{"all": DetailAll, "none": DetailNone} {
		b.Run(name, func(b *testing.B) {
			const rows = 20_000
			s := testScorer(b)
			in := testInput(s, rows, 3)
			in.Detail = detail
			parts := Usual
			if detail == DetailAll {
				parts |= Reasons
			}
			b.ReportAllocs()
			for b.Loop() {
				if _, err := s.ScoreColumns(in, parts); err != nil {
					b.Fatal(err)
				}
			}
			each := b.Elapsed().Seconds() / float64(b.N)
			b.StopTimer()
			start := time.Now()
			if _, err := s.Score(in, now); err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(rows/each, "rows/s")
			b.ReportMetric(time.Since(start).Seconds()/each, "speedup")
		})
	}
}
