package peers_test

import (
	"fmt"
	"log"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/peers"
)

// Three accounts renewed and one churned; what is typical is that of the renewed.
func ExampleFit() {
	p, err := peers.Fit(&peers.Snapshots{
		Frame:   &models.Frame{Fields: []models.Field{{Name: "seats"}}, Columns: [][]float64{{10, 12, 30, 1}}},
		Account: []int32{0, 1, 2, 3},
		Renewed: []bool{true, true, true, false},
		LogOdds: []float64{-2, -1, -3, 2},
	}, 1)
	if err != nil {
		log.Fatal(err)
	}
	low, high := p.Range(0, 0)
	fmt.Printf("%d peers, typically %v seats, %v to %v\n", p.Renewed(0), p.Typical(0, 0), low, high)
	// Output:
	// 3 peers, typically 12 seats, 10 to 30
}

// The part of a movement beyond what is usual.
func ExampleSoftThreshold() {
	fmt.Println(peers.SoftThreshold(-0.5, 0.25), peers.SoftThreshold(0.125, 0.25))
	// Output:
	// -0.25 0
}
