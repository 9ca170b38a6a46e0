package datasets

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/etappe/etappe/datasets/columnar"
)

// skipping gathers the bad rows of a file that may be left out.
type skipping struct {
	share float64 // of the rows
	bad   columnar.Problems
	rows  int64
	last  int64 // the latest bad row: a row may break several rules
}

// listedBad is how many of the rows left out are listed.
const listedBad = 20

// newSkipping reads the setting; nil: every bad row is a problem.
func newSkipping(s *SkipBad) (*skipping, error) {
	if s == nil {
		return nil, nil
	}
	number, ok := strings.CutSuffix(strings.TrimSpace(s.AtMost), "%")
	percent, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
	if !ok || err != nil || !(percent > 0 && percent <= 50) {
		return nil, fmt.Errorf("%w: skip_bad_rows.at_most is %q: it must be a share such as 1 %%, at most 50 %%", ErrConfig, s.AtMost)
	}
	return &skipping{share: percent / 100, bad: columnar.Problems{Limit: listedBad}}, nil
}

// add takes a problem of a row: for now, where bad rows may be left out.
func (in *input) add(p Problem) {
	if in.skip == nil || p.Row == 0 {
		in.problems.Add(p)
		return
	}
	in.skip.bad.Add(p)
	if p.Row != in.skip.last {
		in.skip.rows, in.skip.last = in.skip.rows+1, p.Row
	}
}

// closeSkipping leaves the bad rows of the file out with a warning each, or makes
// them problems, where there are too many.
func (in *input) closeSkipping() {
	s := in.skip
	if s == nil || s.rows == 0 {
		return
	}
	if float64(s.rows) > s.share*float64(in.seen) {
		in.problems.Add(Problem{File: in.name, Rule: fmt.Sprintf("%d of %d rows break a rule, more than skip_bad_rows.at_most allows", s.rows, in.seen)})
		for _, p := range s.bad.Listed() {
			in.problems.Add(p)
		}
		in.problems.Total += s.bad.Total - len(s.bad.Listed())
		return
	}
	for _, p := range s.bad.Listed() {
		in.warnings["left out, "+p.String()] = 1
	}
	in.warnings[fmt.Sprintf("bad row of %s left out (skip_bad_rows)", in.name)] = int(s.rows)
}
