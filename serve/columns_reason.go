package serve

import "math"

// reasons writes the text of each row's first reason: of the groups of entries
// the one with the most points, in the words of its strongest member on the
// sum's side. It is the first of strongestCauses, without a list of causes.
func (b *columnsBlock) reasons(texts []string) {
	s := b.scorer
	entry, points := b.strongest()
	b.labels = make([]string, len(s.fields))
	b.association = [2]string{", " + b.in.Language.association(-1), ", " + b.in.Language.association(1)}
	for i := range texts {
		if entry[i] >= 0 {
			texts[i] = b.reason(entry[i], i, points[i])
		}
	}
}

// strongest returns the entry that leads each row's first reason, −1 without one,
// and what its group is worth. It goes column by column: a row's entries lie far
// from each other.
func (b *columnsBlock) strongest() (entry []int, points []float64) {
	rows := len(b.cut)
	members := b.scorer.reasonGroups(len(b.points))
	best, sums := make([]int, rows), b.matrix(2, rows)
	points = sums[0]
	for g, entries := range members {
		sum := sums[1]
		clear(sum)
		for _, e := range entries {
			for i, p := range b.points[e][:len(sum)] {
				sum[i] += p
			}
		}
		for i, p := range sum {
			if g == 0 || math.Abs(p) > math.Abs(points[i]) {
				best[i], points[i] = g, p
			}
		}
	}
	for i, g := range best {
		if math.Abs(points[i]) < quietPoints {
			best[i] = -1
		} else {
			best[i] = b.lead(members[g], points[i], i)
		}
	}
	return best, points
}

// reasonGroups lists the first n entries by the groups that share reasons, in
// order of appearance.
func (s *Scorer) reasonGroups(n int) (members [][]int) {
	number := map[string]int{}
	for e := range n {
		name := ""
		if e < len(s.fields) {
			name = s.groups[e]
		} else {
			name = MilestonePrefix + s.milestones[e-len(s.fields)]
		}
		g, ok := number[name]
		if !ok {
			g = len(members)
			number[name], members = g, append(members, nil)
		}
		members[g] = append(members[g], e)
	}
	return members
}

// lead returns which of a group's members weighs most on the sum's side.
func (b *columnsBlock) lead(members []int, sum float64, i int) int {
	lead := -1
	for _, e := range members {
		if direction(b.points[e][i]) != direction(sum) {
			continue
		}
		if lead < 0 || math.Abs(b.points[e][i]) > math.Abs(b.points[lead][i]) {
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
