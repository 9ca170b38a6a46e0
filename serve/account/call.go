package account

import (
	"cmp"
	"context"
	"math"
	"time"

	"github.com/etappe/etappe/serve/history"
)

// What is put first.
const (
	CalledDays    = 90  // renewals that are near enough to call for
	ContactedDays = 30  // within which a logged intervention counts as contact
	calledRows    = 200 // candidates read from either side
	verdicts      = 40  // candidates at most whose movement is computed
)

// The factors of Call.Rank.
const (
	farthestWindow = 0.5  // of a renewal CalledDays ahead
	nearDays       = 30   // up to which a renewal counts whole
	realDrop       = 1.5  // of an account that fell by more than normal variation
	contacted      = 0.25 // of an account that somebody is in contact with
)

// Call is an account to call, and why.
type Call struct {
	history.Row
	AtRisk  float64 // ARR times churn probability; NaN: the ARR is not known
	Days    int     // to the renewal; below 0: overdue
	Dropped bool    // the score fell since the last scoring, and the verdict is that it moved
	// Contact is the last intervention within ContactedDays; nil: none is logged.
	Contact *history.Intervention
}

// Rank is what accounts are ordered by:
//
//	stake · window · change · contact
//
// with stake the ARR at risk (0 where the ARR is not known; the churn probability then
// decides), window 1 up to 30 days before the renewal and falling evenly to ½ at 90,
// change 1½ for a real drop, and contact ¼ where an intervention was logged within 30
// days.
func (c *Call) Rank() float64 { return knownOr0(c.AtRisk) * c.urgency() }

// urgency is Rank without its stake.
func (c *Call) urgency() float64 {
	late := float64(min(max(c.Days-nearDays, 0), CalledDays-nearDays)) / (CalledDays - nearDays)
	u := 1 - (1-farthestWindow)*late
	if c.Dropped {
		u *= realDrop
	}
	if c.Contact != nil {
		u *= contacted
	}
	return u
}

// before orders calls.
func (c *Call) before(other *Call) int {
	return cmp.Or(cmp.Compare(other.Rank(), c.Rank()), cmp.Compare(other.Churn*other.urgency(), c.Churn*c.urgency()), cmp.Compare(c.ID, other.ID))
}

// CallFirst lists the accounts that q selects and that renew soon, by what a call can
// change (Call.Rank); at most n. Candidates are the likeliest to churn and the largest,
// of which those that lead are the same unless hundreds of accounts are ahead on both
// lists. The order, limit and cursor of q are not looked at.
func (a *Service) CallFirst(ctx context.Context, q history.Query, today time.Time, n int) ([]Call, error) {
	rows, err := a.callable(ctx, q, today)
	if err != nil {
		return nil, err
	}
	ids := make([]string, len(rows))
	for i := range rows {
		ids[i] = rows[i].ID
	}
	until := today.AddDate(0, 0, 1)
	if now := a.now(); until.Before(now) { // the scores are older than what was logged since
		until = now
	}
	contacts, err := a.options.History.LastInterventions(ctx, ids, today.AddDate(0, 0, -ContactedDays), until)
	if err != nil {
		return nil, err
	}
	calls := make([]Call, len(rows))
	for i := range rows {
		calls[i] = Call{Row: rows[i], AtRisk: rows[i].ARR * rows[i].Churn, Days: int(math.Floor(rows[i].DueOn.Sub(today).Hours() / 24))}
		if last, ok := contacts[rows[i].ID]; ok {
			calls[i].Contact = &last
		}
	}
	return a.withDrops(ctx, calls, n)
}

// callable lists the candidates.
func (a *Service) callable(ctx context.Context, q history.Query, today time.Time) ([]history.Row, error) {
	store, err := a.Store()
	if err != nil {
		return nil, err
	}
	q.Limit, q.Desc = calledRows, true
	if soon := today.AddDate(0, 0, CalledDays+1); q.DueBefore.IsZero() || soon.Before(q.DueBefore) {
		q.DueBefore = soon
	}
	var rows []history.Row
	seen := map[string]bool{}
	for _, by := range []history.Sort{history.SortChurn, history.SortARR} {
		q.Sort = by
		list, err := store.List(ctx, q)
		if err != nil {
			return nil, err
		}
		for _, r := range list.Rows {
			if !seen[r.ID] && r.Band != "healthy" {
				rows, seen[r.ID] = append(rows, r), true
			}
		}
	}
	return rows, nil
}

func knownOr0(v float64) float64 {
	if math.IsNaN(v) {
		return 0
	}
	return v
}
