package artifact

import "fmt"

// Suspect is how a column alone goes with the outcome, measured because a column
// that contains the outcome makes a model look good that is not.
type Suspect struct {
	Column string `json:"column"`
	Rule   string `json:"rule,omitempty"` // one of the Suspect… constants; "": nothing is suspicious
	AUC    Figure `json:"auc"`            // of the column alone, out of fold
	Low    Figure `json:"low"`            // its 90 % interval by accounts
	High   Figure `json:"high"`
	// Value is the value that one outcome alone has, of Accounts accounts, Churned of
	// which churned; nothing of SuspectSeparates.
	Value    string `json:"value,omitempty"`
	Accounts int    `json:"accounts,omitempty"`
	Churned  int    `json:"churned,omitempty"`
}

// The rules by which a column is taken for the outcome under another name.
const (
	SuspectSeparates = "separates" // it ranks accounts almost perfectly
	SuspectValue     = "value"     // a value exists for one outcome only
	SuspectFilled    = "filled"    // it is filled for one outcome only
	SuspectMissing   = "missing"   // it is missing for one outcome only
)

// String gives the evidence.
func (s Suspect) String() string {
	figure := fmt.Sprintf("AUC %.3f of this column alone, 90 %% interval %.3f to %.3f", float64(s.AUC), float64(s.Low), float64(s.High))
	of := fmt.Sprintf("%d of these %d accounts churned", s.Churned, s.Accounts)
	switch s.Rule {
	case SuspectSeparates:
		return fmt.Sprintf("column %q says almost the same as the target (%s; suspicious above .900)", s.Column, figure)
	case SuspectValue:
		return fmt.Sprintf("column %q has a value %q for one outcome only (%s; %s)", s.Column, s.Value, of, figure)
	case SuspectFilled:
		return fmt.Sprintf("column %q is filled for one outcome only (%s; %s)", s.Column, of, figure)
	case SuspectMissing:
		return fmt.Sprintf("column %q is missing for one outcome only (%s; %s)", s.Column, of, figure)
	}
	return fmt.Sprintf("column %q (%s)", s.Column, figure)
}
