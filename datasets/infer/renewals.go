package infer

import (
	"slices"
	"strings"

	"github.com/etappe/etappe/datasets"
	"github.com/etappe/etappe/datasets/internal/names"
)

// mapRenewals maps a table of renewals or, without one, a sales system's deals about
// renewals, else subscription periods.
func (g *guess) mapRenewals(f, deals, periods, accounts *fileProfile) {
	if deals != nil {
		kind, _ := deals.dealKind()
		switch {
		case f == nil && (periods == nil || kind != nil):
			f = deals
		case f != nil:
			g.note("", "%s is not used: its deals could stand for renewals, but %s has them", deals.path, f.path)
		default:
			g.note("", "%s is not used: no column shows which of its deals are renewals, and %s has periods", deals.path, periods.path)
		}
	}
	switch {
	case f == nil && periods == nil && g.mapDepartures(accounts):
	case f == nil && periods == nil:
		g.note("renewals", "no file looks like renewals (a due date and an outcome) or subscription periods (a start and an end): name one here")
	case f == nil && g.mapBilling(periods):
	case f == nil:
		g.mapPeriods(periods)
	case f == deals:
		g.mapDeals(f)
	case f.isOwn("renewals", "account_id", "due_on", "outcome") && outcomes(f.outcome()):
		g.own = append(g.own, "renewals")
	default:
		g.mapDecisions(f)
	}
	if f != nil && periods != nil {
		g.note("", "%s is not used: its periods could stand for renewals, but %s has them", periods.path, f.path)
	}
}

// mapDepartures takes an account's life, from its creation to the day it left, for
// a subscription, where nothing else shows renewals. It reports whether it could.
func (g *guess) mapDepartures(f *fileProfile) bool {
	if f == nil {
		return false
	}
	id := f.account()
	start, _ := f.choose(createdWords, []string{id.name}, isDate)
	if start == nil {
		return false
	}
	end, _ := f.choose(departureWords, []string{id.name, start.name}, isDate)
	if end == nil {
		return false
	}
	g.note("renewals", "guess: no file has renewals or periods, but %s has the day an account left (%s): its life is one subscription", f.path, end.name)
	g.note("renewals.periods.every", "guess: how often such a subscription comes up for renewal: month, quarter, year or a number of days")
	g.sources.Renewals = &datasets.RenewalSource{File: f.source(), AccountID: datasets.Column{Column: id.name}, Periods: &datasets.Periods{
		Start: *g.columnOf("renewals.periods.start", start), End: *g.columnOf("renewals.periods.end", end), Every: "month"}}
	return true
}

func (g *guess) mapDecisions(f *fileProfile) {
	account, outcome := g.accountOf(f), f.outcome()
	taken := []string{account.Column, outcome.name}
	s := &datasets.RenewalSource{File: f.source(), AccountID: *account, Outcome: &datasets.Column{Column: outcome.name}}
	if !outcomes(outcome) {
		g.note("renewals.outcome", "the values must be renewed, churned or open: translate %s through a look-up file", names.Listed(levelsOf(outcome, 5)))
	}
	s.DecidedOn = g.pick("renewals.decided_on", f, decidedWords, &taken, isDate)
	if due := g.pick("renewals.due_on", f, dueWords, &taken, isDate); due != nil {
		s.DueOn = *due
	} else {
		for i := range f.columns {
			if c := &f.columns[i]; c.date && !slices.Contains(taken, c.name) && s.DueOn.Column == "" {
				s.DueOn = *g.columnOf("renewals.due_on", c)
				g.note("renewals.due_on", "guess: the first column of dates")
			}
		}
	}
	s.ARRBefore = g.pick("renewals.arr_before", f, beforeWords, &taken, (*columnProfile).numeric)
	s.ARRAfter = g.pick("renewals.arr_after", f, afterWords, &taken, (*columnProfile).numeric)
	g.sources.Renewals = s
}

