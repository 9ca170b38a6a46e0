package boost

import (
	"context"
	"math"
	"slices"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/additive"
)

// Constants of partial pooling, after DESIGN.md.
const (
	poolingRate       = 0.05
	poolingPrior      = 25  // E₀ in the shrinkage λ = E/(E+E₀), in events
	poolingCheckEvery = 4   // cycles between checks of the out-of-fold loss
	poolingMaxChecks  = 50  // most checks, of lines and of trees each
	poolingPatience   = 8   // patience, in checks
	poolingMinSE      = 2   // standard errors that a gain must be worth, in one cluster or in all together
	poolingOwnMinSE   = 0.5 // standard errors that a cluster's gain must be worth where all together are sure
	poolingSlackSE    = 0   // standard errors of the best gain that are given up for fewer rounds
	poolingMinEvents  = 10  // fewer accounts of either kind carry no part of their own
)

// poolingStopping is the early stopping of a cluster's part, in checks of
// poolingCheckEvery cycles each.
var poolingStopping = stopping{maxRounds: poolingMaxChecks, checkEvery: 1, patience: poolingPatience}

// poolingTree is more careful than the shared part: there are fewer rows, and
// what is looked for is a difference.
var poolingTree = treeOptions{leaves: 2, l2: 5, minLeaf: 10}

// fitClusters fits every cluster's own part (partial pooling: Gelman and Hill
// 2007) with the calibrated out-of-fold log-odds of the shared model as
// offset, and keeps the parts that gain.
func (r *run) fitClusters(ctx context.Context, m *additive.Parts, outOfFold []float64, p models.Platt) error {
	var all []*clusterFit
	for k := range m.Clusters {
		c := r.cluster(k)
		m.Clusters[k].Info = c.info
		if r.Clusters > 1 && c.info.Events >= poolingMinEvents {
			c.selectRows(outOfFold, p)
			if err := c.chooseStage(ctx); err != nil {
				return err
			}
			all = append(all, c)
		}
		r.report(0.8 + 0.1*float64(k+1)/float64(len(m.Clusters)+1))
	}
	together := jointlySignificant(all)
	for n, c := range all {
		if err := c.fit(ctx, &m.Clusters[c.cluster], together); err != nil {
			return err
		}
		r.report(0.9 + 0.1*float64(n+1)/float64(len(all)+1))
	}
	return nil
}

// jointlySignificant reports whether the gains of all clusters together are
// beyond chance: small clusters cannot show theirs one by one.
func jointlySignificant(all []*clusterFit) bool {
	var gain, variance float64
	for _, c := range all {
		gain += c.gain.sum
		variance += c.gain.sumSE * c.gain.sumSE
	}
	return gain > poolingMinSE*math.Sqrt(variance)
}

// clusterFit is the fit of one cluster's own part.
type clusterFit struct {
	*run
	cluster int
	info    additive.ClusterInfo
	stage   stage       // boosting up to the best iteration
	gain    paired      // its gain, out of fold
	rows    []int       // the cluster's rows in the sample
	account []int32     // [row of the cluster]
	data    *binnedData // the cluster's rows; its offset is the shared model
	seed    uint64
}

// cluster counts the rows and accounts of cluster k.
func (r *run) cluster(k int) *clusterFit {
	c := &clusterFit{run: r, cluster: k, seed: r.Seed ^ uint64(k+1)<<32}
	kinds := [2]map[int32]bool{{}, {}}
	for i, churned := range r.churned {
		if r.clusterOf(i) != k {
			continue
		}
		c.rows = append(c.rows, i)
		if churned {
			c.info.Churned++
			kinds[1][r.group[i]] = true
		} else {
			c.info.Renewed++
			kinds[0][r.group[i]] = true
		}
	}
	c.info.Rows = len(c.rows)
	c.info.Events = min(len(kinds[0]), len(kinds[1]))
	return c
}

// selectRows copies the cluster's rows; their offset is the calibrated shared
// model, out of fold.
func (c *clusterFit) selectRows(outOfFold []float64, p models.Platt) {
	c.account, _ = renumbered(models.Pick(c.group, c.rows))
	d := &binnedData{binnings: c.binnings, lineValue: c.lineValue, monotone: c.monotone, churned: models.Pick(c.churned, c.rows), weight: models.Pick(c.weight, c.rows)}
	d.codes = make([][]uint8, len(c.codes))
	for j := range c.codes {
		d.codes[j] = models.Pick(c.codes[j], c.rows)
	}
	for _, j := range c.active {
		if varies(d.codes[j]) {
			d.active = append(d.active, j)
		}
	}
	d.offset = models.Pick(outOfFold, c.rows)
	for i, z := range d.offset {
		d.offset[i] = p.Apply(z)
	}
	c.data = d
}

