package features

import (
	"cmp"
	"maps"
	"math"
	"slices"

	"github.com/etappe/etappe/datasets"
	"github.com/etappe/etappe/features/catalog"
)

// checkMilestones checks rules without data.
func checkMilestones(rules []catalog.MilestoneRule) error {
	for i, m := range rules {
		switch {
		case m.Name == "":
			return configError("features.milestones[%d]: a milestone needs a name", i)
		case slices.ContainsFunc(rules[:i], func(o catalog.MilestoneRule) bool { return o.Name == m.Name }):
			return configError("features.milestones: %q stands there twice", m.Name)
		case m.FromTable() && m.Repeats == "":
			return configError("features.milestones: %q needs an event, a number of users, or repeats", m.Name)
		case m.Repeats != "" && m.Repeats != catalog.NeverRepeats && catalog.Periods[m.Repeats] == 0:
			return configError("features.milestones: %q: repeats is weekly, monthly, quarterly or never, not %q", m.Name, m.Repeats)
		case m.Repeats != "" && (m.Users > 0 || m.Nth > 0):
			return configError("features.milestones: %q: repeats goes with an event or a step of the milestones table, not with nth or users", m.Name)
		case m.Nth < 0 || m.Users < 0 || m.Nth > 1e6 || m.Users > 1e6:
			return configError("features.milestones: %q: nth and users go from 1 to 1000000", m.Name)
		case m.Nth > 0 && (m.Event == "" || m.Users > 0):
			return configError("features.milestones: %q: nth counts the occurrences of an event, and not together with users", m.Name)
		}
	}
	return nil
}

// planMilestones joins derived milestones and those of the table, and adds the steps
// of those that repeat. A name may come from one of them only.
func planMilestones(rules []catalog.MilestoneRule, table []datasets.Milestone, types []string) ([]catalog.MilestoneRule, error) {
	list := slices.Clone(rules)
	for _, m := range rules {
		if m.Event != "" {
			if err := checkNamed("features.milestones", []string{m.Event}, types); err != nil {
				return nil, err
			}
		}
	}
	days := tableDays(table)
	for _, name := range slices.Sorted(maps.Keys(days)) {
		at := slices.IndexFunc(list, func(m catalog.MilestoneRule) bool { return m.Name == name })
		if at >= 0 && !list[at].FromTable() {
			return nil, configError("features.milestones: %q is also in the milestones table", name)
		}
		if at < 0 {
			list = append(list, catalog.MilestoneRule{Name: name, Repeats: repeats(days[name])})
		}
	}
	for i, m := range list {
		if m.FromTable() && days[m.Name] == nil {
			return nil, configError("features.milestones: %q is not in the milestones table; a step of events names its event", m.Name)
		}
		if m.Repeats == catalog.NeverRepeats {
			list[i].Repeats = ""
		}
		list = append(list, list[i].Repeated()...)
	}
	slices.SortFunc(list, func(a, b catalog.MilestoneRule) int { return cmp.Compare(a.Name, b.Name) })
	for i := 1; i < len(list); i++ {
		if list[i].Name == list[i-1].Name {
			return nil, configError("features.milestones: %q is also a step of the repeated milestone", list[i].Name)
		}
	}
	return list, nil
}

// tableDays lists the days of the milestones table by milestone and account.
func tableDays(table []datasets.Milestone) map[string]map[int32][]int32 {
	days := map[string]map[int32][]int32{}
	for i := range table {
		m := &table[i]
		if days[m.Name] == nil {
			days[m.Name] = map[int32][]int32{}
		}
		days[m.Name][m.Account] = append(days[m.Name][m.Account], dayOf(m.ReachedAt))
	}
	return days
}

// longestGaps are up to how many days between one time and the next, in the middle, a
// milestone is weekly, monthly and quarterly.
var longestGaps = []struct {
	days    int32
	repeats string
}{{14, "weekly"}, {62, "monthly"}, {184, "quarterly"}}

// repeats recognises a milestone that is reached again: at least half of its accounts
// have reached it on three days or more, and the median gap between the days is that of
// a period. "" for one that is not.
func repeats(days map[int32][]int32) string {
	often, gaps := 0, []int32{}
	for _, list := range days {
		slices.Sort(list)
		list = slices.Compact(list)
		if len(list) >= 3 {
			often++
		}
		for i := range list[1:] {
			gaps = append(gaps, list[i+1]-list[i])
		}
	}
	if 2*often < len(days) || len(gaps) == 0 {
		return ""
	}
	slices.Sort(gaps)
	for _, one := range longestGaps {
		if gaps[len(gaps)/2] <= one.days {
			return one.repeats
		}
	}
	return ""
}

// marks collects what one milestone needs: occurrences by day, or each user's
// first day, stored in the first cell at whose date they are known. It holds an entry per
// account and day or user, not per event.
type marks struct {
	rule catalog.MilestoneRule
	days map[cellDay]int64
	user map[cellUser]int32
}

type cellDay struct{ cell, day int32 }

