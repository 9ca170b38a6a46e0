package models

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// golden holds other implementations' numbers; testdata/golden.py is the recipe.
type golden struct {
	Metrics []struct {
		LogOdds        []float64 `json:"log_odds"`
		Churned        []bool    `json:"churned"`
		Weight         []float64 `json:"weight"`
		AUC            float64   `json:"auc"`
		AUCSE          *float64  `json:"auc_se"`
		LogLoss        float64   `json:"log_loss"`
		Brier          float64   `json:"brier"`
		Slope          float64   `json:"slope"`
		Intercept      float64   `json:"intercept"`
		SlopeSE        float64   `json:"slope_se"`
		PlattSlope     float64   `json:"platt_slope"`
		PlattIntercept float64   `json:"platt_intercept"`
	} `json:"metrics"`
}

func readGolden(t *testing.T) golden {
	t.Helper()
	text, err := os.ReadFile("testdata/golden.json")
	if err != nil {
		t.Fatal(err)
	}
	var g golden
	if err := json.Unmarshal(text, &g); err != nil {
		t.Fatal(err)
	}
	return g
}

func TestMetricsAgainstOtherImplementations(t *testing.T) {
	check := func(name string, got, want, tolerance float64) {
		t.Helper()
		if !(math.Abs(got-want) <= tolerance) {
			t.Errorf("%s: %.12f, want %.12f", name, got, want)
		}
	}
	for _, c := range readGolden(t).Metrics {
		m := Measure(c.LogOdds, c.Churned, c.Weight)
		check("AUC", m.AUC, c.AUC, 1e-12)
		if c.AUCSE != nil {
			check("standard error of the AUC", m.AUCSE, *c.AUCSE, 1e-12)
		}
		check("log-loss", m.LogLoss, c.LogLoss, 1e-12)
		check("Brier", m.Brier, c.Brier, 1e-12)
		check("slope", m.Slope, c.Slope, 1e-7)
		check("intercept", m.Intercept, c.Intercept, 1e-7)
		check("standard error of the slope", m.SlopeSE, c.SlopeSE, 1e-7)
		p, err := FitPlatt(c.LogOdds, c.Churned, c.Weight)
		if err != nil {
			t.Fatal(err)
		}
		check("Platt slope", p.Slope, c.PlattSlope, 1e-6)
		check("Platt intercept", p.Intercept, c.PlattIntercept, 1e-6)
	}
}

func TestAUCByHand(t *testing.T) {
	cases := []struct {
		z       []float64
		churned []bool
		want    float64
	}{
		{[]float64{1, 2, 3, 4}, []bool{false, false, true, true}, 1},
		{[]float64{1, 2, 3, 4}, []bool{true, true, false, false}, 0},
		{[]float64{1, 1, 1}, []bool{true, false, false}, 0.5},
		{[]float64{1, 2, 2, 3}, []bool{false, true, false, true}, 3.5 / 4},
		{[]float64{math.Inf(-1), 0, math.Inf(1)}, []bool{false, false, true}, 1},
		{[]float64{1, 2}, []bool{true, true}, math.NaN()},
		{nil, nil, math.NaN()},
		{[]float64{1, math.NaN()}, []bool{true, false}, math.NaN()},
	}
	for _, c := range cases {
		got := AUC(c.z, c.churned, nil)
		if got != c.want && !(math.IsNaN(got) && math.IsNaN(c.want)) {
			t.Errorf("AUC of %v, %v is %v, want %v", c.z, c.churned, got, c.want)
		}
	}
}

// A weight of w is w copies of the row; doubling every row changes no mean.
func TestWeightsAreCopies(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(4, 40).Draw(t, "n")
		random := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		var z, weight, copiedZ []float64
		var churned, copied []bool
		for i := range n {
			z = append(z, math.Round(random.NormFloat64()*5)/5)
			churned = append(churned, i%2 == 0)
			weight = append(weight, float64(1+random.IntN(3)))
			for range int(weight[i]) {
				copiedZ, copied = append(copiedZ, z[i]), append(copied, churned[i])
			}
		}
		for name, pair := range map[string][2]float64{
			"AUC":      {AUC(z, churned, weight), AUC(copiedZ, copied, nil)},
			"log-loss": {LogLoss(z, churned, weight), LogLoss(copiedZ, copied, nil)},
			"Brier":    {Brier(z, churned, weight), Brier(copiedZ, copied, nil)},
			"doubled":  {AUC(z, churned, nil), AUC(slices.Concat(z, z), slices.Concat(churned, churned), nil)},
		} {
			if !(math.Abs(pair[0]-pair[1]) <= 1e-12) {
				t.Fatalf("%s: %v and %v", name, pair[0], pair[1])
			}
		}
	})
}

func TestLossesOfExtremeLogOdds(t *testing.T) {
	z := []float64{800, -800, 1e300}
	churned := []bool{true, false, true}
	if got := LogLoss(z, churned, nil); got != 0 {
		t.Errorf("log-loss of certain and right answers is %v", got)
	}
	wrong := []bool{false, true, true}
	if got := LogLoss(z[:2], wrong[:2], nil); got != 800 {
		t.Errorf("log-loss of certain and wrong answers is %v, want 800", got)
	}
	if got := Brier(z[:2], wrong[:2], nil); got != 1 {
		t.Errorf("Brier of certain and wrong answers is %v, want 1", got)
	}
	for _, v := range []float64{-800, -30, -1e-9, 0, 2, 30} {
		if p := Sigmoid(v); p > 0 && v > -40 && !(math.Abs(Logit(p)-v) <= 1e-6*(1+math.Exp(v))) {
			t.Errorf("Logit(Sigmoid(%v)) is %v", v, Logit(p))
		}
	}
}

func TestMetricsJSON(t *testing.T) {
	m := Measure([]float64{1, 2}, []bool{true, true}, nil)
	text, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"auc":null`, `"calibration_slope":null`, `"churned":2`, `"log_loss":0.2`} {
		if !strings.Contains(string(text), want) {
			t.Errorf("%s lacks %s", text, want)
		}
	}
	var back Metrics
	if err := json.Unmarshal(text, &back); err != nil {
		t.Fatal(err)
	}
	if !math.IsNaN(back.AUC) || back.LogLoss != m.LogLoss || back.Rows != 2 {
		t.Errorf("read back as %+v", back)
	}
	if err := json.Unmarshal([]byte(`{"auc":"high"}`), &back); err == nil {
		t.Error("a metric that is a word is accepted")
	}
}

func TestShapeMistakesPanic(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("log-odds and outcomes of different length are accepted")
		}
	}()
	Measure([]float64{1}, []bool{true, false}, nil)
}
