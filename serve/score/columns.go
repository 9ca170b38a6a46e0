package score

import (
	"slices"

	"github.com/etappe/etappe/models"
)

// Columns holds the answers to a batch column by column, one entry per row:
// the numbers are those of the Answers that Score gives, to the bit. Columns
// that a call does not request are nil.
type Columns struct {
	Health []float64 // 0 to 100, high is good
	Churn  []float64 // calibrated probability, high is bad
	Band   []string  // healthy, at_risk or sick

	Low, High []float64 // interval of the probability

	ClusterID   []string // "" where too little is known to place the account
	ClusterName []string
	Membership  []float64 // soft membership, 0 to 1; 0 without a cluster

	// With contributions: Baseline[i] + Σ_e Points[e][i] is Health[i] to 1e-9.
	// The entries are the features in the catalogue's order, the milestones where
	// the batch has any, the cut of the outlook and, where only the strongest are
	// wanted, all others together. An entry that the Answer does not list has 0
	// points.
	Baseline []float64
	Entries  []string
	Points   [][]float64 // [entry][row]

	// The first reason of every row: the entry that leads it (a feature, then the
	// milestones; −1: no reason), its points and, where a milestone leads, the
	// share of renewed peers who had it.
	Lead         []int
	LeadPoints   []float64
	LeadExpected []float64

	Outlook []float64 // the outlook, 0 to 100
	Path    []float64 // the path; NaN where it is not measured
}

// Parts are the columns that are filled in beside Health, Churn and Band. With
// Intervals and Groups come contributions too, unless the batch's Detail is
// DetailNone.
type Parts uint8

// The parts.
const (
	Intervals Parts = 1 << iota // Low and High
	Groups                      // ClusterID, ClusterName and Membership
	Amounts                     // Baseline, Entries and Points, as the batch's Detail is
	Reasons                     // Lead, LeadPoints and LeadExpected
	Sides                       // Outlook and Path

	Alone Parts = 0 // none: for very many rows
	Usual       = Intervals | Groups | Amounts
)

// ScoreColumns is Score for a whole portfolio: it writes no Answers, only
// columns. The numbers do not depend on the number of processors. Errors are
// those of Score.
func (s *Scorer) ScoreColumns(in *Input, parts Parts) (*Columns, error) {
	c := &Columns{}
	if err := s.ScoreColumnsInto(c, in, parts); err != nil {
		return nil, err
	}
	return c, nil
}

// ScoreColumnsInto is ScoreColumns into columns whose memory is used again: what
// an earlier batch left there is gone.
func (s *Scorer) ScoreColumnsInto(c *Columns, in *Input, parts Parts) error {
	if err := s.Check(in); err != nil {
		return err
	}
	if in.Detail == DetailNone {
		parts &^= Amounts
	}
	rows := in.Frame.Rows()
	s.reserve(c, in, parts)
	return s.eachBlock(rows, func(memory *arena, from, to int) error {
		return s.newBlock(in, from, to, memory).columns(c, parts)
	})
}

// reserve empties the columns that are wanted, and makes those that are not
// there yet.
func (s *Scorer) reserve(c *Columns, in *Input, parts Parts) {
	rows, before := in.Frame.Rows(), *c
	*c = Columns{Health: reuse(before.Health, rows), Churn: reuse(before.Churn, rows), Band: reuse(before.Band, rows)}
	if parts&Intervals != 0 {
		c.Low, c.High = reuse(before.Low, rows), reuse(before.High, rows)
	}
	if parts&Groups != 0 {
		c.ClusterID, c.ClusterName = reuse(before.ClusterID, rows), reuse(before.ClusterName, rows)
		c.Membership = reuse(before.Membership, rows)
	}
	if parts&Reasons != 0 {
		c.Lead, c.LeadPoints, c.LeadExpected = reuse(before.Lead, rows), reuse(before.LeadPoints, rows), reuse(before.LeadExpected, rows)
	}
	if parts&Sides != 0 {
		c.Outlook, c.Path = reuse(before.Outlook, rows), reuse(before.Path, rows)
	}
	if parts&Amounts == 0 {
		return
	}
	c.Baseline, c.Entries = reuse(before.Baseline, rows), s.entries(in)
	c.Points = slices.Grow(before.Points[:0], len(c.Entries))[:len(c.Entries)]
	for e := range c.Points {
		c.Points[e] = reuse(c.Points[e], rows)
	}
}

// reuse returns n empty values, in the memory of those before if they fit.
func reuse[T float64 | string | int](before []T, n int) []T {
	if cap(before) < n {
		return make([]T, n)
	}
	before = before[:n]
	clear(before)
	return before
}

// entries names the columns of points.
func (s *Scorer) entries(in *Input) []string {
	var names []string
	for j := range s.fields {
		names = append(names, s.fields[j].Name)
	}
	if s.milestoneColumns(in.Journey) != nil {
		names = append(names, s.milestoneNames...)
	}
	names = append(names, OutlookCut)
	if in.Detail == DetailTop {
		names = append(names, OtherFeatures)
	}
	return names
}

