package peers

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/etappe/etappe/models"
	"gonum.org/v1/gonum/stat"
)

// Snapshots is every snapshot of every account: what became of each, and what the
// model's log-odds.
type Snapshots struct {
	*models.Frame                 // the snapshots' features and clusters
	Account       []int32         // [row] rows of one account share a number
	Day           []float64       // [row] when, in days from any date; nil: unknown, the rows are in order
	Renewed       []bool          // [row] whether the decision that the snapshot precedes was to renew
	LogOdds       []float64       // [row] of churn
	Journey       *models.Journey // nil: no milestones
	// Model and Driver, the driver of each field, are for what is usual for each
	// driver; nil: not estimated. Fields of driver "" move by themselves.
	Model  models.Explainer
	Driver []string
}

// Limits of peers.
const (
	maxRows      = 20_000 // of a cluster that quantiles are taken from: as good as those of ten million
	movesPool    = 50     // movements it needs for that, see Usual
	accountsPool = 20     // accounts a cluster needs to weigh as much as all together, see Movement
	yearDays     = 365
	monthDays    = 30
	madToSD      = 1.4826 // of a normal distribution
	lowShare     = 0.05
	highShare    = 0.95
)

// Fit learns what is usual in each of a number of clusters. Snapshots without a
// cluster (models.NoCluster) are nobody's peers.
//
// Cluster k's peers are the accounts whose last decision was to renew and whose
// last snapshot is in k. Typical and Range are quantiles over their snapshots in
// k, each account weighing 1 in all, so that a monthly contract is not twelve
// accounts. Had looks at their last snapshots.
//
// Movement looks at the changes δ between consecutive snapshots of an account,
// at most a year apart and both in k, whatever became of it:
//
//	s_k = 1.4826 · median_i | δ_i/√(days_i/30) − median |        (MAD, Hampel 1974, JASA 69:383)
//	Movement² = n/(n+20) · s_k² + 20/(n+20) · s²                 n accounts of k with such a change, s over all clusters
//
// robust, because most changes are normal and the few real ones must not hide
// themselves. The error wraps ErrTraining where no account renewed.
func Fit(c *Snapshots, clusters int) (*Peers, error) {
	checkCourse(c, clusters)
	accounts := c.inOrder()
	own := make([][]int, clusters) // the last row of each peer
	for _, rows := range accounts {
		last := rows[len(rows)-1]
		if k := c.ClusterOf(last); c.Renewed[last] && k != models.NoCluster {
			own[k] = append(own[k], last)
		}
	}
	if !slices.ContainsFunc(own, func(rows []int) bool { return len(rows) > 0 }) {
		return nil, fmt.Errorf("peers: no renewed account among %d: %w", len(accounts), models.ErrTraining)
	}
	var milestones []string
	if c.Journey != nil {
		milestones = c.Journey.Milestones
	}
	p := empty(milestones, clusters, len(c.Fields), c.weeks(own))
	rows, weight := c.snapshots(accounts, clusters)
	for k := range clusters {
		p.renewed[k] = len(own[k])
		p.describe(k, c.Frame, rows[k], weight[k])
		p.count(k, c.Journey, own[k])
	}
	p.movement = c.movements(accounts, clusters)
	return p, p.learnDrivers(c, accounts, clusters)
}

func checkCourse(c *Snapshots, clusters int) {
	n := c.Rows()
	bad := clusters < 1 || len(c.Account) != n || len(c.Renewed) != n || len(c.LogOdds) != n || c.Day != nil && len(c.Day) != n
	if c.Journey != nil {
		bad = bad || len(c.Journey.Tenure) != n || len(c.Journey.Reached) != len(c.Journey.Milestones)
		for _, reached := range c.Journey.Reached {
			bad = bad || len(reached) != n
		}
	}
	for _, k := range c.Cluster {
		bad = bad || k < models.NoCluster || int(k) >= clusters
	}
	if bad {
		panic("peers: the parts of a course differ in length, or a cluster is out of range")
	}
}

// inOrder returns each account's rows from the earliest to the latest, accounts
// in the order of their first rows.
func (c *Snapshots) inOrder() [][]int {
	place := make(map[int32]int)
	var accounts [][]int
	for i, a := range c.Account {
		at, ok := place[a]
		if !ok {
			at = len(accounts)
			place[a] = at
			accounts = append(accounts, nil)
		}
		accounts[at] = append(accounts[at], i)
	}
	if c.Day != nil {
		for _, rows := range accounts {
			slices.SortStableFunc(rows, func(a, b int) int { return cmp.Compare(c.Day[a], c.Day[b]) })
		}
	}
	return accounts
}

// weeks returns how many weeks the oldest peer was seen, the week of day 0
// included; at most those of a path.
func (c *Snapshots) weeks(own [][]int) int {
	if c.Journey == nil {
		return 1
	}
	longest := 0.0
	for _, rows := range own {
		for _, i := range rows {
			longest = max(longest, lastWeek(c.Journey.Tenure[i])) // NaN stays out
		}
	}
	return int(longest) + 1
}

// lastWeek is the last whole week of a tenure, 0..models.MaxWeeks; −1 of NaN.
func lastWeek(tenure float64) float64 {
	if math.IsNaN(tenure) {
		return -1
	}
	return math.Min(math.Floor(math.Max(tenure, 0)/models.WeekDays), models.MaxWeeks)
}

