package datasets

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/etappe/etappe/datasets/columnar"
)

// revenue is recurring revenue a year in one currency; of several it is NaN, for
// nobody gave a rate.
type revenue struct {
	arr   float64
	money int32 // as in period
	some  bool
}

// add adds a period's revenue.
func (v *revenue) add(p period) {
	v.arr += p.arr
	if v.some && v.money != p.money {
		v.arr = math.NaN()
	}
	v.money, v.some = p.money, true
}

// after is the revenue to compare with that of before: NaN in another currency, for
// the difference would be no expansion.
func (v revenue) after(before revenue) float64 {
	if v.some && before.some && v.money != before.money {
		return math.NaN()
	}
	return v.arr
}

// revenueOn sums an account's revenue over the periods that cover a day.
func revenueOn(account []period, day int64) (sum revenue) {
	for _, p := range account {
		if p.start <= day && day < p.end {
			sum.add(p)
		}
	}
	return sum
}

// currency returns the number of row i's currency, its index in currencies and 1, or
// 0 where none is given, and counts the row.
func (l *loader) currency(f *field, b *columnar.Block, i int) int32 {
	name, _ := f.text(b, i)
	name = strings.ToUpper(name)
	if name == "" {
		return 0
	}
	at := slices.Index(l.currencies.names, name)
	if at < 0 {
		at = len(l.currencies.names)
		l.currencies.names = append(l.currencies.names, strings.Clone(name))
		l.currencies.rows = append(l.currencies.rows, 0)
	}
	l.currencies.rows[at]++
	return int32(at) + 1
}

// currencies are those of the renewals table, with their rows.
type currencies struct {
	names []string
	rows  []int
}

// currencyNotes describes amounts in several currencies.
func (l *loader) currencyNotes() []string {
	if len(l.currencies.names) < 2 {
		return nil
	}
	var list []string
	for i, name := range l.currencies.names {
		list = append(list, fmt.Sprintf("%s in %d rows", name, l.currencies.rows[i]))
	}
	return []string{"amounts are in several currencies (" + strings.Join(list, ", ") +
		"): they are not converted, sums over accounts add them up as they stand, and no change of revenue is computed from one currency to another; map one currency to make them comparable"}
}

// countCurrencies warns of accounts that changed their currency.
func (r *periodReader) countCurrencies() {
	money, mixed := map[int32]int32{}, map[int32]bool{}
	for _, p := range r.periods {
		if p.arr != p.arr {
			continue
		}
		if before, ok := money[p.account]; ok && before != p.money {
			mixed[p.account] = true
		}
		money[p.account] = p.money
	}
	if len(mixed) > 0 {
		r.warnings[warnCurrencies] += len(mixed)
	}
}

// countFree warns of renewals whose revenue before them is 0 or below: from these no
// change of revenue can be learned.
func (l *loader) countFree(renewals []Renewal) {
	for _, r := range renewals {
		if r.Outcome == Renewed && (r.ARRBefore <= 0 || r.ARRAfter < 0) {
			l.warnings[warnFree]++
		}
	}
}
