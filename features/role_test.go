package features

import (
	"slices"
	"testing"

	"github.com/etappe/etappe/datasets"
	"github.com/etappe/etappe/features/catalog"
)

// A role is a type of product use that one person does nearly alone in most accounts,
// seen often enough in enough of them.
func TestFindRoles(t *testing.T) {
	c := &catalog.Catalog{Usage: []string{"admin", "view"}, Definitions: []catalog.Definition{
		{Name: "admin.rate", Type: "admin", Measure: catalog.MeasureRate},
		{Name: "ticket.rate", Type: "ticket", Measure: catalog.MeasureRate, Theme: catalog.Support},
		{Name: "view.rate", Type: "view", Measure: catalog.MeasureRate},
	}}
	for _, one := range []struct {
		name            string
		accounts        int
		acts, byBusiest int // of each type in an account, the others by one more person
		shared          int // accounts in which two people do half each
		want            []string
	}{
		{"one person does it", roleSnapshots, 10, 8, 0, []string{"admin"}},
		{"too few accounts", roleSnapshots - 1, 10, 8, 0, nil},
		{"the other does too much of it", roleSnapshots, 10, 7, 0, nil},
		{"too seldom", roleSnapshots, roleActs - 1, roleActs - 1, 0, nil},
		{"shared in a third of the accounts", 30, 10, 10, 10, []string{"admin"}},
		{"shared in most accounts", 30, 10, 10, 16, nil},
	} {
		var rows []row
		var snapshots []Snapshot
		tables := &datasets.Tables{Accounts: accounts(make([]int, one.accounts)...)}
		for a := range one.accounts {
			snapshots = append(snapshots, Snapshot{Account: int32(a), AsOf: on(100)})
			busiest := one.byBusiest
			if a < one.shared {
				busiest = one.acts / 2
			}
			for k := range one.acts {
				admin, ticket, view := use(int32(a), "admin", at(10+k, 9)), use(int32(a), "ticket", at(10+k, 10)), use(int32(a), "view", at(10+k, 11))
				admin.user, ticket.user, view.user = 1, 1, uint64(1+k%4)
				if k >= busiest {
					admin.user = 2
				}
				rows = append(rows, admin, ticket, view)
			}
		}
		tables.Events = stream(rows)
		if got, err := FindRoles(t.Context(), tables, c, snapshots); err != nil || !slices.Equal(got, one.want) {
			t.Errorf("%s: %v, %v, want %v", one.name, got, err, one.want)
		}
	}
}
