package additive

// ClusterInfo is the data and the gain of a cluster's own part.
type ClusterInfo struct {
	Rows    int     `json:"rows"`
	Churned int     `json:"churned"` // rows that churned
	Renewed int     `json:"renewed"` // rows that renewed
	Events  int     `json:"events"`  // the smaller of the numbers of accounts that churned and that renewed
	Lambda  float64 `json:"lambda"`  // shrinkage: share of its deviations that the data determine; 0: exactly the shared model
	Gain    float64 `json:"gain"`    // out-of-fold log-loss without its own tables less that with them, in nats
	GainSE  float64 `json:"gain_se"` // its standard error, by account
	Vetoed  bool    `json:"vetoed"`  // it lost on the last time slice
}

// ClusterPart is what is different in one cluster, on top of the shared
// tables.
type ClusterPart struct {
	Info       ClusterInfo
	Intercepts []float64  // [bag] intercept
	Own        []OwnTable // ascending by shared term
	centre     []float64  // [shared term] mean of the effect over the cluster's rows
	// restCentre is the mean share of the residual: [field of the residual].
	residualCentre []float64
}

// OwnTable is a cluster's own table beside a shared one.
type OwnTable struct {
	Of int // index of the shared term
	Table
}
