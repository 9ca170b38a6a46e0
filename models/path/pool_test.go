package path

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/etappe/etappe/models"
)

// fitAll fits a path on accounts who all renewed.
func fitAll(t testing.TB, j *models.Journey, cluster []int32, clusters int) *Path {
	t.Helper()
	p, err := Fit(j, cluster, clusters, slices.Repeat([]bool{true}, len(j.Tenure)), Options{})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// Clusters that are alike are pooled as far as Pool goes: one of nine accounts
// is believed by 9/29, an empty one is everyone.
func TestPathPoolsSmallClusters(t *testing.T) {
	j := censored(rand.New(rand.NewPCG(4, 9)), 600)
	cluster := make([]int32, 600)
	for i := range 9 { // like the others: two in three have it in the end
		cluster[i], j.Tenure[i], j.Reached[0][i] = 1, 600, never
		if i < 6 {
			j.Reached[0][i] = 30 + 30*float64(i)
		}
	}
	nine := &models.Journey{Milestones: j.Milestones, Tenure: j.Tenure[:9], Reached: [][]float64{j.Reached[0][:9]}}
	p, all, own := fitAll(t, j, cluster, 3), fitAll(t, j, nil, 1), fitAll(t, nine, nil, 1)
	for _, day := range []float64{35, 91, 364} {
		want := 9./29*own.Expected(0, 0, day) + 20./29*all.Expected(0, 0, day)
		if got := p.Expected(1, 0, day); math.Abs(got-want) > 1e-12 {
			t.Errorf("day %v: small cluster %v, want %v", day, got, want)
		}
		if got, want := p.Expected(2, 0, day), all.Expected(0, 0, day); got != want {
			t.Errorf("day %v: empty cluster %v, want %v", day, got, want)
		}
	}
}

// A milestone of one cluster only is not expected of the others, nor less of its
// own: the band holds what every one of its accounts did.
func TestPathKeepsAMilestoneToItsCluster(t *testing.T) {
	j := &models.Journey{Milestones: []string{"ours"}, Reached: make([][]float64, 1)}
	var cluster []int32
	for i := range 200 {
		at := never
		if i < 30 {
			at = 20
		}
		j.Tenure, j.Reached[0] = append(j.Tenure, 300), append(j.Reached[0], at)
		cluster = append(cluster, min(1, int32(i/30)))
	}
	p := fitAll(t, j, cluster, 2)
	ours, theirs := p.Expected(0, 0, 100), p.Expected(1, 0, 100)
	if !(ours > 0.95 && theirs < 0.01) {
		t.Errorf("expected with %.3f in its cluster, %.3f in the other", ours, theirs)
	}
	if low, high := p.Band(0, 0, 100); !(low > 0.8 && high > 0.99) {
		t.Errorf("30 of 30 had it, and the band is %.3f to %.3f", low, high)
	}
	if w := p.Weight(1, 0); w != 0 {
		t.Errorf("it weighs %v where nobody has it", w)
	}
}

// The planted spread of clusters comes out: shares drawn from a beta
// distribution that is worth ten accounts.
func TestPoolFindsThePlantedSpread(t *testing.T) {
	random := rand.New(rand.NewPCG(13, 1))
	const clusters, accounts, planted = 100, 40, 10
	j := &models.Journey{Milestones: []string{"a"}, Reached: make([][]float64, 1)}
	own, everyone := make([][]int, clusters), []int(nil)
	for k := range clusters {
		share := urn(random, 0.6*planted, planted)
		for range accounts {
			at := never
			if random.Float64() < share {
				at = 50
			}
			own[k], everyone = append(own[k], len(j.Tenure)), append(everyone, len(j.Tenure))
			j.Tenure, j.Reached[0] = append(j.Tenure, 400), append(j.Reached[0], at)
		}
	}
	renewed := slices.Repeat([]bool{true}, len(everyone))
	groups := make([]cohort, clusters)
	for k := range own {
		groups[k] = fitCohort(j, own[k], renewed)
	}
	o := Options{Pool: 1000}
	if got := o.pool(groups, fitCohort(j, everyone, renewed), 0); !(got > 6 && got < 16) {
		t.Errorf("worth %.1f accounts, planted %d", got, planted)
	}
}

// urn draws from Beta(red, all−red): the limit of Pólya's urn.
func urn(random *rand.Rand, red, all float64) float64 {
	for range 3000 {
		if random.Float64() < red/all {
			red++
		}
		all++
	}
	return red / all
}
