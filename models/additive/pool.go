package additive

import (
	"context"
	"math"

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
}

// ownTerm is a cluster's own table beside a shared term.
type ownTerm struct {
	of int // index of the shared term
	term
}

// Constants of the cluster part, from DESIGN.md's recipe.
const (
	poolRate   = 0.05
	poolShrink = 25 // λ = E / (E + 25)
	poolChunk  = 4  // cycles between looks at the held-out loss
	poolLooks  = 50 // most looks
	poolWait   = 8  // looks without a better loss before it ends
	poolSure   = 2  // standard errors that a gain must be worth
	leastEvent = 10 // fewer accounts of either kind carry no part of their own
)

// poolGrowth is more careful than the shared part: there are fewer rows, and
// what is looked for is a difference.
var poolGrowth = growth{leaves: 2, l2: 5, minLeaf: 10}

// pool fits every cluster's own part on out-of-fold log-odds of the shared
// model, and keeps those that stand the gate.
func (r *run) pool(ctx context.Context, m *Model, outOfFold []float64, p models.Platt) error {
	for k := range m.clusters {
		c := r.cluster(k)
		m.clusters[k].info = c.info
		if r.Clusters > 1 && c.info.Events >= leastEvent {
			c.gather(outOfFold, p)
			if err := c.fit(ctx, &m.clusters[k]); err != nil {
				return err
			}
		}
		r.report(0.7 + 0.3*float64(k+1)/float64(len(m.clusters)+1))
	}
	return nil
}

// clusterRun is the fit of one cluster's own part.
type clusterRun struct {
	*run
	info    ClusterInfo
	rows    []int   // the cluster's rows in the sample
	account []int32 // [row of the cluster]
	own     *design // the cluster's rows; its offset is the shared model
	seed    uint64
}

// cluster counts the rows and accounts of cluster k.
func (r *run) cluster(k int) *clusterRun {
	c := &clusterRun{run: r, seed: r.Seed ^ uint64(k+1)<<32}
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
	c.account = models.Pick(c.group, c.rows)
	d := &design{axes: c.axes, sign: c.sign, churned: models.Pick(c.churned, c.rows), weight: models.Pick(c.weight, c.rows)}
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

// fit chooses the number of rounds, hears the veto and fits for good.
func (c *clusterRun) fit(ctx context.Context, into *part) error {
	lambda := float64(c.info.Events) / float64(c.info.Events+poolShrink)
	look, gain, err := c.choose(ctx, lambda)
	if err != nil || look == 0 || gain.mean < poolSure*gain.se {
		return err
	}
	into.info.Rounds, into.info.Gain, into.info.GainSE = (look-1)*poolChunk, gain.mean, gain.se
	vetoed, err := c.vetoed(ctx, look, lambda)
	if err != nil {
		return err
	}
	if vetoed {
		into.info.Vetoed = true
		return nil
	}
	into.info.Lambda = lambda
	e, err := c.ensemble(ctx, look, c.bagHolds())
	if err != nil {
		return err
	}
	c.adopt(e, into)
	return nil
}

// ensemble returns fresh bags after so many looks: the first moves the level,
// each further one visits every field a few times.
func (c *clusterRun) ensemble(ctx context.Context, looks int, held [][]bool) (*ensemble, error) {
	plan := schedule{growth: poolGrowth, rate: poolRate}
	e := &ensemble{workers: c.Workers, bags: make([]*booster, len(held))}
	for b := range held {
		e.bags[b] = newBooster(c.own, plan, held[b], c.seed, uint64(b))
	}
	for look := range looks {
		if err := c.look(ctx, e, look); err != nil {
			return nil, err
		}
	}
	return e, nil
}

// look takes an ensemble from one look to the next.
func (c *clusterRun) look(ctx context.Context, e *ensemble, done int) error {
	if done == 0 {
		return e.each(ctx, (*booster).intercept)
	}
	if len(c.own.visit) == 0 {
		return nil
	}
	return e.advance(ctx, poolChunk)
}

// bagHolds returns the rows of the cluster that each bag holds out.
func (c *clusterRun) bagHolds() [][]bool {
	held := make([][]bool, c.Bags)
	for b := range held {
		held[b] = models.Pick(c.holds(b), c.rows)
	}
	return held
}

// choose returns the smallest number of looks whose out-of-fold loss is within
// one standard error of the best, where losses are paired: that of the pooled
// model less that of the shared one, row by row, summed by account.
func (c *clusterRun) choose(ctx context.Context, lambda float64) (int, paired, error) {
	e, err := c.ensemble(ctx, 0, c.bagHolds())
	if err != nil {
		return 0, paired{}, err
	}
	curve := []paired{{}}
	best := 0
	for look := 0; look < poolLooks && look-best < poolWait; look++ {
		if err := c.look(ctx, e, look); err != nil {
			return 0, paired{}, err
		}
		curve = append(curve, c.compare(e.outOfFold(len(c.rows)), lambda))
		if curve[look+1].mean > curve[best].mean {
			best = look + 1
		}
	}
	for look, g := range curve {
		if g.mean >= curve[best].mean-curve[best].se {
			return look, g, nil
		}
	}
	return 0, paired{}, nil
}

// paired is a mean gain in nats with its standard error by account.
type paired struct{ mean, se float64 }

// compare returns what log-odds z gain over the offset, the difference shrunk
// by lambda. Rows whose z is NaN do not take part.
func (c *clusterRun) compare(z []float64, lambda float64) paired {
	gain, weight := make(map[int32]float64), make(map[int32]float64)
	var accounts []int32
	var sum, total float64
	for i, zi := range z {
		if math.IsNaN(zi) {
			continue
		}
		from, y, w := c.own.offset[i], c.own.churned[i], c.own.weight[i]
		g := w * (logLoss(from, y) - logLoss(from+lambda*(zi-from), y))
		if _, ok := gain[c.account[i]]; !ok {
			accounts = append(accounts, c.account[i])
		}
		gain[c.account[i]] += g
		weight[c.account[i]] += w
		sum, total = sum+g, total+w
	}
	if len(accounts) < 2 {
		return paired{}
	}
	p := paired{mean: sum / total}
	for _, a := range accounts {
		d := gain[a] - p.mean*weight[a]
		p.se += d * d
	}
	n := float64(len(accounts))
	p.se = math.Sqrt(p.se*n/(n-1)) / total
	return p
}

// vetoed fits without the last time slice and tells whether the part loses on
// it. A slice that holds too few of either kind cannot speak; then a quarter of
// the accounts does.
func (c *clusterRun) vetoed(ctx context.Context, look int, lambda float64) (bool, error) {
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
	e, err := c.ensemble(ctx, look, [][]bool{held})
	if err != nil {
		return false, err
	}
	return c.compare(e.outOfFold(len(c.rows)), lambda).mean < 0, nil
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
}
