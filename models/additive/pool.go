package additive

import (
	"context"
	"math"
	"slices"

	"github.com/etappe/etappe/models"
)

// ClusterInfo says what a cluster's own part rests on and what it gains.
type ClusterInfo struct {
	Rows    int     `json:"rows"`
	Churned int     `json:"churned"` // rows that churned
	Renewed int     `json:"renewed"` // rows that renewed
	Events  int     `json:"events"`  // the smaller of the numbers of accounts that churned and that renewed
	Lambda  float64 `json:"lambda"`  // weight of the cluster's own part; 0: exactly the shared model
	Rounds  int     `json:"rounds"`  // visits of each field
	Gain    float64 `json:"gain"`    // out-of-fold log-loss of the shared model less that of the pooled one, in nats
	GainSE  float64 `json:"gain_se"` // its standard error, by account
	Vetoed  bool    `json:"vetoed"`  // the last time slice spoke against it
}

// part is what is different in one cluster, on top of the shared terms.
type part struct {
	info   ClusterInfo
	levels []float64 // [bag] intercept
	own    []ownTerm // ascending by shared term
	centre []float64 // [shared term] mean of the effect over the cluster's rows
	// restCentre is the mean share of the residual: [field of the residual].
	restCentre []float64
}

// ownTerm is a cluster's own table beside a shared term.
type ownTerm struct {
	of int // index of the shared term
	term
}

// Constants of the cluster part, after DESIGN.md's recipe.
const (
	poolRate   = 0.05
	poolShrink = 25  // λ = E / (E + 25)
	poolChunk  = 4   // cycles between looks at the held-out loss
	poolLooks  = 50  // most looks, of lines and of trees
	poolWait   = 8   // looks without a better loss before it ends
	poolSure   = 2   // standard errors that a gain must be worth, in one cluster or in all together
	poolOwn    = 0.5 // standard errors that a cluster's gain must be worth where all together are sure
	poolSlack  = 0   // standard errors of the best gain that are given up for fewer rounds
	leastEvent = 10  // fewer accounts of either kind carry no part of their own
)

// poolGrowth is more careful than the shared part: there are fewer rows, and
// what is looked for is a difference.
var poolGrowth = growth{leaves: 2, l2: 5, minLeaf: 10}

// pool fits every cluster's own part on out-of-fold log-odds of the shared
// model, and keeps those that stand the gate.
func (r *run) pool(ctx context.Context, m *Model, outOfFold []float64, p models.Platt) error {
	var all []*clusterRun
	for k := range m.clusters {
		c := r.cluster(k)
		m.clusters[k].info = c.info
		if r.Clusters > 1 && c.info.Events >= leastEvent {
			c.gather(outOfFold, p)
			if err := c.choose(ctx); err != nil {
				return err
			}
			all = append(all, c)
		}
		r.report(0.8 + 0.1*float64(k+1)/float64(len(m.clusters)+1))
	}
	together := sureTogether(all)
	for n, c := range all {
		if err := c.fit(ctx, &m.clusters[c.cluster], together); err != nil {
			return err
		}
		r.report(0.9 + 0.1*float64(n+1)/float64(len(all)+1))
	}
	return nil
}

// sureTogether tells whether all clusters' gains together are beyond chance.
// Small clusters cannot prove theirs one by one; that clusters differ at all is
// a question to all of them.
func sureTogether(all []*clusterRun) bool {
	var gain, variance float64
	for _, c := range all {
		gain += c.gain.sum
		variance += c.gain.sumSE * c.gain.sumSE
	}
	return gain > poolSure*math.Sqrt(variance)
}

// clusterRun is the fit of one cluster's own part.
type clusterRun struct {
	*run
	cluster int
	info    ClusterInfo
	stage   stage   // how far boosting went
	gain    paired  // and what it gained, out of fold
	rows    []int   // the cluster's rows in the sample
	account []int32 // [row of the cluster]
	own     *design // the cluster's rows; its offset is the shared model
	seed    uint64
}

