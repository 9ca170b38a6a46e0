package boost_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/additive/boost"
)

// A model of one feature that drives churn and one that does not. Baseline and
// contributions of a row add up to its log-odds.
func ExampleTrainer_Fit() {
	rng := rand.New(rand.NewPCG(1, 2))
	sample := &models.Sample{Frame: &models.Frame{
		Fields:  []models.Field{{Name: "logins"}, {Name: "noise"}},
		Columns: make([][]float64, 2),
	}}
	for range 1000 {
		logins, noise := rng.Float64(), rng.Float64()
		sample.Columns[0] = append(sample.Columns[0], logins)
		sample.Columns[1] = append(sample.Columns[1], noise)
		sample.Churned = append(sample.Churned, rng.Float64() < 0.7-0.6*logins)
	}
	model, err := boost.Trainer{Bags: 4, Seed: 1}.Fit(context.Background(), sample)
	if err != nil {
		fmt.Println(err)
		return
	}
	one := sample.Frame.Select([]int{0})
	z, err := model.LogOdds(one)
	if err != nil {
		fmt.Println(err)
		return
	}
	c, err := model.(models.Explainer).Contributions(one)
	if err != nil {
		fmt.Println(err)
		return
	}
	sum := c.Baseline[0] + c.Share[0][0] + c.Share[1][0]
	fmt.Println("the shares add up:", math.Abs(sum-z[0]) < 1e-9)
	// Output: the shares add up: true
}
