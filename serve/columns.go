package serve

import (
	"runtime"
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

// columnBlock is how many rows one goroutine scores at a time.
const columnBlock = 2048

// ScoreColumns is Score for a whole portfolio: it writes no Answers, only
// columns, and on all processors. in.Detail says which contributions; reasons,
// whether the first reason of each row is put into words. What comes out does
// not depend on the number of processors. Errors are those of Score.
func (s *Scorer) ScoreColumns(in *Input, reasons bool) (*Columns, error) {
	if err := s.check(in); err != nil {
		return nil, err
	}
	c := s.room(in, reasons)
	rows := in.Frame.Rows()
	errs := make([]error, (rows+columnBlock-1)/columnBlock)
	var next atomic.Int64
	var all sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(errs)) {
		all.Go(func() {
			for n := int(next.Add(1)) - 1; n < len(errs); n = int(next.Add(1)) - 1 {
				from := n * columnBlock
				errs[n] = s.scoreBlock(in, from, min(from+columnBlock, rows), c)
			}
		})
	}
	all.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return c, nil
}

// room returns the columns, empty.
func (s *Scorer) room(in *Input, reasons bool) *Columns {
	rows := in.Frame.Rows()
	numbers := func() []float64 { return make([]float64, rows) }
	texts := func() []string { return make([]string, rows) }
	c := &Columns{
		Health: numbers(), Churn: numbers(), Low: numbers(), High: numbers(), Membership: numbers(),
		Band: texts(), ClusterID: texts(), ClusterName: texts(),
	}
	if reasons {
		c.FirstReason = texts()
	}
	if in.Detail == DetailNone {
		return c
	}
	c.Baseline = numbers()
	for j := range s.fields {
		c.Entries = append(c.Entries, s.fields[j].Name)
	}
	if s.milestoneColumns(in.Journey) != nil {
		for _, name := range s.milestones {
			c.Entries = append(c.Entries, milestonePrefix+name)
		}
	}
	c.Entries = append(c.Entries, outlookCut)
	if in.Detail == DetailTop {
		c.Entries = append(c.Entries, otherFeatures)
	}
	for range c.Entries {
		c.Points = append(c.Points, numbers())
	}
	return c
}
