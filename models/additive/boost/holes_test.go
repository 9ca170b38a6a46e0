package boost

import (
	"math"
	"testing"

	"github.com/etappe/etappe/models/additive"
)

// A bag does not learn from the rows that it holds out: they have no weight in it,
// and its loss is measured on them alone.
func TestHeldOutRowsHaveNoWeight(t *testing.T) {
	d := &binnedData{churned: []bool{true, false, true, false}, weight: []float64{1, 2, 3, 4}, binnings: []additive.Binning{}}
	b := newBag(d, bagOptions{}, []bool{false, true, true, false}, 1, 0)
	if len(b.outOfBag) != 2 || b.outOfBag[0] != 1 || b.outOfBag[1] != 2 {
		t.Errorf("out of bag: %v", b.outOfBag)
	}
	for i, want := range []float32{1, 0, 0, 4} {
		if b.bagWeight[i] != want {
			t.Errorf("row %d weighs %v, want %v", i, b.bagWeight[i], want)
		}
	}
	loss, weight := b.outOfBagLoss()
	if weight != 5 || math.Abs(loss-5*math.Ln2) > 1e-6 {
		t.Errorf("loss %v of weight %v, want %v of 5", loss, weight, 5*math.Ln2)
	}
}