func newMarks(rules []catalog.MilestoneRule) []marks {
	list := make([]marks, len(rules))
	for i, rule := range rules {
		list[i] = marks{rule: rule, days: map[cellDay]int64{}, user: map[cellUser]int32{}}
	}
	return list
}

// event adds an event that is known at the cell's date and later ones.
func (m *marks) event(cell int, at int32, user uint64, n int64) {
	if m.rule.Users == 0 {
		m.days[cellDay{int32(cell), at}] += n
	} else if user != 0 {
		key := cellUser{int32(cell), user}
		if day, ok := m.user[key]; !ok || at < day {
			m.user[key] = at
		}
	}
}

// mark is an entry of marks as a row.
type mark struct {
	account, day, cell int32
	user               uint64
	n                  int64
}

// rows returns the entries by account and day.
func (m *marks) rows(x *cells) []mark {
	list := make([]mark, 0, len(m.days)+len(m.user))
	for key, n := range m.days {
		list = append(list, mark{x.account[key.cell], key.day, key.cell, 0, n})
	}
	for key, day := range m.user {
		list = append(list, mark{x.account[key.cell], day, key.cell, key.user, scale})
	}
	slices.SortFunc(list, func(a, b mark) int {
		return cmp.Or(cmp.Compare(a.account, b.account), cmp.Compare(a.day, b.day),
			cmp.Compare(a.cell, b.cell), cmp.Compare(a.user, b.user))
	})
	return list
}

// reached returns by cell the day on which the milestone was reached, as the
// date it is known; never where it was not.
func (m *marks) reached(x *cells) []int32 {
	days := filled(len(x.day), never)
	target := int64(max(m.rule.Nth, m.rule.Users, 1)) * scale
	rows := m.rows(x)
	seen := map[uint64]struct{}{}
	for start := 0; start < len(rows); {
		account, end := rows[start].account, start
		for end < len(rows) && rows[end].account == account {
			end++
		}
		for cell := x.first[account]; cell < x.first[account+1]; cell++ {
			if m.rule.Times > 0 {
				days[cell] = heldAt(rows[start:end], cell, x.day[cell], m.rule)
			} else {
				days[cell] = reachedBy(rows[start:end], cell, target, seen)
			}
		}
		start = end
	}
	return days
}

// reachedBy returns the day on which the marks known at a cell's date add up to
// target. A user counts once; seen is scratch space.
func reachedBy(rows []mark, cell int32, target int64, seen map[uint64]struct{}) int32 {
	clear(seen)
	var sum int64
	for _, r := range rows {
		if r.cell > cell {
			continue
		}
		if r.user != 0 {
			if _, twice := seen[r.user]; twice {
				continue
			}
			seen[r.user] = struct{}{}
		}
		if sum += r.n; sum >= target {
			return r.day
		}
	}
	return never
}

// heldAt returns the latest day of a repeated milestone whose step holds at a cell's
// date, by the marks known there; never where it does not.
func heldAt(rows []mark, cell, at int32, rule catalog.MilestoneRule) int32 {
	var days []int32
	for _, r := range rows {
		if r.cell <= cell {
			days = append(days, r.day)
		}
	}
	if latest, ok := rule.Holds(days, at); ok {
		return latest
	}
	return never
}

// journey computes how far each snapshot's account had come. The milestones table
// is read here, with the rule that holds for events. Without a table, or with one
// that holds nothing, its milestones are not known, which is not the same as not
// reached: the journey does not have them.
func (y *tally) journey(t *datasets.Tables, snapshots []Snapshot) *Journey {
	table := map[string][]*marks{}
	for i := range y.marks {
		if rule := y.marks[i].rule; rule.FromTable() {
			name := cmp.Or(rule.Of, rule.Name)
			table[name] = append(table[name], &y.marks[i])
		}
	}
	for _, m := range t.Milestones {
		at := dayOf(m.ReachedAt)
		known := knownFrom(at, dayOf(m.IngestedAt))
		cell := y.first[m.Account] + int32(lowerBound(y.day[y.first[m.Account]:y.first[m.Account+1]], known))
		if cell < y.first[m.Account+1] {
			for _, one := range table[m.Name] {
				one.days[cellDay{cell, at}] += scale
			}
		}
	}
	out := &Journey{Tenure: make([]float64, len(snapshots))}
	for i := range snapshots {
		out.Tenure[i] = y.tenure(int(y.of[i]))
	}
	for i := range y.marks {
		if y.marks[i].rule.FromTable() && len(t.Milestones) == 0 {
			continue
		}
		days := y.marks[i].reached(y.cells)
		column := make([]float64, len(snapshots))
		for s := range snapshots {
			cell := y.of[s]
			column[s] = math.NaN()
			if created := y.created[y.account[cell]]; days[cell] != never && created != always {
				column[s] = float64(max(0, days[cell]-created))
			}
		}
		out.Milestones = append(out.Milestones, y.marks[i].rule.Name)
		out.Reached = append(out.Reached, column)
	}
	return out
}
