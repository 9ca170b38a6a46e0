package history

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Stretch is the sums of accounts whose next renewals fall into a stretch of
// time.
type Stretch struct {
	Sums
	Bands []Group // in order of their codes
}

// Renewals sums what List lists by the date of the next renewal: the first
// stretch is all before the first of the days, each other one lasts from a day
// until before the next, and what is due later is left out. The days ascend, at
// midnight UTC. The query's DueFrom and DueBefore are not looked at. It is computed once for
// the same filters, days and contents; the caller must not change it.
func (s *Store) Renewals(ctx context.Context, q Query, days []time.Time) ([]Stretch, error) {
	q.DueFrom, q.DueBefore = time.Time{}, time.Time{}
	q, err := q.normalize()
	if err != nil {
		return nil, err
	}
	var ends []int64
	for i, t := range days {
		d, err := midnight(t)
		if err != nil {
			return nil, err
		}
		if ends = append(ends, int64(d)); i > 0 && ends[i] <= ends[i-1] {
			return nil, fmt.Errorf("%w: days of renewals that do not ascend", ErrInput)
		}
	}
	if len(ends) == 0 {
		return nil, nil
	}
	return cachedValue(ctx, s, &s.ahead, s.contents(q)+fmt.Sprint(ends), func() ([]Stretch, error) {
		list, err := s.renewals(ctx, q, ends[len(ends)-1])
		if err != nil {
			return nil, err
		}
		return s.stretches(ctx, list, ends)
	})
}

// renewals reads what accounts due before a day add up to, by day and band: from
// the buckets by renewal, or from the accounts where buckets hold too little.
func (s *Store) renewals(ctx context.Context, q Query, end int64) ([]facts, error) {
	f := &filter{conditions: []string{"a.accounts > 0"}, from: byRenewal.name + " a"}
	sums := sumsOfCells
	var err error
	if len(q.Owners) == 0 && q.inBuckets() {
		_, _, err = s.addTexts(ctx, f, q)
	} else {
		sums = sumsOfAccounts
		f, err = s.filter(ctx, q, anyRank)
	}
	if err != nil || f.none {
		return nil, err
	}
	f.add("a.due_on < ?", end)
	from := f.from
	if f.fromArgs == nil {
		from += s.dialect.along(f.index)
	}
	rows, err := s.read.QueryContext(ctx, s.sql(`SELECT a.due_on, a.band, `+sums+` FROM `+from+` WHERE `+strings.Join(f.conditions, " AND ")+
		` GROUP BY a.due_on, a.band`), append(slices.Clone(f.fromArgs), f.args...)...)
	if err != nil {
		return nil, s.failed("sum the renewals", err)
	}
	var list []facts
	err = each(rows, func(scan func(...any) error) error {
		var f facts
		err := scan(append([]any{&f.due, &f.key.band}, f.sums.targets()...)...)
		list = append(list, f)
		return err
	})
	return list, s.failed("sum the renewals", err)
}

// stretches puts sums by day and band into the stretches that end before days.
func (s *Store) stretches(ctx context.Context, list []facts, ends []int64) ([]Stretch, error) {
	var ids []int64
	for _, f := range list {
		ids = append(ids, f.key.band)
	}
	texts, err := s.texts(ctx, ids...)
	if err != nil {
		return nil, err
	}
	all, bands := make([]bucketSums, len(ends)), make([]map[string]bucketSums, len(ends))
	for _, f := range list {
		at, _ := slices.BinarySearchFunc(ends, f.due.Int64, func(end, due int64) int { return cmp.Compare(end, due+1) })
		if bands[at] == nil {
			bands[at] = map[string]bucketSums{}
		}
		all[at] = all[at].plus(f.sums, 1)
		bands[at][texts[f.key.band]] = bands[at][texts[f.key.band]].plus(f.sums, 1)
	}
	stretches := make([]Stretch, len(ends))
	for i := range ends {
		stretches[i] = Stretch{all[i].units(), groups(bands[i])}
	}
	return stretches, nil
}
