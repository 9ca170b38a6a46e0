package artifact

import "fmt"

// Action is what was done to a term of the churn model.
type Action string

// The actions.
const (
	Removed Action = "removed" // the term is gone, its mean is in the intercept
	Set     Action = "set"     // the term's shared table holds values given by a person
)

// Edit is the record of a change by a person. It holds no date, so that the
// same edit of the same artifact gives identical bytes; the registry's note
// says when.
type Edit struct {
	Term   string `json:"term"` // as additive.TermName names it
	Action Action `json:"action"`
	Reason string `json:"reason"`
	By     string `json:"by"`
}

// String is a sentence for reports and notes.
func (e Edit) String() string {
	return fmt.Sprintf("%s %s by %s: %s", e.Term, e.Action, e.By, e.Reason)
}

// check wants all of what, why and who.
func (e Edit) check() error {
	switch {
	case e.Action != Removed && e.Action != Set:
		return fmt.Errorf("%q is no action", e.Action)
	case e.Term == "" || e.Reason == "" || e.By == "":
		return fmt.Errorf("term %q, reason %q and author %q are all needed", e.Term, e.Reason, e.By)
	}
	return nil
}
