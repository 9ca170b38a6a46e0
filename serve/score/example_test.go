package score_test

import (
	"fmt"
	"math"

	"github.com/etappe/etappe/features/catalog"
	"github.com/etappe/etappe/serve/score"
)

// Codes of reasons are made of the theme and the name.
func ExampleUpperSnake() {
	fmt.Println(score.UpperSnake("active_users_28d"), score.UpperSnake("ticket.count 28d"))
	// Output: ACTIVE_USERS_28D TICKET_COUNT_28D
}

// A value is a number, the name of a level, or nil where it is missing.
func ExampleValueOf() {
	plan := &catalog.Definition{Name: "plan", Levels: []string{"basic", "pro"}}
	users := &catalog.Definition{Name: "active_users_28d", Unit: "users"}
	fmt.Println(score.ValueOf(plan, 1), score.ValueOf(plan, 2), score.ValueOf(users, 3), score.ValueOf(users, math.NaN()))
	// Output: pro (unseen) 3 <nil>
}
