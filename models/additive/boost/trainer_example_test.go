package boost_test

import (
	"context"
	"fmt"
	"log"

	"github.com/etappe/etappe/models/additive"
	"github.com/etappe/etappe/models/additive/boost"
	"github.com/etappe/etappe/models/modelstest"
)

// A monotone field: churn log-odds never fall as x1 rises, whatever the data say.
func ExampleTrainer_monotone() {
	sample, _ := modelstest.World{Fields: 5}.Draw(1, 1000) // log-odds fall with x1
	fitted, err := boost.Trainer{Bags: 2, Sets: -1, Monotone: map[string]int{"x1": +1}}.Fit(context.Background(), sample)
	if err != nil {
		log.Fatal(err)
	}
	term := fitted.(*additive.Model).Terms()[1]
	fmt.Println(term.Fields[0], term.Importance)
	// Output:
	// x1 0
}

// Partial pooling: a cluster of few events is shrunk more.
func ExampleTrainer_clusters() {
	sample, _ := modelstest.World{Fields: 8, Difference: 1.5}.Draw(3, 150, 600)
	fitted, err := boost.Trainer{Bags: 4, Clusters: 2, Sets: -1, Rounds: 200}.Fit(context.Background(), sample)
	if err != nil {
		log.Fatal(err)
	}
	for k := range 2 {
		c := fitted.(*additive.Model).Cluster(k)
		fmt.Printf("%d events, λ = %.2f\n", c.Events, c.Lambda)
	}
	// Output:
	// 50 events, λ = 0.61
	// 212 events, λ = 0.67
}
