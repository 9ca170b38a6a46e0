package serve

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/additive"
)

// columnsBlock is a run of rows on its way to Columns. Every number is worked
// out by the formulas of measured and Scorer.contributions, in their order.
type columnsBlock struct {
	scorer  *Scorer
	in      *Input // its rows alone
	memory  *arena // nil: of its own
	first   int    // its first row in the batch
	answers additive.Answers

	measured []bool      // [row] whether the path is
	weight   []float64   // [row] of the outlook; 1 where the path is not measured
	path     []float64   // [row] 0 where the path is not measured
	cut      []float64   // [row] what the cut to 0..100 adds, in outlook points
	reached  [][]float64 // [milestone] the journey's column; nil: unknown to it. The whole: nothing to measure
	expected [][]float64 // [milestone][row] R_km(t)
	points   [][]float64 // [field, then milestone][row] health points

	labels      []string  // [field] how its reason begins; "" until it is needed
	association [2]string // how a reason ends: lower, higher
}

// scoreBlock fills in the rows from..to.
func (s *Scorer) scoreBlock(in *Input, from, to int, c *Columns, memory *arena) error {
	b := &columnsBlock{scorer: s, in: in.slice(from, to), first: from, memory: memory}
	if err := b.assign(c); err != nil {
		return err
	}
	b.place(c)
	if err := b.answer(); err != nil {
		return err
	}
	b.walk()
	if err := b.health(c); err != nil {
		return err
	}
	if c.Points != nil {
		b.contributions(c)
	}
	if c.FirstReason != nil {
		b.reasons(c.FirstReason[from:to])
	}
	return nil
}

// slice returns the rows from..to of a batch, without their names.
func (in *Input) slice(from, to int) *Input {
	part := &Input{
		Frame:  &models.Frame{Fields: in.Frame.Fields, Columns: make([][]float64, len(in.Frame.Columns))},
		Detail: in.Detail, Language: in.Language,
	}
	for j, column := range in.Frame.Columns {
		part.Frame.Columns[j] = column[from:to]
	}
	if in.Journey != nil {
		part.Journey = &models.Journey{Milestones: in.Journey.Milestones, Tenure: in.Journey.Tenure[from:to]}
		for _, reached := range in.Journey.Reached {
			part.Journey.Reached = append(part.Journey.Reached, reached[from:to])
		}
	}
	return part
}

// arena is memory that blocks use one after the other.
type arena struct {
	numbers []float64
	used    int
}

// take returns n zeros.
func (a *arena) take(n int) []float64 {
	if a.used+n > len(a.numbers) {
		a.numbers, a.used = make([]float64, max(2*len(a.numbers), n)), 0
	}
	a.used += n
	out := a.numbers[a.used-n : a.used : a.used]
	clear(out)
	return out
}

// matrix returns zeros in one piece of memory.
func (b *columnsBlock) matrix(columns, rows int) [][]float64 {
	if b.memory == nil {
		return matrix(columns, rows)
	}
	return cut(b.memory.take(columns*rows), columns, rows)
}

// matrix returns zeros in one piece of memory.
func matrix(columns, rows int) [][]float64 {
	return cut(make([]float64, columns*rows), columns, rows)
}

// cut makes columns of one piece of memory.
func cut(all []float64, columns, rows int) [][]float64 {
	out := make([][]float64, columns)
	for j := range out {
		out[j] = all[j*rows : (j+1)*rows : (j+1)*rows]
	}
	return out
}

// assign finds the rows' clusters.
func (b *columnsBlock) assign(c *Columns) error {
	s := b.scorer
	if s.clusters != nil {
		assigned, err := s.clusters.Assign(b.in.Frame)
		if err != nil {
			return fmt.Errorf("%w: clusters: %w", ErrAnswer, err)
		}
		b.in.Frame.Cluster = assigned.Cluster
		if c.Membership != nil {
			copy(c.Membership[b.first:], assigned.Membership)
		}
	}
	if c.ClusterID == nil {
		return nil
	}
	for i := range b.in.Frame.Rows() {
		k := b.in.Frame.ClusterOf(i)
		c.ClusterID[b.first+i], c.ClusterName[b.first+i] = s.ids[k], s.clusterName(k)
		if s.clusters == nil {
			c.Membership[b.first+i] = 1
		}
	}
	return nil
}

// ask asks the churn model for log-odds, intervals and perhaps shares.
func (b *columnsBlock) ask(shares bool) error {
	b.prepare(true, shares)
	return b.answer()
}

// prepare makes room for what the churn model is to say.
func (b *columnsBlock) prepare(interval, shares bool) {
	s, rows := b.scorer, b.in.Frame.Rows()
	room := b.matrix(4, rows)
	b.answers = additive.Answers{LogOdds: room[0]}
	if interval {
		b.answers.Low, b.answers.High, b.answers.Level = room[1], room[2], s.options.Level
	}
	if shares {
		b.answers.Baseline, b.answers.Share = room[3], b.matrix(len(s.fields), rows)
	}
}

// place prepares for what the columns ask for. All shares, where they are wanted,
// become points in their own columns.
func (b *columnsBlock) place(c *Columns) {
	all := c.Points != nil && b.in.Detail == DetailAll
	b.prepare(c.Low != nil, !all && (c.Points != nil || c.FirstReason != nil))
	if !all {
		return
	}
	from, to := b.first, b.first+b.in.Frame.Rows()
	b.answers.Baseline = b.matrix(1, to-from)[0]
	for j := range b.scorer.fields {
		b.answers.Share = append(b.answers.Share, c.Points[j][from:to:to])
	}
}

