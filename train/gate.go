package train

import (
	"fmt"
	"math"
	"strings"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/artifact"
)

// normal90 is the one-sided 95 % point of the normal distribution: a lower
// bound that a lucky model passes one time in twenty.
const normal90 = 1.645

// check compares the judged model with chance, the base rate and the tree
// ensemble, and its calibration slope with 1.
func check(r *artifact.Report) []artifact.Check {
	all := r.Segments[0]
	own, _ := all.Of(artifact.VariantEtappe)
	base, _ := all.Of(artifact.VariantMajority)
	trees, _ := all.Of(artifact.VariantTrees)
	bound := own.AUC - normal90*own.AUCSE
	low, high := own.Slope-2*own.SlopeSE, own.Slope+2*own.SlopeSE
	return []artifact.Check{
		{Name: "better than chance", Passed: bound > 0.5, Detail: chance(own, bound)},
		{Name: "better than the base rate", Passed: own.LogLoss < base.LogLoss, Detail: fmt.Sprintf("log-loss %.4f, base rate %.4f", own.LogLoss, base.LogLoss)},
		{Name: "no worse than the tree ensemble", Passed: own.LogLoss <= trees.LogLoss, Detail: fmt.Sprintf("log-loss %.4f, trees %.4f", own.LogLoss, trees.LogLoss)},
		{Name: "calibrated", Passed: low < 1.25 && high > 0.8, Detail: fmt.Sprintf("slope %.2f, interval %.2f to %.2f, must reach into 0.80 to 1.25", own.Slope, low, high)},
	}
}

// chance describes the comparison of the model's AUC with chance. Where rows are too few the
// figures are luck, or none at all, and it is the rows that must be named.
func chance(own models.Metrics, bound float64) string {
	text := fmt.Sprintf("AUC %.3f, lower bound %.3f, needed above .500", own.AUC, bound)
	if math.IsNaN(bound) {
		text = "AUC and its error cannot be measured"
	}
	if renewed := own.Rows - own.Churned; min(own.Churned, renewed) < minOutcomes {
		text += fmt.Sprintf("; judged on %d churned and %d renewed rows, and fewer than %d of either hardly tell a model from luck: more data are needed",
			own.Churned, renewed, minOutcomes)
	}
	return text
}

// Gate returns nil if every check of the report passed, or an error that
// matches ErrGate and lists the ones that did not.
func Gate(r *artifact.Report) error {
	var failed []string
	for _, c := range r.Checks {
		if !c.Passed {
			failed = append(failed, fmt.Sprintf("not %s (%s)", c.Name, c.Detail))
		}
	}
	if len(failed) > 0 || len(r.Checks) == 0 {
		return fmt.Errorf("%w: %s", ErrGate, strings.Join(failed, "; "))
	}
	return nil
}
