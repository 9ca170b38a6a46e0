package boost

import (
	"math"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/additive"
)

// slopeColumn is one column of the design of the pooled regression: a value for
// each bin of a field. A numeric field has one column on its scale, a level of a
// categorical field and a missing value one indicator each.
type slopeColumn struct {
	field     int
	value     []float64 // [bin]
	indicator bool
}

const (
	slopeMaxLevels = 32  // a categorical field of more levels has no columns: indicators would be too many
	scaleMargin    = 3.0 // log-likelihood in nats by which the raw scale must beat log(1+x)
)

// slopeColumns returns the columns of the fields that vary, ordered by field
// name. Usage is a matter of ratios, so a numeric field stands on the scale
// sign(x)·log(1+|x|) unless its raw values fit the outcomes of the training rows
// clearly better in a regression on this field alone.
func (r *run) slopeColumns() []slopeColumn {
	var columns []slopeColumn
	indicator := func(j, bin int) {
		c := slopeColumn{field: j, value: make([]float64, r.binnings[j].Bins), indicator: true}
		c.value[bin] = 1
		columns = append(columns, c)
	}
	for _, j := range r.active {
		weight, churned := r.binTotals(j)
		if r.binnings[j].Nominal() {
			for bin := range weight {
				if weight[bin] > 0 && len(weight) <= slopeMaxLevels {
					indicator(j, bin)
				}
			}
			continue
		}
		if weight[additive.Missing] > 0 {
			indicator(j, additive.Missing)
		}
		if value := r.slopeScale(j, weight, churned); value != nil {
			columns = append(columns, slopeColumn{field: j, value: value})
		}
	}
	return columns
}

// binTotals returns the training weight of each bin of a field and of those of
// its rows that churned.
func (r *run) binTotals(j int) (weight, churned []float64) {
	weight, churned = make([]float64, r.binnings[j].Bins), make([]float64, r.binnings[j].Bins)
	for i, bin := range r.codes[j] {
		weight[bin] += r.weight[i]
		if r.churned[i] {
			churned[bin] += r.weight[i]
		}
	}
	return weight, churned
}

// slopeScale returns field j's values by bin on the better of its two scales,
// standardised; nil where it has none.
func (r *run) slopeScale(j int, weight, churned []float64) []float64 {
	values, codes := r.sample.Columns[j], r.codes[j]
	logs := scaledValues(&r.binnings[j], values, codes, r.weight, signedLog)
	raw := scaledValues(&r.binnings[j], values, codes, r.weight, func(v float64) float64 { return v })
	if logs == nil || raw == nil {
		return raw
	}
	if slopeLikelihood(weight, churned, raw) > slopeLikelihood(weight, churned, logs)+scaleMargin {
		return raw
	}
	return logs
}

func signedLog(v float64) float64 { return math.Copysign(math.Log1p(math.Abs(v)), v) }

// slopeLikelihood returns the log-likelihood in nats, at its maximum, of a
// logistic regression of the outcome on one column, missing values left out.
func slopeLikelihood(weight, churned, value []float64) float64 {
	const rounds, ridge = 12, 1e-3
	a, b, likelihood := 0.0, 0.0, 0.0
	for range rounds {
		var g0, g1, h01 float64
		h00, h11 := 1e-9, ridge
		likelihood = 0
		for bin := 1; bin < len(weight); bin++ {
			z := a + b*value[bin]
			p := models.Sigmoid(z)
			likelihood -= churned[bin]*logLoss(z, true) + (weight[bin]-churned[bin])*logLoss(z, false)
			d, h := churned[bin]-weight[bin]*p, weight[bin]*p*(1-p)
			g0, g1 = g0+d, g1+d*value[bin]
			h00, h01, h11 = h00+h, h01+h*value[bin], h11+h*value[bin]*value[bin]
		}
		if det := h00*h11 - h01*h01; det > 0 {
			a, b = a+(h11*g0-h01*g1)/det, b+(h00*g1-h01*g0)/det
		}
	}
	return likelihood
}
