package path

import (
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/etappe/etappe/models"
	"pgregory.net/rapid"
)

// Without censoring the effective number is the number of accounts, at any
// share: Greenwood's variance is the binomial one.
func TestEffectiveNumberWithoutCensoring(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 60).Draw(t, "accounts")
		tenure, reached := slices.Repeat([]float64{700}, n), make([]float64, n)
		for i := range reached {
			reached[i] = rapid.Float64Range(0, 1000).Draw(t, "reached")
		}
		e := reachCurve(tenure, reached)
		for week := range 100 {
			if math.Abs(e.effective[week]-float64(n)) > 1e-6 {
				t.Fatalf("week %d: a share of %v of %d accounts is worth %v", week, e.share[week], n, e.effective[week])
			}
		}
	})
}

// censored draws accounts that reach a milestone with the distribution
// 0.8·(1−e^(−t/100)), seen for 30 to 700 days.
func censored(random *rand.Rand, n int) *models.Journey {
	j := &models.Journey{Milestones: []string{"a"}, Reached: make([][]float64, 1)}
	for range n {
		tenure, at := 30+670*random.Float64(), random.ExpFloat64()*100
		if random.Float64() > 0.8 || at > tenure {
			at = math.NaN()
		}
		j.Tenure, j.Reached[0] = append(j.Tenure, tenure), append(j.Reached[0], at)
	}
	return j
}

// Nine bands in ten hold the truth: for one cluster, where nothing is pooled,
// and for small clusters that are drawn from the same world.
func TestBandHoldsTheTruth(t *testing.T) {
	random := rand.New(rand.NewPCG(11, 1))
	var held, asked [2]float64
	for range 400 {
		j := censored(random, 120)
		cluster := make([]int32, 120)
		for i := range 15 {
			cluster[i] = 1
		}
		renewed := slices.Repeat([]bool{true}, 120)
		for form, clusters := range []int{1, 2} {
			var of []int32
			if clusters == 2 {
				of = cluster
			}
			p, err := Fit(j, of, clusters, renewed, Options{})
			if err != nil {
				t.Fatal(err)
			}
			for _, day := range []float64{28, 56, 140, 280} {
				truth := 0.8 * (1 - math.Exp(-day/100))
				low, high := p.Band(clusters-1, 0, day)
				asked[form]++
				if low <= truth && truth <= high {
					held[form]++
				}
			}
		}
	}
	t.Logf("held %.3f and %.3f", held[0]/asked[0], held[1]/asked[1])
	if share := held[0] / asked[0]; !(share > 0.87 && share < 0.94) {
		t.Errorf("one cluster: %.3f of the bands hold the truth, want .90", share)
	}
	if share := held[1] / asked[1]; !(share > 0.89) {
		t.Errorf("15 accounts of the same world: %.3f of the bands hold the truth, want .90 at least", share)
	}
}

// The band holds the curve, and fewer accounts know less.
func TestBandAroundTheCurve(t *testing.T) {
	p, few := fitJourney(t, 2000), fitJourney(t, 120)
	for week := range 100 {
		day := float64(7 * week)
		for k := range 2 {
			for m := range 3 {
				low, high := p.Band(k, m, day)
				if r := p.Expected(k, m, day); !(0 <= low && low <= r && r <= high && high <= 1) {
					t.Fatalf("cluster %d, milestone %d, day %v: %v outside %v to %v", k, m, day, r, low, high)
				}
				wide, wider := few.Band(k, m, day)
				if !(wider-wide > high-low) {
					t.Errorf("cluster %d, milestone %d, day %v: 120 accounts know %v to %v, 2,000 %v to %v", k, m, day, wide, wider, low, high)
				}
			}
		}
	}
	if low, high := p.Band(0, 0, math.NaN()); !math.IsNaN(low) || !math.IsNaN(high) {
		t.Errorf("at no tenure: %v to %v", low, high)
	}
}

// A cluster without accounts knows what twenty would tell it, one that is
// everyone no more than its own accounts.
func TestBandOfThePool(t *testing.T) {
	j := censored(rand.New(rand.NewPCG(12, 1)), 400)
	p, err := Fit(j, nil, 2, slices.Repeat([]bool{true}, 400), Options{})
	if err != nil {
		t.Fatal(err)
	}
	low, high := p.Band(1, 0, 140)
	if wantLow, wantHigh := models.Wilson(p.Expected(1, 0, 140), 20); low != wantLow || high != wantHigh {
		t.Errorf("nobody: %v to %v, want %v to %v", low, high, wantLow, wantHigh)
	}
	if n := p.effective[0][0][20]; !(n <= 400) {
		t.Errorf("400 accounts are worth %v", n)
	}
}

// A state of an older program has no effective numbers: it loads, and the band
// says that it is not known.
func TestPathStateWithoutBands(t *testing.T) {
	p := fitJourney(t, 200)
	old, err := p.State()
	if err != nil {
		t.Fatal(err)
	}
	delete(old.Arrays, "effective")
	back, err := FromState(old)
	if err != nil {
		t.Fatal(err)
	}
	if low, high := back.Band(0, 0, 100); !math.IsNaN(low) || !math.IsNaN(high) || back.Expected(0, 0, 100) != p.Expected(0, 0, 100) {
		t.Errorf("band %v to %v, curve %v, was %v", low, high, back.Expected(0, 0, 100), p.Expected(0, 0, 100))
	}
	again, err := back.State()
	if err != nil || !maps.EqualFunc(again.Arrays, old.Arrays, slices.Equal) {
		t.Errorf("the old state changed (error %v)", err)
	}
}
