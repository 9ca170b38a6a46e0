package behaviour

import (
	"fmt"
	"math"
	"slices"

	"github.com/etappe/etappe/models"
)

// Comparison is an account that renewed between two of its dates, to learn from.
type Comparison struct {
	Record  *Record
	Common  Common
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
	m := &Model{drivers: slices.Clone(drivers), roles: slices.Clone(roles), limit: limit}
	for _, d := range drivers {
		m.groups = max(m.groups, d.Group+1)
	}
	m.learnDrift(sample)
	m.weigh(sample)
	m.calibrate(sample)
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

// calibrate takes the quantiles of the tests over the sample.
func (m *Model) calibrate(sample []Comparison) {
	const worse, better = 0, 1
	var alone, most [2][][]float64
	for side := range 2 {
		alone[side], most[side] = make([][]float64, m.groups), make([][]float64, m.groups)
	}
	m.alone = make([][]float64, m.groups)
	for g := range m.alone {
		m.alone[g] = make([]float64, len(levels))
	}
	for i := range sample {
		c := &sample[i]
		var top [2][]float64
		for side := range 2 {
			top[side] = slices.Repeat([]float64{noEvidence}, m.groups)
		}
		earlier := m.earlier(c)
		for _, one := range m.Changes(c.Record, c.Common, c.First) {
			if one.Role || one.Z*earlier[one.Driver] < 0 {
				continue
			}
			d := &m.drivers[one.Driver]
			side, sign := worse, -1.0
			if one.Z*d.Better > 0 {
				side, sign = better, 1
			}
			alone[side][d.Group] = append(alone[side][d.Group], math.Abs(one.Z))
			s := m.evidence(one.Driver, c.Cluster, one.Z, sign*c.Worth[one.Driver])
			top[side][d.Group] = math.Max(top[side][d.Group], s)
		}
		for side := range 2 {
			for g := range m.groups {
				most[side][g] = append(most[side][g], top[side][g])
			}
		}
	}
	for g := range m.groups {
		m.alone[g] = cleaner(quantiles(alone[worse][g]), quantiles(alone[better][g]))
		m.most = append(m.most, cleaner(quantiles(most[worse][g]), quantiles(most[better][g])))
	}
}

// Check measures on other accounts how often something is taken to have changed.
func (m *Model) Check(sample []Comparison) Checked {
	c := Checked{Comparisons: len(sample), Worse: math.NaN(), Better: math.NaN()}
	if len(sample) == 0 {
		return c
	}
	worse, better := 0.0, 0.0
	for i := range sample {
		changes := m.Changes(sample[i].Record, sample[i].Common, sample[i].First)
		worth := make([]float64, len(changes))
		for k, one := range changes {
			if !one.Role {
				worth[k] = sample[i].Worth[one.Driver]
			}
		}
		v := m.Judge(changes, worth, sample[i].Cluster)
		if v.Worse {
			worse++
		}
		if v.Better {
			better++
		}
	}
	n := float64(len(sample))
	c.Worse, c.Better = worse/n, better/n
	return c
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
