package cluster

import (
	"slices"
	"strings"
)

// Part is what a learned name says of one column, for readers of another
// language than English: its word, and whether the cluster has more (1) or less
// (-1) of it than the others; 0 where the word alone says so, a thing that is
// done more or a level.
type Part struct {
	Word   string
	Degree int
}

// Parts takes the learned name of cluster c apart; nil for one that the traits
// do not say, such as a person's.
func (m *Model) Parts(c int, name string) []Part {
	if m.k == 1 {
		return nil
	}
	said := map[string]Part{} // by the word as a name has it
	ending := commonEnding(m.coords.shares)
	for _, t := range m.Profile()[c] {
		word := m.wordOf(t, ending)
		if word == "" {
			continue
		}
		p := Part{Word: word}
		if t.Level == "" && !slices.Contains(m.coords.shares, t.Column) {
			p = Part{spoken(strings.TrimSuffix(t.Column, ending)), 1}
			if t.Lift < 0 {
				p.Degree = -1
			}
		}
		said[word] = p
	}
	if p, ok := said[name]; ok {
		return []Part{p}
	}
	for at := 0; ; at += len(joint) {
		next := strings.Index(name[at:], joint)
		if next < 0 {
			return nil
		}
		at += next
		first, known := said[name[:at]]
		if second, ok := said[name[at+len(joint):]]; known && ok {
			return []Part{first, second}
		}
	}
}
