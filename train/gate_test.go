package train

import (
	"math"
	"testing"

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