// snapshots returns, by cluster, the rows of its peers in it and their weights.
func (c *Snapshots) snapshots(accounts [][]int, clusters int) (rows [][]int, weight [][]float64) {
	rows, weight = make([][]int, clusters), make([][]float64, clusters)
	for _, all := range accounts {
		last := all[len(all)-1]
		k := c.ClusterOf(last)
		if !c.Renewed[last] || k == models.NoCluster {
			continue
		}
		before := len(rows[k])
		for _, i := range all {
			if c.ClusterOf(i) == k {
				rows[k] = append(rows[k], i)
			}
		}
		share := 1 / float64(len(rows[k])-before)
		for range len(rows[k]) - before {
			weight[k] = append(weight[k], share)
		}
	}
	for k := range rows {
		rows[k], weight[k] = evenly(rows[k]), evenly(weight[k])
	}
	return rows, weight
}

// evenly keeps maxRows of a longer list, evenly spread over it.
func evenly[T any](list []T) []T {
	if len(list) <= maxRows {
		return list
	}
	out := make([]T, maxRows)
	for i := range out {
		out[i] = list[i*len(list)/maxRows]
	}
	return out
}

// describe fills in what the peers of cluster k look like.
func (p *Peers) describe(k int, f *models.Frame, rows []int, weight []float64) {
	for j, field := range f.Fields {
		x, w := make([]float64, 0, len(rows)), make([]float64, 0, len(rows))
		for n, i := range rows {
			if v := f.Columns[j][i]; !math.IsNaN(v) {
				x, w = append(x, v), append(w, weight[n])
			}
		}
		p.typical[k][j], p.low[k][j], p.high[k][j] = math.NaN(), math.NaN(), math.NaN()
		switch {
		case field.Categorical():
			p.typical[k][j] = frequent(x, w, len(field.Levels))
		case len(x) > 0:
			stat.SortWeighted(x, w)
			p.typical[k][j] = stat.Quantile(0.5, stat.Empirical, x, w)
			p.low[k][j] = stat.Quantile(lowShare, stat.Empirical, x, w)
			p.high[k][j] = stat.Quantile(highShare, stat.Empirical, x, w)
		}
	}
}

// frequent returns the code of the level that weighs most, the first of equals;
// NaN where no level occurs.
func frequent(codes, weight []float64, levels int) float64 {
	total := make([]float64, levels)
	for n, code := range codes {
		if code >= 0 && code < float64(levels) {
			total[int(code)] += weight[n]
		}
	}
	best := math.NaN()
	most := 0.0
	for code, w := range total {
		if w > most {
			best, most = float64(code), w
		}
	}
	return best
}

// count fills in who of cluster k's peers was there and had what, week by week.
func (p *Peers) count(k int, j *models.Journey, rows []int) {
	if j == nil {
		return
	}
	// Between two weeks, in differences; then added up.
	span := func(counts []float64, from, last float64) {
		if from > last {
			return
		}
		counts[int(from)]++
		if next := int(last) + 1; next < len(counts) {
			counts[next]--
		}
	}
	for _, i := range rows {
		last := lastWeek(j.Tenure[i])
		span(p.there[k], 0, last)
		for m := range j.Milestones {
			if at := j.Reached[m][i]; at <= j.Tenure[i] {
				span(p.had[k][m], math.Ceil(math.Max(at, 0)/models.WeekDays), last)
			}
		}
	}
	for _, counts := range append([][]float64{p.there[k]}, p.had[k]...) {
		for week := 1; week < len(counts); week++ {
			counts[week] += counts[week-1]
		}
	}
}

// movements returns every cluster's Movement.
func (c *Snapshots) movements(accounts [][]int, clusters int) []float64 {
	change, n := make([][]float64, clusters), make([]float64, clusters)
	var all []float64
	for _, rows := range accounts {
		seen := make(map[int]bool)
		for at := 1; at < len(rows) && c.Day != nil; at++ {
			from, to := rows[at-1], rows[at]
			days, k := c.Day[to]-c.Day[from], c.ClusterOf(to)
			if !(days > 0 && days <= yearDays+1) || c.ClusterOf(from) != k || k == models.NoCluster {
				continue
			}
			monthly := (c.LogOdds[to] - c.LogOdds[from]) / math.Sqrt(days/monthDays)
			change[k], all = append(change[k], monthly), append(all, monthly)
			if !seen[k] {
				seen[k] = true
				n[k]++
			}
		}
	}
	out := make([]float64, clusters)
	whole := robustSD(all)
	for k := range out {
		out[k] = whole
		if n[k] > 0 {
			own, belief := robustSD(change[k]), n[k]/(n[k]+accountsPool)
			out[k] = math.Sqrt(belief*own*own + (1-belief)*whole*whole)
		}
	}
	return out
}

// robustSD is 1.4826 times the median absolute deviation from the median; NaN
// of nothing. It changes the order of x.
func robustSD(x []float64) float64 {
	if len(x) == 0 {
		return math.NaN()
	}
	slices.Sort(x)
	middle := stat.Quantile(0.5, stat.Empirical, x, nil)
	for i := range x {
		x[i] = math.Abs(x[i] - middle)
	}
	slices.Sort(x)
	return madToSD * stat.Quantile(0.5, stat.Empirical, x, nil)
}
