package infer

import (
	"maps"
	"slices"
	"strings"
	"unicode"

	"github.com/etappe/etappe/datasets"
	"github.com/etappe/etappe/datasets/internal/names"
)

// How sales systems name the stages in which a deal ends, in letters alone, and what
// that makes of a deal about a renewal.
var dealEnds = map[string]string{
	"closedwon": "renewed", "won": "renewed", "gewonnen": "renewed", "geschlossengewonnen": "renewed", "abgeschlossengewonnen": "renewed",
	"closedlost": "churned", "lost": "churned", "verloren": "churned", "geschlossenverloren": "churned", "abgeschlossenverloren": "churned",
}

// dealEnd is what a stage makes of a renewal: renewed, churned or open.
func dealEnd(stage string) string {
	letters := strings.Map(func(r rune) rune {
		if !unicode.IsLetter(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, stage)
	if end := dealEnds[letters]; end != "" {
		return end
	}
	return "open"
}

// stage is the column of a deal's stage: its values hold both ends.
func (f *fileProfile) stage() *columnProfile {
	best, _ := f.choose([]string{"stage", "stage_name", "dealstage", "status", "*stage*", "*status*", "*phase*"}, nil, func(c *columnProfile) bool {
		ends := map[string]bool{}
		for value := range c.distinct {
			ends[dealEnd(value)] = true
		}
		return c.few() && ends["renewed"] && ends["churned"]
	})
	return best
}

// dealKind is the column whose values distinguish renewals from other deals, with those that
// name renewals; nil: there is none.
func (f *fileProfile) dealKind() (kind *columnProfile, renewals []string) {
	kind, _ = f.choose([]string{"type", "opportunity_type", "deal_type", "dealtype", "pipeline", "record_type", "category", "*type*", "*pipeline*"}, nil, func(c *columnProfile) bool {
		return c.few() && c.text() && len(renewalWords(c)) > 0
	})
	if kind == nil {
		return nil, nil
	}
	return kind, renewalWords(kind)
}

// renewalWords lists the values of a column that name renewals, sorted.
func renewalWords(c *columnProfile) []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(c.distinct)), func(value string) bool {
		value = strings.ToLower(value)
		return !strings.Contains(value, "renew") && !strings.Contains(value, "verlänger") && !strings.Contains(value, "verlaenger")
	})
}

// mapDeals maps the deals of a sales system: a renewal is due, and decided, on the day
// on which its deal closes.
func (g *guess) mapDeals(f *fileProfile) {
	account, stage := g.accountOf(f), f.stage()
	taken := []string{account.Column, stage.name}
	ends := map[string]string{}
	for value := range stage.distinct {
		if end := dealEnd(value); value != end {
			ends[value] = end
		}
	}
	s := &datasets.RenewalSource{File: f.source(), AccountID: *account, Outcome: &datasets.Column{Column: stage.name, Map: ends}}
	g.note("renewals.outcome", "guess: a deal that was won is a renewal, one that was lost a churn, and every other stage is open")
	if due := g.pick("renewals.due_on", f, closeWords, &taken, isDate); due != nil {
		s.DueOn = *due
		g.note("renewals.due_on", "guess: a renewal is due on the day on which its deal closes; better the day on which the contract ends, if a column holds it")
	}
	if kind, renewals := f.dealKind(); kind != nil {
		s.Where = []datasets.Filter{{Column: kind.name, In: renewals}}
		g.note("renewals.where", "guess: of the deals only these are about a renewal; the others of %s: %s", kind.name, names.Listed(without(levelsOf(kind, 8), renewals)))
	} else {
		g.note("renewals", "every deal counts as a renewal: if new business or additions are among them, leave them out: where: [{column: COLUMN, in: [RENEWAL]}]")
	}
	if amount := g.pick("renewals.arr_before", f, slices.Concat(beforeWords, amountWords), &taken, (*columnProfile).numeric); amount != nil {
		s.ARRBefore = amount
		g.note("renewals.arr_before", "guess: the deal's amount is the revenue of a year before the decision")
	}
	g.sources.Renewals = s
}

// without lists the values that are not among some others.
func without(values, others []string) []string {
	return slices.DeleteFunc(values, func(v string) bool { return slices.Contains(others, v) })
}
