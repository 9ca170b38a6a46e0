package artifact

import (
	"fmt"
	"regexp"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/additive"
)

// Target is a further outcome of a renewal, with a model of its own beside that
// of churn: log-odds that the event happens to an account that renews.
type Target struct {
	TargetFigures
	Model *additive.Model // of the artifact's fields, without clusters
}

// TargetFigures are what a target is and how well it is predicted, on
// renewals decided after those that were learned from.
type TargetFigures struct {
	Name string `json:"name"` // "expansion", "contraction"
	// Threshold is the relative change of recurring revenue from which the event
	// counts as having happened: 0.1, or −0.1 for a contraction.
	Threshold   float64 `json:"threshold"`
	Rows        int     `json:"rows"`   // renewals learned from
	Events      int     `json:"events"` // of them with the event
	AUC         float64 `json:"auc"`
	AUCSE       float64 `json:"auc_se"`
	LogLoss     float64 `json:"log_loss"`
	BaseLogLoss float64 `json:"base_log_loss"` // of the base rate, on the same rows
}

var targetPattern = regexp.MustCompile(`^[a-z][a-z_]{0,39}$`)

// targetPart names the part that holds a target's model.
func targetPart(name string) string { return "target:" + name }

// checkTargets wants each name once, a model with every one, and figures that
// can be.
func (a *Artifact) checkTargets() error {
	seen := make(map[string]bool)
	for _, t := range a.Targets {
		switch {
		case !targetPattern.MatchString(t.Name) || seen[t.Name]:
			return fmt.Errorf("the artifact's target %q has a bad name, or stands twice", t.Name)
		case t.Model == nil || t.Model.Clusters() != 1:
			return fmt.Errorf("the artifact's target %q lacks a model without clusters", t.Name)
		case t.Events < 1 || t.Events >= t.Rows || !(t.AUC >= 0 && t.AUC <= 1):
			return fmt.Errorf("the artifact's target %q has %d events in %d rows and an AUC of %v", t.Name, t.Events, t.Rows, t.AUC)
		}
		seen[t.Name] = true
	}
	return nil
}

// reviveTargets decodes the targets' models.
func (a *Artifact) reviveTargets(states map[string]models.State, figures []TargetFigures) error {
	for _, f := range figures {
		m, err := revive(states, targetPart(f.Name), additive.FromState)
		if err != nil {
			return err
		}
		a.Targets = append(a.Targets, Target{f, m})
	}
	return nil
}
