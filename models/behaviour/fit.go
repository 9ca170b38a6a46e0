package behaviour

import (
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/etappe/etappe/models"
)

// Comparison is an account that renewed between two of its dates, to learn from.
type Comparison struct {
	Record  *Record
	Common  Common
	Account int32     // its comparisons are not independent
	Cluster int       // an index, or models.NoCluster
	First   int       // the first week after the earlier date
	Worth   []float64 // by driver, see Model.Judge
}

// leastComparisons is how many it takes to calibrate a limit: at 2 %, ten beyond it.
const leastComparisons = 500

// Fit learns what is usual from comparisons of accounts that renewed: drift and noise
// of each driver (drivers state names, groups and sides), and the quantiles of the
// tests where nothing changed. The error wraps models.ErrTraining where there are
// too few.
func Fit(drivers []Driver, roles []string, limit float64, sample []Comparison) (*Model, error) {
	if len(drivers) == 0 || len(sample) < leastComparisons {
		return nil, fmt.Errorf("behaviour: %d drivers, %d comparisons, at least %d needed: %w", len(drivers), len(sample), leastComparisons, models.ErrTraining)
	}
	m := &Model{drivers: slices.Clone(drivers), roles: slices.Clone(roles), limit: limit, aim: 1}
	for _, d := range drivers {
		m.groups = max(m.groups, d.Group+1)
	}
	m.learnDrift(sample)
	m.weigh(sample)
	m.calibrate(sample)
	m.aim = m.aimFor(m.Check(sample).Better)
	if err := m.validate(); err != nil {
		return nil, fmt.Errorf("behaviour: %w: %w", err, models.ErrTraining)
	}
	return m, nil
}

// What is taken for usual where counts are too small to show it, and how far what is
// learned may be from it.
const (
	usualDrift, leastDrift, mostDrift = 0.01, 0.003, 0.05
	usualNoise, leastNoise, mostNoise = 0.06, 0.01, 0.5
	blockWeeks                        = 4
	blockLeast                        = 8.0 // occurrences that a block needs
	pooledPairs                       = 100 // that weigh as much as the usual
	chiMedian                         = 0.4549364
)

// learnDrift estimates drift q and noise s² of each driver from blocks of four weeks.
// Between the logs of two blocks that begin ℓ blocks apart the variance, beyond
// 1/n + 1/n' of chance, is
//
//	V(ℓ) = 2 s²/4 + 4 q (ℓ − 1/3)
//
// so q = (V(3) − V(1))/8 and s² = 2 V(1) − 16 q/3. V is the median of squares over that of
// χ²₁: the few that really changed do not widen what is usual.
func (m *Model) learnDrift(sample []Comparison) {
	for d := range m.drivers {
		v1, n1 := spread(sample, d, 1)
		v3, n3 := spread(sample, d, 3)
		q, s2 := (v3-v1)/8, 0.0
		q = math.Max(leastDrift, math.Min(mostDrift, q))
		s2 = math.Max(leastNoise, math.Min(mostNoise, 2*v1-16*q/3))
		n := float64(min(n1, n3))
		share := n / (n + pooledPairs)
		m.drivers[d].Drift = share*q + (1-share)*usualDrift
		m.drivers[d].Noise = share*s2 + (1-share)*usualNoise
	}
}

// spread is the variance between blocks at a lag, beyond chance, and of how many pairs.
func spread(sample []Comparison, d, lag int) (float64, int) {
	var squares []float64
	chanceSum := 0.0
	for i := range sample {
		r := sample[i].Record
		if r.Observed < Weeks || r.Counts[d] == nil {
			continue
		}
		var n, usual [Weeks / blockWeeks]float64
		for b := range n {
			for w := range blockWeeks {
				t := Weeks - blockWeeks*(b+1) + w
				n[b], usual[b] = n[b]+r.Counts[d][t], usual[b]+sample[i].Common[d][t]
			}
		}
		for b := 0; b+lag < len(n); b += lag + 1 {
			if n[b] < blockLeast || n[b+lag] < blockLeast {
				continue
			}
			x := math.Log(n[b]/usual[b]) - math.Log(n[b+lag]/usual[b+lag])
			squares, chanceSum = append(squares, x*x), chanceSum+1/n[b]+1/n[b+lag]
		}
	}
	if len(squares) == 0 {
		return 0, 0
	}
	slices.Sort(squares)
	return math.Max(0, squares[len(squares)/2]/chiMedian-chanceSum/float64(len(squares))), len(squares)
}

