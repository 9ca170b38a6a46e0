package boost

import (
	"context"
	"math"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/additive"
)

// pooledFit is the pooled regression, fitted on all rows and on each bag's.
type pooledFit struct {
	*ridge
	deviates        []int           // [deviating cluster] cluster
	all             *coefficients   // fitted on all rows
	bags            []*coefficients // [bag]
	outOfFold       []float64       // [row] log-odds by the bags that held the row out
	outOfFoldShared []float64       // the same without deviations
}

// fitRegression fits the pooled regression with α about centre, or without the
// boosted model where centre is 0; nil as of fitPooled.
func (r *run) fitRegression(ctx context.Context, info []additive.ClusterInfo, boosted []float64, centre float64) (*pooledFit, error) {
	p := &pooledFit{ridge: &ridge{data: r.binnedData, boosted: boosted, columns: r.slopeColumns(), centre: centre}}
	if r.groups < r.rows() {
		p.account, p.accounts = r.group, r.groups
	}
	number := make([]int, len(info))
	for k := range info {
		number[k] = -1
		if r.Clusters > 1 && info[k].Events >= poolingMinEvents {
			number[k] = len(p.deviates)
			p.deviates = append(p.deviates, k)
		}
	}
	if len(p.deviates) == 0 || len(p.columns) == 0 {
		return nil, nil
	}
	p.clusters, p.clusterOf = len(p.deviates), make([]int, r.rows())
	for i := range p.clusterOf {
		p.clusterOf[i] = -1
		if k := r.clusterOf(i); k != models.NoCluster {
			p.clusterOf[i] = number[k]
		}
	}
	if err := p.fitAll(r); err != nil {
		return nil, err
	}
	return p, p.fitBags(ctx, r)
}

// layout sets which columns clusters may deviate in: the intercept and numeric
// fields whose direction is not forced.
func (p *pooledFit) layout() {
	p.own = []int{interceptColumn}
	for c := range p.columns {
		if !p.columns[c].indicator && p.data.monotone[p.columns[c].field] == 0 {
			p.own = append(p.own, c+firstSlope)
		}
	}
	p.shared, p.deviation = make([]float64, p.width()), make([]float64, len(p.own))
}

// fitAll learns precisions and coefficients from all rows, or those of the first
// bag's subsample, and holds α from then on. A slope against its field's forced
// direction is left out.
func (p *pooledFit) fitAll(r *run) error {
	for {
		p.layout()
		var err error
		if p.all, err = p.learnPrecisions(p.weights(r, 0, nil)); err != nil {
			return err
		}
		kept := make([]slopeColumn, 0, len(p.columns))
		for c := range p.columns {
			if !p.against(c, p.all) {
				kept = append(kept, p.columns[c])
			}
		}
		if len(kept) == len(p.columns) {
			if p.shared[boostedColumn] = fixedPrecision; p.centre > 0 {
				p.centre = max(p.all.shared[boostedColumn], 0)
			}
			p.all.shared[boostedColumn] = p.centre
			return nil
		}
		p.columns = kept
	}
}

// against reports whether a slope has the other sign than its field's forced
// direction.
func (p *pooledFit) against(column int, s *coefficients) bool {
	c := p.columns[column]
	return !c.indicator && float64(p.data.monotone[c.field])*s.shared[column+firstSlope] < 0
}

// weights returns training weights by row, 0 for rows that are held out, outside
// the bag's subsample of accounts or without out-of-fold log-odds.
func (p *pooledFit) weights(r *run, bag int, held []bool) []float64 {
	weight := append([]float64(nil), r.weight...)
	keep := r.subsampledAccounts(bag, r.subsampleRate)
	for i := range weight {
		if math.IsNaN(p.boosted[i]) || held != nil && held[i] || keep != nil && !keep[r.group[i]] {
			weight[i] = 0
		}
	}
	return weight
}

// fitBags fits the coefficients of each bag with the precisions of all rows, and
// computes out-of-fold log-odds.
func (p *pooledFit) fitBags(ctx context.Context, r *run) error {
	p.bags = make([]*coefficients, r.Bags)
	bags, errs := make([]int, r.Bags), make([]error, r.Bags)
	for b := range bags {
		bags[b] = b
	}
	err := parallel(ctx, r.Workers, bags, func(b int) {
		s := p.all.clone()
		_, errs[b] = p.fit(s, p.weights(r, b, r.outOfBag(b)), poolingBagSteps)
		for c := range p.columns {
			if p.against(c, s) {
				s.shared[c+firstSlope] = 0
			}
		}
		p.bags[b] = s
	})
	if err != nil {
		return err
	}
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	p.outOfFold, p.outOfFoldShared = p.predictHeld(r)
	return nil
}

// predictHeld returns each row's mean log-odds over the bags that held it out,
// with and without deviations; NaN where none did.
func (p *pooledFit) predictHeld(r *run) (all, shared []float64) {
	all, shared = make([]float64, r.rows()), make([]float64, r.rows())
	count, x := make([]float64, r.rows()), make([]float64, p.width())
	for b, s := range p.bags {
		for i, held := range r.outOfBag(b) {
			if held {
				p.row(i, x)
				all[i] += p.logOdds(x, p.clusterOf[i], s)
				shared[i] += p.logOdds(x, -1, s)
				count[i]++
			}
		}
	}
	for i, n := range count {
		all[i], shared[i] = all[i]/n, shared[i]/n // 0/0 is NaN
	}
	return all, shared
}
