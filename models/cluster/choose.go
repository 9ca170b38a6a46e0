package cluster

import (
	"context"
	"fmt"
	"math/rand/v2"
	"runtime"

	"golang.org/x/sync/errgroup"

	"github.com/etappe/etappe/models"
)

// Options are how k is chosen. The zero value takes the defaults.
type Options struct {
	MaxK         int     `json:"max_k"`         // largest k tried, 1 to 16, default 10
	Seed         uint64  `json:"seed"`          // of samples, starts and bootstraps
	Bootstraps   int     `json:"bootstraps"`    // per k, default 20
	Restarts     int     `json:"restarts"`      // k-means++ starts per k, default 6
	MinStability float64 `json:"min_stability"` // bootstrap Jaccard that every cluster must reach, default .75
	MinShare     float64 `json:"min_share"`     // share of the rows that every cluster must hold, default .05
	MinEvents    int     `json:"min_events"`    // churned and renewed rows that every cluster must hold, default 20
	MaxValley    float64 `json:"max_valley"`    // density between two centres over that at the centres, at most; default .75
	Workers      int     `json:"-"`             // goroutines; changes nothing but the time. 0: GOMAXPROCS
}

func (o Options) withDefaults() (Options, error) {
	orElse(&o.MaxK, 10)
	orElse(&o.Bootstraps, 20)
	orElse(&o.Restarts, 6)
	orElse(&o.MinStability, .75)
	orElse(&o.MinShare, .05)
	orElse(&o.MinEvents, 20)
	orElse(&o.MaxValley, .75)
	orElse(&o.Workers, runtime.GOMAXPROCS(0))
	if o.MaxK < 1 || o.MaxK > maxClusters || o.Bootstraps < 1 || o.Restarts < 1 || o.Workers < 1 {
		return o, fmt.Errorf("%w: clusters up to %d (1 to %d allowed), %d bootstraps, %d restarts, %d workers",
			models.ErrTraining, o.MaxK, maxClusters, o.Bootstraps, o.Restarts, o.Workers)
	}
	return o, nil
}

func orElse[T int | float64](p *T, standard T) {
	if *p == 0 {
		*p = standard
	}
}

// maxClusters bounds k: more desired outcomes than this help nobody.
const maxClusters = 16

// Choice is how k was chosen, for the report.
type Choice struct {
	K     int     `json:"k"`
	Rows  int     `json:"rows"` // rows looked at, at most 20,000
	Tried []Tried `json:"tried"`
}

// Tried is one k and what spoke for or against it. Clusters are in the order
// of their size, largest first.
type Tried struct {
	K         int       `json:"k"`
	Stability []float64 `json:"stability"` // [cluster] mean bootstrap Jaccard, 0 to 1
	// Bootstraps is how many it was measured by: a quarter of those configured
	// where another rule had already refused this k.
	Bootstraps int   `json:"bootstraps"`
	Sizes      []int `json:"sizes"`   // [cluster] rows
	Churned    []int `json:"churned"` // [cluster] rows that churned
	// Valley is the largest density halfway between two centres, over the lower
	// density at one of the two; below 1 there is a gap. 0 for k = 1.
	Valley float64 `json:"valley"`
	// Within is the share of the variance that lies inside the clusters.
	Within  float64  `json:"within"`
	Refused []string `json:"refused,omitempty"` // the rules that were broken; none: admissible
}

const (
	stabilityRows = 2000 // rows of which bootstraps are drawn
	valleyZ       = 2.33 // one-sided 1 %
)

