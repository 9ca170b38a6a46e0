package train

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/additive"
)

// plantedEffects draws renewals whose log-odds differ by the given variance along features,
// a share of it by slopes that differ between two clusters.
func plantedEffects(rows, fields int, variance, deviating float64) *Data {
	r := rand.New(rand.NewPCG(5, 9))
	f := &models.Frame{Fields: make([]models.Field, fields), Columns: models.Zeros(fields, rows), Cluster: make([]int32, rows)}
	d := &Data{Frame: f, Churned: make([]bool, rows), Account: make([]int32, rows), Renewal: make([]int32, rows)}
	beta := make([][]float64, 3)
	for k := range beta {
		share := deviating
		if k == 2 {
			share = 1 - deviating
		}
		square := 0.0
		for range fields {
			b := r.NormFloat64()
			beta[k], square = append(beta[k], b), square+b*b
		}
		for j := range beta[k] {
			beta[k][j] *= math.Sqrt(variance * share / square)
		}
	}
	for i := range rows {
		k, z := i%2, -1.5
		for j := range fields {
			x := r.NormFloat64()
			f.Columns[j][i] = math.Exp(x) // normal scores do not depend on the scale
			z += x * (beta[2][j] + beta[k][j])
		}
		f.Cluster[i], d.Churned[i] = int32(k), r.Float64() < models.Sigmoid(z)
		d.Account[i], d.Renewal[i] = int32(i), int32(i)
	}
	return d
}

// The variance that features determine comes out, shared or by cluster, and none where
// there is none: however little a model would have learned of it.
func TestEffectsFindTheVariance(t *testing.T) {
	for _, c := range []struct{ variance, deviating float64 }{{0, 0}, {1.5, 0}, {1.5, 0.5}} {
		d := plantedEffects(2500, 30, c.variance, c.deviating)
		e, ok := d.newEffects(d.Frame, nil)
		if !ok {
			t.Fatal("no regression")
		}
		got, ok := e.total()
		t.Logf("%+v: %.3f", c, got)
		if !ok || math.Abs(got-c.variance) > 0.2+0.1*c.variance {
			t.Errorf("%+v: %.3f", c, got)
		}
	}
}

// Of too few outcomes and of columns without values nothing is estimated.
func TestEffectsNeedOutcomes(t *testing.T) {
	d := plantedEffects(300, 3, 0, 0)
	for i := range d.Churned {
		d.Churned[i] = i < leastEffectEvents-1
	}
	if _, ok := d.newEffects(d.Frame, nil); ok {
		t.Error("a regression from 19 churned renewals")
	}
	d.Churned[299] = true
	for i := range d.Frame.Columns[0] {
		d.Frame.Columns[0][i], d.Frame.Columns[1][i] = math.NaN(), 7
	}
	e, ok := d.newEffects(d.Frame, nil)
	if !ok || e.width() != 2 {
		t.Errorf("%v, %d columns", ok, e.width())
	}
	if total, ok := e.total(); !ok || !(total >= 0) {
		t.Errorf("total %v %v", total, ok)
	}
}

// autocorrelated draws annual renewals, seen from 30 to 180 days, and quarterly ones, seen from
// 30 and 60, whose level is another, with log-odds of a state that changes.
func autocorrelated(theta float64) (*Data, []float64, *additive.SpreadLine) {
	r := rand.New(rand.NewPCG(7, 3))
	d := &Data{Frame: &models.Frame{Columns: make([][]float64, 1)}}
	var z []float64
	rho := math.Exp(-theta / 3)
	for renewal := range int32(4000) {
		earliest, level := 180, -2.0
		if renewal%2 == 1 {
			earliest, level = 60, -4
		}
		state := r.NormFloat64()
		for days := earliest; days >= 30; days -= 30 {
			d.Frame.Columns[0], d.Renewal = append(d.Frame.Columns[0], float64(days)), append(d.Renewal, renewal)
			d.Weight = append(d.Weight, 1)
			z = append(z, level+state+0.3*r.NormFloat64())
			state = rho*state + math.Sqrt(1-rho*rho)*r.NormFloat64()
		}
	}
	return d, z, &additive.SpreadLine{Centre: 80, Unit: 90, Low: 30, High: 180}
}

// The decay of the log-odds' correlation is found through errors of measurement, and where renewals
// that are seen early have another level. Log-odds stretch as the renewal comes near,
// the more the faster it decays, and the mean probability stays.
func TestDecayStretchesTowardsTheRenewal(t *testing.T) {
	before := 0.0
	for _, theta := range []float64{0.05, 0.2, 0.4} {
		d, z, l := autocorrelated(theta)
		got, ok := d.decay(z, l)
		if !ok || math.Abs(got-theta) > 0.04 {
			t.Errorf("decay %.3f, found %.3f %v", theta, got, ok)
		}
		d.stretch(&additive.Spread{Unmeasured: 0.2, Variance: 1, Line: l}, z)
		if !(l.Stretch < before-0.03) {
			t.Errorf("decay %.2f: stretch %.3f, %.3f of a smaller one", theta, l.Stretch, before)
		}
		before = l.Stretch
		if mean := -l.Shift / l.Stretch; !(mean > -4 && mean < -1) {
			t.Errorf("shift %.3f of stretch %.3f: around %.2f", l.Shift, l.Stretch, mean)
		}
	}
	d, z, l := autocorrelated(0.2)
	for i := range d.Renewal {
		d.Renewal[i] = int32(i)
	}
	if d.stretch(&additive.Spread{Unmeasured: 0.2, Variance: 1, Line: l}, z); l.Stretch != 0 || l.Shift != 0 {
		t.Errorf("without a second snapshot of a renewal: %+v", l)
	}
}