// cluster counts the rows and accounts of cluster k.
func (r *run) cluster(k int) *clusterRun {
	c := &clusterRun{run: r, cluster: k, seed: r.Seed ^ uint64(k+1)<<32}
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

// gather copies the cluster's rows; what they start from is the calibrated
// shared model, out of fold.
func (c *clusterRun) gather(outOfFold []float64, p models.Platt) {
	c.account, _ = renumbered(models.Pick(c.group, c.rows))
	d := &design{axes: c.axes, lines: c.lines, sign: c.sign, churned: models.Pick(c.churned, c.rows), weight: models.Pick(c.weight, c.rows)}
	d.codes = make([][]uint8, len(c.codes))
	for j := range c.codes {
		d.codes[j] = models.Pick(c.codes[j], c.rows)
	}
	for _, j := range c.visit {
		if varies(d.codes[j]) {
			d.visit = append(d.visit, j)
		}
	}
	d.offset = models.Pick(outOfFold, c.rows)
	for i, z := range d.offset {
		d.offset[i] = p.Apply(z)
	}
	c.own = d
}

// lambda is how far the cluster's own part is trusted.
func (c *clusterRun) lambda() float64 {
	return float64(c.info.Events) / float64(c.info.Events+poolShrink)
}

// fit asks the gate, hears the veto and fits for good.
func (c *clusterRun) fit(ctx context.Context, into *part, together bool) error {
	sure := c.gain.mean > poolSure*c.gain.se || together && c.gain.mean > poolOwn*c.gain.se
	if !c.stage.level || !sure {
		return nil
	}
	into.info.Rounds, into.info.Gain, into.info.GainSE = (c.stage.straight+c.stage.trees)*poolChunk, c.gain.mean, c.gain.se
	vetoed, err := c.vetoed(ctx)
	if err != nil {
		return err
	}
	if vetoed {
		into.info.Vetoed = true
		return nil
	}
	into.info.Lambda = c.lambda()
	e, err := c.ensemble(ctx, c.stage, c.bagHolds())
	if err != nil {
		return err
	}
	c.adopt(e, into)
	return nil
}

// stage says how far a cluster's own part was boosted: its level first, then
// lines, then trees, counted in looks.
type stage struct {
	level           bool
	straight, trees int
}

// ensemble returns fresh bags at a stage.
func (c *clusterRun) ensemble(ctx context.Context, s stage, held [][]bool) (*ensemble, error) {
	plan := schedule{growth: poolGrowth, rate: poolRate}
	e := &ensemble{workers: c.Workers, bags: make([]*booster, len(held))}
	for b := range held {
		e.bags[b] = newBooster(c.own, plan, held[b], c.seed, uint64(b))
	}
	if !s.level {
		return e, nil
	}
	if err := e.each(ctx, (*booster).intercept); err != nil {
		return nil, err
	}
	e.phase(true, poolRate)
	if err := c.advance(ctx, e, s.straight); err != nil {
		return nil, err
	}
	e.phase(false, poolRate)
	return e, c.advance(ctx, e, s.trees)
}

// advance takes an ensemble so many looks further.
func (c *clusterRun) advance(ctx context.Context, e *ensemble, looks int) error {
	if len(c.own.visit) == 0 {
		return nil
	}
	if err := e.advance(ctx, looks*poolChunk); err != nil {
		return err
	}
	return e.each(ctx, (*booster).settle) // looks at out-of-fold log-odds follow
}

// bagHolds returns the rows of the cluster that each bag holds out.
func (c *clusterRun) bagHolds() [][]bool {
	held := make([][]bool, c.Bags)
	for b := range held {
		held[b] = models.Pick(c.holds(b), c.rows)
	}
	return held
}

// mark is a stage and what it gains out of fold.
type mark struct {
	stage
	paired
}

// choose finds the smallest stage whose out-of-fold loss is within one standard
// error of the best, where losses are paired: that of the pooled model less
// that of the shared one, row by row, summed by account; the error is that of
// the difference between the two stages.
func (c *clusterRun) choose(ctx context.Context) error {
	curve := []mark{{}}
	lines, err := c.climb(ctx, stage{level: true}, func(s *stage) { s.straight++ })
	if err != nil {
		return err
	}
	curve = append(curve, lines...)
	trees, err := c.climb(ctx, curve[len(curve)-1].stage, func(s *stage) { s.trees++ })
	if err != nil {
		return err
	}
	curve = append(curve, trees[1:]...)
	best := curve[len(curve)-1]
	for _, m := range curve {
		if m.mean >= best.mean-poolSlack*best.se {
			c.stage, c.gain = m.stage, m.paired
			return nil
		}
	}
	return nil
}

// climb boosts on from a stage until the loss has not improved for a while and
// returns the marks up to the best one, the start first.
func (c *clusterRun) climb(ctx context.Context, from stage, next func(*stage)) ([]mark, error) {
	e, err := c.ensemble(ctx, from, c.bagHolds())
	if err != nil {
		return nil, err
	}
	probe := from
	next(&probe)
	e.phase(probe.straight > from.straight, poolRate)
	curve, best := []mark{{from, c.compare(e.outOfFold(len(c.rows)))}}, 0
	for look := 1; look <= poolLooks && look-best <= poolWait && len(c.own.visit) > 0; look++ {
		if err := c.advance(ctx, e, 1); err != nil {
			return nil, err
		}
		next(&from)
		curve = append(curve, mark{from, c.compare(e.outOfFold(len(c.rows)))})
		if curve[look].mean > curve[best].mean {
			best = look
		}
	}
	return curve[:best+1], nil
}

// paired is a mean gain in nats with its standard error by account.
type paired struct {
	mean, se   float64 // per unit of weight
	sum, sumSE float64 // over all rows
}

// compare returns what log-odds z gain over the offset, the difference shrunk
// by λ. Rows whose z is NaN do not take part.
func (c *clusterRun) compare(z []float64) paired {
	lambda := c.lambda()
	var gain, weight []float64
	var account []int32
	for i, zi := range z {
		if math.IsNaN(zi) {
			continue
		}
		from, y := c.own.offset[i], c.own.churned[i]
		gain = append(gain, logLoss(from, y)-logLoss(from+lambda*(zi-from), y))
		weight, account = append(weight, c.own.weight[i]), append(account, c.account[i])
	}
	return pairedGain(gain, weight, account)
}

// pairedGain sums up what each row gains; the error is by account. Accounts are
// numbered from 0.
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

// vetoed fits without the last time slice and tells whether the part loses on
// it. A slice that holds too few of either kind cannot speak; then a quarter of
// the accounts does.
func (c *clusterRun) vetoed(ctx context.Context) (bool, error) {
	held := make([]bool, len(c.rows))
	count := [2]int{}
	if c.Veto != nil {
		held = models.Pick(c.Veto, c.rows)
		for i, h := range held {
			if h && c.own.churned[i] {
				count[1]++
			} else if h {
				count[0]++
			}
		}
	}
	if min(count[0], count[1]) < leastEvent {
		for i, row := range c.rows {
			held[i] = int(c.part[0][row]) < (c.parts+2)/4
		}
	}
	e, err := c.ensemble(ctx, c.stage, [][]bool{held})
	if err != nil {
		return false, err
	}
	loss := c.compare(e.outOfFold(len(c.rows)))
	return loss.mean < -loss.se, nil
}

// adopt takes the tables over, centred over the cluster's rows.
func (c *clusterRun) adopt(e *ensemble, into *part) {
	for b, bag := range e.bags {
		into.levels[b] = bag.level
	}
	for _, j := range c.own.visit {
		mass := make([]float64, c.axes[j].bins)
		for i, code := range c.own.codes[j] {
			mass[code] += c.own.weight[i]
		}
		t := term{fields: []int{j}, mass: mass, bags: make([][]float64, len(e.bags))}
		for b, bag := range e.bags {
			t.bags[b] = bag.tables[j]
		}
		if t.empty() {
			continue
		}
		for b := range t.bags {
			into.levels[b] += c.axes[j].settle(t.bags[b], mass)
		}
		t.average()
		into.own = append(into.own, ownTerm{of: j, term: t})
	}
	// Fields are visited by name; a state lists own terms in the order of the shared ones.
	slices.SortFunc(into.own, func(a, b ownTerm) int { return a.of - b.of })
}
