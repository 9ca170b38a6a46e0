package serve

// Standing is how long an account has been shown its band, and whether it is
// held in it.
type Standing struct {
	BandSince string `json:"band_since,omitempty"` // 2006-01-02; "": not known
	Held      *Held  `json:"held,omitempty"`       // nil: the health score alone has the same band
}

// Held says that the health score alone would be in another band than the one
// shown, but has not passed the threshold by the hysteresis.
type Held struct {
	Plain  string   `json:"plain"`        // band of the health score alone
	Leaves string   `json:"leaves"`       // "below": the band shown is left below At; "from": from At on
	At     *float64 `json:"at,omitempty"` // points; nil: the model that answered is gone
}
