package boost

import (
	"testing"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/additive"
	"github.com/etappe/etappe/models/modelstest"
)

// The contract that every trainer passes, with and without a cluster part.
func TestContract(t *testing.T) {
	save := func(m models.Model) (models.State, error) { return m.(*additive.Model).State() }
	load := func(s models.State) (models.Model, error) { return additive.FromState(s) }
	for name, trainer := range map[string]Trainer{
		"global": {Label: "global", Seed: 3},
		"pooled": {Seed: 3, Clusters: 3, Bags: 4, Monotone: map[string]int{}},
	} {
		t.Run(name, func(t *testing.T) {
			modelstest.Run(t, func() models.Trainer { return trainer }, modelstest.SaveLoad(save, load))
		})
	}
}