// answer asks the churn model.
func (b *columnsBlock) answer() error {
	s, rows := b.scorer, b.in.Frame.Rows()
	if err := s.churn.Answer(b.in.Frame, 0, rows, &b.answers); err != nil {
		return fmt.Errorf("%w: rows from %d: %w", ErrAnswer, b.first, err)
	}
	return nil
}

// walk measures the rows against the success path, milestone by milestone, as
// path.Path does row by row.
func (b *columnsBlock) walk() {
	s, rows := b.scorer, b.in.Frame.Rows()
	b.measured, b.path, b.cut = make([]bool, rows), make([]float64, rows), make([]float64, rows)
	b.weight = slices.Repeat([]float64{1}, rows)
	if b.reached = s.milestoneColumns(b.in.Journey); b.reached == nil {
		return
	}
	tenure := b.in.Journey.Tenure
	for i := range rows {
		if !math.IsNaN(tenure[i]) && s.hasPath(b.in.Frame.ClusterOf(i)) {
			b.measured[i], b.weight[i], b.path[i] = true, 1-s.points.PathWeight, 50
		}
	}
	b.points, b.expected = b.matrix(len(s.milestones), rows), b.matrix(len(s.milestones), rows)
	for m := range s.milestones {
		share, expected := b.points[m], b.expected[m]
		for i := range rows {
			if !b.measured[i] {
				continue
			}
			k, has := b.in.Frame.ClusterOf(i), 0.0
			if b.reached[m] != nil && b.reached[m][i] <= tenure[i] {
				has = 1
			}
			expected[i] = s.path.Expected(k, m, tenure[i])
			share[i] = 50 * s.path.Weight(k, m) * (has - expected[i])
			b.path[i] += share[i]
		}
	}
}

// health composes the scores, and writes all numbers that do not need shares.
func (b *columnsBlock) health(c *Columns) error {
	s, a := b.scorer, &b.answers
	for i, z := range a.LogOdds {
		row := b.first + i
		outlook := s.points.Outlook(z)
		bounded := min(max(outlook, 0), 100)
		b.cut[i] = bounded - outlook
		health := (1-b.weight[i])*b.path[i] + b.weight[i]*bounded
		if math.IsNaN(health) || math.IsInf(z, 0) || a.Low != nil && (math.IsNaN(a.Low[i]) || math.IsNaN(a.High[i])) {
			return fmt.Errorf("%w: row %d: log-odds %g, health %g", ErrAnswer, row, z, health)
		}
		c.Health[row], c.Band[row] = health, s.points.Band(health)
		c.Churn[row] = models.Sigmoid(z)
		if a.Low != nil {
			c.Low[row], c.High[row] = models.Sigmoid(a.Low[i]), models.Sigmoid(a.High[i])
		}
	}
	if a.Share != nil {
		b.share()
	}
	return nil
}

// share turns shares of log-odds and of the path into points, in place.
func (b *columnsBlock) share() {
	one := b.scorer.points.Share(1)
	for _, share := range b.answers.Share {
		weight := b.weight[:len(share)]
		for i, z := range share {
			share[i] = weight[i]*(one*z) + 0 // + 0: no negative zero in an answer
		}
	}
	for _, share := range b.points {
		for i, p := range share {
			share[i] = (1-b.weight[i])*p + 0
		}
	}
	b.points = append(b.answers.Share, b.points...)
}

// contributions writes the baseline and every entry's points.
func (b *columnsBlock) contributions(c *Columns) {
	s, rows := b.scorer, b.in.Frame.Rows()
	for i, z := range b.answers.Baseline {
		c.Baseline[b.first+i] = b.weight[i]*s.points.Outlook(z) + (1-b.weight[i])*50
	}
	entries := make([][]float64, len(c.Entries))
	for e := range entries {
		entries[e] = c.Points[e][b.first : b.first+rows]
		if e < len(b.points) && &entries[e][0] != &b.points[e][0] {
			copy(entries[e], b.points[e])
		}
	}
	for i, cut := range b.cut {
		if cut != 0 {
			entries[len(b.points)][i] = b.weight[i] * cut
		}
	}
	if b.in.Detail == DetailTop {
		b.top(entries)
	}
}

// top keeps the entries with the most points, row by row, and moves the others
// to the last entry; see strongest.
func (b *columnsBlock) top(entries [][]float64) {
	order := make([]int, 0, len(entries))
	for i := range b.cut {
		order = order[:0]
		for e := range len(entries) - 1 {
			if e < len(b.scorer.fields) || e == len(b.points) && b.cut[i] != 0 || e < len(b.points) && b.measured[i] {
				order = append(order, e)
			}
		}
		if len(order) <= b.scorer.options.Top {
			continue
		}
		slices.SortStableFunc(order, func(x, y int) int {
			return cmp.Compare(math.Abs(entries[y][i]), math.Abs(entries[x][i]))
		})
		rest := 0.0
		for _, e := range order[b.scorer.options.Top:] {
			rest += entries[e][i]
			entries[e][i] = 0
		}
		entries[len(entries)-1][i] = rest
	}
}
