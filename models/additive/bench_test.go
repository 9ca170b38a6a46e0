package additive

import (
	"context"
	"testing"
)

// BenchmarkFit reports what one visit of one field costs by row.
func BenchmarkFit(b *testing.B) {
	const rows, fields, bags, rounds = 50_000, 30, 2, 200
	s, _ := truth{fields: fields}.draw(1, rows)
	trainer := Trainer{Bags: bags, Rounds: rounds, Smooth: rounds, Workers: 1} // while cuts are random no field is skipped
	for b.Loop() {
		if _, err := trainer.Fit(context.Background(), s); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/(rows*fields*bags*rounds), "ns/row·field·round")
}
