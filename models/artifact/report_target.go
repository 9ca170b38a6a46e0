package artifact

import "fmt"

// TargetReport is whether a further outcome can be predicted, and how well.
type TargetReport struct {
	Name   string `json:"name"`
	Rows   int    `json:"rows"`   // renewals with known revenue before and after
	Events int    `json:"events"` // of them with the outcome
	Kept   bool   `json:"kept"`
	Detail string `json:"detail"` // why, with figures
	// Quality is that of renewals decided after those learned from; nil: not judged.
	Quality *TargetFigures `json:"quality,omitempty"`
}

// Outcomes returns a line per further target: whether it can be predicted, and
// how well.
func (r *Report) Outcomes() []string {
	var lines []string
	for _, t := range r.Targets {
		verdict := "left out"
		if t.Kept {
			verdict = "kept"
		}
		lines = append(lines, fmt.Sprintf("%s, %d of %d renewals: %s (%s)", t.Name, t.Events, t.Rows, verdict, t.Detail))
	}
	return lines
}
