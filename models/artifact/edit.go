package artifact

import (
	"fmt"

	"github.com/etappe/etappe/models/cluster"
)

// Action is what a person did to an artifact.
type Action string

// The actions.
const (
	Removed Action = "removed" // the term is gone, its mean is in the intercept
	Set     Action = "set"     // the term's shared table holds values given by a person
	Named   Action = "named"   // the cluster has a name given by a person; the churn model is as it was
	Erased  Action = "erased"  // an account is no longer among the model accounts
)

// Edit is the record of a change by a person. It holds no date, so that the
// same edit of the same artifact gives identical bytes; the registry's note
// holds the date.
type Edit struct {
	// Term is what was changed: a term as additive.TermName names it; of Named,
	// the id of a cluster; of Erased, "model account".
	Term   string `json:"term"`
	Action Action `json:"action"`
	Reason string `json:"reason,omitempty"` // of Named and Erased it may be missing
	By     string `json:"by"`
	Name   string `json:"name,omitempty"` // of Named
}

// String is a sentence for reports and notes.
func (e Edit) String() string {
	text := fmt.Sprintf("%s %s", e.Term, e.Action)
	if e.Action == Named {
		text += fmt.Sprintf(" %q", e.Name)
	}
	text += " by " + e.By
	if e.Reason != "" {
		text += ": " + e.Reason
	}
	return text
}

// check wants all of what, why and who.
func (e Edit) check() error {
	switch {
	case e.Action == Named:
		if cluster.IDNumber(e.Term) == 0 || e.By == "" {
			return fmt.Errorf("%w: cluster %q and author %q are both needed", cluster.ErrName, e.Term, e.By)
		}
		return cluster.CheckName(e.Name)
	case e.Action == Erased:
		if e.Term != erasedTerm || e.By == "" || e.Name != "" {
			return fmt.Errorf("term %q and author %q of what was erased are both needed", e.Term, e.By)
		}
		return nil
	case e.Action != Removed && e.Action != Set:
		return fmt.Errorf("%q is no action", e.Action)
	case e.Term == "" || e.Reason == "" || e.By == "" || e.Name != "":
		return fmt.Errorf("term %q, reason %q and author %q are all needed, and no name", e.Term, e.Reason, e.By)
	}
	return nil
}
