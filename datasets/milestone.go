package datasets

import (
	"strings"
	"time"

	"github.com/etappe/etappe/datasets/columnar"
)

// milestoneKey is what a milestone must be alone with.
type milestoneKey struct {
	account int32
	day     int64
	name    string
}

// readMilestones reads the milestones table. A milestone may be reached again on
// another day; of two rows of a day the earlier one counts.
func (l *loader) readMilestones(source *MilestoneSource, t *Tables) error {
	seen := map[milestoneKey]int{}
	return l.readTable(source.File, false, func(in *input) (func(*columnar.Block, []int) error, error) {
		var account, name, reached, ingested field
		err := firstError(
			in.bindTo(&account, &source.AccountID, "account_id", true),
			in.bindTo(&name, &source.Milestone, "milestone", true),
			in.bindTo(&reached, &source.ReachedAt, "reached_at", true),
			in.bindTo(&ingested, source.IngestedAt, "ingested_at", false),
		)
		return func(b *columnar.Block, keep []int) error {
			for _, i := range keep {
				m := Milestone{}
				var ok [4]bool
				m.Account, ok[0] = account.account(b, i)
				m.Name, ok[1] = name.named(b, i)
				m.ReachedAt, ok[2] = reached.must(b, i, past(l.now))
				m.IngestedAt, ok[3] = ingested.ingestedAt(b, i, m.ReachedAt, l.now)
				if ok == [4]bool{true, true, true, true} {
					l.addMilestone(t, m, seen)
				}
			}
			return nil
		}, err
	})
}

func (l *loader) addMilestone(t *Tables, m Milestone, seen map[milestoneKey]int) {
	m.Name = strings.Clone(m.Name)
	key := milestoneKey{m.Account, dayNumber(m.ReachedAt), m.Name}
	at, twice := seen[key]
	if !twice {
		seen[key] = len(t.Milestones)
		t.Milestones = append(t.Milestones, m)
		return
	}
	l.warnings[warnTwiceMilestone]++
	old := &t.Milestones[at]
	if m.ReachedAt.Before(old.ReachedAt) || m.ReachedAt.Equal(old.ReachedAt) && m.IngestedAt.Before(old.IngestedAt) {
		*old = m
	}
}

// ingestedAt returns when row i became known: at once, when the file has no
// such date.
func (f *field) ingestedAt(b *columnar.Block, i int, at, now time.Time) (time.Time, bool) {
	t, known, ok := f.date(b, i, past(now))
	switch {
	case !ok:
		return time.Time{}, false
	case known:
		return t, true
	}
	if f.bound {
		f.in.warnings[warnNotIngested]++
	}
	return at, true
}
