package models_test

import (
	"fmt"

	"github.com/etappe/etappe/models"
)

// Of four pairs of a churned and a renewed row, three are in the right order.
func ExampleAUC() {
	logOdds := []float64{2, 0.5, 1, -1}
	churned := []bool{true, true, false, false}
	fmt.Println(models.AUC(logOdds, churned, nil))
	// Output: 0.75
}

// A probability of one half for every row costs ln 2.
func ExampleLogLoss() {
	fmt.Printf("%.4f\n", models.LogLoss([]float64{0, 0}, []bool{true, false}, nil))
	// Output: 0.6931
}

// Half the odds of churn are ten points more.
func ExamplePoints_Outlook() {
	p := models.Points{PerDoubling: 10, Anchor: models.Logit(0.2)}
	for _, churn := range []float64{0.2, 1.0 / 9, 1.0 / 17} { // odds of 1:4, 1:8 and 1:16
		fmt.Printf("%.0f\n", p.Outlook(models.Logit(churn)))
	}
	// Output:
	// 50
	// 60
	// 70
}

// An account that was healthy stays so until its score is 3 points below the
// threshold.
func ExamplePoints_BandAfter() {
	p := models.Points{Healthy: 60, Sick: 45, Hysteresis: 3}
	band := ""
	for _, health := range []float64{61, 58, 56, 62, 63} {
		band = p.BandAfter(band, health)
		fmt.Println(health, p.Band(health), band)
	}
	// Output:
	// 61 healthy healthy
	// 58 at_risk healthy
	// 56 at_risk at_risk
	// 62 healthy at_risk
	// 63 healthy healthy
}

// Of 20 accounts 5 churned: the 90 % interval of the share.
func ExampleWilson() {
	low, high := models.Wilson(0.25, 20)
	fmt.Printf("%.2f to %.2f\n", low, high)
	// Output: 0.13 to 0.43
}