// columns computes the block and writes what is wanted of it.
func (b *block) columns(c *Columns, parts Parts) error {
	if err := b.assign(); err != nil {
		return err
	}
	direct := parts&Amounts != 0 && b.in.Detail == DetailAll
	b.reserve(parts&Intervals != 0, !direct && parts&(Amounts|Reasons) != 0)
	if direct { // shares become points in the memory of the columns
		b.churn.Baseline = b.matrix(1, b.frame.Rows())[0]
		b.churn.Share = b.part(c.Points[:len(b.scorer.fields)])
	}
	if err := b.compute(); err != nil {
		return err
	}
	b.writeScores(c)
	b.writeGroups(c)
	if b.churn.Share != nil {
		b.sharePoints(b.churn.Share)
	}
	if parts&Amounts != 0 {
		b.writePoints(c)
	}
	if parts&Reasons != 0 {
		b.writeReasons(c)
	}
	return nil
}

// part cuts the block's rows out of columns.
func (b *block) part(columns [][]float64) [][]float64 {
	from, to := b.first, b.first+b.frame.Rows()
	out := make([][]float64, len(columns))
	for e, column := range columns {
		out[e] = column[from:to:to]
	}
	return out
}

// writeScores writes the numbers that need no shares.
func (b *block) writeScores(c *Columns) {
	p, a := b.scorer.points, &b.churn
	for i, z := range a.LogOdds {
		row := b.first + i
		c.Health[row], c.Band[row], c.Churn[row] = b.health[i], p.Band(b.health[i]), models.Sigmoid(z)
		if c.Low != nil {
			c.Low[row], c.High[row] = models.Sigmoid(a.Low[i]), models.Sigmoid(a.High[i])
		}
		if c.Outlook != nil {
			c.Outlook[row], c.Path[row] = p.Bounded(z), b.path[i]
		}
	}
}

// writeGroups writes the clusters.
func (b *block) writeGroups(c *Columns) {
	if c.ClusterID == nil {
		return
	}
	for i := range b.cut {
		k, row := b.frame.ClusterOf(i), b.first+i
		c.ClusterID[row], c.ClusterName[row], c.Membership[row] = b.scorer.clusterID(k), b.scorer.clusterName(k), b.membership(i)
	}
}

// writePoints writes the baseline and every entry's points.
func (b *block) writePoints(c *Columns) {
	for i, z := range b.churn.Baseline {
		c.Baseline[b.first+i] = b.scorer.points.Baseline(b.measured[i], z)
	}
	entries := b.part(c.Points)
	for e := range b.points {
		if &entries[e][0] != &b.points[e][0] {
			copy(entries[e], b.points[e])
		}
	}
	for i, cut := range b.cut {
		if cut != 0 {
			entries[len(b.points)][i] = b.weight[i] * cut
		}
	}
	if b.in.Detail == DetailTop {
		b.keepTop(entries)
	}
}

// keepTop keeps the entries with the most points, row by row, and moves the others
// to the last entry; see strongestContributions.
func (b *block) keepTop(entries [][]float64) {
	n := b.scorer.options.Top
	order, first := make([]int, 0, len(entries)), make([]int, 0, n+1)
	for i := range b.cut {
		order, first = order[:0], first[:0]
		for e := range len(entries) - 1 {
			if e < len(b.scorer.fields) || e == len(b.points) && b.cut[i] != 0 || e < len(b.points) && b.measured[i] {
				order = append(order, e)
				first = rank(first, n, e, func(e int) float64 { return entries[e][i] })
			}
		}
		if len(order) <= n {
			continue
		}
		rest := 0.0
		for _, e := range order {
			if !slices.Contains(first, e) {
				rest += entries[e][i]
				entries[e][i] = 0
			}
		}
		entries[len(entries)-1][i] = rest
	}
}

// writeReasons writes the first reason of every row.
func (b *block) writeReasons(c *Columns) {
	lead, points := b.strongest(1)
	copy(c.Lead[b.first:], lead[0])
	copy(c.LeadPoints[b.first:], points[0])
	for i, e := range lead[0] {
		if m := e - len(b.scorer.fields); m >= 0 {
			c.LeadExpected[b.first+i] = b.expected[m][i]
		}
	}
}

// Lead is what the first reason of row i of a batch is about, from its Columns;
// false where the row has none.
func (s *Scorer) Lead(in *Input, c *Columns, i int) (Subject, bool) {
	e := c.Lead[i]
	if e < 0 {
		return Subject{}, false
	}
	if e < len(s.fields) {
		d := &s.catalog.Definitions[e]
		return Subject{Definition: d, Value: ValueOf(d, in.Frame.Columns[e][i]), Never: s.NeverOf(in, i, e), Family: s.Family(e)}, true
	}
	m := e - len(s.fields)
	var reached any
	for at, name := range in.Journey.Milestones {
		if name == s.milestones[m] {
			reached = reachedBy(in.Journey.Reached[at], in.Journey.Tenure, i)
		}
	}
	return Subject{Milestone: s.milestones[m], Value: reached, Expected: c.LeadExpected[i]}, true
}
