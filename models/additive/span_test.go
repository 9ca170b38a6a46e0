package additive

import (
	"math"
	"slices"
	"testing"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/modelstest"
)

// Span is the range of Vary less the log-odds of the row but for rounding, with pairs,
// triples and clusters and with residual trees; Vary equals Answer to the bit.
func TestVaryAndSpan(t *testing.T) {
	trees := randomModel(3, 4, 2, 3)
	withResidual(trees, 20)
	for name, m := range map[string]*Model{"tables": randomModel(1, 4, 2, 3), "clusters": randomModel(3, 4, 2, 3), "trees": trees} {
		sample, _ := modelstest.World{Fields: 6}.Draw(11, 20)
		pool := sample.Frame
		for i := range pool.Rows() {
			one := rowOfFrame(pool, i)
			fields := []int{0, 2, 5}
			values, z, bins := make([][]float64, 3), make([][]float64, 3), make([][]uint8, 3)
			low, high := make([]float64, 3), make([]float64, 3)
			for n, j := range fields {
				values[n] = append([]float64{math.NaN()}, pool.Columns[j]...)
				z[n] = make([]float64, len(values[n]))
				var err error
				if bins[n], err = m.Bins(j, values[n]); err != nil {
					t.Fatal(err)
				}
			}
			if err := m.Vary(one, fields, values, z); err != nil {
				t.Fatal(err)
			}
			if err := m.Span(one, fields, bins, low, high); err != nil {
				t.Fatal(err)
			}
			before := logOddsOf(t, m, one)
			for n, j := range fields {
				for v, x := range values[n] {
					other := rowOfFrame(pool, i)
					other.Columns[j][0] = x
					if want := logOddsOf(t, m, other); z[n][v] != want {
						t.Fatalf("%s: field %d at %v: %v, Answer gives %v", name, j, x, z[n][v], want)
					}
				}
				if l, h := slices.Min(z[n])-before, slices.Max(z[n])-before; math.Abs(low[n]-l) > 1e-12 || math.Abs(high[n]-h) > 1e-12 {
					t.Fatalf("%s: field %d: %v to %v, Vary gives %v to %v", name, j, low[n], high[n], l, h)
				}
			}
		}
	}
}

// rowOfFrame is a copy of row i.
func rowOfFrame(f *models.Frame, i int) *models.Frame {
	one := &models.Frame{Fields: f.Fields, Cluster: []int32{int32(i % 3)}}
	for _, column := range f.Columns {
		one.Columns = append(one.Columns, []float64{column[i]})
	}
	return one
}

func logOddsOf(t *testing.T, m *Model, f *models.Frame) float64 {
	t.Helper()
	z := []float64{0}
	if err := m.Answer(f, 0, 1, &Answers{LogOdds: z}); err != nil {
		t.Fatal(err)
	}
	return z[0]
}
