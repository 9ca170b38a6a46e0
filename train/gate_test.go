package train

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/artifact"
)

// A model is refused beside a simple one for what is worse by more than the margin
// and more than chance, not for the fourth digit: at .4307 against .4301 it passes.
func TestGateComparesPairs(t *testing.T) {
	at := func(name string, difference, se float64) artifact.Variant {
		return artifact.Variant{Name: name, Difference: &artifact.Difference{LogLoss: artifact.Figure(difference), SE: artifact.Figure(se),
			Low: artifact.Figure(difference - normal90*se), High: artifact.Figure(difference + normal90*se)}}
	}
	for name, c := range map[string]struct {
		variants []artifact.Variant
		passed   bool
	}{
		"the fourth digit":           {[]artifact.Variant{at(artifact.VariantTrees, 0.0006, 0.003)}, true},
		"sure, and worth nothing":    {[]artifact.Variant{at(artifact.VariantTrees, 0.0009, 0.0001)}, true},
		"much, and perhaps chance":   {[]artifact.Variant{at(artifact.VariantLogistic, 0.01, 0.0062)}, true},
		"much, and not chance":       {[]artifact.Variant{at(artifact.VariantLogistic, 0.01, 0.0060)}, false},
		"behind the scorecard":       {[]artifact.Variant{at(artifact.VariantScorecard, 0.01, 0.001), at(artifact.VariantTrees, -0.02, 0.001)}, false},
		"the best decides":           {[]artifact.Variant{at(artifact.VariantScorecard, -0.03, 0.001), at(artifact.VariantTrees, -0.02, 0.001)}, true},
		"separate models are no bar": {[]artifact.Variant{at(artifact.VariantSeparate, 0.01, 0.001)}, true},
		"nothing is known":           {[]artifact.Variant{at(artifact.VariantTrees, 0, math.NaN())}, true},
	} {
		if got := noWorse(artifact.Segment{Variants: c.variants}); got.Passed != c.passed {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

// A model that separates the judged renewals perfectly has no slope: the gate points
// to a leak, and never prints NaN. From an AUC of .95 on the report warns of one.
func TestPerfectModelPointsToLeak(t *testing.T) {
	z, churned := make([]float64, 60), make([]bool, 60)
	for i := range z {
		z[i], churned[i] = float64(i%2)*4-2+float64(i)/100, i%2 == 1
	}
	own := models.Measure(z, churned, nil)
	if own.AUC != 1 || !math.IsNaN(own.Slope) {
		t.Fatalf("%+v", own)
	}
	r := &artifact.Report{Training: artifact.Training{Renewals: 60, Churned: 30}, Segments: []artifact.Segment{{Renewals: 60, Churned: 30,
		Variants: []artifact.Variant{{Name: artifact.VariantEtappe, Metrics: own}}}}}
	at := slices.IndexFunc(check(r), func(c artifact.Check) bool { return c.Name == "calibrated" })
	if c := check(r)[at]; c.Passed || !strings.Contains(c.Detail, "look for a leak") {
		t.Errorf("%+v", c)
	}
	if text := fmt.Sprint(check(r)); strings.Contains(text, "NaN") {
		t.Errorf("the gate prints %s", text)
	}
	for auc, want := range map[float64]int{0.95: 0, 0.951: 1, 1: 1} {
		r.Warnings, r.Segments[0].Variants[0].Metrics.AUC = nil, auc
		if warnSuspicious(r); len(r.Warnings) != want || want > 0 && !strings.Contains(r.Warnings[0].Text, "look for a leak") {
			t.Errorf("AUC %v: %+v", auc, r.Warnings)
		}
	}
}
