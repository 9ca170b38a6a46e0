package artifact

import (
	"encoding/json"
	"math"
)

// Figure is a number that may not be measurable (the AUC of a fold with one
// outcome only): NaN, and null in JSON.
type Figure float64

// MarshalJSON writes NaN and infinite figures as null.
func (f Figure) MarshalJSON() ([]byte, error) {
	if v := float64(f); !math.IsNaN(v) && !math.IsInf(v, 0) {
		return json.Marshal(v)
	}
	return []byte("null"), nil
}

// UnmarshalJSON reads null as NaN.
func (f *Figure) UnmarshalJSON(text []byte) error {
	v := math.NaN()
	if err := json.Unmarshal(text, &v); err != nil {
		return err
	}
	*f = Figure(v)
	return nil
}
