package datasets

import (
	"fmt"
	"hash/maphash"
	"math"
	"math/bits"
	"strconv"
	"strings"
	"time"

	"github.com/etappe/etappe/datasets/columnar"
)

// tableKeys gathers what a row is about: its id, its as-of date, its target.
type tableKeys struct {
	layout *tableLayout
	dates  *columnar.DateFormat
	row    []int64 // of the file, of each of ids
	rows   int64
	rising bool // each key so far was above the one before: none is there twice
	seed   maphash.Seed
	seen   []keySlot // once they do not rise: by the hash of a key, half of it empty at least
	ids    []string
	asOf   []time.Time
	target []string
	bad    *columnar.Problems
}

// keySlot is a key that was seen: the place of its id among ids, counted from 1,
// and part of its hash. Keys are not held a second time, as a map would.
type keySlot struct {
	place uint32 // 0: free
	hash  uint32
}

func newTableKeys(l *tableLayout, bad *columnar.Problems) (*tableKeys, error) {
	dates, err := columnar.ParseDateFormat("")
	return &tableKeys{layout: l, dates: dates, rising: true, seed: maphash.MakeSeed(), bad: bad}, err
}

// expect sets memory aside for so many rows.
func (k *tableKeys) expect(rows int) {
	k.ids, k.row = make([]string, 0, rows), make([]int64, 0, rows)
}

// add takes the key columns of a block, in the order of tableLayout.picked.
func (k *tableKeys) add(in *columnar.Block, vectors []columnar.Vector) {
	var id, asOf, target *columnar.Vector
	for _, role := range []struct {
		at  int
		out **columnar.Vector
	}{{k.layout.id, &id}, {k.layout.asOf, &asOf}, {k.layout.target, &target}} {
		if role.at >= 0 {
			*role.out, vectors = &vectors[0], vectors[1:]
		}
	}
	for i := range in.Rows {
		k.rows++
		row := in.Number(i)
		name := ""
		if id != nil {
			name = k.text(k.layout.id, id, i, row)
		} else {
			name = "row-" + strconv.FormatInt(k.rows, 10)
		}
		k.ids, k.row = append(k.ids, name), append(k.row, row)
		if asOf != nil {
			k.asOf = append(k.asOf, time.UnixMicro(k.date(asOf, i, row)).UTC())
		}
		if target != nil {
			k.target = append(k.target, k.text(k.layout.target, target, i, row))
		}
		if id != nil {
			k.once(len(k.ids) - 1)
		}
	}
}

func (k *tableKeys) problem(column int, row int64, rule, value string) {
	k.bad.Add(Problem{File: k.layout.file, Row: row, Column: k.layout.columns[column], Rule: rule, Value: value})
}

// text returns a value that must be there.
func (k *tableKeys) text(column int, v *columnar.Vector, i int, row int64) string {
	s := v.Text(i)
	if isMissingWord(s) {
		rule := "is missing"
		if column == k.layout.target {
			rule = "is missing (a row that is not decided yet says open)"
		}
		k.problem(column, row, rule, s)
		return ""
	}
	if !v.Coded() && !v.Lasting {
		s = strings.Clone(s) // a CSV value holds on to its whole line
	}
	return s
}

// date returns an as-of date in microseconds since 1970.
func (k *tableKeys) date(v *columnar.Vector, i int, row int64) int64 {
	us, ok := int64(math.MaxInt64), false
	switch {
	case v.Missing(i):
		k.problem(k.layout.asOf, row, "is missing", "")
		return 0
	case v.Kind == columnar.Time:
		us, ok = v.Ints[i], true
	case v.Kind == columnar.Text:
		us, ok = k.dates.Text(v.Text(i))
	}
	if !ok || us < columnar.Earliest.UnixMicro() || us > time.Date(2200, 1, 1, 0, 0, 0, 0, time.UTC).UnixMicro() {
		k.problem(k.layout.asOf, row, "is not an ISO date such as 2024-01-31, between 1990 and 2200", v.Text(i))
		return 0
	}
	return us
}

// once refuses a second row of the same id and as-of date; at is the row's place
// among ids. A file that is sorted by them needs no memory for it.
func (k *tableKeys) once(at int) {
	if k.rising {
		if at == 0 || k.above(at, at-1) {
			return
		}
		k.rising = false
		k.seen = make([]keySlot, 1<<bits.Len(uint(max(2*cap(k.ids), 512)-1)))
		for before := range at {
			k.insert(before)
		}
	}
	if 2*len(k.ids) > len(k.seen) {
		k.widen()
	}
	first := k.insert(at)
	if first == at || k.ids[at] == "" { // a missing id is a problem already
		return
	}
	rule := fmt.Sprintf("is there twice (first in row %d)", k.row[first])
	if k.layout.asOf >= 0 {
		rule = fmt.Sprintf("is there twice with the same as-of date (first in row %d)", k.row[first])
	}
	k.problem(k.layout.id, k.row[at], rule, k.ids[at])
}

// above reports whether the key at place a comes after that at b.
func (k *tableKeys) above(a, b int) bool {
	if k.ids[a] != k.ids[b] || k.asOf == nil {
		return k.ids[a] > k.ids[b]
	}
	return k.asOf[a].After(k.asOf[b])
}

// insert notes the key at a place among ids and returns the place where it was
// seen first.
func (k *tableKeys) insert(at int) int {
	h := maphash.String(k.seed, k.ids[at])
	if k.asOf != nil {
		h ^= uint64(k.asOf[at].UnixMicro()) * 0x9e3779b97f4a7c15
	}
	hash := uint32(h >> 32)
	for s := int(hash); ; s++ {
		slot := &k.seen[s&(len(k.seen)-1)]
		if slot.place == 0 {
			*slot = keySlot{place: uint32(at) + 1, hash: hash}
			return at
		}
		if first := int(slot.place) - 1; slot.hash == hash && k.same(first, at) {
			return first
		}
	}
}

func (k *tableKeys) same(a, b int) bool {
	return k.ids[a] == k.ids[b] && (k.asOf == nil || k.asOf[a].Equal(k.asOf[b]))
}

// widen doubles the slots.
func (k *tableKeys) widen() {
	old := k.seen
	k.seen = make([]keySlot, 2*len(old))
	for _, slot := range old {
		if slot.place == 0 {
			continue
		}
		s := int(slot.hash)
		for k.seen[s&(len(k.seen)-1)].place > 0 {
			s++
		}
		k.seen[s&(len(k.seen)-1)] = slot
	}
}
