package serve

import (
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
)

// Columns holds the answers to a batch column by column, one entry per row:
// the numbers are those of the Answers that Score gives, to the bit.
type Columns struct {
	Health      []float64 // 0 to 100, high is good
	Churn       []float64 // calibrated probability, high is bad
	Low, High   []float64 // interval of the probability
	Band        []string  // healthy, at_risk or sick
	ClusterID   []string
	ClusterName []string
	Membership  []float64 // soft membership, 0 to 1

	// With contributions: Baseline[i] + Σ_e Points[e][i] is Health[i] to 1e-9.
	// The entries are the features in the catalogue's order, the milestones where
	// the batch knows any, the cut of the outlook and, where only the strongest
	// were asked for, all others together. An entry that the Answer does not list
	// has 0 points.
	Baseline []float64
	Entries  []string
	Points   [][]float64 // [entry][row]

	// FirstReason is the text of the first reason, "" without one.
	FirstReason []string
}

// columnBlock is how many rows one goroutine scores at a time: their shares stay
// near the processor.
const columnBlock = 1024

// ScoreColumns is Score for a whole portfolio: it writes no Answers, only
// columns, and on all processors. in.Detail says which contributions; reasons,
// whether the first reason of each row is put into words. What comes out does
// not depend on the number of processors. Errors are those of Score.
func (s *Scorer) ScoreColumns(in *Input, reasons bool) (*Columns, error) {
	c := &Columns{}
	if err := s.ScoreColumnsInto(c, in, reasons); err != nil {
		return nil, err
	}
	return c, nil
}

// ScoreColumnsInto is ScoreColumns into columns whose memory is used again:
// what an earlier batch left there is gone.
func (s *Scorer) ScoreColumnsInto(c *Columns, in *Input, reasons bool) error {
	if err := s.check(in); err != nil {
		return err
	}
	s.lay(c, in, reasons)
	return s.fill(c, in)
}

// ScoreAloneInto is ScoreColumnsInto for what is asked for most of very many
// rows: Health, Churn and Band alone, the same to the bit. All else is nil.
func (s *Scorer) ScoreAloneInto(c *Columns, in *Input) error {
	if err := s.check(in); err != nil {
		return err
	}
	rows := in.Frame.Rows()
	*c = Columns{Health: again(c.Health, rows), Churn: again(c.Churn, rows), Band: again(c.Band, rows)}
	return s.fill(c, in)
}

// fill scores a batch on all processors.
func (s *Scorer) fill(c *Columns, in *Input) error {
	rows := in.Frame.Rows()
	errs := make([]error, (rows+columnBlock-1)/columnBlock)
	var next atomic.Int64
	var all sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(errs)) {
		all.Go(func() {
			memory := &arena{}
			for n := int(next.Add(1)) - 1; n < len(errs); n = int(next.Add(1)) - 1 {
				from := n * columnBlock
				memory.used = 0
				errs[n] = s.scoreBlock(in, from, min(from+columnBlock, rows), c, memory)
			}
		})
	}
	all.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// room returns the columns, empty.
func (s *Scorer) room(in *Input, reasons bool) *Columns {
	c := &Columns{}
	s.lay(c, in, reasons)
	return c
}

// lay empties the columns that are asked for, and makes those that are not
// there yet.
func (s *Scorer) lay(c *Columns, in *Input, reasons bool) {
	rows, points := in.Frame.Rows(), c.Points
	*c = Columns{
		Health: again(c.Health, rows), Churn: again(c.Churn, rows), Low: again(c.Low, rows), High: again(c.High, rows),
		Membership: again(c.Membership, rows), Band: again(c.Band, rows), ClusterID: again(c.ClusterID, rows),
		ClusterName: again(c.ClusterName, rows), Baseline: c.Baseline, FirstReason: c.FirstReason,
	}
	if reasons {
		c.FirstReason = again(c.FirstReason, rows)
	} else {
		c.FirstReason = nil
	}
	if in.Detail == DetailNone {
		c.Baseline = nil
		return
	}
	c.Baseline, c.Entries = again(c.Baseline, rows), s.entries(in)
	c.Points = slices.Grow(points[:0], len(c.Entries))[:len(c.Entries)]
	for e := range c.Points {
		c.Points[e] = again(c.Points[e], rows)
	}
}

// entries names the columns of points.
func (s *Scorer) entries(in *Input) []string {
	var names []string
	for j := range s.fields {
		names = append(names, s.fields[j].Name)
	}
	if s.milestoneColumns(in.Journey) != nil {
		for _, name := range s.milestones {
			names = append(names, MilestonePrefix+name)
		}
	}
	names = append(names, outlookCut)
	if in.Detail == DetailTop {
		names = append(names, otherFeatures)
	}
	return names
}

// again returns n empty values, in the memory of those before if they fit.
func again[T float64 | string](before []T, n int) []T {
	if cap(before) < n {
		return make([]T, n)
	}
	before = before[:n]
	clear(before)
	return before
}
