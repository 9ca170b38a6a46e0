package artifact

import (
	"fmt"
	"strings"
)

// Leads is how long before the due date the snapshots were taken that a model
// learned from and was judged on.
type Leads struct {
	Wanted []int `json:"wanted,omitempty"` // days that the configuration names; nil: the usual ones
	// Unfit is for how many decided renewals none of those fits, because the period
	// is shorter; LeftOut is how many rows were left out so that training and test
	// have leads of one kind.
	Unfit   int        `json:"unfit_renewals,omitempty"`
	LeftOut int        `json:"left_out_rows,omitempty"`
	Lines   []LeadLine `json:"lines"` // shortest first
}

// LeadLine is a range of lead times with the calibration of the judged rows in it:
// every renewal counts once in each range.
type LeadLine struct {
	From  int `json:"from_days"`
	To    int `json:"to_days"`
	Train int `json:"train_rows"`
	Test  int `json:"test_rows"`
	// Renewals judged, the mean probability of churn predicted of them and the share
	// that churned, with its 90 % interval; nil: none.
	Judged *CalibrationBin `json:"judged,omitempty"`
}

// String lists the ranges; "" for nil.
func (l *Leads) String() string {
	if l == nil {
		return ""
	}
	var list []string
	for _, line := range l.Lines {
		list = append(list, fmt.Sprintf("%d-%d: %d/%d", line.From, line.To, line.Train, line.Test))
	}
	return strings.Join(list, ", ")
}
