package models

// Journey says how far each row had come along the success path.
type Journey struct {
	Milestones []string    // names, sorted
	Tenure     []float64   // [row] days since the account was created
	Reached    [][]float64 // [milestone][row] tenure in days when reached; NaN: not reached
}

// PathScore is the proactive side of one row.
//
//	path = 50 + 50 · Σ_m w_m ( reached_m − R_km(t) ) / Σ_m w_m
type PathScore struct {
	Path     float64   // 0..100
	Share    []float64 // [milestone] points; they sum to Path − 50
	Expected []float64 // [milestone] R_km(t): share of renewed peers who had it by this tenure
}

// Path is the learned success path.
type Path struct{}
