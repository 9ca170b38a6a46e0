package path

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/etappe/etappe/models"
)

// A milestone that is reached again separates for as long as accounts live, and its
// curve is the share of the renewed peers who keep it up, of those who had it once.
func TestRecurringMilestone(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 5))
	j := &models.Journey{Milestones: []string{"first", "first:latest"}, Reached: make([][]float64, 2)}
	var renewed []bool
	for i := range 2000 {
		stays := i%4 > 0
		tenure, first, latest := 200+500*random.Float64(), 20+60*random.Float64(), math.NaN()
		if keeps := map[bool]float64{true: 0.8, false: 0.3}[stays]; random.Float64() < keeps {
			latest = tenure - 20*random.Float64()
		}
		j.Tenure, renewed = append(j.Tenure, tenure), append(renewed, stays)
		j.Reached[0], j.Reached[1] = append(j.Reached[0], first), append(j.Reached[1], latest)
	}
	o := Options{Recurring: []Recurring{{Of: -1}, {Of: 0, Delay: 62}}}
	p, err := Fit(j, nil, 1, renewed, o)
	if err != nil {
		t.Fatal(err)
	}
	if c := p.Expected(0, 1, 600); math.Abs(c-0.8) > 0.03 {
		t.Errorf("%.3f of the renewed peers keep it up, planted .8", c)
	}
	if early := p.Expected(0, 1, 60); early != 0 {
		t.Errorf("%v are to keep it up before they can", early)
	}
	if w := p.Weight(0, 1); !(w > 0.7) {
		t.Errorf("it weighs %v", w)
	}
	if low, high := p.Band(0, 1, 600); !(low < 0.8 && high > 0.8 && high-low < 0.1) {
		t.Errorf("interval %v to %v", low, high)
	}
	kept, lost := p.Score(600, []float64{30, 590}, 0), p.Score(600, []float64{30, math.NaN()}, 0)
	if kept.Path-lost.Path < 30 || kept.Path-lost.Path != kept.Share[1]-lost.Share[1] {
		t.Errorf("kept %v, lost %v", kept, lost)
	}
	o.RecurringShare = 0.2
	if p, err = Fit(j, nil, 1, renewed, o); err != nil || math.Abs(p.Weight(0, 1)-0.2) > 1e-12 || math.Abs(p.Weight(0, 0)-0.8) > 1e-12 {
		t.Errorf("weights %v and %v with a share of .2 (error %v)", p.Weight(0, 0), p.Weight(0, 1), err)
	}
}
