package web

import (
	"time"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/serve/explain"
	"github.com/etappe/etappe/serve/history"
	"github.com/etappe/etappe/serve/score"
)

// accountFacts is all that an account's page is made of. Parts that are not
// known are nil, and the page shows that.
type accountFacts struct {
	Account       history.Account
	Timeline      []history.Snapshot // oldest first; at least one
	Shown         history.Snapshot   // at the later date
	From          time.Time          // the earlier date; zero: there is none
	Interventions []history.Intervention
	Overrides     []history.Override // in force
	Explanation   *explain.Explanation
	Nothing       string         // why there is no explanation: nothing…
	Answer        *score.Answer  // at the later date; nil: its model is gone
	Stage         *explain.Stage // nil: the path is not measured
	WhatIfs       []*explain.WhatIf
	WhatNext      *explain.WhatNext // nil: the model that answered is gone
	Points        models.Points     // of the model that answered, or else of the one in service; zero: neither is there
	Weight        float64           // of the path, by the model that answered; NaN: it is gone
	Missing       []string          // labels of the features that are missing at the later date
	Features      int               // that the model reads
	Current       string            // version of the model in service; "": none
	Write         *accountWrite     // the forms; nil: none are shown
}

// Why there is nothing to compare.
const (
	nothingOne   = "one"   // one date is stored
	nothingFirst = "first" // the later date is the first
	nothingGone  = "gone"  // a model is not there any more
)

// days lists the dates of the timeline, each once.
func (f *accountFacts) days() []time.Time {
	var days []time.Time
	for i := range f.Timeline {
		if n := len(days); n == 0 || !days[n-1].Equal(f.Timeline[i].AsOf) {
			days = append(days, f.Timeline[i].AsOf)
		}
	}
	return days
}

// shownAt is the answer that is shown of a date, where several models answered
// the last one; nil: none.
func (f *accountFacts) shownAt(day time.Time) *history.Snapshot {
	for i := len(f.Timeline) - 1; i >= 0; i-- {
		if f.Timeline[i].AsOf.Equal(day) {
			return &f.Timeline[i]
		}
	}
	return nil
}

// answeredBy counts the models that answered, or those that did at one day.
func (f *accountFacts) answeredBy(day time.Time) int {
	seen := map[string]bool{}
	for i := range f.Timeline {
		if day.IsZero() || f.Timeline[i].AsOf.Equal(day) {
			seen[f.Timeline[i].Model] = true
		}
	}
	return len(seen)
}
