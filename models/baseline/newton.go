package baseline

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/etappe/etappe/models"
	"gonum.org/v1/gonum/floats"
)

// task is a design with its outcomes: what a linear model is fitted to.
type task struct {
	design  *design
	churned []bool
	weight  []float64
}

func (t *task) pick(rows []int) *task {
	return &task{t.design.pick(rows), models.Pick(t.churned, rows), models.Pick(t.weight, rows)}
}

func (t *task) bothClasses() bool {
	return slices.Contains(t.churned, true) && slices.Contains(t.churned, false)
}

// newton is the state of one minimisation of mean log-loss plus ½·ridge·|β|².
type newton struct {
	*task
	ridge       float64
	coefficient []float64 // the last is the intercept, which has no penalty
	logOdds     []float64 // [row]
	loss        float64
	gradient    []float64
	curvature   []float64 // [row] w·p(1−p)/n
	diagonal    []float64 // of the Hessian
	work        []float64 // [row]
}

// solve minimises by Newton's method, each step found by preconditioned
// conjugate gradients and halved until the loss falls (Nocedal & Wright 2006,
// algorithm 7.1): no p×p matrix is made, so thousands of levels are no trouble.
// It ends when no part of the gradient exceeds precision.
func (t *task) solve(ctx context.Context, start []float64, penalty, precision float64) ([]float64, error) {
	n, p := t.design.rows, len(start)
	s := &newton{
		task: t, ridge: penalty / float64(n), coefficient: slices.Clone(start),
		logOdds: make([]float64, n), gradient: make([]float64, p),
		curvature: make([]float64, n), diagonal: make([]float64, p), work: make([]float64, n),
	}
	s.loss = s.lossAt(s.coefficient, s.logOdds)
	for range 100 {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		s.derive()
		if floats.Norm(s.gradient, math.Inf(1)) <= precision {
			return s.coefficient, nil
		}
		if !s.descend(s.direction()) {
			break
		}
	}
	// No step lowers the loss in floating point: that is fine at the bottom only.
	if steepest := floats.Norm(s.gradient, math.Inf(1)); !(steepest <= 100*precision) {
		return nil, fmt.Errorf("no convergence, the gradient is still %.2g: %w", steepest, models.ErrTraining)
	}
	return s.coefficient, nil
}

func (s *newton) lossAt(coefficient, logOdds []float64) float64 {
	s.design.logOdds(logOdds, coefficient)
	slopes := coefficient[:len(coefficient)-1]
	return models.LogLoss(logOdds, s.churned, s.weight) + s.ridge*floats.Dot(slopes, slopes)/2
}

// derive brings gradient, curvature and diagonal up to date.
func (s *newton) derive() {
	total := floats.Sum(s.weight)
	for i, z := range s.logOdds {
		w := s.weight[i] / total
		p, q := models.Sigmoid(z), models.Sigmoid(-z)
		s.curvature[i] = w * p * q
		s.work[i] = w * p
		if s.churned[i] {
			s.work[i] = -w * q
		}
	}
	last := len(s.coefficient) - 1
	s.design.pull(s.gradient, s.work)
	floats.AddScaled(s.gradient[:last], s.ridge, s.coefficient[:last])
	s.design.squares(s.diagonal, s.curvature)
	floats.AddConst(s.ridge, s.diagonal[:last])
	floats.AddConst(1e-12, s.diagonal) // an intercept of certain rows has no curvature
}

// hessian writes H·v to out.
func (s *newton) hessian(out, v []float64) {
	s.design.logOdds(s.work, v)
	floats.Mul(s.work, s.curvature)
	s.design.pull(out, s.work)
	last := len(v) - 1
	floats.AddScaled(out[:last], s.ridge, v[:last])
}

// direction solves H·d = −gradient roughly, and better near the minimum.
func (s *newton) direction() []float64 {
	p := len(s.gradient)
	d, r := make([]float64, p), slices.Clone(s.gradient) // r = H·d + gradient
	y, along, h := make([]float64, p), make([]float64, p), make([]float64, p)
	floats.DivTo(y, r, s.diagonal)
	floats.SubTo(along, along, y)
	size := floats.Norm(r, 2)
	enough := size * math.Min(0.1, math.Sqrt(size))
	ry := floats.Dot(r, y)
	for range min(2*p, 500) {
		s.hessian(h, along)
		bend := floats.Dot(along, h)
		if !(bend > 0) {
			break
		}
		floats.AddScaled(d, ry/bend, along)
		floats.AddScaled(r, ry/bend, h)
		if floats.Norm(r, 2) <= enough {
			break
		}
		floats.DivTo(y, r, s.diagonal)
		next := floats.Dot(r, y)
		floats.Scale(next/ry, along)
		floats.Sub(along, y)
		ry = next
	}
	return d
}

// descend takes the largest of the steps 1, ½, ¼ … along d that lowers the loss
// by a fair part of what the slope promises; false when none does.
func (s *newton) descend(d []float64) bool {
	slope := floats.Dot(d, s.gradient)
	if !(slope < 0) {
		return false
	}
	next, logOdds := make([]float64, len(d)), make([]float64, len(s.logOdds))
	for step := 1.0; step > 1e-10; step /= 2 {
		floats.AddScaledTo(next, s.coefficient, step, d)
		if loss := s.lossAt(next, logOdds); loss <= s.loss+1e-4*step*slope {
			s.coefficient, s.logOdds, s.loss = next, logOdds, loss
			return true
		}
	}
	return false
}
