package account

import (
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/etappe/etappe/features/catalog"
	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/serve/history"
	"github.com/etappe/etappe/serve/score"
)

// Snapshots scores a batch in the form that a history keeps: one snapshot per
// row, with its inputs, so that the answer can be given again to the bit. Every
// row needs an account id and an as-of date. Errors are those of Score.
func Snapshots(s *score.Scorer, in *score.Input) ([]history.Snapshot, error) {
	if err := s.Check(in); err != nil {
		return nil, err
	}
	if in.AccountIDs == nil || in.AsOf == nil {
		return nil, fmt.Errorf("%w: what is stored needs account ids and as-of dates", score.ErrInput)
	}
	c, err := s.ScoreColumns(in, score.Intervals|score.Groups|score.Reasons|score.Sides)
	if err != nil {
		return nil, err
	}
	rows, fields := in.Frame.Rows(), len(s.Fields())
	list, values := make([]history.Snapshot, rows), make([]float64, rows*fields)
	for i := range list {
		list[i] = snapshot(s, in, c, i, values[i*fields:(i+1)*fields:(i+1)*fields])
	}
	return list, nil
}

// snapshot is what was known of row i, and what was answered.
func snapshot(s *score.Scorer, in *score.Input, c *score.Columns, i int, values []float64) history.Snapshot {
	sn := history.Snapshot{
		AccountID: in.AccountIDs[i], AsOf: in.AsOf[i], Model: s.Version(),
		Fingerprint: s.Fingerprint(), Values: values, Tenure: math.NaN(),
		Health: c.Health[i], Outlook: c.Outlook[i], Path: c.Path[i],
		Churn: c.Churn[i], Low: c.Low[i], High: c.High[i], Band: c.Band[i], Near: s.Points().Near(c.Health[i]),
		ClusterID: c.ClusterID[i], ClusterName: c.ClusterName[i], Membership: c.Membership[i],
	}
	for j, column := range in.Frame.Columns {
		values[j] = column[i]
	}
	if j := in.Journey; j != nil && len(j.Milestones) > 0 && !math.IsNaN(j.Tenure[i]) {
		sn.Tenure, sn.Reached = j.Tenure[i], map[string]float64{}
		for m, name := range j.Milestones {
			if reached := j.Reached[m][i]; !math.IsNaN(reached) {
				sn.Reached[name] = reached
			}
		}
	}
	if in.Warnings != nil {
		for _, w := range in.Warnings[i] {
			sn.Stale = append(sn.Stale, w.Kept())
		}
		slices.Sort(sn.Stale)
		sn.Stale = slices.Compact(sn.Stale)
	}
	if e := c.Lead[i]; e >= 0 {
		sn.TopTheme, sn.TopReason = s.ReasonCode(e)
	}
	return sn
}

// Restore turns a snapshot back into the one row that was answered.
// catalog.ErrCatalog if it is ordered by another catalogue than the model's.
func Restore(s *score.Scorer, sn *history.Snapshot) (*score.Input, error) {
	if sn.Fingerprint != s.Fingerprint() || len(sn.Values) != len(s.Fields()) {
		return nil, fmt.Errorf("%w: the snapshot of %s holds %d values of %s, the model reads %d of %s", catalog.ErrCatalog,
			sn.AsOf.Format(time.DateOnly), len(sn.Values), sn.Fingerprint, len(s.Fields()), s.Fingerprint())
	}
	in := &score.Input{
		Frame:      &models.Frame{Fields: s.Fields(), Columns: make([][]float64, len(sn.Values))},
		AccountIDs: []string{sn.AccountID}, AsOf: []time.Time{sn.AsOf},
	}
	for j := range sn.Values {
		in.Frame.Columns[j] = sn.Values[j : j+1]
	}
	if sn.Reached != nil {
		in.Journey = &models.Journey{Tenure: []float64{sn.Tenure}}
		for _, name := range s.Milestones() {
			reached, ok := sn.Reached[name]
			if !ok {
				reached = math.NaN()
			}
			in.Journey.Milestones = append(in.Journey.Milestones, name)
			in.Journey.Reached = append(in.Journey.Reached, []float64{reached})
		}
	}
	warnings := []score.Warning{}
	for _, kept := range sn.Stale {
		warnings = append(warnings, score.WarningOf(kept))
	}
	in.Warnings = [][]score.Warning{warnings}
	return in, nil
}
