package reading

import (
	"fmt"
	"strings"

	"github.com/etappe/etappe/models/additive"
	"github.com/etappe/etappe/models/artifact"
)

// ResidualText describes the residual.
const ResidualText = "small effects that need more than three features at once; exact in every explanation, but not drawn as a curve"

// Residual is the JSON of what is left to trees.
type Residual struct {
	Text     string          `json:"text"`
	Trees    []int           `json:"trees"`    // of each bag
	Features []ResidualField `json:"features"` // the most important first
}

// ResidualField is a feature of the residual.
type ResidualField struct {
	Field
	Importance Number `json:"importance"` // mean |share| over the training rows
}

// ResidualDetail is the residual with the head of its model.
type ResidualDetail struct {
	Version          string          `json:"version"`
	PointsPerLogOdds float64         `json:"points_per_log_odds"`
	Edits            []artifact.Edit `json:"edits,omitempty"`
	Term             string          `json:"term"`
	*Residual
}

// IsResidual reports whether a name means the residual and not a feature that is
// called so.
func (r *Reading) IsResidual(name string) bool {
	return strings.TrimSpace(name) == additive.ResidualName && r.Catalog.Index(additive.ResidualName) < 0
}

// residual is what is left to trees; nil: nothing is.
func (r *Reading) residual() *Residual {
	if len(r.Residual.Trees) == 0 {
		return nil
	}
	p := &Residual{Text: ResidualText, Trees: r.Residual.Trees, Features: []ResidualField{}}
	for i, name := range r.Residual.Fields {
		p.Features = append(p.Features, ResidualField{r.field(name), r.number(r.Residual.Importance[i])})
	}
	return p
}

// ResidualDetail returns the residual; an error that wraps ErrUnknown where the
// model has none.
func (r *Reading) ResidualDetail() (ResidualDetail, error) {
	p := r.residual()
	if p == nil {
		return ResidualDetail{}, fmt.Errorf("%w: the model has no residual; etappe model show without a term lists what it has", ErrUnknown)
	}
	return ResidualDetail{r.Version, r.PerUnit, r.Edits, additive.ResidualName, p}, nil
}