func (g *guess) mapPeriods(f *fileProfile) {
	account := g.accountOf(f)
	start, end := f.period()
	taken := []string{account.Column, start.name, end.name}
	p := &datasets.Periods{
		Start: *g.columnOf("renewals.periods.start", start),
		End:   *g.columnOf("renewals.periods.end", end),
	}
	g.addAmount(p, f, &taken)
	g.note("renewals.periods", "a renewal is due at every end; grace_days: 14 would count a next period that starts up to 14 days late as renewed")
	if product, _ := f.choose([]string{"product", "*product*", "plan", "*plan*", "sku", "tier"}, taken, func(c *columnProfile) bool { return c.text() && c.few() }); product != nil {
		g.note("renewals", "are some of these add-ons that would blur what the contract is? %s: %s. Leave them out: where: [{column: %s, not_in: [ONE, ANOTHER]}]",
			product.name, names.Listed(levelsOf(product, 8)), product.name)
	}
	g.sources.Renewals = &datasets.RenewalSource{File: f.source(), AccountID: *account, Periods: p}
}

// addAmount finds the revenue of a period and what it is for.
func (g *guess) addAmount(p *datasets.Periods, f *fileProfile, taken *[]string) {
	if p.Amount = g.pick("renewals.periods.amount", f, amountWords, taken, (*columnProfile).numeric); p.Amount == nil {
		return
	}
	switch name := names.Snake(p.Amount.Column); {
	case strings.Contains(name, "arr") || strings.Contains(name, "annual") || strings.Contains(name, "year"):
		p.AmountPer = "year"
	case strings.Contains(name, "mrr") || strings.Contains(name, "month"):
		p.AmountPer = "month"
	case p.Every == "month" || p.Every == "year": // the rows are whole subscriptions
		p.AmountPer = p.Every
		g.note("renewals.periods.amount_per", "guess: the amount is for what comes up for renewal; it is not divided by 100 where it is in cents")
	case p.Every != "":
		p.Amount = nil
		g.note("renewals.periods", "the amount is of a quarter, which amount_per has no word for: it is left out")
	default:
		p.AmountPer = "period"
		g.note("renewals.periods.amount_per", "guess: the amount could also be per month or per year")
	}
}

// levelsOf lists the commonest values of a column.
func levelsOf(c *columnProfile, most int) []string {
	var values []string
	for value := range c.distinct {
		values = append(values, value)
	}
	slices.SortFunc(values, func(a, b string) int {
		if c.distinct[a] != c.distinct[b] {
			return c.distinct[b] - c.distinct[a]
		}
		return strings.Compare(a, b)
	})
	return values[:min(most, len(values))]
}

func (g *guess) mapMilestones(f *fileProfile) {
	if f == nil {
		return
	}
	if f.isOwn("milestones", "account_id", "milestone", "reached_at") {
		g.own = append(g.own, "milestones")
		return
	}
	account, milestone := g.accountOf(f), f.milestone()
	taken := []string{account.Column, milestone.name}
	s := &datasets.MilestoneSource{File: f.source(), AccountID: *account, Milestone: datasets.Column{Column: milestone.name}}
	s.IngestedAt = g.pick("milestones.ingested_at", f, ingestedWords, &taken, isDate)
	if at := g.pick("milestones.reached_at", f, reachedWords, &taken, isDate); at != nil {
		s.ReachedAt = *at
	} else {
		g.note("milestones", "%s looks like milestones, but no column holds when they were reached: it is not used", f.path)
		return
	}
	g.sources.Milestones = s
}

func (g *guess) mapInterventions(f *fileProfile) {
	if f == nil {
		return
	}
	if f.isOwn("interventions", "account_id", "at", "kind") {
		g.own = append(g.own, "interventions")
		return
	}
	account := g.accountOf(f)
	taken := []string{account.Column}
	s := &datasets.InterventionSource{File: f.source(), AccountID: *account}
	if at := g.pick("interventions.at", f, atWords, &taken, isDate); at != nil {
		s.At = *at
	} else {
		g.note("interventions", "%s looks like interventions, but no column holds when they were: it is not used", f.path)
		return
	}
	s.Owner = g.pick("interventions.owner", f, ownerWords, &taken, filled)
	if kind := g.pick("interventions.kind", f, kindWords, &taken, (*columnProfile).text); kind != nil {
		s.Kind = *kind
	} else {
		s.Kind = datasets.Column{Constant: f.stem()}
	}
	g.sources.Interventions = s
}
