package features

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/etappe/etappe/datasets"
)

// cells are the different (account, as-of day) pairs of a list of snapshots,
// sorted by account and day, so that an account's cells lie side by side.
type cells struct {
	account []int32 // by cell
	day     []int32 // by cell: the as-of day
	date    []int32 // by cell: position of its day in dates
	first   []int32 // by account: its first cell; one more entry closes the last
	dates   []int32 // the different as-of days, ascending
	of      []int32 // by snapshot: its cell
	created []int32 // by account: the day it was created
}

func newCells(t *datasets.Tables, snapshots []Snapshot) (*cells, error) {
	accounts := len(t.Accounts)
	order := make([]int32, len(snapshots))
	days := make([]int32, len(snapshots))
	for i, s := range snapshots {
		if s.Account < 0 || int(s.Account) >= accounts {
			return nil, fmt.Errorf("snapshot %d: account %d of %d", i, s.Account, accounts)
		}
		days[i] = dayOf(s.AsOf)
		if !s.AsOf.Equal(midnight(days[i])) {
			return nil, fmt.Errorf("snapshot %d: the as-of date %s is not a midnight in UTC", i, s.AsOf)
		}
		order[i] = int32(i)
	}
	slices.SortFunc(order, func(a, b int32) int {
		return cmp.Or(cmp.Compare(snapshots[a].Account, snapshots[b].Account), cmp.Compare(days[a], days[b]))
	})
	x := &cells{of: make([]int32, len(snapshots)), first: make([]int32, accounts+1), created: make([]int32, accounts)}
	for _, i := range order {
		account, n := snapshots[i].Account, len(x.day)
		if n == 0 || x.account[n-1] != account || x.day[n-1] != days[i] {
			x.account, x.day = append(x.account, account), append(x.day, days[i])
			x.first[account+1]++
		}
		x.of[i] = int32(len(x.day) - 1)
	}
	for a := range t.Accounts {
		x.first[a+1] += x.first[a]
		x.created[a] = dayOf(t.Accounts[a].CreatedAt)
	}
	x.dates = slices.Clone(x.day)
	slices.Sort(x.dates)
	x.dates = slices.Compact(x.dates)
	x.date = make([]int32, len(x.day))
	for i, day := range x.day {
		x.date[i] = int32(lowerBound(x.dates, day))
	}
	return x, nil
}

// follows reports whether a cell has an earlier one of the same account before it.
func (x *cells) follows(cell int) bool { return cell > 0 && x.account[cell] == x.account[cell-1] }

// lowerBound returns the position of the first of the ascending days that is
// not before day.
func lowerBound(days []int32, day int32) int {
	low, high := 0, len(days)
	for low < high {
		middle := int(uint(low+high) >> 1)
		if days[middle] < day {
			low = middle + 1
		} else {
			high = middle
		}
	}
	return low
}
