package baseline

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/etappe/etappe/models"
)

// A band of one feature takes two cuts on it in one path: golearn alone drops a
// feature once it was split on.
func TestTreesCutAFeatureTwice(t *testing.T) {
	band := func(x []float64, _ *rand.Rand) bool { return x[0] > -0.5 && x[0] < 0.5 }
	s, test := draw(2000, 1, 1, band), draw(2000, 1, 2, band)
	model, err := Trees{Count: 5}.Fit(context.Background(), s)
	if err != nil {
		t.Fatal(err)
	}
	z, err := model.LogOdds(test.Frame)
	if err != nil {
		t.Fatal(err)
	}
	if auc := models.AUC(z, test.Churned, nil); !(auc > 0.99) {
		t.Errorf("AUC %v on a band", auc)
	}
	if auc := models.AUC(fitted(t, Logistic{}, s), s.Churned, nil); !(auc < 0.6) {
		t.Errorf("a line reaches AUC %v on a band: the test proves nothing", auc)
	}
}

func TestTreesFindAnInteraction(t *testing.T) {
	cross := func(x []float64, _ *rand.Rand) bool { return (x[0] > 0) != (x[1] > 0) }
	s := draw(3000, 4, 3, cross)
	if auc := models.AUC(fitted(t, Trees{Count: 10}, s), s.Churned, nil); !(auc > 0.95) {
		t.Errorf("AUC %v on a cross of two features", auc)
	}
}

func TestTreeCountsItsLeaves(t *testing.T) {
	// Codes 1 and 2; 30 of 40 rows with code 2 churned, 10 of 60 with code 1.
	var codes []uint8
	var churned []bool
	var rows []int32
	for i := range 100 {
		code := uint8(1)
		if i < 40 {
			code = 2
		}
		codes, churned, rows = append(codes, code), append(churned, i < 30 || i >= 90), append(rows, int32(i))
	}
	one, err := grow([][]uint8{codes}, churned, rows, growOptions{depth: 3, leaf: 5, tried: 1, rate: 0.4})
	if err != nil {
		t.Fatal(err)
	}
	for row, want := range map[int]float64{0: (30 + 0.8) / 42, 99: (10 + 0.8) / 62} {
		if got := one.probability([][]uint8{codes}, row); math.Abs(got-want) > 1e-12 {
			t.Errorf("row %d: probability %v, want %v", row, got, want)
		}
	}
}

func TestTreesSeedsDiffer(t *testing.T) {
	s := draw(500, 3, 4, func(x []float64, random *rand.Rand) bool { return random.Float64() < models.Sigmoid(x[0]) })
	a, b := fitted(t, Trees{Count: 3, Seed: 1}, s), fitted(t, Trees{Count: 3, Seed: 2}, s)
	same := 0
	for i := range a {
		if a[i] == b[i] {
			same++
		}
	}
	if same > len(a)/2 {
		t.Errorf("%d of %d answers are the same under another seed", same, len(a))
	}
}

// Rows of weight 0 are never drawn.
func TestTreesRespectWeights(t *testing.T) {
	s := draw(1000, 1, 5, func(x []float64, _ *rand.Rand) bool { return x[0] > 0 })
	s.Weight = make([]float64, 1000)
	for i := range s.Weight {
		if i < 900 {
			s.Weight[i] = 1
		} else {
			s.Churned[i] = !s.Churned[i]
		}
	}
	drawn := newDrawer(s).rows(5000, rand.New(rand.NewPCG(1, 1)))
	for _, r := range drawn {
		if r >= 900 {
			t.Fatalf("row %d of weight 0 is drawn", r)
		}
	}
	s.Weight[3] = math.Inf(1)
	if _, err := (Trees{}).Fit(context.Background(), s); !errors.Is(err, models.ErrTraining) {
		t.Errorf("an infinite weight: error %v, want ErrTraining", err)
	}
}

func TestScorecardSigns(t *testing.T) {
	signs := map[string]float64{
		"login.count_28": 1, "ticket_opened.count_28": -1, "ticket_opened.recency": 1, "login.recency": -1,
		"TotalCharges": 0, "arr_now": 0, "warranty": 1, "days_to_renewal": 0, "nps.last": 1,
		"number_customer_service_calls": -1,
	}
	for name, want := range signs {
		if got := guessSign(name); got != want {
			t.Errorf("%s: sign %v, want %v", name, got, want)
		}
	}
}

func TestScorecardFollowsItsSignsOnly(t *testing.T) {
	s := draw(1000, 3, 6, func(x []float64, random *rand.Rand) bool { return random.Float64() < models.Sigmoid(2*x[0]-x[1]) })
	right := fitted(t, Scorecard{Signs: map[string]float64{"x0": -2, "x1": 1}}, s)
	wrong := fitted(t, Scorecard{Signs: map[string]float64{"x0": 2, "x1": -1}}, s)
	up, down := models.AUC(right, s.Churned, nil), models.AUC(wrong, s.Churned, nil)
	if !(up > 0.8) || math.Abs(up+down-1) > 1e-12 {
		t.Errorf("AUC %v with the right signs and %v with the wrong ones: a scorecard must not be turned round", up, down)
	}
	m := models.Measure(wrong, s.Churned, nil)
	if base := models.Measure(fitted(t, Majority{}, s), s.Churned, nil); m.LogLoss > base.LogLoss+0.005 {
		t.Errorf("log-loss %v of a wrong scorecard, %v of the base rate", m.LogLoss, base.LogLoss)
	}
	ignored := fitted(t, Scorecard{Signs: map[string]float64{}}, s)
	if ignored[0] != ignored[1] {
		t.Error("a scorecard without KPIs tells rows apart")
	}
}
