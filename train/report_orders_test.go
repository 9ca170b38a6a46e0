package train

import (
	"context"
	"slices"
	"testing"
)

// The report's orders are the fitted model's, in the artifact too.
func TestReportKnowsTheOrders(t *testing.T) {
	a, r, err := Run(context.Background(), dataOf(t, 450, 23), Options{Seed: 3, Config: Config{Bags: 2}})
	if err != nil {
		t.Fatal(err)
	}
	back := stored(t, a)
	if len(r.Orders) == 0 || !slices.Equal(r.Orders, a.Churn.Orders()) || !slices.Equal(back.Orders, r.Orders) {
		t.Errorf("orders %+v in the report, %+v in the artifact's, %+v in the model", r.Orders, back.Orders, a.Churn.Orders())
	}
}
