package boost

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"slices"
	"sort"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/additive"
)

// Trainer holds the hyperparameters of the additive model. The zero value is
// ready to use: every setting that is 0 takes its default.
type Trainer struct {
	Label   string // what Name returns; default "etappe"
	Bags    int    // bags, at least 2; default 8
	Seed    uint64
	Workers int     // bags that are fitted at the same time; default one a core. It changes no byte
	BagRows int     // rows that a bag boosts its mains on where there are more, at least; default 100,000
	Rate    float64 // learning rate, default 0.08
	Rounds  int     // most visits of each field, default 1,500
	Smooth  int     // rounds of random cuts before the greedy ones, default 50
	Leaves  int     // leaves of a tree, 2 or 3; default 3
	L2      float64 // penalty on a leaf's value, default 1
	MinLeaf float64 // least training weight of a leaf, default 5
	Bins    int     // most bins of a field, missing and unseen included; default and most 256
	Sets    int     // most sets of fields that interact, default and most 40; below 0: no interaction of any kind
	// Residual is the most trees on any number of fields that a bag may have
	// besides, twice that on few rows; default and most 1,500; below 0: none.
	Residual int
	// Rare is the weight below which the levels of a categorical field are
	// pooled; default 10.
	Rare float64
	// Monotone forces a field's direction: +1 churn log-odds never fall as the
	// field rises, -1 they never rise. It holds exactly, in every cluster.
	Monotone map[string]int
	// Clusters is the number of clusters; 0 and 1: no cluster part, and
	// Frame.Cluster is not read.
	Clusters int
	// Veto marks the rows of the last time slice: where a cluster's own tables
	// surely lose there, they are dropped. nil: out-of-fold log-odds decide.
	Veto []bool
	// Progress, if set, is called with the progress of Fit, from its goroutine; done
	// never falls and ends at total.
	Progress func(done, total int)
}

// Name returns the variant's name in reports.
func (t Trainer) Name() string {
	if t.Label == "" {
		return "etappe"
	}
	return t.Label
}

// withDefaults fills in what was left 0, and refuses what cannot be.
func (t Trainer) withDefaults() (Trainer, error) {
	whole := func(v *int, standard int) {
		if *v == 0 {
			*v = standard
		}
	}
	real := func(v *float64, standard float64) {
		if *v == 0 {
			*v = standard
		}
	}
	whole(&t.Bags, 8)
	whole(&t.BagRows, 100_000)
	whole(&t.Workers, runtime.GOMAXPROCS(0))
	whole(&t.Rounds, 1500)
	whole(&t.Smooth, 50)
	whole(&t.Leaves, 3)
	whole(&t.Bins, additive.MaxBins)
	whole(&t.Clusters, 1)
	whole(&t.Sets, setCounts[len(setCounts)-1])
	whole(&t.Residual, residualMaxTrees)
	real(&t.Rate, 0.08)
	real(&t.L2, 1)
	real(&t.MinLeaf, 5)
	real(&t.Rare, 10)
	refuse := func(what string, v any) (Trainer, error) {
		return t, fmt.Errorf("%w: setting %s is %v", models.ErrTraining, what, v)
	}
	switch {
	case t.Bags < 2 || t.Bags > additive.MaxBags:
		return refuse("Bags", t.Bags)
	case t.BagRows < 1:
		return refuse("BagRows", t.BagRows)
	case t.Workers < 1:
		return refuse("Workers", t.Workers)
	case t.Rounds < 1:
		return refuse("Rounds", t.Rounds)
	case t.Leaves != 2 && t.Leaves != 3:
		return refuse("Leaves", t.Leaves)
	case t.Bins < 4 || t.Bins > additive.MaxBins:
		return refuse("Bins", t.Bins)
	case t.Sets > setCounts[len(setCounts)-1]:
		return refuse("Sets", t.Sets)
	case t.Residual > residualMaxTrees:
		return refuse("Residual", t.Residual)
	case t.Clusters < 1 || t.Clusters > additive.MaxClusters:
		return refuse("Clusters", t.Clusters)
	case !(t.Rate > 0 && t.Rate <= 1):
		return refuse("Rate", t.Rate)
	case !(t.L2 > 0) || math.IsInf(t.L2, 0):
		return refuse("L2", t.L2)
	case !(t.MinLeaf > 0) || math.IsInf(t.MinLeaf, 0):
		return refuse("MinLeaf", t.MinLeaf)
	case !(t.Rare > 0):
		return refuse("Rare", t.Rare)
	}
	return t, nil
}

