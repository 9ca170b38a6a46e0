package boost

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"testing"

	"github.com/etappe/etappe/models/modelstest"
)

// BenchmarkFit reports what one visit of one field costs by row.
func BenchmarkFit(b *testing.B) {
	const rows, fields, bags, rounds = 50_000, 30, 2, 200
	s, _ := modelstest.World{Fields: fields}.Draw(1, rows)
	trainer := Trainer{Bags: bags, Rounds: rounds, Smooth: rounds, Workers: 1} // while cuts are random no field is skipped
	for b.Loop() {
		if _, err := trainer.Fit(context.Background(), s); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/(rows*fields*bags*rounds), "ns/row·field·round")
}

// BenchmarkCost shows that a fit's cost grows with rows and with fields, and with
// nothing else: processor seconds of rounds that are always as many. It goes on to
// ETAPPE_BENCH_ROWS rows, ten times as many each time, 1,000,000 if not set.
func BenchmarkCost(b *testing.B) {
	most := 1_000_000
	if n, err := strconv.Atoi(os.Getenv("ETAPPE_BENCH_ROWS")); err == nil {
		most = n
	}
	const bags, rounds = 2, 100
	for _, fields := range []int{10, 30} {
		for rows := 10_000; rows <= most; rows *= 10 {
			b.Run(fmt.Sprintf("rows=%d/fields=%d", rows, fields), func(b *testing.B) {
				s, _ := modelstest.World{Fields: fields}.Draw(1, rows)
				trainer := Trainer{Bags: bags, Rounds: rounds, Smooth: rounds, Sets: -1}
				before := cpuTime()
				for b.Loop() {
					if _, err := trainer.Fit(context.Background(), s); err != nil {
						b.Fatal(err)
					}
				}
				spent := (cpuTime() - before).Seconds() / float64(b.N)
				b.ReportMetric(spent, "CPU-s/op")
				b.ReportMetric(spent*1e9/float64(rows*fields*bags*rounds), "CPU-ns/row·field·round")
			})
		}
	}
}
