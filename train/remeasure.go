package train

import (
	"errors"
	"fmt"
	"slices"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/additive"
	"github.com/etappe/etappe/models/artifact"
)

// editAllowance is how much log-loss all edits of a model together may cost, in
// nats per row. Together, because many small edits are a large one.
const editAllowance = 0.005

// editCheck names the gate's condition on edited models.
const editCheck = "worth its edits"

// errNoReport refuses an artifact that was stored without its training report.
var errNoReport = errors.New("the model has no training report to record the change in")

// Edit returns an artifact like a, with churn for its model and the edit on
// record in artifact and report; a stays as it is. Answers are judged before and
// after on the labelled rows of d, which must be made of a's features. They may
// be those that a learned from: its loss before is flattering there, and the
// cost overstated rather than understated. With nil the report states that the
// edit was not measured, and its gate refuses. The headline figures are left
// out: they were another model's. The error wraps models.ErrTraining if d holds
// too few outcomes to decide.
func Edit(a *artifact.Artifact, churn *additive.Model, e artifact.Edit, d *Data) (*artifact.Artifact, *artifact.Report, error) {
	if a.Report == nil {
		return nil, nil, errNoReport
	}
	r := a.Report.Clone()
	next := *a
	next.Churn, next.Edits, next.Metrics, next.Original = churn, append(slices.Clone(a.Edits), e), nil, ""
	entry := artifact.Edited{Edit: e}
	r.Importance = nil
	if d != nil {
		before, err := Remeasure(d, a)
		if err != nil {
			return nil, nil, err
		}
		after, err := Remeasure(d, &next)
		if err != nil {
			return nil, nil, err
		}
		entry.Before, entry.After = &before, &after
		assigned, err := a.Clusters.Assign(d.Frame)
		if err != nil {
			return nil, nil, fmt.Errorf("assigning clusters: %w", err)
		}
		if err := addImportance(r, &next, d, assigned.Cluster); err != nil {
			return nil, nil, err
		}
	}
	r.Edits = append(r.Edits, entry)
	r.Warn(artifact.WarnEdited, "edited by hand: "+e.String())
	r.Checks = slices.DeleteFunc(r.Checks, func(c artifact.Check) bool { return c.Name == editCheck })
	r.Checks = append(r.Checks, checkEdits(r.Edits))
	next.Report = r
	return &next, r, nil
}

// Remeasure judges an artifact on labelled rows, each renewal counting once. The
// error wraps models.ErrFields if the rows are made of other features, and
// models.ErrTraining if they hold fewer than 20 decisions of either kind.
func Remeasure(d *Data, a *artifact.Artifact) (models.Metrics, error) {
	everything := make([]int, len(d.Churned))
	for i := range everything {
		everything[i] = i
	}
	if !d.enough(everything) {
		return models.Metrics{}, fmt.Errorf("%w: judging an edit takes at least %d churned and %d renewed decisions",
			models.ErrTraining, minOutcomes, minOutcomes)
	}
	frame := *d.Frame
	if err := assign(a.Clusters, &frame); err != nil {
		return models.Metrics{}, err
	}
	z, err := a.Churn.LogOdds(&frame)
	if err != nil {
		return models.Metrics{}, err
	}
	return models.Measure(z, d.Churned, d.Weight), nil
}

// checkEdits holds what all edits cost together against the allowance.
func checkEdits(edits []artifact.Edited) artifact.Check {
	c := artifact.Check{Name: editCheck}
	cost, last := 0.0, edits[len(edits)-1]
	for _, e := range edits {
		if e.Action == artifact.Named {
			continue // it costs nothing
		}
		if e.Before == nil {
			c.Detail = fmt.Sprintf("%s was not measured: edit again with labelled data", e.Term)
			return c
		}
		cost += e.After.LogLoss - e.Before.LogLoss
		last = e
	}
	c.Passed = cost <= editAllowance
	c.Detail = fmt.Sprintf("log-loss %+.4f in all, at most +%.4f is allowed; %.4f to %.4f and AUC %.3f to %.3f by the last edit, on %d rows",
		cost, editAllowance, last.Before.LogLoss, last.After.LogLoss, last.Before.AUC, last.After.AUC, last.After.Rows)
	return c
}
