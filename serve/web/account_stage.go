package web

import (
	"cmp"
	"html/template"
	"slices"

	"github.com/etappe/etappe/serve/explain"
	"github.com/etappe/etappe/serve/text"
	"github.com/etappe/etappe/serve/web/chart"
)

// mapClimbs is how many milestones the map shows; the list has all.
const mapClimbs = 12

// accountStage is the success path as a stage of a tour.
type accountStage struct {
	Map     template.HTML
	Climbs  []stageRow
	None    string // why there is no map; ""
	Lighter string // that the map leaves some out; ""
	Beside  string // milestones that were reached but do not count; ""
}

// stageRow is a milestone in the list below the map.
type stageRow struct {
	Sign              template.HTML // as on the map; "": it is not on it
	Name, State, Word string
	Weight, Due       string
	Peers             string
}

// accountStage draws the account's stage.
func (w Words) accountStage(f *accountFacts) accountStage {
	s := f.Stage
	if s == nil {
		return accountStage{None: w.T("stage.none")}
	}
	milestones := ordered(s.Milestones)
	beside := w.beside(s.Milestones)
	if len(milestones) == 0 {
		return accountStage{None: w.T("stage.empty")}
	}
	drawn := heaviest(milestones, mapClimbs)
	out := accountStage{Beside: beside}
	v := chart.Stage{Title: w.T("stage.title"), Today: s.Day}
	next := nextOf(milestones)
	for i := range milestones {
		m := &milestones[i]
		state := stateOf(m, i == next)
		row := stageRow{Name: capitalized(m.Label), State: string(state), Word: w.climbWord(m, state), Weight: w.Percent(m.Weight), Due: w.due(m), Peers: w.had(m, s.Day)}
		if drawn[i] {
			number := len(v.Climbs) + 1
			v.Climbs = append(v.Climbs, chart.Climb{Number: number, Name: capitalized(m.Label), Day: *m.DueDay, DayOf: w.Number(*m.DueDay, 0),
				Weight: m.Weight, State: state, Word: row.Word})
			row.Sign = chart.Sign(state, w.Whole(number))
		}
		out.Climbs = append(out.Climbs, row)
	}
	if len(v.Climbs) == 0 {
		out.None = w.T("stage.empty")
		return out
	}
	if len(v.Climbs) < len(out.Climbs) {
		out.Lighter = w.T("stage.lighter", "n", w.Whole(len(v.Climbs)))
	}
	w.race(f, &v, milestones)
	out.Map = v.SVG("stage")
	return out
}

// beside names the milestones that were reached but do not count in the
// account's cluster.
func (w Words) beside(all []explain.StageMilestone) string {
	var names []string
	for i := range all {
		if all[i].Weight == 0 && all[i].ReachedOn != nil {
			names = append(names, capitalized(all[i].Label))
		}
	}
	if names == nil {
		return ""
	}
	return w.T("stage.beside", "milestones", w.list(names))
}

// ordered lists the milestones that count, first due first.
func ordered(all []explain.StageMilestone) []explain.StageMilestone {
	list := slices.DeleteFunc(slices.Clone(all), func(m explain.StageMilestone) bool { return m.Weight == 0 })
	slices.SortStableFunc(list, func(a, b explain.StageMilestone) int {
		return cmp.Compare(dayOr(a.DueDay, never), dayOr(b.DueDay, never))
	})
	return list
}

// never is the day of what the peers do not reach.
const never = 1e300

func dayOr(day *float64, none float64) float64 {
	if day == nil || !text.Known(*day) {
		return none
	}
	return *day
}

// heaviest marks the n milestones with the most weight, of those that the peers
// reach.
func heaviest(list []explain.StageMilestone, n int) []bool {
	order := make([]int, 0, len(list))
	for i := range list {
		if list[i].Weight > 0 && dayOr(list[i].DueDay, never) < never {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(list[b].Weight, list[a].Weight) })
	marked := make([]bool, len(list))
	for _, i := range order[:min(n, len(order))] {
		marked[i] = true
	}
	return marked
}

// nextOf is the first milestone that is neither reached nor overdue; −1: none.
func nextOf(list []explain.StageMilestone) int {
	return slices.IndexFunc(list, func(m explain.StageMilestone) bool {
		return m.ReachedOn == nil && !m.Overdue && m.Weight > 0 && m.DueDay != nil
	})
}

func stateOf(m *explain.StageMilestone, next bool) chart.State {
	switch {
	case m.ReachedOn != nil:
		return chart.Reached
	case m.Overdue:
		return chart.Overdue
	case next:
		return chart.Next
	}
	return chart.Ahead
}

// climbWord is how the account stands to a milestone.
func (w Words) climbWord(m *explain.StageMilestone, state chart.State) string {
	day := w.Number(text.Round(dayOr(m.DueDay, text.NotMeasured()), 0), 0)
	switch state {
	case chart.Reached:
		return w.T("stage.reached", "day", w.Number(*m.ReachedOn, 0))
	case chart.Overdue, chart.Next:
		return w.T("stage."+string(state), "day", day)
	}
	if m.DueDay == nil {
		return w.T("stage.ahead.never")
	}
	return w.T("stage.ahead", "day", day)
}

// due is by when the middle of the peers had a milestone.
func (w Words) due(m *explain.StageMilestone) string {
	switch {
	case m.DueDay == nil:
		return none
	case m.DueOn == "":
		return w.T("stage.due", "day", w.Number(*m.DueDay, 0))
	}
	return w.T("stage.due.on", "day", w.Number(*m.DueDay, 0), "date", w.isoDate(m.DueOn))
}

// had is how many peers had a milestone at the account's tenure.
func (w Words) had(m *explain.StageMilestone, day float64) string {
	if m.Of > 0 {
		return w.T("stage.had", "had", w.Whole(m.Had), "of", w.Whole(m.Of), "day", w.Number(day, 0))
	}
	return w.T("stage.share", "share", w.Percent(m.Share), "day", w.Number(day, 0))
}
