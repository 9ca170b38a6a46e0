// Package path is the success path: which milestones the renewed accounts of a
// cluster had reached by which tenure, and how far an account is along it.
//
// In go milestones with the tenures at which accounts reached them
// (models.Journey), clusters and how each account's last contract ended; out
// comes a Path that scores one account from 0 to 100. It returns an error for
// data that cannot carry a path and panics for arguments of the wrong shape.
package path

import (
	"math"
	"slices"

	"github.com/etappe/etappe/models"
)

// Score is the proactive side of one row.
//
//	path = 50 + 50 · Σ_m w_m ( reached_m − R_km(t) ) / Σ_m w_m
type Score struct {
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
	own        [][]float64   // [cluster][milestone] day by which the team wants it, see Own; nil: nowhere
	effective  [][][]float64 // [cluster][milestone][week] accounts that R_km is worth, see Band; nil: unknown
}

// Limits of a saved state.
const (
	stateKind   = "path/1"
	maxAccounts = 1 << 40 // counts above are no counts
)

// Milestones returns the milestones' names, sorted.
func (p *Path) Milestones() []string { return slices.Clone(p.milestones) }

// Clusters returns the number of clusters.
func (p *Path) Clusters() int { return len(p.curve) }

// Expected returns R_km(t), 0..1: the share of cluster k's renewed accounts who
// had reached milestone m by the given tenure in days. It is a step function
// on a weekly grid, held after its last week; on a team's own path one step, on
// the very day. NaN for a tenure of NaN.
func (p *Path) Expected(cluster, milestone int, tenure float64) float64 {
	if math.IsNaN(tenure) {
		return math.NaN()
	}
	curve := p.curve[cluster][milestone]
	if day := p.Own(cluster, milestone); !math.IsNaN(day) {
		if tenure < day {
			return 0
		}
		return curve[len(curve)-1]
	}
	return curve[week(curve, tenure)]
}

// week is where a tenure stands on a curve's grid.
func week(curve []float64, tenure float64) int {
	at := math.Floor(math.Max(tenure, 0) / models.WeekDays)
	return int(math.Min(at, float64(len(curve)-1)))
}

// Own returns the day of tenure by which the team's own path wants a milestone
// in a cluster; NaN where its path is learned, and for a milestone that the
// team left out, which weighs 0 there.
func (p *Path) Own(cluster, milestone int) float64 {
	if p.own == nil {
		return math.NaN()
	}
	return p.own[cluster][milestone]
}

// Weight returns what share of its cluster's path the milestone carries, 0..1;
// 0: it does not count there.
func (p *Path) Weight(cluster, milestone int) float64 { return p.weight[cluster][milestone] }

// Due returns the tenure in days by which half of those renewed accounts of the
// cluster who ever reach the milestone have it, or the day of the team's own
// path; NaN when none does.
func (p *Path) Due(cluster, milestone int) float64 {
	if day := p.Own(cluster, milestone); !math.IsNaN(day) {
		return day
	}
	curve := p.curve[cluster][milestone]
	half := curve[len(curve)-1] / 2
	if half <= 0 {
		return math.NaN()
	}
	for week, share := range curve {
		if share >= half {
			return float64(week) * models.WeekDays
		}
	}
	return math.NaN()
}

// Score measures one account against its cluster's path. tenure and reached
// [milestone] are in days since the account was created; a milestone counts
// only if it was reached at or before tenure (NaN: not reached). A tenure of
// NaN gives a Path of NaN.
func (p *Path) Score(tenure float64, reached []float64, cluster int) Score {
	if len(reached) != len(p.milestones) {
		panic("path: one entry per milestone is needed")
	}
	s := Score{Path: 50, Share: make([]float64, len(reached)), Expected: make([]float64, len(reached))}
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

func empty(milestones []string, clusters int) *Path {
	p := &Path{milestones: slices.Clone(milestones)}
	p.curve = make([][][]float64, clusters)
	p.weight = make([][]float64, clusters)
	for k := range clusters {
		p.curve[k] = make([][]float64, len(milestones))
		p.weight[k] = make([]float64, len(milestones))
	}
	return p
}