// run is one fit: the trainer, the sample, and the results so far.
type run struct {
	Trainer
	sample *models.Sample
	*binnedData
	group         []int32 // [row] account, numbered from 0
	groups        int
	folds         int
	fold          [][]uint8 // [partition][row]
	subsampleRate float64   // of the accounts that a bag boosts its mains on
	report        func(share float64)
}

// Fit fits a model to the sample, see the package's ten steps. It returns a *Model; the error wraps
// models.ErrTraining or models.ErrFields, or is ctx's.
func (t Trainer) Fit(ctx context.Context, s *models.Sample) (models.Model, error) {
	t, err := t.withDefaults()
	if err != nil {
		return nil, err
	}
	if err := t.check(s); err != nil {
		return nil, err
	}
	r := &run{Trainer: t, sample: s, report: reporter(t.Progress)}
	if err := r.prepare(); err != nil {
		return nil, err
	}
	e, mains, earlier, err := r.fitMains(ctx, 0.4)
	if err != nil {
		return nil, err
	}
	sets, err := r.fitInteractions(ctx, e, mains, earlier, func(done float64) { r.report(0.4 + 0.25*done) })
	if err != nil {
		return nil, err
	}
	below, outOfFold := mains, mains.outOfFold
	if sets != nil {
		below, outOfFold = sets.from, sets.outOfFold
	}
	tabled := outOfFold
	deep, err := r.fitResidual(ctx, e, []*checkpoint{earlier[0], mains}, tabled, func(done float64) { r.report(0.65 + 0.15*done) })
	if err != nil {
		return nil, err
	}
	if deep != nil {
		outOfFold = deep.outOfFold
	}
	platt, err := models.FitPlatt(outOfFold, s.Churned, s.Weight)
	if err != nil {
		return nil, err
	}
	platt.Slope = max(platt.Slope, 0) // a table turned upside down would break monotone fields
	m := r.assemble(below, sets, deep, platt)
	if err := r.orders(m, mains.outOfFold, tabled, deep); err != nil {
		return nil, err
	}
	info := make([]additive.ClusterInfo, len(m.Clusters))
	for k := range info {
		info[k] = r.clusterInfo(k)
		m.Clusters[k].Info = info[k]
	}
	pooled, err := r.fitPooled(ctx, info, outOfFold)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", models.ErrTraining, err)
	}
	if pooled != nil {
		if m, err = r.pool(m, pooled, func(p models.Platt) *additive.Parts { return r.assemble(below, sets, deep, p) }); err != nil {
			return nil, err
		}
	}
	rows := additive.Rows{Codes: r.codes, Weight: r.weight}
	if r.Clusters > 1 {
		rows.Cluster = s.Cluster
	}
	fitted := additive.New(*m, rows)
	r.report(1)
	return fitted, nil
}

// reporter turns shares of the whole into calls that never go back.
func reporter(progress func(done, total int)) func(float64) {
	const total = 1000
	last := -1
	return func(share float64) {
		if done := int(share * total); progress != nil && done > last {
			last = done
			progress(done, total)
		}
	}
}

