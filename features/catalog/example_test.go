package catalog_test

import (
	"fmt"

	"github.com/etappe/etappe/features/catalog"
)

func ExampleNearest() {
	fmt.Println(catalog.Nearest("active_user_28d", []string{"active_days_28d", "active_users_28d", "tenure_days"}))
	// Output: active_users_28d
}

// All counts of one event type have one driver, and so share a reason.
func ExampleDefinition_Driver() {
	short := catalog.Definition{Name: "login.count_28d", Type: "login", Theme: catalog.Adoption, Measure: catalog.MeasureCount}
	long := catalog.Definition{Name: "login.count_84d", Type: "login", Theme: catalog.Adoption, Measure: catalog.MeasureCount}
	fmt.Println(short.Driver(), short.Driver() == long.Driver())
	// Output: type/adoption/login true
}
