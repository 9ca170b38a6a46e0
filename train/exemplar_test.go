package train

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/artifact"
)

// Model accounts renewed, are of the cluster, healthy and near its middle; those
// that expanded come first; a cluster of four has none.
func TestExemplars(t *testing.T) {
	d := dataOf(t, 600, 51)
	rng := rand.New(rand.NewPCG(1, 1))
	a := &artifact.Artifact{Points: models.Points{PerDoubling: 10, PathWeight: .5}}
	assigned, z := make([]int32, 600), make([]float64, 600)
	d.Growth = make([]float64, 600)
	for i := range z {
		z[i] = rng.NormFloat64()
		d.Growth[i] = 0.3 * float64(rng.IntN(2))
	}
	list := exemplars(d, a, z, assigned, 1)[0]
	if len(list) != 10 {
		t.Fatalf("%d model accounts", len(list))
	}
	last := map[string]int{}
	var healths, aways []float64
	var rows []int
	for _, i := range d.lastRows() {
		if !d.Churned[i] {
			last[d.IDs[i]] = i
			rows = append(rows, i)
			healths = append(healths, d.health(a, i, z[i], 0))
		}
	}
	aways = distances(d.pattern(rows), len(rows))
	for n, e := range list {
		i, renewed := last[e.AccountID]
		if !renewed || !e.Renewed || e.Expanded != (d.Growth[i] > 0) {
			t.Errorf("%+v: renewed %v, growth %v", e, renewed, d.Growth[i])
		}
		if d.health(a, i, z[i], 0) < median(healths) || e.Distance > median(aways) {
			t.Errorf("%s: health %.1f, distance %.2f, medians %.1f and %.2f", e.AccountID, d.health(a, i, z[i], 0), e.Distance, median(healths), median(aways))
		}
		if n > 0 && (e.Expanded && !list[n-1].Expanded || e.Expanded == list[n-1].Expanded && e.Distance < list[n-1].Distance) {
			t.Errorf("%+v stands after %+v", e, list[n-1])
		}
	}
	four := slices.Clone(assigned)
	for _, i := range rows[4:] {
		four[i] = 1
	}
	if got := exemplars(d, a, z, four, 2); len(got[0]) != 0 || len(got[1]) == 0 {
		t.Errorf("four renewed accounts have %d model accounts, the others %d", len(got[0]), len(got[1]))
	}
}

// The middle is where most are: the account there is the nearest, the odd one
// the farthest, and a column that hardly differs does not decide.
func TestDistances(t *testing.T) {
	var x, y, same []float64
	for i := range 101 {
		x, y, same = append(x, float64(i)), append(y, 3*float64(100-i)), append(same, 7)
	}
	same[50] = 1e9
	away := distances(slices.Values([][]float64{x, y, same}), 101)
	if slices.Index(away, slices.Min(away)) != 50 || away[50] != 0 || slices.Max(away) != away[0] {
		t.Errorf("the middle is at %v, the ends at %v and %v", away[50], away[0], away[100])
	}
	scaled := make([]float64, len(x))
	for i := range x {
		scaled[i] = 1000*x[i] - 5
	}
	if other := distances(slices.Values([][]float64{scaled, y, same}), 101); fmt.Sprintf("%.9f", other) != fmt.Sprintf("%.9f", away) {
		t.Error("another unit gives other distances")
	}
	if away := distances(slices.Values([][]float64{{math.NaN(), math.NaN(), 1, 2, 3}}), 5); away[0] != farthest || away[3] != 0 {
		t.Errorf("without values: %v", away)
	}
}
