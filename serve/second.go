package serve

// secondBelow is the membership under which the second cluster is heard too.
const secondBelow = 0.6

// Second is the score that an account between two clusters would have in the
// one that it is second closest to.
type Second struct {
	ID               string  `json:"id"`
	Name             string  `json:"name"`
	HealthScore      float64 `json:"health_score"`
	ChurnProbability float64 `json:"churn_probability"`
	Band             string  `json:"band"`
	Text             string  `json:"text"`
}
