package train

import (
	"context"
	"fmt"
)

// A training run returns the model and a report on rows that it has not seen.
// The table has two drivers, a column of noise and a plan that means nothing.
func ExampleRun() {
	data, err := FromTable(tableOf(450, 5), positive("yes"), nil)
	if err != nil {
		panic(err)
	}
	none := 0
	_, report, err := Run(context.Background(), data, Options{Seed: 1, Config: Config{Bags: 2, MaxClusters: 1, Sets: &none}})
	if err != nil {
		panic(err)
	}
	fmt.Println(report.Importance[0].Feature, report.Importance[1].Feature)
	fmt.Println(report.Checks[0].Name, report.Checks[0].Passed)
	// Output:
	// users tickets
	// better than chance true
}
