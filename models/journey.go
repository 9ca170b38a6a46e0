package models

import "fmt"

// Journey holds how far each row had come along the success path.
type Journey struct {
	Milestones []string    // names, sorted
	Tenure     []float64   // [row] days since the account was created
	Reached    [][]float64 // [milestone][row] tenure in days when reached; NaN: not reached
}

// Limits of tenures on a weekly grid, and of what a saved state may claim.
const (
	WeekDays      = 7      // days from one point of the grid to the next
	MaxWeeks      = 1040   // last week of the grid: 20 years
	MaxMilestones = 10_000 // of a saved state
	MaxClusters   = 1000   // of a saved state
)

// CheckMilestones returns an error unless there is at least one name and all
// are sorted, not empty and different.
func CheckMilestones(names []string) error {
	if len(names) == 0 {
		return fmt.Errorf("no milestone")
	}
	for m, name := range names {
		if name == "" {
			return fmt.Errorf("milestone %d has no name", m)
		}
		if m > 0 && names[m-1] >= name {
			return fmt.Errorf("milestones %q and %q are not in order", names[m-1], name)
		}
	}
	return nil
}
