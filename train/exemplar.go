package train

import (
	"cmp"
	"iter"
	"math"
	"slices"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/artifact"
)

// Limits of a list of model accounts.
const (
	mostExemplars = 10
	fewestRenewed = 5 // below, nobody is typical
)

// exemplars names each cluster's model accounts: those that one would copy and
// paste. Of the accounts that renewed last and whose last snapshot is in the
// cluster, the healthier half (health score at that snapshot) is looked at, of
// them the half nearest to the middle of the cluster, and of these those whose
// revenue expanded come first, then the nearest.
//
//	distance = mean over the usage pattern's coordinates c of | x_c − median_c | / ( 1.4826 · MAD_c )
//
// over the renewed accounts, each coordinate counting 3 at most, so that one odd
// value does not decide. The medoid alone would be one account that few have met.
func exemplars(d *Data, a *artifact.Artifact, logOdds []float64, assigned []int32, clusters int) [][]artifact.Exemplar {
	own := make([][]int, clusters)
	for _, i := range d.lastRows() {
		if !d.Churned[i] && assigned[i] != models.NoCluster {
			own[assigned[i]] = append(own[assigned[i]], i)
		}
	}
	out := make([][]artifact.Exemplar, len(own))
	for k, rows := range own {
		if len(rows) < fewestRenewed {
			continue
		}
		away := distances(d.pattern(rows), len(rows))
		health := make([]float64, len(rows))
		order := make([]int, len(rows))
		for n, i := range rows {
			order[n] = n
			health[n] = d.health(a, i, logOdds[i], k)
		}
		slices.SortStableFunc(order, func(x, y int) int { return cmp.Compare(health[y], health[x]) })
		order = order[:(len(order)+1)/2]
		slices.SortStableFunc(order, func(x, y int) int { return cmp.Compare(away[x], away[y]) })
		order = order[:(len(order)+1)/2]
		slices.SortStableFunc(order, func(x, y int) int { return cmp.Compare(d.expanded(rows[y]), d.expanded(rows[x])) })
		for _, n := range order[:min(len(order), mostExemplars)] {
			out[k] = append(out[k], artifact.Exemplar{AccountID: d.IDs[rows[n]], Renewed: true,
				Expanded: d.expanded(rows[n]) == 1, Distance: away[n]})
		}
	}
	return out
}

// expanded is 1 where the row's renewal grew the account clearly, else 0.
func (d *Data) expanded(i int) int {
	if d.Growth != nil && d.Growth[i] >= clearGrowth {
		return 1
	}
	return 0
}

// health is the health score of a row of cluster k with the given log-odds.
func (d *Data) health(a *artifact.Artifact, i int, logOdds float64, k int) float64 {
	if a.Path == nil {
		return a.Points.Health(math.NaN(), logOdds)
	}
	return a.Points.Health(d.pathScore(a.Path, i, k), logOdds)
}

// pattern hands out the coordinates of the rows' usage pattern one by one, each
// with a value per row: roots of shares of counts (so that size cancels out) and
// values; all numbers where the catalogue names no pattern. Columns of names are
// left out.
func (d *Data) pattern(rows []int) iter.Seq[[]float64] {
	space := Space(d.Catalog)
	column := func(name string) []float64 { return models.Pick(d.Frame.Columns[d.Catalog.Index(name)], rows) }
	total := make([]float64, len(rows))
	for _, name := range space.Shares {
		for n, v := range column(name) {
			total[n] += max(v, 0)
		}
	}
	return func(yield func([]float64) bool) {
		for _, name := range space.Shares {
			share := column(name)
			for n, v := range share {
				share[n] = math.Sqrt(max(v, 0) / total[n]) // NaN without any event
			}
			if !yield(share) {
				return
			}
		}
		for j, f := range d.Frame.Fields {
			in := slices.Contains(space.Values, f.Name) || len(space.Shares)+len(space.Values) == 0
			if in && !f.Categorical() && !yield(models.Pick(d.Frame.Columns[j], rows)) {
				return
			}
		}
	}
}

// farthest is what one coordinate counts at most, in usual deviations.
const farthest = 3

// distances returns how far each of n rows is from their middle. A missing
// coordinate is left out; a row without any is as far as can be.
func distances(coordinates iter.Seq[[]float64], rows int) []float64 {
	sum, known := make([]float64, rows), make([]float64, rows)
	for values := range coordinates {
		middle := median(values)
		gaps := make([]float64, len(values))
		for n, v := range values {
			gaps[n] = math.Abs(v - middle)
		}
		spread := 1.4826 * median(gaps)
		if !(spread > 0) {
			continue // most are alike: it separates nobody
		}
		for n, gap := range gaps {
			if !math.IsNaN(gap) {
				sum[n] += math.Min(gap/spread, farthest)
				known[n]++
			}
		}
	}
	for n := range sum {
		if known[n] == 0 {
			sum[n], known[n] = farthest, 1
		}
		sum[n] /= known[n]
	}
	return sum
}

// median returns the middle of the values that are known, the lower of two; NaN
// of none.
func median(values []float64) float64 {
	known := slices.DeleteFunc(slices.Clone(values), math.IsNaN)
	if len(known) == 0 {
		return math.NaN()
	}
	slices.Sort(known)
	return known[(len(known)-1)/2]
}
