package account

import (
	"context"
	"io"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/etappe/etappe/datasets/columnar"
	"github.com/etappe/etappe/features"
	"github.com/etappe/etappe/serve/history"
	"github.com/etappe/etappe/serve/score"
)

// FileRows is how many rows are scored before they are written into a file: the
// columns stay near the processor until then.
const FileRows = 1 << 13

// Scores writes the scores of a portfolio into a file.
type Scores struct {
	Portfolio *Portfolio
	Scorer    *score.Scorer
	Detail    score.Detail // of contributions
	Brief     bool         // neither interval nor cluster nor reason
	// Displayed is the band that a history displays of an account, by its id: the column
	// band. Where it has none that is the band of the score alone, the column score_band.
	Displayed map[string]string
	// History has the answers of the dates before: the columns previous_as_of, moved and
	// verdict. nil: they are empty.
	History *Service
	// FirstReasons writes the first reason of each row into a slice, which it
	// grows and returns; it is not called where the scores are brief.
	FirstReasons func(s *score.Scorer, in *score.Input, c *score.Columns, into []string) []string
	Progress     func(done, total int) // nil: none
	// Unplaced counts the rows without a cluster; 0 where the scores are brief.
	Unplaced int

	done      int
	bands     map[string]int
	columns   score.Columns
	reasons   []string
	tables    []history.Account // of all rows; nil: not read yet, or none
	last      []columnar.Column // the columns written last
	endedDone bool
}

// Write scores all rows into a Parquet or CSV file, and returns the rows of each
// band.
func (s *Scores) Write(ctx context.Context, path string) (bands map[string]int, err error) {
	s.bands, s.done, s.endedDone = noBands(), 0, false
	err = columnar.WriteBlocks(path, func() ([]columnar.Column, error) {
		block, err := s.Next(ctx)
		if s.Progress != nil {
			s.Progress(min(s.done, len(s.Portfolio.IDs)), len(s.Portfolio.IDs))
		}
		return block, err
	})
	return s.bands, err
}

// WriteCSV scores all rows as CSV, to wherever out leads.
func (s *Scores) WriteCSV(ctx context.Context, out io.Writer) (bands map[string]int, err error) {
	s.bands, s.done, s.endedDone = noBands(), 0, false
	err = columnar.WriteCSV(out, func() ([]columnar.Column, error) { return s.Next(ctx) })
	return s.bands, err
}

