package datasets

import (
	"context"
	"sort"
	"time"
)

// Readiness answers "is the right data there?" before training: what the
// tables hold, since when, for whom, and the reasons against a model. Shares
// are between 0 and 1, and 0 where there is nothing to share in; times are UTC,
// and zero where there are none.
type Readiness struct {
	Accounts      int              `json:"accounts"`
	Active        int              `json:"accounts_with_events"`
	Events        int64            `json:"events"` // rows
	Milestones    int              `json:"milestones"`
	Interventions int              `json:"interventions"`
	EventTypes    []TypeReadiness  `json:"event_types"`           // sorted by name
	Ended         []EndedType      `json:"ended_types,omitempty"` // that ended while others went on, by name
	Renewals      RenewalReadiness `json:"renewals"`
	Labels        Labels           `json:"labels"`
	Notes         []string         `json:"notes,omitempty"` // columns that were read in another way than plainly
	Verdicts      []Verdict        `json:"verdicts"`
}

// TypeReadiness describes the events of one type.
type TypeReadiness struct {
	Type         string    `json:"type"`
	Rows         int64     `json:"rows"`
	Accounts     int       `json:"accounts"`      // with at least one such event
	AccountShare float64   `json:"account_share"` // of all accounts
	First        time.Time `json:"first,omitzero"`
	Last         time.Time `json:"last,omitzero"`
	ValueShare   float64   `json:"value_share"` // of its rows: carry a value
	UserShare    float64   `json:"user_share"`  // of its rows: name a user
	LateShare    float64   `json:"late_share"`  // of its rows: ingested more than a day after they happened
}

// RenewalReadiness describes the renewals. Usage before a renewal is any event
// that happened in the days before DueOn and was ingested before DueOn.
type RenewalReadiness struct {
	Decided  int       `json:"decided"` // renewed + churned
	Renewed  int       `json:"renewed"`
	Churned  int       `json:"churned"`
	Open     int       `json:"open"`
	FirstDue time.Time `json:"first_due,omitzero"` // of all renewals
	LastDue  time.Time `json:"last_due,omitzero"`
	Usage180 float64   `json:"usage_180_days"` // share of the decided with usage in the 180 days before
	Usage28  float64   `json:"usage_28_days"`
}

// The windows, in seconds, in which usage before a renewal is looked for, and
// the delay after which an ingestion counts as late.
const (
	daySeconds = 24 * 60 * 60
	longUsage  = 180 * daySeconds
	shortUsage = 28 * daySeconds
)

// Assess reads the events once and returns what the tables hold. Bad rows end it
// with the *ContractError of the scan.
func Assess(ctx context.Context, t *Tables) (*Readiness, error) {
	s := newSurvey(t)
	if t.Events != nil {
		if err := t.Events.Scan(ctx, s.add); err != nil {
			return nil, err
		}
	}
	r := &Readiness{
		Accounts:      len(t.Accounts),
		Active:        s.active.count(),
		Milestones:    len(t.Milestones),
		Interventions: len(t.Interventions),
		Renewals:      s.renewals(t),
		Labels:        t.Labels,
		Notes:         t.Notes,
	}
	for i := range s.types {
		if s.types[i].rows == 0 {
			continue // named by the stream, but it has not happened
		}
		r.Events += s.types[i].rows
		r.EventTypes = append(r.EventTypes, s.types[i].report(s.names[i], len(t.Accounts)))
	}
	sort.Slice(r.EventTypes, func(a, b int) bool { return r.EventTypes[a].Type < r.EventTypes[b].Type })
	r.Ended = s.ended()
	r.Verdicts = s.verdicts(t, r)
	return r, nil
}

// survey counts while the events go by.
type survey struct {
	accounts int
	names    []string
	types    []typeCount
	active   bitset // accounts with any event
	// Decided renewals by account, latest last: those of account a are
	// due[start[a]:start[a+1]] (Unix seconds).
	start []int32
	due   []int64
	long  bitset // usage in the 180 days before, in the order of due
	short bitset
}

// typeCount counts one event type.
type typeCount struct {
	rows, valued, named, late int64
	first, last               int64 // Unix seconds
	accounts                  bitset
}

func newSurvey(t *Tables) *survey {
	s := &survey{accounts: len(t.Accounts), active: newBitset(len(t.Accounts)), start: make([]int32, len(t.Accounts)+1)}
	var decided []Renewal
	for _, r := range t.Renewals {
		if r.Outcome != Open {
			decided = append(decided, r)
			s.start[r.Account+1]++
		}
	}
	for i := range t.Accounts {
		s.start[i+1] += s.start[i]
	}
	sort.SliceStable(decided, func(a, b int) bool {
		if decided[a].Account != decided[b].Account {
			return decided[a].Account < decided[b].Account
		}
		return decided[a].DueOn.Before(decided[b].DueOn)
	})
	for _, r := range decided {
		s.due = append(s.due, r.DueOn.Unix())
	}
	s.long, s.short = newBitset(len(decided)), newBitset(len(decided))
	return s
}

func (s *survey) add(b *EventBatch) error {
	for len(s.types) < len(b.Types) {
		s.names = append(s.names, b.Types[len(s.types)])
		s.types = append(s.types, typeCount{accounts: newBitset(s.accounts)})
	}
	for i, at := range b.At {
		account := b.Account[i]
		s.active.set(int(account))
		s.types[b.Type[i]].add(b, i)
		for r := s.start[account]; r < s.start[account+1]; r++ {
			due := s.due[r]
			if due <= at || due <= b.IngestedAt[i] {
				continue
			}
			if due > at+longUsage {
				break // later ones are further away still
			}
			s.long.set(int(r))
			if due <= at+shortUsage {
				s.short.set(int(r))
			}
		}
	}
	return nil
}

func (c *typeCount) add(b *EventBatch, i int) {
	at := b.At[i]
	if c.rows == 0 || at < c.first {
		c.first = at
	}
	if c.rows == 0 || at > c.last {
		c.last = at
	}
	c.rows++
	if b.Value[i] == b.Value[i] {
		c.valued++
	}
	if b.User[i] != 0 {
		c.named++
	}
	if b.IngestedAt[i]-at > daySeconds {
		c.late++
	}
	c.accounts.set(int(b.Account[i]))
}

func (c *typeCount) report(name string, accounts int) TypeReadiness {
	r := TypeReadiness{
		Type: name, Rows: c.rows, Accounts: c.accounts.count(),
		ValueShare: share(c.valued, c.rows), UserShare: share(c.named, c.rows), LateShare: share(c.late, c.rows),
	}
	r.AccountShare = share(int64(r.Accounts), int64(accounts))
	if c.rows > 0 {
		r.First, r.Last = time.Unix(c.first, 0).UTC(), time.Unix(c.last, 0).UTC()
	}
	return r
}

func (s *survey) renewals(t *Tables) RenewalReadiness {
	var r RenewalReadiness
	for i, one := range t.Renewals {
		switch one.Outcome {
		case Renewed:
			r.Renewed++
		case Churned:
			r.Churned++
		default:
			r.Open++
		}
		if i == 0 || one.DueOn.Before(r.FirstDue) {
			r.FirstDue = one.DueOn
		}
		if i == 0 || one.DueOn.After(r.LastDue) {
			r.LastDue = one.DueOn
		}
	}
	r.Decided = r.Renewed + r.Churned
	r.Usage180 = share(int64(s.long.count()), int64(r.Decided))
	r.Usage28 = share(int64(s.short.count()), int64(r.Decided))
	return r
}

func share(part, whole int64) float64 {
	if whole == 0 {
		return 0
	}
	return float64(part) / float64(whole)
}
