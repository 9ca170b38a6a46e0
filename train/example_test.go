package train_test

import (
	"errors"
	"fmt"

	"github.com/etappe/etappe/models/artifact"
	"github.com/etappe/etappe/train"
)

// One failed check is enough for the gate to refuse.
func ExampleGate() {
	report := &artifact.Report{Checks: []artifact.Check{
		{Name: "better than chance", Passed: true},
		{Name: "calibrated", Detail: "slope 0.40"},
	}}
	err := train.Gate(report)
	fmt.Println(errors.Is(err, train.ErrGate))
	report.Checks[1].Passed = true
	fmt.Println(train.Gate(report))
	// Output:
	// true
	// <nil>
}
