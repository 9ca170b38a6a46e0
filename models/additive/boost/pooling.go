package boost

import (
	"context"
	"math"
	"math/rand/v2"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/additive"
)

// Partial pooling. The boosted model is the same for every cluster; a regression
// on its out-of-fold log-odds adds shared slopes and deviations of clusters
// (ridge.go):
//
//	z = α·boosted(x) + x·β + u·δ_k
//
// Pooling is continuous: how far clusters may deviate is a precision learned from
// the data (evidence.go), so that without a difference between clusters the
// deviations vanish, and with a large one they are nearly separate models. All of
// it is tables: a cluster's own tables are δ_k/λ_k with the shrinkage λ_k, the share
// of δ_k that the data determine. λ_k is 0 where the last time slice spoke surely
// against the deviations or the cluster is too small for its own.

const (
	poolingMinEvents = 10   // accounts of either kind that a cluster needs for deviations of its own
	poolingVetoSE    = 2    // standard errors that a loss must be worth for a veto
	poolingBagSteps  = 4    // Newton steps of a bag, from the coefficients of all rows
	poolingMinLambda = 0.01 // a smaller shrinkage is 0
	fixedPrecision   = 1e9  // of a coefficient that is held at its mean
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

// clusterInfo counts the rows and accounts of a cluster.
func (r *run) clusterInfo(k int) additive.ClusterInfo {
	var info additive.ClusterInfo
	kinds := [2]map[int32]bool{{}, {}}
	for i, churned := range r.churned {
		if r.clusterOf(i) != k {
			continue
		}
		info.Rows++
		if churned {
			info.Churned++
			kinds[1][r.group[i]] = true
		} else {
			info.Renewed++
			kinds[0][r.group[i]] = true
		}
	}
	info.Events = min(len(kinds[0]), len(kinds[1]))
	return info
}

// fitPooled fits the pooled regression with the boosted model's log-odds in it and
// without them, and returns the one that predicts better out of fold: where the
// log-odds are lines, which the columns hold, the boosted model adds its noise only.
// nil where no cluster is large enough to deviate or no field has a slope.
func (r *run) fitPooled(ctx context.Context, info []additive.ClusterInfo, boosted []float64) (*pooledFit, error) {
	with, err := r.fitRegression(ctx, info, boosted, 1)
	if with == nil || err != nil || with.centre == 0 {
		return with, err
	}
	without, err := r.fitRegression(ctx, info, boosted, 0)
	if err != nil {
		return nil, err
	}
	gain, err := r.gainOfRegression(with, without)
	if err != nil || gain.mean <= 0 {
		return with, err
	}
	return without, nil
}

// gainOfRegression returns what regression q gains on p out of fold, each on its
// line of calibration.
func (r *run) gainOfRegression(p, q *pooledFit) (paired, error) {
	from, err := r.calibration(p.outOfFold)
	if err != nil {
		return paired{}, err
	}
	to, err := r.calibration(q.outOfFold)
	if err != nil {
		return paired{}, err
	}
	return r.gainOver(applied(from, p.outOfFold), applied(to, q.outOfFold)), nil
}

// fitRegression fits the pooled regression with α about centre, or without the
// boosted model where centre is 0; nil as of fitPooled.
func (r *run) fitRegression(ctx context.Context, info []additive.ClusterInfo, boosted []float64, centre float64) (*pooledFit, error) {
	p := &pooledFit{ridge: &ridge{data: r.binnedData, boosted: boosted, columns: r.slopeColumns(), centre: centre}}
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

// pool puts the regression in the place of the boosted model where it gains on
// it out of fold. assemble makes the boosted part on a line of calibration.
func (r *run) pool(boosted *additive.Parts, p *pooledFit, assemble func(models.Platt) *additive.Parts) (*additive.Parts, error) {
	base, err := r.calibrated(p.boosted)
	if err != nil {
		return nil, err
	}
	line, err := r.calibration(p.outOfFold)
	if err != nil {
		return nil, err
	}
	line.Slope = max(line.Slope, 0)
	if r.gainOver(base, applied(line, p.outOfFold)).mean <= 0 {
		return boosted, nil
	}
	m := assemble(models.Platt{Slope: line.Slope * p.centre, Intercept: line.Intercept})
	m.Calibration, m.Orders = line, boosted.Orders
	for k := range m.Clusters {
		m.Clusters[k].Info = boosted.Clusters[k].Info
	}
	return m, r.addPooled(m, p, line)
}

// addPooled adds the regression to an assembled model whose boosted part has
// been multiplied by α: shared slopes to the main effects, deviations as the
// clusters' own tables.
func (r *run) addPooled(m *additive.Parts, p *pooledFit, line models.Platt) error {
	if p.centre == 0 {
		m.Residual = nil
	}
	main := p.tables(func(int) bool { return true }, func(b, c int) float64 { return line.Slope * p.bags[b].shared[c+firstSlope] })
	for j := range r.binnings { // main effects are the first tables, in the order of fields
		values, ok := main[j]
		if !ok {
			continue
		}
		t := &m.Tables[j]
		for b := range t.Bags {
			for c, v := range values[b] {
				t.Bags[b][c] += v
			}
			m.Intercepts[b] += r.binnings[j].Centre(t.Bags[b], t.Weight)
		}
		t.SetMean()
	}
	for b := range m.Intercepts {
		m.Intercepts[b] += line.Slope * p.bags[b].shared[interceptColumn]
	}
	vetoed, err := p.vetoes(r)
	if err != nil {
		return err
	}
	for n, k := range p.deviates {
		part := &m.Clusters[k]
		gain := r.clusterGain(p, k, line)
		part.Info.Gain, part.Info.GainSE, part.Info.Vetoed = gain.mean, gain.se, vetoed[n]
		if lambda := p.determined[n]; !vetoed[n] && lambda >= poolingMinLambda {
			part.Info.Lambda = lambda
			r.addOwn(part, p, n, line.Slope/lambda)
		}
	}
	return nil
}

// addOwn fills in the own tables of deviating cluster n, its deviations times
// scale, centred over its rows.
func (r *run) addOwn(part *additive.ClusterPart, p *pooledFit, n int, scale float64) {
	position := make(map[int]int, len(p.own))
	for u, c := range p.own {
		position[c] = u
	}
	tables := p.tables(func(c int) bool { _, ok := position[c+firstSlope]; return ok },
		func(b, c int) float64 { return scale * p.bags[b].own[n][position[c+firstSlope]] })
	for b := range part.Intercepts {
		part.Intercepts[b] = scale * p.bags[b].own[n][0]
	}
	for j := range r.binnings {
		bags, ok := tables[j]
		if !ok {
			continue
		}
		t := additive.Table{Fields: []int{j}, Weight: r.massOf(j, p.deviates[n]), Bags: bags}
		for b := range t.Bags {
			part.Intercepts[b] += r.binnings[j].Centre(t.Bags[b], t.Weight)
		}
		t.SetMean()
		part.Own = append(part.Own, additive.OwnTable{Of: j, Table: t})
	}
}

// tables adds columns times their coefficients up by field: [field][bag][bin].
func (p *pooledFit) tables(of func(column int) bool, coefficient func(bag, column int) float64) map[int][][]float64 {
	out := make(map[int][][]float64)
	for c := range p.columns {
		if !of(c) {
			continue
		}
		j := p.columns[c].field
		if out[j] == nil {
			out[j] = models.Zeros(len(p.bags), len(p.columns[c].value))
		}
		for b := range p.bags {
			for bin, v := range p.columns[c].value {
				out[j][b][bin] += v * coefficient(b, c)
			}
		}
	}
	return out
}

// clusterGain returns what cluster k's own tables gain out of fold over the
// shared ones alone, by account.
func (r *run) clusterGain(p *pooledFit, k int, line models.Platt) paired {
	from, to := applied(line, p.outOfFoldShared), applied(line, p.outOfFold)
	for i := range to {
		if r.clusterOf(i) != k {
			to[i] = math.NaN()
		}
	}
	return r.gainOver(from, to)
}

// vetoes fits without the rows of the last time slice and reports by deviating
// cluster whether its deviations surely lose there. A slice with too few rows of
// either kind in a cluster decides nothing; out-of-fold log-odds do then.
func (p *pooledFit) vetoes(r *run) ([]bool, error) {
	out := make([]bool, p.clusters)
	s := p.all.clone()
	if r.Veto != nil {
		if _, err := p.fit(s, p.weights(r, 0, r.Veto), poolingBagSteps); err != nil {
			return nil, err
		}
	}
	x := make([]float64, p.width())
	for n := range out {
		from, to := append([]float64(nil), p.outOfFoldShared...), append([]float64(nil), p.outOfFold...)
		if r.sliceDecides(p, n) {
			for i := range to {
				p.row(i, x)
				from[i], to[i] = p.logOdds(x, -1, s), p.logOdds(x, n, s)
				if !r.Veto[i] {
					to[i] = math.NaN()
				}
			}
		}
		for i, of := range p.clusterOf {
			if of != n {
				to[i] = math.NaN()
			}
		}
		gain := r.gainOver(from, to)
		out[n] = gain.mean < -poolingVetoSE*gain.se
	}
	return out, nil
}

// sliceDecides reports whether the last time slice holds enough rows of either
// kind of a deviating cluster.
func (r *run) sliceDecides(p *pooledFit, n int) bool {
	if r.Veto == nil {
		return false
	}
	var kinds [2]int
	for i, of := range p.clusterOf {
		if of == n && r.Veto[i] {
			if r.churned[i] {
				kinds[1]++
			} else {
				kinds[0]++
			}
		}
	}
	return min(kinds[0], kinds[1]) >= poolingMinEvents
}

// subsampledAccounts returns which accounts a bag's main effects are fitted on;
// nil: all.
func (r *run) subsampledAccounts(bag int, share float64) []bool {
	if share >= 1 {
		return nil
	}
	random := rand.New(rand.NewPCG(r.Seed, 0x7468696e+uint64(bag)))
	keep := make([]bool, r.groups)
	for g := range keep {
		keep[g] = random.Float64() < share
	}
	return keep
}
