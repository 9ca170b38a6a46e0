// Package peers is what is usual among the renewed accounts of each cluster:
// the typical value and range of each feature, which milestones they had by
// when, and how much log-odds and their drivers move from month to month.
//
// In go all snapshots of all accounts with the model's log-odds (Snapshots);
// out come Peers, which are look-ups. Fit returns an error where no account
// renewed and panics for arguments of the wrong shape.
package peers

import (
	"math"
	"slices"

	"github.com/etappe/etappe/models"
)

// Peers is what is usual in each cluster: what its renewed accounts look like,
// which milestones they had by when, and how much log-odds move from month to
// month. Clusters, fields and milestones are indices; Peers do not change once
// made.
type Peers struct {
	milestones []string
	renewed    []int         // [cluster]
	typical    [][]float64   // [cluster][field]
	low, high  [][]float64   // [cluster][field]
	movement   []float64     // [cluster]
	there      [][]float64   // [cluster][week] renewed peers who were seen at 7·week days or later
	had        [][][]float64 // [cluster][milestone][week] of them, those who had it by 7·week days
	drivers    []string      // sorted; nil: the three below are absent
	usual      [][]float64   // [cluster][driver]
	reach      []float64     // [cluster]
}

// Milestones returns the names of the milestones that Had counts, sorted; none
// where there were no milestones.
func (p *Peers) Milestones() []string { return slices.Clone(p.milestones) }

// Clusters returns the number of clusters.
func (p *Peers) Clusters() int { return len(p.renewed) }

// Fields returns the number of fields.
func (p *Peers) Fields() int { return len(p.typical[0]) }

// Renewed returns how many renewed accounts of cluster k the peers are; 0 for
// models.NoCluster, which has no peers.
func (p *Peers) Renewed(k int) int {
	if k == models.NoCluster {
		return 0
	}
	return p.renewed[k]
}

// inCluster is a value of cluster k; without one (models.NoCluster) the mean over
// the clusters that have one, each weighted by its renewed accounts; NaN: none has.
func (p *Peers) inCluster(k int, value func(k int) float64) float64 {
	if k != models.NoCluster {
		return value(k)
	}
	sum, total := 0.0, 0.0
	for k, n := range p.renewed {
		if v := value(k); n > 0 && !math.IsNaN(v) {
			sum, total = sum+float64(n)*v, total+float64(n)
		}
	}
	return sum / total
}

// Typical returns the median of field j among cluster k's renewed accounts, one
// of the values observed; for a categorical field the code of the most frequent
// level. NaN: none of them has a value, or there is no cluster.
func (p *Peers) Typical(k, j int) float64 {
	if k == models.NoCluster {
		return math.NaN()
	}
	return p.typical[k][j]
}

// Range returns the 5 % and the 95 % quantile of field j observed among cluster
// k's renewed accounts. Both are NaN for a categorical field and where none of
// them has a value. Without a cluster (models.NoCluster) it spans all clusters'.
func (p *Peers) Range(k, j int) (low, high float64) {
	if k != models.NoCluster {
		return p.low[k][j], p.high[k][j]
	}
	low, high = math.NaN(), math.NaN()
	for k := range p.low {
		if l, h := p.low[k][j], p.high[k][j]; l <= h {
			if !(low <= l) {
				low = l
			}
			if !(high >= h) {
				high = h
			}
		}
	}
	return low, high
}

// Movement returns the typical standard deviation of the change of an account's
// log-odds over 30 days in cluster k, churned accounts included. Over d days
// it is Movement · √(min(d, 365)/30): a random walk up to a year, and no wider
// after, because what drives accounts returns to its mean. NaN: no account was
// seen at two dates.
func (p *Peers) Movement(k int) float64 {
	return p.inCluster(k, func(k int) float64 { return p.movement[k] })
}

// Had returns how many of cluster k's renewed accounts had milestone m by a
// tenure in days, of those who were seen at that tenure or later. The counts are
// exact at whole weeks, to which tenure is rounded down; 0 of 0 past the last
// account's tenure and for a tenure of NaN.
func (p *Peers) Had(k, m int, tenure float64) (had, of int) {
	if k == models.NoCluster {
		return 0, 0
	}
	week := math.Floor(math.Max(tenure, 0) / models.WeekDays)
	if !(week < float64(len(p.there[k]))) {
		return 0, 0
	}
	return int(p.had[k][m][int(week)]), int(p.there[k][int(week)])
}

func empty(milestones []string, clusters, fields, weeks int) *Peers {
	grid := func(n int) [][]float64 {
		g := make([][]float64, clusters)
		for k := range g {
			g[k] = make([]float64, n)
		}
		return g
	}
	p := &Peers{milestones: slices.Clone(milestones), renewed: make([]int, clusters), movement: make([]float64, clusters),
		typical: grid(fields), low: grid(fields), high: grid(fields), there: grid(weeks), had: make([][][]float64, clusters)}
	for k := range p.had {
		p.had[k] = make([][]float64, len(milestones))
		for m := range p.had[k] {
			p.had[k][m] = make([]float64, weeks)
		}
	}
	return p
}
