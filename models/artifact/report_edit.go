package artifact

import "github.com/etappe/etappe/models"

// Edited is a change by a person with what it did to the model's answers.
type Edited struct {
	Edit
	Before *models.Metrics `json:"before,omitempty"` // nil: not measured, or a name
	After  *models.Metrics `json:"after,omitempty"`
}
