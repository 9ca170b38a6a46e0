package serve

// NextMilestone is the milestone to work on: of the overdue ones that which
// costs most, where none is overdue the next on the way.
type NextMilestone struct {
	Milestone string  `json:"milestone"`
	Label     string  `json:"label"`
	Overdue   bool    `json:"overdue"`
	DueDay    float64 `json:"due_day"` // tenure by which half of the renewed peers who ever reach it had it
	DueOn     string  `json:"due_on"`  // that day as a date, 2006-01-02; "" where no date is known
	// ByDay is the tenure at which the renewed peers were counted: Had of Of had
	// it by then. Of 0: only Share is known.
	ByDay float64 `json:"by_day"`
	Had   int     `json:"had"`
	Of    int     `json:"of"`
	Share float64 `json:"share"`
	// Points is how much higher the health score of today would read with it.
	Points float64 `json:"points"`
	Text   string  `json:"text"`
}
