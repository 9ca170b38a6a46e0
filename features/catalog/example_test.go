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

// list is a feature list of three entries.
func list() *catalog.Catalog {
	return &catalog.Catalog{Definitions: []catalog.Definition{
		{Name: "export.count_84d", Unit: "events", Theme: catalog.Adoption, Measure: catalog.MeasureCount, Type: "export", Window: 84},
		{Name: "active_users_28d", Unit: "users", Theme: catalog.People, Measure: catalog.MeasureActiveUsers, Window: 28},
		{Name: "days_to_renewal", Unit: "days", Theme: catalog.Calendar, Measure: catalog.MeasureDaysToRenewal},
	}}
}

// Another window gives another number, and so another fingerprint; another theme
// does not.
func ExampleCatalog_Fingerprint() {
	c := list()
	before := c.Fingerprint()
	c.Definitions[0].Theme = catalog.Breadth
	fmt.Println(c.Fingerprint() == before)
	c.Definitions[0].Window = 28
	fmt.Println(c.Fingerprint() == before)
	// Output:
	// true
	// false
}

func ExampleCatalog_Nearest() {
	fmt.Println(list().Nearest("active_user_28d"))
	// Output: active_users_28d
}

// What the calendar moves is distinguished from what the account does.
func ExampleDefinition_OfTime() {
	for _, d := range list().Definitions {
		fmt.Println(d.Driver(), d.OfTime())
	}
	// Output:
	// type/adoption/export false
	// users false
	// feature/days_to_renewal true
}
