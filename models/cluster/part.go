package cluster

import (
	"slices"
	"strings"
)

// Part is the trait of one column in a learned name, for readers of another
// language than English: its word, and whether the cluster has more (1) or less
// (-1) of it than the others; 0 where the word alone holds it, a thing that is
// done more or a level.
type Part struct {
	Word   string
	Degree int
}

// Parts takes the learned name of cluster c apart; nil for one that the traits
// do not hold, such as a person's.
func (m *Model) Parts(c int, name string) []Part {
	if m.k == 1 {
		return nil
	}
	byWord := map[string]Part{} // by the word as a name has it
	ending := commonEnding(m.coords.shares)
	for _, t := range m.Profile()[c] {
		word := m.wordOf(t, ending)
		if word == "" {
			continue
		}
		p := Part{Word: word}
		if t.Level == "" && !slices.Contains(m.coords.shares, t.Column) {
			p = Part{readable(strings.TrimSuffix(t.Column, ending)), 1}
			if t.Lift < 0 {
				p.Degree = -1
			}
		}
		byWord[word] = p
	}
	if p, ok := byWord[name]; ok {
		return []Part{p}
	}
	for at := 0; ; at += len(joint) {
		next := strings.Index(name[at:], joint)
		if next < 0 {
			return nil
		}
		at += next
		first, known := byWord[name[:at]]
		if second, ok := byWord[name[at+len(joint):]]; known && ok {
			return []Part{first, second}
		}
	}
}
