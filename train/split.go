package train

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"sort"
	"time"

	"github.com/etappe/etappe/models"
)

// split is one division of the rows into a part to learn from and a part to be
// judged on. No account's outcome is known in both at the same date.
type split struct {
	name        string // of its progress
	from        string // 2006-01-02, of an out-of-time split
	train, test []int
}

// minOutcomes is how many churned and how many renewed decisions an
// out-of-time test needs before its numbers mean anything.
const minOutcomes = 20

// split cuts at the date that the configuration names, at its share of the decided
// renewals or, where it names neither, as usualCut does. Learned from: renewals
// decided before the cut. Judged on: snapshots taken at or after it, that is, what a
// model trained on that morning would have predicted. ok is false when there are no
// dates, or too few outcomes on either side; a named date that leaves too few is an
// error that matches models.ErrTraining.
func (d *Data) split(c Config) (s split, ok bool, err error) {
	switch {
	case c.TestFrom != "":
	case d.AsOf == nil:
		return s, false, nil
	case c.TestShare != 0:
		s, ok = d.outOfTimeFrom(d.cutOf(c.TestShare))
		return s, ok, nil
	default:
		s, ok = d.usualCut()
		return s, ok, nil
	}
	cut, err := time.Parse(time.DateOnly, c.TestFrom)
	if err != nil {
		return s, false, refuse("train.test_from", "a date like 2025-01-01, not %q", c.TestFrom)
	}
	if d.AsOf == nil {
		return s, false, refuse("train.test_from", "rows with dates: this table has none (--as-of)")
	}
	if s, ok = d.outOfTimeFrom(cut); !ok {
		return s, false, fmt.Errorf("%w: train.test_from %s: at least %d churned and %d renewed renewals are needed before it and %d and %d after it",
			models.ErrTraining, c.TestFrom, minOutcomes, minOutcomes, minOutcomes, minOutcomes)
	}
	return s, true, nil
}

// outOfTimeFrom cuts at a date; ok as of split, for data with dates.
func (d *Data) outOfTimeFrom(cut time.Time) (s split, ok bool) {
	s.from = cut.Format(time.DateOnly)
	s.name = "out of time from " + s.from
	for i := range d.Churned {
		switch {
		case d.AsOf[i].Before(cut) && d.Decided[i].Before(cut):
			s.train = append(s.train, i)
		case !d.AsOf[i].Before(cut):
			s.test = append(s.test, i)
		}
	}
	return s, d.enough(s.train) && d.enough(s.test)
}

// enough reports whether the rows hold at least minOutcomes decisions of each kind.
func (d *Data) enough(rows []int) bool {
	churned, renewed := make(map[int32]bool), make(map[int32]bool)
	for _, i := range rows {
		if d.Churned[i] {
			churned[d.Renewal[i]] = true
		} else {
			renewed[d.Renewal[i]] = true
		}
	}
	return len(churned) >= minOutcomes && len(renewed) >= minOutcomes
}

// checkFolds refuses data that cannot be dealt so that either outcome is left to
// learn from whichever fold is judged.
func (d *Data) checkFolds() error {
	churned, renewed := make(map[int32]bool), make(map[int32]bool)
	for i, a := range d.Account {
		if d.Churned[i] {
			churned[a] = true
		} else {
			renewed[a] = true
		}
	}
	if min(len(churned), len(renewed)) < 2 {
		return fmt.Errorf("%w: %d accounts that churned and %d that renewed: judging a model takes two of each at the very least",
			models.ErrTraining, len(churned), len(renewed))
	}
	return nil
}

// folds deals the accounts into n folds, stratified by whether an account ever
// churned, so that all rows of one account are in one fold.
func (d *Data) folds(n int, seed uint64) []split {
	churned := make(map[int32]bool)
	var accounts []int32
	for i, a := range d.Account {
		if _, seen := churned[a]; !seen {
			accounts = append(accounts, a)
		}
		churned[a] = churned[a] || d.Churned[i]
	}
	rng := rand.New(rand.NewPCG(seed, 0xf01d5))
	rng.Shuffle(len(accounts), func(i, j int) { accounts[i], accounts[j] = accounts[j], accounts[i] })
	sort.SliceStable(accounts, func(i, j int) bool { return churned[accounts[i]] && !churned[accounts[j]] })
	fold := make(map[int32]int, len(accounts))
	for i, a := range accounts {
		fold[a] = i % n
	}
	byRow := make([]int, len(d.Account))
	for i, a := range d.Account {
		byRow[i] = fold[a]
	}
	return splitsOf(byRow, n)
}

// splitsOf turns fold numbers 0..n-1 per row into n splits.
func splitsOf(fold []int, n int) []split {
	splits := make([]split, n)
	for k := range splits {
		for i, f := range fold {
			if f == k {
				splits[k].test = append(splits[k].test, i)
			} else {
				splits[k].train = append(splits[k].train, i)
			}
		}
	}
	return splits
}

// lastSlice marks, among the given rows (nil: all), the sixth that was decided
// last: the slice that may veto a cluster's own part. nil without dates.
func (d *Data) lastSlice(rows []int) []bool {
	if d.Decided == nil {
		return nil
	}
	if rows == nil {
		rows = make([]int, len(d.Churned))
		for i := range rows {
			rows[i] = i
		}
	}
	dates := make([]time.Time, len(rows))
	for k, i := range rows {
		dates[k] = d.Decided[i]
	}
	sorted := slices.Clone(dates)
	slices.SortFunc(sorted, time.Time.Compare)
	from := sorted[len(sorted)*5/6]
	last := make([]bool, len(rows))
	for k := range rows {
		last[k] = !dates[k].Before(from)
	}
	return last
}