// lambda is the shrinkage of the cluster's own part,
//
//	λ = E / (E + 25)
//
// E: the smaller of the numbers of accounts that churned and that renewed in
// the cluster.
func (c *clusterFit) lambda() float64 {
	return float64(c.info.Events) / float64(c.info.Events+poolingPrior)
}

// fit fits the part on all bags and stores it, if its gain is significant and
// the last time slice does not veto it.
func (c *clusterFit) fit(ctx context.Context, into *additive.ClusterPart, together bool) error {
	sure := c.gain.mean > poolingMinSE*c.gain.se || together && c.gain.mean > poolingOwnMinSE*c.gain.se
	if !c.stage.intercept || !sure {
		return nil
	}
	into.Info.Rounds, into.Info.Gain, into.Info.GainSE = (c.stage.linear+c.stage.trees)*poolingCheckEvery, c.gain.mean, c.gain.se
	vetoed, err := c.vetoed(ctx)
	if err != nil {
		return err
	}
	if vetoed {
		into.Info.Vetoed = true
		return nil
	}
	into.Info.Lambda = c.lambda()
	e, err := c.ensemble(ctx, c.stage, c.outOfBag())
	if err != nil {
		return err
	}
	c.takeTables(e, into)
	return nil
}

// stage is the length of each phase of a cluster's part: intercept first, then
// lines, then trees, in checks.
type stage struct {
	intercept     bool
	linear, trees int
}

// ensemble returns new bags boosted up to a stage.
func (c *clusterFit) ensemble(ctx context.Context, s stage, held [][]bool) (*ensemble, error) {
	plan := bagOptions{treeOptions: poolingTree, rate: poolingRate}
	e := &ensemble{workers: c.Workers, bags: make([]*bag, len(held))}
	for b := range held {
		e.bags[b] = newBag(c.data, plan, held[b], c.seed, uint64(b))
	}
	if !s.intercept {
		return e, nil
	}
	if err := e.each(ctx, (*bag).fitIntercept); err != nil {
		return nil, err
	}
	e.startPhase(true, poolingRate)
	if err := c.advance(ctx, e, s.linear); err != nil {
		return nil, err
	}
	e.startPhase(false, poolingRate)
	return e, c.advance(ctx, e, s.trees)
}

// advance boosts an ensemble for a number of checks.
func (c *clusterFit) advance(ctx context.Context, e *ensemble, looks int) error {
	if len(c.data.active) == 0 {
		return nil
	}
	if err := e.advance(ctx, looks*poolingCheckEvery); err != nil {
		return err
	}
	return e.each(ctx, (*bag).applyPending) // out-of-fold log-odds are read next
}

// outOfBag marks the cluster's rows that are out of each bag: [bag][row of the
// cluster].
func (c *clusterFit) outOfBag() [][]bool {
	held := make([][]bool, c.Bags)
	for b := range held {
		held[b] = models.Pick(c.run.outOfBag(b), c.rows)
	}
	return held
}

// stageGain is a stage and its gain out of fold.
type stageGain struct {
	stage
	paired
}

// chooseStage finds the best stage: the intercept, lines and trees are boosted
// one after the other, each with early stopping on the paired out-of-fold gain
// over the shared model. Of all stages whose gain is within poolingSlackSE
// standard errors of the best the shortest is taken.
func (c *clusterFit) chooseStage(ctx context.Context) error {
	curve := []stageGain{{}}
	lines, err := c.boostStages(ctx, stage{intercept: true}, func(s *stage) { s.linear++ })
	if err != nil {
		return err
	}
	curve = append(curve, lines...)
	trees, err := c.boostStages(ctx, curve[len(curve)-1].stage, func(s *stage) { s.trees++ })
	if err != nil {
		return err
	}
	curve = append(curve, trees[1:]...)
	best := curve[len(curve)-1]
	for _, m := range curve {
		if m.mean >= best.mean-poolingSlackSE*best.se {
			c.stage, c.gain = m.stage, m.paired
			return nil
		}
	}
	return nil
}

