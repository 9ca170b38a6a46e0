package models_test

import (
	"fmt"
	"log"

	"github.com/etappe/etappe/models"
)

// Measure computes all metrics from log-odds.
func ExampleMeasure() {
	m := models.Measure([]float64{2, 1, -1, -2}, []bool{true, false, true, false}, nil)
	fmt.Printf("AUC %.2f, log-loss %.3f\n", m.AUC, m.LogLoss)
	// Output:
	// AUC 0.75, log-loss 0.720
}

// Log-odds that are too sure are drawn towards the base rate.
func ExampleFitPlatt() {
	var z []float64
	var churned []bool
	for i := range 400 {
		z = append(z, float64(i%2*8-4)) // 2 % or 98 %
		churned = append(churned, i%2 == 1 && i%10 > 2 || i%10 == 0)
	}
	p, err := models.FitPlatt(z, churned, nil)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%.0f %% becomes %.0f %%\n", 100*models.Sigmoid(4), 100*models.Sigmoid(p.Apply(4)))
	// Output:
	// 98 % becomes 80 %
}

// Shown numbers add up: 0.4 + 0.4 + 0.2 = 1 would round to 0 + 0 + 0.
func ExampleLargestRemainder() {
	fmt.Println(models.LargestRemainder([]float64{0.4, 0.4, 0.2}, 0))
	// Output:
	// [1 0 0]
}
