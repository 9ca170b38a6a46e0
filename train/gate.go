package train

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/artifact"
)

// normal90 is the one-sided 95 % point of the normal distribution: a lower
// bound that a lucky model passes one time in twenty.
const normal90 = 1.645

// check compares the judged model with chance, the base rate and simple models, and
// its calibration slope with 1.
func check(r *artifact.Report) []artifact.Check {
	all := r.Segments[0]
	own, _ := all.Of(artifact.VariantEtappe)
	base, _ := all.Of(artifact.VariantMajority)
	bound := own.AUC - normal90*own.AUCSE
	list := []artifact.Check{
		{Name: "better than chance", Passed: bound > 0.5, Detail: chance(all, own, bound)},
		{Name: "better than the base rate", Passed: own.LogLoss < base.LogLoss, Detail: fmt.Sprintf("log-loss %.4f, base rate %.4f", own.LogLoss, base.LogLoss)},
		noWorse(all),
		calibratedSlope(own),
	}
	if m := r.Mean; m != nil {
		list = append(list, artifact.Check{Name: "calibrated in the mean", Passed: meanHolds(m), Detail: fmt.Sprintf(
			"%.1f %% predicted to churn, %.1f %% did, 90 %% interval %.1f to %.1f %%, must reach into 0.80 to 1.25 of what was predicted",
			100*m.Predicted, 100*m.Churned, 100*m.Low, 100*m.High)})
	}
	return append(list, enoughRenewals(r.Training))
}

// margin is how far above the best simple model's log-loss, in nats per renewal, a
// model may be: less is worth nothing to anybody.
const margin = 0.001

// simple are the models that a team could have without Etappe.
var simple = []string{artifact.VariantScorecard, artifact.VariantLogistic, artifact.VariantTrees}

// noWorse compares the model with the best of the simple ones, pair by pair: it fails
// if it is worse by more than margin and chance is excluded, the 90 % interval of the
// difference lying above 0. What chance alone may have done refuses nothing.
func noWorse(all artifact.Segment) artifact.Check {
	c := artifact.Check{Name: "no worse than simple models", Passed: true, Detail: "no simple model was judged"}
	var best *artifact.Variant
	for i, v := range all.Variants {
		if slices.Contains(simple, v.Name) && v.Difference != nil && (best == nil || v.Difference.LogLoss > best.Difference.LogLoss) {
			best = &all.Variants[i]
		}
	}
	if best == nil {
		return c
	}
	d := best.Difference
	c.Passed = !(d.LogLoss > margin && d.Low > 0)
	c.Detail = fmt.Sprintf("log-loss %+.4f against the best of them (%s), 90 %% interval %+.4f to %+.4f, refused above %+.4f with an interval above 0",
		d.LogLoss, best.Name, d.Low, d.High, margin)
	return c
}

// leastRenewals is how many renewals of either outcome a model needs: below, the
// standard error of an AUC of .8 is above .04. datasets warns at the same number.
const leastRenewals = 50

// enoughRenewals counts decided renewals, not snapshots.
func enoughRenewals(t artifact.Training) artifact.Check {
	renewed := t.Renewals - t.Churned
	return artifact.Check{Name: "enough renewals", Passed: min(t.Churned, renewed) >= leastRenewals,
		Detail: fmt.Sprintf("%d churned and %d renewed, at least %d of either are needed", t.Churned, renewed, leastRenewals)}
}

// widestSlopes is the standard error beyond which a slope's interval reaches into
// the bounds because nothing is known of it.
const widestSlopes = 0.5

// calibratedSlope holds the slope of the calibration line within bounds.
func calibratedSlope(own models.Metrics) artifact.Check {
	low, high := own.Slope-2*own.SlopeSE, own.Slope+2*own.SlopeSE
	c := artifact.Check{Name: "calibrated", Passed: low < 1.25 && high > 0.8 && own.SlopeSE <= widestSlopes,
		Detail: fmt.Sprintf("slope %.2f, 95 %% interval %.2f to %.2f, must reach into 0.80 to 1.25", own.Slope, low, high)}
	switch {
	case math.IsNaN(own.Slope) && own.AUC > suspicious:
		c.Detail = fmt.Sprintf("AUC %.3f: the model separates the judged renewals perfectly, so that no slope is defined: look for a leak", own.AUC)
	case math.IsNaN(own.Slope) || math.IsNaN(own.SlopeSE):
		c.Detail = "no slope can be measured: the predictions hardly differ, or there are too few renewals"
	case own.SlopeSE > widestSlopes:
		c.Detail = fmt.Sprintf("slope %.2f, 95 %% interval %.2f to %.2f: wider than %.0f, nothing is known of the calibration", own.Slope, low, high, 4*widestSlopes)
	}
	return c
}

// chance describes the comparison of the model's AUC with chance. Where renewals are
// too few the figures are luck, or none at all, and it is they that must be named.
func chance(all artifact.Segment, own models.Metrics, bound float64) string {
	text := fmt.Sprintf("AUC %.3f, lower bound %.3f, needed above .500", own.AUC, bound)
	if math.IsNaN(bound) {
		text = "AUC and its error cannot be measured"
	}
	if renewed := all.Renewals - all.Churned; min(all.Churned, renewed) < minOutcomes {
		text += fmt.Sprintf("; judged on %d churned and %d renewed renewals, and fewer than %d of either hardly tell a model from luck: more data are needed",
			all.Churned, renewed, minOutcomes)
	}
	return text
}

// Gate returns nil if every check of the report passed, or an error that
// matches ErrGate and lists the ones that did not.
func Gate(r *artifact.Report) error {
	var failed []string
	for _, c := range r.Checks {
		if !c.Passed {
			failed = append(failed, fmt.Sprintf("not met: %s (%s)", c.Name, c.Detail))
		}
	}
	if len(failed) > 0 || len(r.Checks) == 0 {
		return fmt.Errorf("%w: %s", ErrGate, strings.Join(failed, "; "))
	}
	return nil
}