// choose tries every k and takes the largest admissible one: each cluster comes
// back in bootstraps, holds enough rows and enough of both outcomes, and is
// parted from every other one by a valley. Stability alone would prefer k = 2
// and would accept a long cloud cut in the middle; the valley is what separates a
// group from a slice of a continuum, and it is missing as soon as one group is
// cut in two, so the largest admissible k is the number of groups.
func choose(ctx context.Context, points *matrix, churned []bool, o Options) (*partition, *Choice, error) {
	parts, tried := make([]*partition, o.MaxK), make([]Tried, o.MaxK)
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(o.Workers)
	for k := o.MaxK; k >= 1; k-- { // the longest first
		group.Go(func() (err error) {
			parts[k-1], tried[k-1], err = try(ctx, points, churned, k, o)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, nil, err
	}
	choice := &Choice{K: 1, Rows: points.n, Tried: tried}
	for i := range tried {
		if tried[i].Refused == nil {
			choice.K = i + 1
		}
	}
	return parts[choice.K-1], choice, nil
}

// try fits k clusters and judges them.
func try(ctx context.Context, points *matrix, churned []bool, k int, o Options) (*partition, Tried, error) {
	if k == 1 {
		p := kmeans(points, 1, 1, rand.New(rand.NewPCG(o.Seed, 1)))
		t := Tried{K: 1, Stability: []float64{1}, Within: 1}
		t.count(p, churned)
		return p, t, nil
	}
	t := Tried{K: k}
	if distinct(points, k) < k {
		t.Refused = []string{fmt.Sprintf("fewer than %d different rows", k)}
		return nil, t, nil
	}
	rng := rand.New(rand.NewPCG(o.Seed, uint64(k)))
	small := points
	if rows := sampleRows(points.n, stabilityRows, o.Seed+1); rows != nil {
		small = points.pick(rows)
	}
	// The start is found on few rows, the place on all.
	p := kmeans(small, k, o.Restarts, rng)
	p.labels = make([]int, points.n)
	p.lloyd(points, lloydRounds)
	p.sortBySize()
	t.count(p, churned)
	t.Within = p.within / totalSquares(points)
	valley, a, b, clear := widestValley(points, p)
	t.Valley = valley
	t.judgeSizes(points.n, o)
	if !clear || valley > o.MaxValley {
		t.refuse("no gap between clusters %d and %d: halfway there are %.2f times as many rows as at the sparser centre (at most %.2f)",
			a+1, b+1, valley, o.MaxValley)
	}
	own := &partition{k: k, centres: p.centres, labels: make([]int, small.n)}
	own.assign(small)
	t.Bootstraps = o.Bootstraps
	if t.Refused != nil {
		t.Bootstraps = (o.Bootstraps + 3) / 4
	}
	var err error
	if t.Stability, err = stability(ctx, small, own, t.Bootstraps, rng); err != nil {
		return nil, t, err
	}
	for c, s := range t.Stability {
		if s < o.MinStability {
			t.refuse("cluster %d comes back in bootstraps with Jaccard %.2f (at least %.2f)", c+1, s, o.MinStability)
		}
	}
	return p, t, nil
}

func (t *Tried) refuse(format string, args ...any) {
	t.Refused = append(t.Refused, fmt.Sprintf(format, args...))
}

func (t *Tried) count(p *partition, churned []bool) {
	t.Sizes, t.Churned = make([]int, p.k), make([]int, p.k)
	for i, c := range p.labels {
		t.Sizes[c]++
		if churned[i] {
			t.Churned[c]++
		}
	}
}

// judgeSizes requires of every cluster enough rows and enough of both outcomes.
func (t *Tried) judgeSizes(rows int, o Options) {
	for c, size := range t.Sizes {
		if share := float64(size) / float64(rows); share < o.MinShare {
			t.refuse("cluster %d holds %.1f %% of the rows (at least %.1f %%)", c+1, 100*share, 100*o.MinShare)
		}
		if lost := t.Churned[c]; lost < o.MinEvents || size-lost < o.MinEvents {
			t.refuse("cluster %d holds %d churned and %d renewed (at least %d of each)", c+1, lost, size-lost, o.MinEvents)
		}
	}
}

// distinct counts different rows, up to limit.
func distinct(points *matrix, limit int) int {
	var seen []int
	for i := 0; i < points.n && len(seen) < limit; i++ {
		fresh := true
		for _, s := range seen {
			if squaredDistance(points.row(i), points.row(s)) == 0 {
				fresh = false
				break
			}
		}
		if fresh {
			seen = append(seen, i)
		}
	}
	return len(seen)
}

// totalSquares is the sum of squared distances to the mean of all rows.
func totalSquares(points *matrix) float64 {
	one := &partition{k: 1, centres: make([]float64, points.d), labels: make([]int, points.n)}
	one.recentre(points)
	one.assign(points)
	return one.within
}
