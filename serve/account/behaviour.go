package account

import (
	"context"

	"github.com/etappe/etappe/features"
	"github.com/etappe/etappe/models/behaviour"
	"github.com/etappe/etappe/serve/explain"
	"github.com/etappe/etappe/serve/history"
	"github.com/etappe/etappe/serve/score"
)

// CountWeeks counts what the portfolio's accounts did by week, for the test whether
// they changed, where the scorer's model has one; a feature table has no weeks.
func (p *Portfolio) CountWeeks(ctx context.Context, s *score.Scorer) (err error) {
	if s.Behaviour() == nil || p.tables == nil || p.tables.Events == nil {
		return nil
	}
	p.weekly, err = features.BuildWeekly(ctx, p.tables, s.Catalog(), s.Behaviour().Roles(), p.snapshots)
	return err
}

// record is what the account of row i did by week, as a model reads it.
func (p *Portfolio) record(m *behaviour.Model, i int) *behaviour.Record {
	return behaviour.NewRecord(p.weekly, i, p.weekly.Types, m.Names(), len(m.Roles()), p.unseen)
}

// common is what all accounts had in common before the date of row i.
func (p *Portfolio) common(m *behaviour.Model, i int) behaviour.Common {
	return behaviour.CommonOf(p.weekly, i, p.weekly.Types, m.Names())
}

// storeWeeks adds to snapshots of the portfolio's rows from a first on what accounts
// did, and stores what they have in common.
func (p *Portfolio) storeWeeks(w *history.Writer, s *score.Scorer, list []history.Snapshot, first int) error {
	if p.weekly == nil {
		return nil
	}
	m := s.Behaviour()
	for i := range list {
		list[i].Behaviour = p.record(m, first+i).Append(nil)
		if i > 0 && list[i].AsOf.Equal(list[i-1].AsOf) {
			list[i].Common = list[i-1].Common
			continue
		}
		list[i].Common = p.common(m, first+i).Append(nil)
		if err := w.Common(list[i].AsOf, s.Version(), list[i].Common); err != nil {
			return err
		}
	}
	return nil
}

// Observed is what the account of row i did before its date; nil: not counted.
func (p *Portfolio) Observed(s *score.Scorer, i int) *explain.Observed {
	if p.weekly == nil {
		return nil
	}
	m := s.Behaviour()
	return &explain.Observed{Record: p.record(m, i), Common: p.common(m, i)}
}

// observed is what a stored account did before the snapshot's date, as its model reads
// it; nil: not known.
func observed(s *score.Scorer, sn *history.Snapshot) *explain.Observed {
	if s == nil || s.Behaviour() == nil || sn.Behaviour == nil || sn.Common == nil {
		return nil
	}
	m := s.Behaviour()
	r, err := behaviour.ReadRecord(sn.Behaviour, len(m.Names()), len(m.Roles()))
	if err != nil {
		return nil
	}
	common, err := behaviour.ReadCommon(sn.Common, len(m.Names()))
	if err != nil {
		return nil
	}
	return &explain.Observed{Record: r, Common: common}
}
