package train

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/artifact"
)

// By hand: forty renewals of two rows each, with two different predictions.
func TestCalibratedByHand(t *testing.T) {
	d := dataOf(t, 81, 1)
	l := &predictions{logOdds: make([]float64, 81)}
	judged := make([]int, 81)
	for i := range 81 {
		judged[i], d.Renewal[i], d.Churned[i] = i, int32(i/2), false
		l.logOdds[i] = models.Logit(0.2)
		if i%2 == 1 {
			l.logOdds[i], d.Churned[i] = models.Logit(0.6), i < 50
		}
	}
	l.logOdds[80] = math.NaN()
	bins := calibrationBins(d, l, judged)
	if len(bins) != 2 {
		t.Fatalf("%+v", bins)
	}
	for k, want := range []artifact.CalibrationBin{{Renewals: 20, Predicted: 0.2}, {Renewals: 20, Predicted: 0.6, Churned: 25. / 40}} {
		got := bins[k]
		low, high := models.Wilson(want.Churned, 20)
		if math.Abs(got.Predicted-want.Predicted) > 1e-12 || math.Abs(got.Churned-want.Churned) > 1e-12 || got.Renewals != 20 || got.Low != low || got.High != high {
			t.Errorf("%+v, want %+v, %v to %v", got, want, low, high)
		}
	}
	if calibrationBins(d, l, []int{80}) != nil {
		t.Error("a bin without an answer")
	}
}

// A cluster is drawn alone from a hundred judged renewals on.
func TestClustersAreCalibratedAlone(t *testing.T) {
	n := 240
	d := &Data{Account: make([]int32, n), Churned: make([]bool, n), Renewal: make([]int32, n), Frame: &models.Frame{}}
	l, judged, assigned := &predictions{logOdds: make([]float64, n)}, make([]int, n), make([]int32, n)
	for i := range n {
		judged[i], d.Account[i], d.Renewal[i], d.Churned[i], l.logOdds[i] = i, int32(i), int32(i), i%5 == 0, float64(i%7)/4-2
		if i%12 < 5 { // 100 in the second cluster, 140 in the first
			assigned[i] = 1
		}
	}
	assigned[0] = 0 // one fewer: too few
	r := &artifact.Report{}
	tabulate(r, d, map[string]*predictions{artifact.VariantEtappe: l}, assigned, []string{"c1", "c2"}, judged)
	if len(r.Segments) != 3 || r.Segments[0].Calibration != nil || r.Segments[2].Calibration != nil || renewalsOf(r.Segments[1].Calibration) != 141 || renewalsOf(r.Calibration) != 240 {
		t.Errorf("%+v", r.Segments)
	}
	assigned[0] = 1
	r = &artifact.Report{}
	tabulate(r, d, map[string]*predictions{artifact.VariantEtappe: l}, assigned, []string{"c1", "c2"}, judged)
	if renewalsOf(r.Segments[2].Calibration) != 100 {
		t.Errorf("%+v", r.Segments[2])
	}
}

// Bins hold every renewal once, in order, none of them next to nothing; and what
// is predicted too high lies above what became of it.
func TestCalibratedAddsUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 900).Draw(t, "rows")
		d := &Data{Renewal: make([]int32, n), Churned: make([]bool, n)}
		l, judged := &predictions{logOdds: make([]float64, n)}, make([]int, n)
		total, churned, predicted := 0.0, 0.0, 0.0
		for i := range n {
			judged[i] = i
			d.Renewal[i] = rapid.Int32Range(0, int32(n)).Draw(t, "renewal")
			d.Churned[i] = rapid.Bool().Draw(t, "churned")
			l.logOdds[i] = float64(rapid.IntRange(-40, 40).Draw(t, "log-odds")) / 8
		}
		for i, w := range d.weightWithin(judged) {
			total, predicted = total+w, predicted+w*models.Sigmoid(l.logOdds[i])
			if d.Churned[i] {
				churned += w
			}
		}
		bins := calibrationBins(d, l, judged)
		if len(bins) > maxCalibrationBins {
			t.Fatalf("%d bins", len(bins))
		}
		for k, b := range bins {
			total, churned, predicted = total-b.Renewals, churned-b.Renewals*b.Churned, predicted-b.Renewals*b.Predicted
			if k > 0 && (b.Predicted <= bins[k-1].Predicted || b.Renewals < leastCalibrated/2) || b.Low > b.Churned || b.High < b.Churned {
				t.Fatalf("bin %d of %+v", k, bins)
			}
		}
		if math.Abs(total)+math.Abs(churned)+math.Abs(predicted) > 1e-6 {
			t.Fatalf("bins leave %v renewals, %v churned, %v predicted", total, churned, predicted)
		}
	})
}
