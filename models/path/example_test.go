package path_test

import (
	"fmt"
	"math"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/path"
)

// Ten renewed accounts had their first report within 50 days. An account of 60
// days without one is overdue, one that has it is ahead of none.
func ExampleFit() {
	journey := &models.Journey{Milestones: []string{"first report"}, Reached: make([][]float64, 1)}
	renewed := make([]bool, 10)
	for i := range renewed {
		journey.Tenure = append(journey.Tenure, 365)
		journey.Reached[0] = append(journey.Reached[0], float64(5*(i+1)))
		renewed[i] = true
	}
	p, err := path.Fit(journey, make([]int32, 10), 1, renewed, path.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	with, without := p.Score(60, []float64{20}, 0), p.Score(60, []float64{math.NaN()}, 0)
	fmt.Println("overdue is below 50:", without.Path < 50)
	fmt.Println("reached is not:", with.Path >= 50)
	// Output:
	// overdue is below 50: true
	// reached is not: true
}
