package path_test

import (
	"fmt"
	"log"
	"math"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/path"
)

// Band is the uncertainty of the share of renewed peers who had a milestone.
func ExamplePath_Band() {
	journey := &models.Journey{Milestones: []string{"api"}, Tenure: make([]float64, 40), Reached: make([][]float64, 1)}
	renewed := make([]bool, 40)
	for i := range renewed {
		at := math.NaN()
		if i%2 == 0 {
			at = 30
		}
		journey.Tenure[i], renewed[i] = 300, true
		journey.Reached[0] = append(journey.Reached[0], at)
	}
	p, err := path.Fit(journey, nil, 1, renewed, path.Options{})
	if err != nil {
		log.Fatal(err)
	}
	low, high := p.Band(0, 0, 60)
	fmt.Printf("%.2f, 90 %% interval %.2f to %.2f\n", p.Expected(0, 0, 60), low, high)
	// Output:
	// 0.50, 90 % interval 0.37 to 0.63
}
