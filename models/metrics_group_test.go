package models

import (
	"math"
	"math/rand/v2"
	"testing"
)

// grouped draws n accounts with k rows each whose outcome and log-odds are the
// account's own.
func grouped(n, k int, seed uint64) (z []float64, churned []bool, group []int32) {
	rng := rand.New(rand.NewPCG(seed, 7))
	for a := range n {
		own := rng.NormFloat64() * 1.5
		left := rng.Float64() < Sigmoid(own-1)
		for range k {
			z, churned, group = append(z, own-1), append(churned, left), append(group, int32(a))
		}
	}
	return z, churned, group
}

// With each row a group of its own the error is DeLong's; rows written down four
// times are no more evidence than once.
func TestErrorsCountGroupsNotRows(t *testing.T) {
	z, churned, group := grouped(400, 1, 3)
	plain, once := Measure(z, churned, nil), MeasureGroups(z, churned, nil, group)
	if math.Abs(plain.AUCSE-once.AUCSE) > 1e-12 || math.Abs(once.SlopeSE/plain.SlopeSE-1) > 0.2 {
		t.Errorf("single rows: AUC %v and %v, slope %v and %v", plain.AUCSE, once.AUCSE, plain.SlopeSE, once.SlopeSE)
	}
	z, churned, group = grouped(400, 4, 3)
	four := MeasureGroups(z, churned, nil, group)
	if math.Abs(four.AUCSE-once.AUCSE) > 1e-9 || math.Abs(four.SlopeSE-once.SlopeSE) > 1e-6 || math.Abs(four.AUC-once.AUC) > 1e-9 {
		t.Errorf("four times: AUC %v ± %v, slope ± %v; once %v ± %v, ± %v", four.AUC, four.AUCSE, four.SlopeSE, once.AUC, once.AUCSE, once.SlopeSE)
	}
	if naive := Measure(z, churned, nil); naive.AUCSE > 0.6*four.AUCSE {
		t.Errorf("the rows' own error %v is not below that of accounts %v", naive.AUCSE, four.AUCSE)
	}
	if _, se := AUCErrorGroups([]float64{1, 2, 0}, []bool{true, true, false}, nil, []int32{0, 0, 1}); !math.IsNaN(se) {
		t.Errorf("two accounts have an error of %v", se)
	}
}
