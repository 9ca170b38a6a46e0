package boost

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// repeated makes accounts of so many consecutive rows, which share a weight of 1.
func repeated(t *testing.T, q *ridge, weight []float64, times int) []float64 {
	t.Helper()
	out := make([]float64, len(weight))
	q.account = make([]int32, len(weight))
	for i := range out {
		q.account[i], out[i] = int32(i/times), 1/float64(times)
	}
	q.accounts = (len(weight) + times - 1) / times
	return out
}

// Rows of weight 1/4 that are independent hold four times what their weights count;
// four equal ones hold what one row does.
func TestInformationIsThatOfTheAccounts(t *testing.T) {
	for _, equal := range []bool{false, true} {
		r, q := hierarchy(t, 5, 3, 6000, 4, 0.4)
		weight := repeated(t, q, r.weight, 4)
		if equal {
			for i := range weight {
				for j := range q.data.codes {
					q.data.codes[j][i] = q.data.codes[j][i/4*4]
				}
				q.data.churned[i], q.clusterOf[i] = q.data.churned[i/4*4], q.clusterOf[i/4*4]
			}
		}
		if _, err := q.learnPrecisions(weight); err != nil {
			t.Fatal(err)
		}
		want := 4.0
		if equal {
			want = 1
		}
		if math.Abs(q.information/want-1) > 0.1 {
			t.Errorf("rows equal %v: the weights count %.2f times, want %.2f", equal, q.information, want)
		}
	}
	if _, q := hierarchy(t, 5, 3, 600, 4, 0.4); q.compositeInformation(nil, nil, nil) != 1 {
		t.Error("independent rows do not count once")
	}
}

// The quadratic form through the block elimination is that of the whole system.
func TestQuadraticIsThatOfTheWholeSystem(t *testing.T) {
	r, q := hierarchy(t, 4, 3, 600, 3, 0.5)
	weight := repeated(t, q, r.weight, 2)
	q.startPrecisions()
	s := q.startCoefficients()
	sys, err := q.fit(s, weight, ridgeMaxSteps)
	if err != nil {
		t.Fatal(err)
	}
	v := q.curvature(s, weight, q.rowsByCluster())
	width, own := q.width(), len(q.own)
	whole := mat.NewSymDense(width+q.clusters*own, nil)
	at := func(k, c int) int { return width + k*own + c }
	add := func(a, b int, x float64) { whole.SetSym(a, b, whole.At(a, b)+x) }
	for k := range v.hessian {
		h := func(a, b int) float64 { return v.hessian[k].Data[min(a, b)*width+max(a, b)] }
		for a := range width {
			for b := a; b < width; b++ {
				add(a, b, h(a, b))
			}
		}
		for c := range own {
			if k == q.clusters {
				break
			}
			for b := range width {
				add(b, at(k, c), h(q.own[c], b))
			}
			for d := c; d < own; d++ {
				add(at(k, c), at(k, d), h(q.own[c], q.own[d]))
			}
			add(at(k, c), at(k, c), q.deviation[c])
		}
	}
	for c, precision := range q.shared {
		add(c, c, precision)
	}
	var solve mat.Cholesky
	if !solve.Factorize(whole) {
		t.Fatal("the whole system has no solution")
	}
	for a, score := range q.scoresByAccount(s, weight)[:20] {
		g := mat.NewVecDense(width+q.clusters*own, nil)
		for k, part := range score {
			for c, x := range part {
				g.SetVec(c, g.AtVec(c)+x)
			}
			for c, from := range q.own {
				if k < q.clusters && part != nil {
					g.SetVec(at(k, c), part[from])
				}
			}
		}
		var solved mat.VecDense
		if err := solve.SolveVecTo(&solved, g); err != nil {
			t.Fatal(err)
		}
		if want, got := mat.Dot(g, &solved), sys.quadratic(q, score); math.Abs(got-want) > 1e-9*(1+want) {
			t.Fatalf("account %d: %v, the whole system has %v", a, got, want)
		}
	}
}
