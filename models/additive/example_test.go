package additive_test

import (
	"fmt"
	"log"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/additive"
)

// seats is a model of one feature with two bins, of two bags.
func seats() *additive.Model {
	table := additive.Table{Fields: []int{0}, Weight: []float64{0, 30, 10}, Bags: [][]float64{{0, 0.25, -0.75}, {0, 0.35, -1.05}}}
	table.SetMean()
	return additive.New(additive.Parts{
		Fields:     []models.Field{{Name: "seats"}},
		Binnings:   []additive.Binning{{Cuts: []float64{10}, Bins: 3}},
		Intercepts: []float64{-1, -1.2},
		Tables:     []additive.Table{table},
		Clusters:   []additive.ClusterPart{{Intercepts: []float64{0, 0}}},
	}, additive.Rows{Codes: [][]uint8{{1, 1, 1, 2}}, Weight: []float64{10, 10, 10, 10}})
}

func frame(values ...float64) *models.Frame {
	return &models.Frame{Fields: []models.Field{{Name: "seats"}}, Columns: [][]float64{values}}
}

// A contribution is a look-up, measured from the mean over the training rows.
func ExampleModel_Contributions() {
	c, err := seats().Contributions(frame(5, 20))
	if err != nil {
		log.Fatal(err)
	}
	for i := range c.Baseline {
		fmt.Printf("%.2f %+.2f\n", c.Baseline[i], c.Share[0][i])
	}
	// Output:
	// -1.10 +0.30
	// -1.10 -0.90
}

// A move is the exact Shapley value of the change.
func ExampleModel_Move() {
	m, err := seats().Move(frame(20), frame(5))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%+.2f\n", m.Share[0][0])
	// Output:
	// +1.20
}

// An interval comes from the spread of the bags.
func ExampleModel_Interval() {
	low, high, err := seats().Interval(frame(20), 0.9)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%.1f to %.1f\n", low[0], high[0])
	// Output:
	// -3.6 to -0.4
}

// Without takes a table out and keeps the mean log-odds over the training rows.
func ExampleModel_Without() {
	less, err := seats().Without("seats")
	if err != nil {
		log.Fatal(err)
	}
	z, err := less.LogOdds(frame(5, 20))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%.2f\n", z)
	// Output:
	// [-1.10 -1.10]
}