// calibrate takes the quantiles of the tests over the sample. What really happened among
// accounts and nobody noted lengthens a tail. For the worse, where more of that is, the
// shorter tail is nearer to what chance does; for the better their own is taken, for
// how far chance goes down and up differs where counts are small.
func (m *Model) calibrate(sample []Comparison) {
	var alone, most [sides][][]float64
	for side := range sides {
		alone[side], most[side] = make([][]float64, m.groups), make([][]float64, m.groups)
	}
	for i := range sample {
		c := &sample[i]
		var top [sides][]float64
		for side := range sides {
			top[side] = slices.Repeat([]float64{noEvidence}, m.groups)
		}
		earlier := m.earlier(c)
		for d, one := range m.tests(c) {
			if one.Z*earlier[d] < 0 {
				continue
			}
			group, side := m.drivers[d].Group, m.drivers[d].side(one.Z)
			sign := -1.0
			if side == better {
				sign = 1
			}
			alone[side][group] = append(alone[side][group], math.Abs(one.Z))
			s := m.evidence(d, c.Cluster, one.Z, sign*c.Worth[d])
			top[side][group] = math.Max(top[side][group], s)
		}
		for side := range sides {
			for g := range m.groups {
				most[side][g] = append(most[side][g], top[side][g])
			}
		}
	}
	for g := range m.groups {
		for side := range sides {
			m.alone[side] = append(m.alone[side], quantiles(alone[side][g]))
			m.most[side] = append(m.most[side], quantiles(most[side][g]))
		}
		m.alone[worse][g] = cleaner(m.alone[worse][g], m.alone[better][g])
		m.most[worse][g] = cleaner(m.most[worse][g], m.most[better][g])
	}
}

// How far below the limit training aims.
const (
	sure     = 1.281552 // 90 %, one-sided
	leastAim = 0.25
)

// aimFor is which part of the limit to aim at for the limit to hold with 90 %
// confidence: a quantile of a sample is off by chance. r is the sample's share on the
// side with less that really happened; its interval gives how many independent
// comparisons n there are, and by the score test (Wilson 1927) the limit p holds from
// a share of p − z·√(p (1 − p)/n) down.
func (m *Model) aimFor(r Rate) float64 {
	if !(r.Share > 0) {
		return leastAim
	}
	p := m.share()
	half := (r.High - r.Low) / 2 / 1.959964
	n := r.Share * (1 - r.Share) / (half * half)
	return math.Max(leastAim, 1-sure*math.Sqrt((1-p)/(p*n)))
}

// tests are those of a comparison's drivers, by driver.
func (m *Model) tests(c *Comparison) map[int]Change {
	found := map[int]Change{}
	for d := range m.drivers {
		if c.Record.Counts[d] == nil || c.Record.Observed > Weeks {
			continue
		}
		if one, ok := m.test(d, c.Record, c.Common[d], c.First); ok {
			found[d] = one
		}
	}
	return found
}

// Check measures on other accounts how often something is taken to have changed.
func (m *Model) Check(sample []Comparison) Checked {
	all, unknown := map[int32]*[1 + sides]float64{}, Rate{math.NaN(), math.NaN(), math.NaN()}
	if len(sample) == 0 {
		return Checked{Worse: unknown, Better: unknown}
	}
	for i := range sample {
		n := all[sample[i].Account]
		if n == nil {
			n = new([1 + sides]float64)
			all[sample[i].Account] = n
		}
		v := m.judgeComparison(&sample[i])
		n[sides]++
		if v.Worse {
			n[worse]++
		}
		if v.Better {
			n[better]++
		}
	}
	c := Checked{Comparisons: len(sample), Accounts: len(all)}
	c.Worse, c.Better = rateOf(all, worse), rateOf(all, better)
	return c
}

