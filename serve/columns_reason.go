package serve

import "math"

// reasons writes the text of each row's first reason: of the groups of entries
// the one with the most points, in the words of its strongest member on the
// sum's side. It is the first of strongestCauses, without a list of causes.
func (b *columnsBlock) reasons(texts []string) {
	s := b.scorer
	group, groups := s.reasonGroups(len(b.points))
	sums := make([]float64, groups)
	for i := range texts {
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
		if math.Abs(sums[best]) >= quietPoints {
			texts[i] = b.reason(b.lead(group, best, sums[best], i), i, sums[best])
		}
	}
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

// reason puts entry e of row i into words.
func (b *columnsBlock) reason(e, i int, points float64) string {
	s, l := b.scorer, b.in.Language
	if e < len(s.fields) {
		return l.reason(cause{points: points, text: func() string { return s.featureText(l, e, b.in.Frame.Columns[e][i]) }}).Text
	}
	m := e - len(s.fields)
	return l.reason(cause{points: points, text: func() string {
		return l.milestone(s.milestones[m], reachedBy(b.reached[m], b.in.Journey.Tenure, i), b.expected[m][i])
	}}).Text
}
