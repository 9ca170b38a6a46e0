package world_test

import (
	"context"
	"fmt"
	"math"

	"github.com/etappe/etappe/datasets/world"
)

// A true share for every driver, and a sum that is the true log-odds.
func ExampleSimulate() {
	w, err := world.Simulate(context.Background(), world.Config{Accounts: 50, Seed: 1, Difference: 1}, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	s := w.Truth.Snapshots[0]
	cluster := w.Truth.Clusters[w.Truth.Accounts[s.Account].Cluster]
	z := cluster.Baseline
	for _, share := range s.Shares {
		z += share
	}
	fmt.Println(len(w.Tables.Accounts), "accounts,", len(w.Truth.Drivers), "drivers")
	fmt.Println("baseline and shares are the log-odds:", math.Abs(z-s.LogOdds) < 1e-9)
	fmt.Println("and give the probability:", math.Abs(1/(1+math.Exp(-z))-s.Probability) < 1e-9)
	// Output:
	// 50 accounts, 18 drivers
	// baseline and shares are the log-odds: true
	// and give the probability: true
}
