package models

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
)

// Journey says how far each row had come along the success path.
type Journey struct {
	Milestones []string    // names, sorted
	Tenure     []float64   // [row] days since the account was created
	Reached    [][]float64 // [milestone][row] tenure in days when reached; NaN: not reached
}

// PathScore is the proactive side of one row.
//
//	path = 50 + 50 · Σ_m w_m ( reached_m − R_km(t) ) / Σ_m w_m
type PathScore struct {
	Path     float64   // 0..100
	Share    []float64 // [milestone] points; they sum to Path − 50
	Expected []float64 // [milestone] R_km(t): share of renewed peers who had it by this tenure
}

// Path is the learned success path: what share of each cluster's renewed
// accounts had reached which milestone by when, and how much each counts.
// Clusters and milestones are indices; a Path does not change once made.
type Path struct {
	milestones []string
	curve      [][][]float64 // [cluster][milestone][week] R_km at 7·week days; held after the last
	weight     [][]float64   // [cluster][milestone] w_km / Σ_m w_km; all 0 where the cluster has no milestone
}

// Limits of a path: the curves' last week (20 years), and what a saved state
// may claim.
const (
	pathDays       = 7
	pathWeeks      = 1040
	pathMilestones = 10_000
	pathClusters   = 1000
	pathKind       = "path/1"
)

// Milestones returns the milestones' names, sorted.
func (p *Path) Milestones() []string { return slices.Clone(p.milestones) }

// Clusters returns the number of clusters.
func (p *Path) Clusters() int { return len(p.curve) }

// Expected returns R_km(t), 0..1: the share of cluster k's renewed accounts who
// had reached milestone m by the given tenure in days. It is a step function
// on a weekly grid, held after its last week; NaN for a tenure of NaN.
func (p *Path) Expected(cluster, milestone int, tenure float64) float64 {
	if math.IsNaN(tenure) {
		return math.NaN()
	}
	curve := p.curve[cluster][milestone]
	week := math.Floor(math.Max(tenure, 0) / pathDays)
	return curve[int(math.Min(week, float64(len(curve)-1)))]
}

// Weight returns what share of its cluster's path the milestone carries, 0..1;
// 0: it does not count there.
func (p *Path) Weight(cluster, milestone int) float64 { return p.weight[cluster][milestone] }

// Due returns the tenure in days by which half of those renewed accounts of the
// cluster who ever reach the milestone have it; NaN when none does.
func (p *Path) Due(cluster, milestone int) float64 {
	curve := p.curve[cluster][milestone]
	half := curve[len(curve)-1] / 2
	if half <= 0 {
		return math.NaN()
	}
	for week, share := range curve {
		if share >= half {
			return float64(week) * pathDays
		}
	}
	return math.NaN()
}

// Score measures one account against its cluster's path. tenure and reached
// [milestone] are in days since the account was created; a milestone counts
// only if it was reached at or before tenure (NaN: not reached). A tenure of
// NaN gives a Path of NaN.
func (p *Path) Score(tenure float64, reached []float64, cluster int) PathScore {
	if len(reached) != len(p.milestones) {
		panic("models: one entry per milestone is needed")
	}
	s := PathScore{Path: 50, Share: make([]float64, len(reached)), Expected: make([]float64, len(reached))}
	for m, at := range reached {
		s.Expected[m] = p.Expected(cluster, m, tenure)
		has := 0.0
		if at <= tenure {
			has = 1
		}
		s.Share[m] = 50 * p.weight[cluster][m] * (has - s.Expected[m])
		s.Path += s.Share[m]
	}
	if math.IsNaN(tenure) {
		s.Path = math.NaN()
	}
	return s
}

type pathHeader struct {
	Milestones []string `json:"milestones"`
	Clusters   int      `json:"clusters"`
	Weeks      int      `json:"weeks"`
}

// State returns the path as data: arrays "curve" [cluster][milestone][week] and
// "weight" [cluster][milestone], flattened.
func (p *Path) State() (State, error) {
	h := pathHeader{Milestones: p.milestones, Clusters: len(p.curve), Weeks: len(p.curve[0][0])}
	header, err := json.Marshal(h)
	if err != nil {
		return State{}, fmt.Errorf("path: %w", err)
	}
	var curve, weight []float64
	for k := range p.curve {
		for _, c := range p.curve[k] {
			curve = append(curve, c...)
		}
		weight = append(weight, p.weight[k]...)
	}
	return State{Kind: pathKind, Header: header, Arrays: map[string][]float64{"curve": curve, "weight": weight}}, nil
}

// PathFromState reads a path back. The error wraps ErrState when the state is
// not one that State could have written: a curve must rise within 0..1, the
// weights of a cluster must add up to 1, or all be 0.
func PathFromState(s State) (*Path, error) {
	fail := func(format string, args ...any) (*Path, error) {
		return nil, fmt.Errorf("path: %s: %w", fmt.Sprintf(format, args...), ErrState)
	}
	if s.Kind != pathKind {
		return fail("kind %q, want %q", s.Kind, pathKind)
	}
	var h pathHeader
	if err := json.Unmarshal(s.Header, &h); err != nil {
		return fail("header: %v", err)
	}
	if h.Clusters < 1 || h.Clusters > pathClusters || h.Weeks < 1 || h.Weeks > pathWeeks+1 || len(h.Milestones) > pathMilestones {
		return fail("%d clusters, %d milestones, %d weeks", h.Clusters, len(h.Milestones), h.Weeks)
	}
	if err := checkMilestones(h.Milestones); err != nil {
		return fail("%v", err)
	}
	curve, weight := s.Arrays["curve"], s.Arrays["weight"]
	cells := h.Clusters * len(h.Milestones)
	if len(curve) != cells*h.Weeks || len(weight) != cells {
		return fail("arrays of %d and %d numbers for %d curves of %d weeks", len(curve), len(weight), cells, h.Weeks)
	}
	p := newPath(h.Milestones, h.Clusters)
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
	return p, nil
}

func newPath(milestones []string, clusters int) *Path {
	p := &Path{milestones: slices.Clone(milestones)}
	p.curve = make([][][]float64, clusters)
	p.weight = make([][]float64, clusters)
	for k := range clusters {
		p.curve[k] = make([][]float64, len(milestones))
		p.weight[k] = make([]float64, len(milestones))
	}
	return p
}

// checkMilestones asks for at least one name, sorted, none empty or twice.
func checkMilestones(names []string) error {
	if len(names) == 0 {
		return fmt.Errorf("no milestone")
	}
	for m, name := range names {
		if name == "" {
			return fmt.Errorf("milestone %d has no name", m)
		}
		if m > 0 && names[m-1] >= name {
			return fmt.Errorf("milestones %q and %q are not in order", names[m-1], name)
		}
	}
	return nil
}
