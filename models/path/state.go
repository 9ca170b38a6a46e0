package path

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"

	"github.com/etappe/etappe/models"
)

type header struct {
	Milestones []string `json:"milestones"`
	Clusters   int      `json:"clusters"`
	Weeks      int      `json:"weeks"`
}

// State returns the path as data: arrays "curve" [cluster][milestone][week] and
// "weight" [cluster][milestone], flattened, and where they exist "effective",
// shaped as curve, and "own", shaped as weight.
func (p *Path) State() (models.State, error) {
	h := header{Milestones: p.milestones, Clusters: len(p.curve), Weeks: len(p.curve[0][0])}
	header, err := json.Marshal(h)
	if err != nil {
		return models.State{}, fmt.Errorf("path: %w", err)
	}
	var curve, weight []float64
	for k := range p.curve {
		for _, c := range p.curve[k] {
			curve = append(curve, c...)
		}
		weight = append(weight, p.weight[k]...)
	}
	s := models.State{Kind: stateKind, Header: header, Arrays: map[string][]float64{"curve": curve, "weight": weight}}
	if p.own != nil {
		s.Arrays["own"] = slices.Concat(p.own...)
	}
	for _, list := range p.effective {
		s.Arrays["effective"] = append(s.Arrays["effective"], slices.Concat(list...)...)
	}
	return s, nil
}

// FromState reads a path back. The error wraps ErrState when the state is
// not one that State could have written: a curve must rise within 0..1, the
// weights of a cluster must add up to 1, or all be 0. States of older programs
// have neither effective numbers nor a team's own path.
func FromState(s models.State) (*Path, error) {
	fail := func(format string, args ...any) (*Path, error) {
		return nil, fmt.Errorf("path: %s: %w", fmt.Sprintf(format, args...), models.ErrState)
	}
	if s.Kind != stateKind {
		return fail("kind %q, want %q", s.Kind, stateKind)
	}
	var h header
	if err := json.Unmarshal(s.Header, &h); err != nil {
		return fail("header: %v", err)
	}
	if h.Clusters < 1 || h.Clusters > models.MaxClusters || h.Weeks < 1 || h.Weeks > models.MaxWeeks+1 || len(h.Milestones) > models.MaxMilestones {
		return fail("%d clusters, %d milestones, %d weeks", h.Clusters, len(h.Milestones), h.Weeks)
	}
	if err := models.CheckMilestones(h.Milestones); err != nil {
		return fail("%v", err)
	}
	curve, weight := s.Arrays["curve"], s.Arrays["weight"]
	cells := h.Clusters * len(h.Milestones)
	if len(curve) != cells*h.Weeks || len(weight) != cells {
		return fail("arrays of %d and %d numbers for %d curves of %d weeks", len(curve), len(weight), cells, h.Weeks)
	}
	p := empty(h.Milestones, h.Clusters)
	for cell := range cells {
		k, m := cell/len(h.Milestones), cell%len(h.Milestones)
		p.curve[k][m] = slices.Clone(curve[cell*h.Weeks : (cell+1)*h.Weeks])
		p.weight[k][m] = weight[cell]
		last := 0.0
		for _, v := range p.curve[k][m] {
			if !(v >= last && v <= 1) {
				return fail("the curve of %q in cluster %d does not rise within 0 and 1", h.Milestones[m], k)
			}
			last = v
		}
	}
	for k, list := range p.weight {
		sum := 0.0
		for _, w := range list {
			if !(w >= 0) {
				return fail("cluster %d has a weight of %v", k, w)
			}
			sum += w
		}
		if sum != 0 && !(math.Abs(sum-1) <= 1e-9) {
			return fail("the weights of cluster %d add up to %v", k, sum)
		}
	}
	if err := p.readOwn(s.Arrays["own"], h); err != nil {
		return fail("%v", err)
	}
	if err := p.readEffective(s.Arrays["effective"], h); err != nil {
		return fail("%v", err)
	}
	return p, nil
}

// readOwn reads a team's own path back: days, and NaN where there is none.
func (p *Path) readOwn(days []float64, h header) error {
	if days == nil {
		return nil
	}
	n := len(h.Milestones)
	if len(days) != h.Clusters*n {
		return fmt.Errorf("%d days of an own path for %d milestones in %d clusters", len(days), n, h.Clusters)
	}
	for cell, day := range days {
		if !math.IsNaN(day) && !(day >= 1 && day <= LastDay) {
			return fmt.Errorf("%q is due by day %v", h.Milestones[cell%n], day)
		}
		if cell%n == 0 {
			p.own = append(p.own, slices.Clone(days[cell:cell+n]))
		}
	}
	return nil
}

// readEffective reads how many accounts the curves are worth.
func (p *Path) readEffective(numbers []float64, h header) error {
	if numbers == nil {
		return nil
	}
	if len(numbers) != h.Clusters*len(h.Milestones)*h.Weeks {
		return fmt.Errorf("%d effective numbers for %d curves of %d weeks", len(numbers), h.Clusters*len(h.Milestones), h.Weeks)
	}
	p.effective = make([][][]float64, h.Clusters)
	for at := 0; at < len(numbers); at += h.Weeks {
		list := slices.Clone(numbers[at : at+h.Weeks])
		for _, n := range list {
			if !(n >= 0 && n <= maxAccounts) {
				return fmt.Errorf("a curve is worth %v accounts", n)
			}
		}
		k := at / h.Weeks / len(h.Milestones)
		p.effective[k] = append(p.effective[k], list)
	}
	return nil
}
