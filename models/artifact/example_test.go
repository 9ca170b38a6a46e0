package artifact

import (
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/etappe/etappe/models/additive"
)

// A model is stored under a version of its own, and becomes the champion when it
// is promoted.
func ExampleRegistry() {
	dir, err := os.MkdirTemp("", "registry")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	registry, err := OpenRegistry(filepath.Join(dir, "models"))
	if err != nil {
		panic(err)
	}
	model, err := fitted()
	if err != nil {
		panic(err)
	}
	entry, err := registry.Add(model, time.Date(2025, 7, 1, 9, 0, 0, 0, time.UTC), "first training run")
	if err != nil {
		panic(err)
	}
	if err := registry.Promote(entry.Version, time.Date(2025, 7, 2, 9, 0, 0, 0, time.UTC)); err != nil {
		panic(err)
	}
	_, champion, err := registry.Champion()
	fmt.Println(champion.Version == entry.Version, champion.Note, champion.PromotedAt.Format(time.DateOnly), err)
	// Output: true first training run 2025-07-02 <nil>
}

// Of the eight accounts that the model before put into c1, five are in the
// cluster that continues it.
func ExampleOverlap_Kept() {
	o := &Overlap{Before: []Group{{ID: "c1"}, {ID: "c2"}}, After: []string{"c2", "c1", "c3"}, Count: [][]int{{1, 5, 2}, {3, 0, 0}}}
	fmt.Println(o.Kept("c1"))
	// Output: 5 8
}

// Pairs gained a little less than their standard error.
func ExampleReport_Interactions() {
	r := &Report{Orders: []additive.Order{{Fields: 1, Terms: 8, LogLoss: 0.5873}, {Fields: 2, Terms: 3, LogLoss: 0.5870, Gain: 0.0003, GainSE: 0.0083}}}
	fmt.Println(r.Interactions())
	// Output: Interactions of up to 2 features, gain in out-of-fold log-loss ± standard error: pairs 0.0003 ± 0.0083; from 0.5873 with each feature on its own to 0.5870
}
