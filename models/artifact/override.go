package artifact

import (
	"fmt"
	"strings"
)

// Override is why a model is the champion that the gate refused.
type Override struct {
	Owner   string `json:"owner"`   // who decided it, and answers for it
	Reason  string `json:"reason"`  // why
	Refused string `json:"refused"` // what the gate had found
}

// String is a sentence for reports.
func (o Override) String() string {
	return fmt.Sprintf("promoted by %s against the gate: %s (%s)", o.Owner, o.Reason, o.Refused)
}

// check wants all of who, why and against what, a line each.
func (o Override) check() error {
	for _, text := range []string{o.Owner, o.Reason, o.Refused} {
		if strings.TrimSpace(text) == "" || strings.ContainsAny(text, "\n\r") {
			return fmt.Errorf("an override takes an owner, a reason and what the gate found, a line each; not %q, %q and %q", o.Owner, o.Reason, o.Refused)
		}
	}
	return nil
}
