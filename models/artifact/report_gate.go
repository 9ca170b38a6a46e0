package artifact

// Check is one condition of the gate.
type Check struct {
	Name   string `json:"name"`
	Passed bool   `json:"passed"`
	Detail string `json:"detail"`
}

// Failed names the checks that the model did not pass, in their order: the gate
// refuses a model with any. nil without a report.
func (r *Report) Failed() []string {
	if r == nil {
		return nil
	}
	var names []string
	for _, c := range r.Checks {
		if !c.Passed {
			names = append(names, c.Name)
		}
	}
	return names
}
