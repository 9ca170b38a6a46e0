package additive

import (
	"errors"
	"math"
	"slices"
	"testing"

	"github.com/etappe/etappe/models"
)

// Four at a time gives the bins that one at a time gives, wherever missing and
// far values fall among the fours, in columns of every length.
func TestCodeAllIsTheAxis(t *testing.T) {
	for name, draw := range distributions {
		values := columnOf(draw, 1500)
		a := quantileBinning(values[:1000], MaxBins-2)
		c := newCoder(&a)
		for i := 1000; i < 1400; i += 1 + i%13 {
			values[i] = []float64{math.NaN(), math.MaxFloat64, -math.MaxFloat64}[i%3]
		}
		want, got := make([]uint8, len(values)), make([]uint8, len(values))
		if err := a.Code("x", values, 0, want); err != nil {
			t.Fatal(err)
		}
		for from, n := 0, 0; from < len(values); from, n = from+n, n%97+1 {
			n = min(n, len(values)-from)
			if err := c.codeAll("x", values[from:from+n], from, got[from:from+n]); err != nil {
				t.Fatal(err)
			}
		}
		if !slices.Equal(want, got) {
			t.Errorf("%s: bins differ", name)
		}
		values[1203] = math.Inf(-1)
		want0, got0 := a.Code("x", values, 5, want), c.codeAll("x", values, 5, got)
		if !errors.Is(got0, models.ErrFields) || got0.Error() != want0.Error() {
			t.Errorf("%s: %v, the axis says %v", name, got0, want0)
		}
	}
}