// boostStages boosts one phase from a stage on with early stopping and returns
// the gains up to the best iteration, that of the start first.
func (c *clusterFit) boostStages(ctx context.Context, from stage, next func(*stage)) ([]stageGain, error) {
	e, err := c.ensemble(ctx, from, c.outOfBag())
	if err != nil {
		return nil, err
	}
	probe := from
	next(&probe)
	e.startPhase(probe.linear > from.linear, poolingRate)
	stop := poolingStopping
	if len(c.data.active) == 0 {
		stop.maxRounds = 0
	}
	var path []stageGain
	best, err := stop.run(boosted{
		loss: func() float64 {
			gain := c.compare(e.outOfFold(len(c.rows)))
			path = append(path, stageGain{from, gain})
			return -gain.mean
		},
		advance: func(int) error {
			next(&from)
			return c.advance(ctx, e, 1)
		},
		save: func(int, float64) {},
	})
	if err != nil {
		return nil, err
	}
	return path[:best+1], nil
}

// paired is a mean gain in nats and its standard error by account.
type paired struct {
	mean, se   float64 // per unit of weight
	sum, sumSE float64 // over all rows
}

// compare returns the gain of log-odds z over the offset, with the difference
// shrunk by λ. Rows whose z is NaN are left out.
func (c *clusterFit) compare(z []float64) paired {
	lambda := c.lambda()
	var gain, weight []float64
	var account []int32
	for i, zi := range z {
		if math.IsNaN(zi) {
			continue
		}
		from, y := c.data.offset[i], c.data.churned[i]
		gain = append(gain, logLoss(from, y)-logLoss(from+lambda*(zi-from), y))
		weight, account = append(weight, c.data.weight[i]), append(account, c.account[i])
	}
	return pairedGain(gain, weight, account)
}

// pairedGain averages the rows' gains; the standard error is by account
// (clustered). Accounts are numbered from 0.
func pairedGain(gain, weight []float64, account []int32) paired {
	type tally struct {
		gain, weight float64
		rows         int
	}
	if len(account) == 0 {
		return paired{}
	}
	tallies := make([]tally, slices.Max(account)+1)
	var sum, total, n float64
	for i, a := range account {
		t, g := &tallies[a], weight[i]*gain[i]
		if t.rows == 0 {
			n++
		}
		t.gain, t.weight, t.rows = t.gain+g, t.weight+weight[i], t.rows+1
		sum, total = sum+g, total+weight[i]
	}
	if n < 2 {
		return paired{}
	}
	p := paired{mean: sum / total, sum: sum}
	for _, t := range tallies {
		d := t.gain - p.mean*t.weight // 0 without a row
		p.se += d * d
	}
	p.sumSE = math.Sqrt(p.se * n / (n - 1))
	p.se = p.sumSE / total
	return p
}

// vetoed fits without the last time slice and reports whether the part loses
// on it. Where the slice has too few of either outcome, a quarter of the
// accounts is held out instead.
func (c *clusterFit) vetoed(ctx context.Context) (bool, error) {
	held := make([]bool, len(c.rows))
	count := [2]int{}
	if c.Veto != nil {
		held = models.Pick(c.Veto, c.rows)
		for i, h := range held {
			if h && c.data.churned[i] {
				count[1]++
			} else if h {
				count[0]++
			}
		}
	}
	if min(count[0], count[1]) < poolingMinEvents {
		for i, row := range c.rows {
			held[i] = int(c.fold[0][row]) < (c.folds+2)/4
		}
	}
	e, err := c.ensemble(ctx, c.stage, [][]bool{held})
	if err != nil {
		return false, err
	}
	loss := c.compare(e.outOfFold(len(c.rows)))
	return loss.mean < -loss.se, nil
}

// takeTables stores the bags' tables, centred over the cluster's rows.
func (c *clusterFit) takeTables(e *ensemble, into *additive.ClusterPart) {
	for b, bag := range e.bags {
		into.Intercepts[b] = bag.intercept
	}
	for _, j := range c.data.active {
		mass := make([]float64, c.binnings[j].Bins)
		for i, code := range c.data.codes[j] {
			mass[code] += c.data.weight[i]
		}
		t := additive.Table{Fields: []int{j}, Weight: mass, Bags: make([][]float64, len(e.bags))}
		for b, bag := range e.bags {
			t.Bags[b] = bag.tables[j]
		}
		if t.Empty() {
			continue
		}
		for b := range t.Bags {
			into.Intercepts[b] += c.binnings[j].Centre(t.Bags[b], mass)
		}
		t.SetMean()
		into.Own = append(into.Own, additive.OwnTable{Of: j, Table: t})
	}
	// Fields are visited by name; a state lists own terms in the order of the shared ones.
	slices.SortFunc(into.Own, func(a, b additive.OwnTable) int { return a.Of - b.Of })
}