// Next scores the next rows as columns of a file, at last those of contracts that have
// ended; nil when all are. These have no score: every other column is missing.
func (s *Scores) Next(ctx context.Context) ([]columnar.Column, error) {
	rows := len(s.Portfolio.IDs)
	if s.done > 0 && s.done >= rows {
		return s.ended(), nil
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	from, to := s.done, min(s.done+FileRows, rows)
	in, err := s.Portfolio.Input(s.Scorer, from, to)
	if err != nil {
		return nil, err
	}
	in.Detail = s.Detail
	c := &s.columns
	parts := score.Usual | score.Reasons
	if s.Brief {
		parts = score.Alone
	}
	if err := s.Scorer.ScoreColumnsInto(c, in, parts); err != nil {
		return nil, err
	}
	if !s.Brief {
		for _, id := range c.ClusterID {
			if id == "" {
				s.Unplaced++
			}
		}
		s.reasons = s.FirstReasons(s.Scorer, in, c, s.reasons)
	}
	if s.bands == nil {
		s.bands = noBands()
	}
	shown := s.displayed(in, c)
	for _, band := range shown {
		s.bands[band]++
	}
	s.done = max(to, 1)
	if s.Brief {
		return append(briefColumns(in, c, shown), s.refused(len(shown))...), nil
	}
	columns, err := s.rows(ctx, in, shown, from, to)
	columns = append(withPoints(columns, c), s.refused(len(shown))...)
	s.last = columns
	if len(s.Portfolio.Ended) > 0 {
		for i := range columns {
			columns[i].Whole = i < 2 || columns[i].Name == "status" // account_id and as_of
		}
	}
	return columns, err
}

// ended returns the rows of contracts that have ended, once: in the columns of the
// others, nil in a brief file.
func (s *Scores) ended() []columnar.Column {
	ids := s.Portfolio.Ended
	if s.Brief || len(ids) == 0 || s.endedDone {
		return nil
	}
	s.endedDone = true
	columns := slices.Clone(s.last)
	for i := range columns {
		c := &columns[i]
		switch {
		case c.Name == "account_id":
			c.Strings = ids
		case c.Name == "status":
			c.Strings = features.Statuses(0, len(ids))
		case c.Name == "as_of":
			c.Times = slices.Repeat([]time.Time{s.Portfolio.EndedAt}, len(ids))
		case c.Times != nil:
			c.Times = make([]time.Time, len(ids))
		case c.Numbers != nil:
			c.Numbers = slices.Repeat([]float64{math.NaN()}, len(ids))
		default:
			c.Strings = make([]string, len(ids))
		}
	}
	return columns
}

// refused is the column that names the checks which the model failed; none for a
// model that passed the gate.
func (s *Scores) refused(rows int) []columnar.Column {
	w := s.Scorer.Refused()
	if w == nil {
		return nil
	}
	return []columnar.Column{{Name: score.WarnRefused, Strings: slices.Repeat([]string{strings.Join(w.Args.Checks, ", ")}, rows), Whole: true}}
}

// rows are the columns of the rows from, to, without contributions.
func (s *Scores) rows(ctx context.Context, in *score.Input, shown []string, from, to int) ([]columnar.Column, error) {
	if s.tables == nil {
		s.tables = s.Portfolio.accounts()
	}
	c, list := &s.columns, make([]fileMovement, to-from)
	f := &fileRows{ids: in.AccountIDs, asOf: in.AsOf, health: c.Health, churn: c.Churn, low: c.Low, high: c.High, band: shown, scoreBand: c.Band,
		clusterIDs: c.ClusterID, clusterNames: c.ClusterName, membership: c.Membership, reasonText: s.reasons,
		model: slices.Repeat([]string{s.Scorer.Version()}, to-from)}
	var known []history.Account
	if s.tables != nil {
		known = s.tables[from:to]
	}
	f.describe(known, to-from)
	f.lead(s.Scorer, c)
	for i := range list {
		list[i].moved, list[i].model = math.NaN(), math.NaN()
	}
	if s.History != nil {
		var err error
		if list, err = s.History.movementsOf(ctx, in.AccountIDs, in.AsOf, s.Scorer.Version()); err != nil {
			return nil, err
		}
	}
	f.movements(list)
	return append(f.columns(), columnar.Column{Name: "status", Strings: features.Statuses(to-from, 0), Whole: true},
		columnar.Column{Name: "unseen_levels", Strings: unseenLevels(s.Scorer, in)}), nil
}

// displayed is the band of each row that pages and the API show too.
func (s *Scores) displayed(in *score.Input, c *score.Columns) []string {
	if s.Displayed == nil {
		return c.Band
	}
	bands := make([]string, len(c.Band))
	for i, plain := range c.Band {
		if bands[i] = s.Displayed[in.AccountIDs[i]]; bands[i] == "" {
			bands[i] = plain
		}
	}
	return bands
}

// briefColumns are those of a file without intervals, clusters and reasons.
func briefColumns(in *score.Input, c *score.Columns, shown []string) []columnar.Column {
	return []columnar.Column{
		{Name: "account_id", Strings: in.AccountIDs, Whole: true}, {Name: "as_of", Times: in.AsOf, Whole: true, Days: true},
		{Name: "health_score", Numbers: c.Health, Whole: true}, {Name: "churn_probability", Numbers: c.Churn, Whole: true},
		{Name: "band", Strings: shown, Whole: true},
	}
}

// withPoints adds the contributions; baseline_points and the points columns of a row
// sum to its health score.
func withPoints(columns []columnar.Column, c *score.Columns) []columnar.Column {
	if c.Points == nil {
		return columns
	}
	columns = append(columns, columnar.Column{Name: "baseline_points", Numbers: c.Baseline, Whole: true})
	for e, name := range c.Entries {
		columns = append(columns, columnar.Column{Name: PointsPrefix + name, Numbers: c.Points[e], Whole: true})
	}
	return columns
}

// PointsPrefix begins the name of a contribution's column.
const PointsPrefix = "points:"

// noBands counts nothing in every band.
func noBands() map[string]int { return map[string]int{"healthy": 0, "at_risk": 0, "sick": 0} }