func (m *Model) judgeComparison(c *Comparison) Verdict {
	changes := m.Changes(c.Record, c.Common, c.First)
	worth := make([]float64, len(changes))
	for k, one := range changes {
		if !one.Role {
			worth[k] = c.Worth[one.Driver]
		}
	}
	return m.Judge(changes, worth, c.Cluster)
}

// rateOf is the share of comparisons on a side, of counts by account. Those of an account
// are not independent: with the share p, the variance of a ratio of sums is
// Σ (y − p n)²/N², and p (1 − p) over it how many comparisons they are worth.
func rateOf(all map[int32]*[1 + sides]float64, side int) Rate {
	const z = 1.959964
	y, n := 0.0, 0.0
	for _, one := range all {
		y, n = y+one[side], n+one[sides]
	}
	p, squares := y/n, 0.0
	for _, a := range slices.Sorted(maps.Keys(all)) { // in order: sums of floats
		d := all[a][side] - p*all[a][sides]
		squares += d * d
	}
	worth := float64(len(all))
	if squares > 0 {
		worth = math.Min(n, p*(1-p)*n*n/squares)
	}
	centre, scale := p+z*z/(2*worth), 1+z*z/worth
	half := z * math.Sqrt(p*(1-p)/worth+z*z/(4*worth*worth))
	return Rate{p, math.Max(0, (centre-half)/scale), math.Min(1, (centre+half)/scale)}
}

// weigh learns how much each driver usually moves the score in each cluster. Where more
// is worse there are few drivers, and what they are worth turns with an account's age:
// they count alike.
func (m *Model) weigh(sample []Comparison) {
	clusters := 1
	for i := range sample {
		clusters = max(clusters, sample[i].Cluster+1)
	}
	rows := make([]float64, clusters)
	m.importance = make([][]float64, clusters)
	for k := range m.importance {
		m.importance[k] = make([]float64, len(m.drivers))
	}
	for i := range sample {
		k := sample[i].Cluster
		if k < 0 {
			continue
		}
		rows[k]++
		for d, share := range sample[i].Worth {
			share = math.Max(-mostUsuals, math.Min(mostUsuals, share))
			m.importance[k][d] += share * share
		}
	}
	for k := range m.importance {
		for d := range m.drivers {
			if m.importance[k][d] = math.Sqrt(m.importance[k][d] / math.Max(rows[k], 1)); m.drivers[d].Better < 0 {
				m.importance[k][d] = 1
			}
		}
	}
}

// reversed is how far a driver must have changed before a comparison for its return to
// be a change that happened, and no chance.
const reversed = 2.0

// earlier is the strongest change of each driver before a comparison; 0: none.
func (m *Model) earlier(c *Comparison) []float64 {
	gap := Weeks - c.First
	shifted := func(weeks []float64, with float64) []float64 {
		return append(slices.Repeat([]float64{with}, gap), weeks[:Weeks-gap]...)
	}
	r := &Record{Observed: max(0, c.Record.Observed-gap), Counts: make([][]float64, len(m.drivers))}
	common := make(Common, len(m.drivers))
	for d, weeks := range c.Record.Counts {
		if weeks != nil {
			r.Counts[d] = shifted(weeks, 0)
		}
		common[d] = shifted(c.Common[d], 1)
	}
	out := make([]float64, len(m.drivers))
	for d := range m.drivers {
		if r.Counts[d] == nil {
			continue
		}
		if one, ok := m.test(d, r, common[d], 0); ok && math.Abs(one.Z) > reversed {
			out[d] = one.Z
		}
	}
	return out
}
