package peers

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"

	"github.com/etappe/etappe/models"
)

// What is usual for one driver of a score. A driver is a group of features that
// show one and the same thing, and its movement between two dates is the sum of
// their shares (Movement.Share), in log-odds. Every driver moves a little all
// the time; the part of a movement beyond what is usual for its driver is
//
//	beyond(x, u) = sign(x) · max(|x| − u, 0)
//
// the soft threshold (Donoho, Johnstone 1994, Biometrika 81:425). Whether
// anything happened to an account is tested on the driver that went furthest:
// the largest of many parts, held against the quantile of that largest part, is
// a test of all drivers together that also names which of them it was (Hayter,
// Tsui 1994, J. Quality Technology 26:197).
const (
	usualShare  = 0.95 // of a driver's movements that are usual
	usualReach  = 0.97 // of accounts' movements in which no driver goes further than Reach
	usualDays   = 45   // movements are learned over at least so many days: windows of 28 days hardly overlap
	driverRows  = 20_000
	mostDrivers = 100_000
)

// Growth is how the variance of a movement grows with the days that it takes:
//
//	½ + ½ · min(days, 365)/30
//
// What drives accounts drifts, and its variance grows with the days; but
// features count events in windows of four to twelve weeks, and the chance in a
// count is as large between two months as between two years. Each is taken for
// half of a month's variance.
func Growth(days float64) float64 { return (1 + min(days, yearDays)/monthDays) / 2 }

// SoftThreshold is the part of a movement x beyond the usual u ≥ 0, see above.
func SoftThreshold(x, u float64) float64 {
	return math.Copysign(math.Max(math.Abs(x)-u, 0), x)
}

// Drivers returns the names of the drivers whose usual movement was estimated,
// sorted; none where it was not learned.
func (p *Peers) Drivers() []string { return slices.Clone(p.drivers) }

// Usual returns what nineteen in twenty movements of driver d in cluster k stay
// within, in log-odds over a number of days: it grows with √Growth.
func (p *Peers) Usual(k, d int, days float64) float64 {
	return p.inCluster(k, func(k int) float64 { return p.usual[k][d] }) * math.Sqrt(Growth(days))
}

// Reach returns what the driver that went furthest stays within in 97 of 100
// movements of cluster k's accounts, in log-odds beyond its usual over a number
// of days, looking only at drivers on the side to which the whole went.
func (p *Peers) Reach(k int, days float64) float64 {
	return p.inCluster(k, func(k int) float64 { return p.reach[k] }) * math.Sqrt(Growth(days))
}

// movement is one account between two dates, by driver.
type movement struct {
	cluster int
	drivers []float64
	whole   float64
}

// learnDrivers fills in what is usual for each driver.
func (p *Peers) learnDrivers(c *Snapshots, accounts [][]int, clusters int) error {
	if c.Model == nil || c.Day == nil {
		return nil
	}
	p.drivers = slices.Sorted(slices.Values(c.Driver))
	p.drivers = slices.Compact(p.drivers)
	p.drivers = slices.DeleteFunc(p.drivers, func(name string) bool { return name == "" })
	all, err := c.moves(p.drivers, accounts)
	if err != nil || len(all) == 0 || len(p.drivers) == 0 {
		p.drivers = nil
		return err
	}
	p.usual, p.reach = make([][]float64, clusters), make([]float64, clusters)
	for k := range p.usual {
		p.usual[k] = make([]float64, len(p.drivers))
	}
	for d := range p.drivers {
		for k, u := range pooled(all, clusters, usualShare, func(m *movement) float64 { return math.Abs(m.drivers[d]) }) {
			p.usual[k][d] = u
		}
	}
	p.reach = pooled(all, clusters, usualReach, func(m *movement) float64 { return furthest(m, p.usual[m.cluster]) })
	return nil
}

// furthest is the largest part beyond the usual on the side of the whole.
func furthest(m *movement, usual []float64) float64 {
	far := 0.0
	for d, x := range m.drivers {
		if x*m.whole > 0 {
			far = max(far, math.Abs(SoftThreshold(x, usual[d])))
		}
	}
	return far
}

// pooled returns a quantile of size by cluster, that of a small cluster drawn
// towards that of all, as Movement is.
func pooled(all []movement, clusters int, share float64, size func(m *movement) float64) []float64 {
	var whole []float64
	own := make([][]float64, clusters)
	for i := range all {
		s := size(&all[i])
		whole, own[all[i].cluster] = append(whole, s), append(own[all[i].cluster], s)
	}
	quantile := func(x []float64) float64 {
		slices.Sort(x)
		return stat.Quantile(share, stat.Empirical, x, nil)
	}
	out, of := make([]float64, clusters), quantile(whole)
	for k := range out {
		out[k] = of
		if n := float64(len(own[k])); n > 0 {
			q, belief := quantile(own[k]), n/(n+movesPool)
			out[k] = belief*q + (1-belief)*of
		}
	}
	return out
}

// moves splits what accounts moved between two of their snapshots by driver, as
// of 30 days: each snapshot against the latest that is usualDays older, in one
// cluster. A value that went missing or came is no movement.
func (c *Snapshots) moves(drivers []string, accounts [][]int) ([]movement, error) {
	from, to := c.pairs(accounts)
	if len(from) == 0 {
		return nil, nil
	}
	before, after := c.Select(from), c.Select(to)
	moved, err := c.Model.Move(before, after)
	if err != nil {
		return nil, fmt.Errorf("peers: %w", err)
	}
	place := make([]int, len(c.Driver))
	for j, name := range c.Driver {
		place[j], _ = slices.BinarySearch(drivers, name)
		if name == "" {
			place[j] = -1
		}
	}
	all := make([]movement, len(from))
	for i := range all {
		scale := 1 / math.Sqrt(Growth(c.Day[to[i]]-c.Day[from[i]]))
		m := movement{cluster: c.ClusterOf(to[i]), drivers: make([]float64, len(drivers)), whole: c.LogOdds[to[i]] - c.LogOdds[from[i]]}
		for j, d := range place {
			if d >= 0 && math.IsNaN(before.Columns[j][i]) == math.IsNaN(after.Columns[j][i]) {
				m.drivers[d] += scale * moved.Share[j][i]
			}
		}
		all[i] = m
	}
	return all, nil
}

// pairs lists the rows between which movements are learned.
func (c *Snapshots) pairs(accounts [][]int) (from, to []int) {
	for _, rows := range accounts {
		first := 0
		for at := range rows {
			for first+1 < at && c.Day[rows[at]]-c.Day[rows[first+1]] >= usualDays {
				first++
			}
			a, b := rows[first], rows[at]
			if days := c.Day[b] - c.Day[a]; days >= usualDays && days <= yearDays+1 && c.ClusterOf(a) == c.ClusterOf(b) && c.ClusterOf(b) != models.NoCluster {
				from, to = append(from, a), append(to, b)
			}
		}
	}
	return evenly(from), evenly(to)
}
