package artifact

import "fmt"

// Contamination counts the renewals that somebody may have saved: renewed after
// an intervention between a snapshot and the decision. What would have become of
// them otherwise is unknown, so a model that predicted their churn looks worse
// for it than it is, and one that did not looks better. They are left in training and test; the
// figures show how much of the judged quality rests on them.
type Contamination struct {
	Renewed int           `json:"renewed"`      // renewals of the data that ended well
	Saved   int           `json:"contaminated"` // of them after an intervention
	Share   float64       `json:"share"`
	Kinds   []SavedByKind `json:"kinds"`   // most first
	With    Judged        `json:"with"`    // the judged rows
	Without Judged        `json:"without"` // without the contaminated ones
}

// SavedByKind is how many renewals had an intervention of a kind; those with
// several kinds count in each.
type SavedByKind struct {
	Kind  string  `json:"kind"`
	Saved int     `json:"contaminated"`
	Share float64 `json:"share"` // of all renewed
}

// Judged is the quality on a set of rows. Leaving out rows that renewed makes
// churn more frequent, so log-loss is to be read against the base rate's.
type Judged struct {
	Rows        int    `json:"rows"`
	AUC         Figure `json:"auc"`
	LogLoss     Figure `json:"log_loss"`
	BaseLogLoss Figure `json:"base_log_loss"` // of these rows' own rate of churn
}

// String is a sentence for the report's reader.
func (c *Contamination) String() string {
	return fmt.Sprintf("%d of %d renewals (%.0f %%) came after an intervention that may have saved them; on the judged rows log-loss %.4f (base rate %.4f), without theirs %.4f (%.4f)",
		c.Saved, c.Renewed, 100*c.Share, c.With.LogLoss, c.With.BaseLogLoss, c.Without.LogLoss, c.Without.BaseLogLoss)
}