// prepare bins the fields, codes the rows and deals the accounts into folds.
func (r *run) prepare() error {
	s, n := r.sample, r.sample.Rows()
	d := &binnedData{churned: s.Churned, weight: make([]float64, n)}
	for i := range d.weight {
		d.weight[i] = s.WeightOf(i)
	}
	d.binnings, d.codes, d.monotone = make([]additive.Binning, len(s.Fields)), make([][]uint8, len(s.Fields)), make([]int8, len(s.Fields))
	d.lineValue = make([][]float64, len(s.Fields))
	for j, f := range s.Fields {
		d.binnings[j] = newBinning(f, s.Columns[j], s.WeightOf, r.Bins-2, r.Rare)
		d.codes[j] = make([]uint8, n)
		if err := d.binnings[j].Code(f.Name, s.Columns[j], 0, d.codes[j]); err != nil {
			return fmt.Errorf("%w: %w", models.ErrTraining, err)
		}
		d.lineValue[j] = lineValues(&d.binnings[j], s.Columns[j], d.codes[j], d.weight)
		d.monotone[j] = int8(r.Monotone[f.Name])
		if varies(d.codes[j]) {
			d.active = append(d.active, j)
		}
	}
	sort.Slice(d.active, func(a, b int) bool { return s.Fields[d.active[a]].Name < s.Fields[d.active[b]].Name })
	r.binnedData = d
	r.group, r.groups = groupsOf(s)
	r.subsampleRate = r.subsampleShare()
	r.folds = additive.Folds(r.Bags)
	for p := range (r.Bags + r.folds - 1) / r.folds {
		r.fold = append(r.fold, partition(s, r.group, r.groups, r.folds, r.Seed+uint64(p)))
	}
	return nil
}

// varies reports whether the rows fall into more than one bin.
func varies(codes []uint8) bool {
	for _, c := range codes {
		if c != codes[0] {
			return true
		}
	}
	return false
}

// outOfBag marks the rows of the fold that a bag is not fitted on.
func (r *run) outOfBag(bag int) []bool {
	held := make([]bool, len(r.churned))
	for i, p := range r.fold[bag/r.folds] {
		held[i] = int(p) == bag%r.folds
	}
	return held
}

// fitMains fits the main effects: the linear phase, then trees. Besides the
// bags, rolled back to the best iteration, it returns its checkpoint and
// earlier ones, the end of the linear phase first.
func (r *run) fitMains(ctx context.Context, share float64) (e *ensemble, best *checkpoint, earlier []*checkpoint, err error) {
	plan := bagOptions{
		treeOptions: treeOptions{leaves: r.Leaves, l2: r.L2, minLeaf: r.MinLeaf},
		rate:        r.Rate, randomRounds: r.Smooth, baseRate: r.baseRate(),
	}
	e = &ensemble{workers: r.Workers, bags: make([]*bag, r.Bags), subsampled: r.subsampleRate < 1}
	for b := range e.bags {
		d, held := r.subsample(b, r.subsampleRate)
		e.bags[b] = newBag(d, plan, held, r.Seed, uint64(b))
	}
	rate, pace := r.linearStopping()
	e.startPhase(true, rate)
	straight, _, err := e.boost(ctx, pace, func(done float64) { r.report(share / 3 * done) })
	if err != nil {
		return nil, nil, nil, err
	}
	e.restore(straight)
	e.startPhase(false, r.Rate)
	best, earlier, err = e.boost(ctx, mainStopping.with(r.Rounds, earlyRounds), func(done float64) { r.report(share * (1 + 2*done) / 3) })
	if err != nil {
		return nil, nil, nil, err
	}
	earlier = append([]*checkpoint{straight}, earlier...)
	if r.subsampleRate < 1 {
		r.useAllRows(e, plan, append(slices.Clone(earlier), best))
	}
	e.restore(best)
	return e, best, earlier, nil
}

// baseRate returns the log-odds of the weighted share that churned.
func (r *run) baseRate() float64 {
	var churned, total float64
	for i, c := range r.churned {
		total += r.weight[i]
		if c {
			churned += r.weight[i]
		}
	}
	return models.Logit(churned / total)
}
