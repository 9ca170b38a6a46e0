package cluster

import (
	"math"

	"github.com/etappe/etappe/models"
)

// Evidence is whether a row shows enough of a usage pattern to be placed among
// several clusters.
type Evidence uint8

// The evidence of a row.
const (
	Enough  Evidence = iota
	NotSeen          // no column of the pattern is known: the window is not over yet, or nothing was observed
	TooFew           // the window was observed, and holds fewer than MinEvents events
)

// MinEvents is how many events the share columns of a row hold together, at
// least, for it to be placed. Of n events a share p is seen with a standard error
// of √(p(1−p)/n): a Hellinger coordinate √p with ½·√((1−p)/n), which with n = 10
// is .16 at most. Centres lie some .3 to .6 apart, so with fewer events the
// coordinate is as far out as half the way to the next centre.
const MinEvents = 10

// Evidence returns for each row whether it is enough to place it. With one
// cluster nothing needs to be placed. ErrFields if a column of the space is missing.
func (m *Model) Evidence(f *models.Frame) ([]Evidence, error) {
	out := make([]Evidence, f.Rows())
	if m.k == 1 {
		return out, nil
	}
	p, err := patternOf(f, m.coords.space())
	if err != nil {
		return nil, err
	}
	for i := range out {
		out[i] = p.evidence(i)
	}
	return out, nil
}

// pattern is the columns without which a row shows no pattern: the counts or,
// where there are none, the values.
type pattern struct {
	columns [][]float64
	counts  bool
}

func patternOf(f *models.Frame, space Space) (*pattern, error) {
	p := &pattern{counts: len(space.Shares) > 0}
	names := space.Shares
	if !p.counts {
		names = space.Values
	}
	for _, name := range names {
		column, _, err := columnOf(f, name)
		if err != nil {
			return nil, err
		}
		p.columns = append(p.columns, column)
	}
	return p, nil
}

// evidence is what row i shows: MinEvents events where the columns are counts,
// some value otherwise. A count that is missing was not observed; the others
// count.
func (p *pattern) evidence(i int) Evidence {
	seen, events := false, 0.0
	for _, column := range p.columns {
		if x := column[i]; !math.IsNaN(x) {
			seen = true
			events += max(x, 0)
		}
	}
	switch {
	case !seen:
		return NotSeen
	case p.counts && events < MinEvents:
		return TooFew
	}
	return Enough
}
