package additive

import (
	"context"
	"testing"

	"github.com/etappe/etappe/models"
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

func benchmarkModel(b *testing.B) (*Model, *models.Sample) {
	s, _ := truth{fields: 30, difference: 1}.draw(1, 5000, 5000)
	m := fit(b, Trainer{Bags: 2, Rounds: 60, Clusters: 2}, s)
	b.ReportAllocs()
	return m, s
}

func reportRows(b *testing.B, rows int) {
	b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

func BenchmarkLogOdds(b *testing.B) {
	m, s := benchmarkModel(b)
	for b.Loop() {
		score(b, m, s.Frame)
	}
	reportRows(b, s.Rows())
}

func BenchmarkContributions(b *testing.B) {
	m, s := benchmarkModel(b)
	for b.Loop() {
		if _, err := m.Contributions(s.Frame); err != nil {
			b.Fatal(err)
		}
	}
	reportRows(b, s.Rows())
}

func BenchmarkOneRow(b *testing.B) {
	m, s := benchmarkModel(b)
	one := s.Frame.Select([]int{7})
	for b.Loop() {
		if _, err := m.Contributions(one); err != nil {
			b.Fatal(err)
		}
	}
}
