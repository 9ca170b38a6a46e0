package datasets

import "time"

// Labels describes how the outcomes of the renewals came about. It stands in
// the report of every training run.
type Labels struct {
	// Definition is one sentence: when a renewal is due, and what makes it
	// renewed, churned or open.
	Definition string `json:"definition"`
	// Until is the last day that the data cover: no decision lies after it. The
	// zero time: every decision stands in the file.
	Until time.Time `json:"until,omitzero"`
	// GraceDays is how many days around an end still count as a renewal.
	GraceDays int `json:"grace_days,omitempty"`
	// Notes are sentences about what was found in the data or chosen by default.
	Notes []string `json:"notes,omitempty"`
}
