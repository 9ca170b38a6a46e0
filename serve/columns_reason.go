package serve

import "math"

// reasons writes the text of each row's first reason: of the groups of entries
// the one with the most points, in the words of its strongest member on the
// sum's side. It is the first of strongestCauses, without a list of causes.
func (b *columnsBlock) reasons(texts []string) {
	s := b.scorer
	group, groups := s.reasonGroups(len(b.points))
	sums := make([]float64, groups)
	b.labels = make([]string, len(s.fields))
	b.association = [2]string{", " + b.in.Language.association(-1), ", " + b.in.Language.association(1)}
	for i := range texts {
		if e, points := b.strongest(group, sums, i); e >= 0 {
			texts[i] = b.reason(e, i, points)
		}
	}
}

// strongest returns the entry that leads row i's first reason and what its group
// is worth; −1 without one. sums is room for one number per group.
func (b *columnsBlock) strongest(group []int, sums []float64, i int) (entry int, points float64) {
	clear(sums)
	for e, points := range b.points {
		sums[group[e]] += points[i]
	}
	best := 0
	for g, sum := range sums {
		if math.Abs(sum) > math.Abs(sums[best]) {
			best = g
		}
	}
	if math.Abs(sums[best]) < quietPoints {
		return -1, 0
	}
	return b.lead(group, best, sums[best], i), sums[best]
}

// reasonGroups numbers the groups that the first n entries share reasons in, in
// order of appearance.
func (s *Scorer) reasonGroups(n int) (group []int, groups int) {
	number := map[string]int{}
	for e := range n {
		name := ""
		if e < len(s.fields) {
			name = s.groups[e]
		} else {
			name = milestonePrefix + s.milestones[e-len(s.fields)]
		}
		g, ok := number[name]
		if !ok {
			g = len(number)
			number[name] = g
		}
		group = append(group, g)
	}
	return group, len(number)
}

// lead returns the member of a group that weighs most on the sum's side.
func (b *columnsBlock) lead(group []int, of int, sum float64, i int) int {
	lead := -1
	for e, points := range b.points {
		if group[e] != of || direction(points[i]) != direction(sum) {
			continue
		}
		if lead < 0 || math.Abs(points[i]) > math.Abs(b.points[lead][i]) {
			lead = e
		}
	}
	return lead
}

// reason puts entry e of row i into words: Language.reason's, of which a feature's
// label and the last words are the same in every row.
func (b *columnsBlock) reason(e, i int, points float64) string {
	s, l := b.scorer, b.in.Language
	if e < len(s.fields) {
		d := &s.catalog.Definitions[e]
		if b.labels[e] == "" {
			b.labels[e] = capital(l.of(d.Text) + ": ")
		}
		return b.labels[e] + l.phrase(d, valueOf(d, b.in.Frame.Columns[e][i])) + b.association[direction(points)]
	}
	m := e - len(s.fields)
	reached := reachedBy(b.reached[m], b.in.Journey.Tenure, i)
	return capital(l.milestone(s.milestones[m], reached, b.expected[m][i])) + b.association[direction(points)]
}
