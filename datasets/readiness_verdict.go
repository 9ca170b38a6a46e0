package datasets

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
)

// Level describes how much a verdict weighs.
type Level string

// The levels of a verdict.
const (
	OK   Level = "ok"
	Warn Level = "warn" // a model can be trained, but something is missing from it
	Stop Level = "stop" // no model can be trained from this
)

// Verdict is one sentence about the data, with a stable code.
type Verdict struct {
	Level Level  `json:"level"`
	Code  string `json:"code"`
	Text  string `json:"text"`
}

// ErrNotReady is matched by the error for data that no model can be trained on.
var ErrNotReady = errors.New("the data cannot carry a model")

// Err returns an error that names the verdicts of level Stop, nil when there is
// none.
func (r *Readiness) Err() error {
	var stops []string
	for _, v := range r.Verdicts {
		if v.Level == Stop {
			stops = append(stops, v.Code)
		}
	}
	if len(stops) == 0 {
		return nil
	}
	return fmt.Errorf("%w: %s", ErrNotReady, strings.Join(stops, ", "))
}

// The codes of the verdicts.
const (
	VerdictReady           = "ready"             // ok: no reason against training
	VerdictNoDecided       = "no_decided"        // stop: no renewal was decided
	VerdictOneClass        = "one_class"         // stop: all renewed or all churned
	VerdictFewChurned      = "few_churned"       // warn: fewer churned than a cluster's model needs
	VerdictFewRenewed      = "few_renewed"       // warn: the same for renewed
	VerdictNoEvents        = "no_events"         // stop: not one event
	VerdictNoUsageBefore   = "no_usage_before"   // warn, or stop at none: renewals without any event before them
	VerdictTypeStartedLate = "type_started_late" // warn: tracking was switched on after renewals that count
	VerdictLateIngestion   = "late_ingestion"    // warn: a type arrives days after it happened
	VerdictTypeEnded       = "type_ended"        // warn: a type ended while others went on: its tracking broke, or it was renamed
	VerdictTypeNotObserved = "type_not_observed" // warn: nearly all accounts stopped having a type at once; found by package features
	VerdictNoUsers         = "no_users"          // warn: no event names a user
	VerdictNoMilestones    = "no_milestones"     // warn: the success path cannot be measured
	VerdictProtected       = "protected"         // warn: an account column stands for a protected characteristic
)

// The thresholds of the verdicts.
const (
	// Churned (and renewed) renewals that a cluster's own model needs: below,
	// the standard error of an AUC of .8 is above .04 and no ranking holds.
	minPerClass = 50
	minUsage    = 0.5 // share of decided renewals with usage in the 180 days before
	maxLate     = 0.2 // share of a type's rows ingested more than a day late
	maxUnseen   = 0.1 // share of decided renewals due before a type's tracking began
)

// Warn adds a verdict about the data, which are then not ready without a remark.
func (r *Readiness) Warn(code, text string) {
	r.Verdicts = slices.DeleteFunc(r.Verdicts, func(v Verdict) bool { return v.Code == VerdictReady })
	r.Verdicts = append(r.Verdicts, Verdict{Warn, code, text})
}

// verdicts lists the reasons against training, in a fixed order.
func (s *survey) verdicts(t *Tables, r *Readiness) []Verdict {
	var list []Verdict
	add := func(level Level, code, format string, args ...any) {
		list = append(list, Verdict{level, code, fmt.Sprintf(format, args...)})
	}
	n := r.Renewals
	switch {
	case n.Decided == 0:
		add(Stop, VerdictNoDecided, "no renewal was decided yet: there is nothing to learn from. Subscriptions that run until they are cancelled: renewals.periods.every: month; purchases without contracts: renewals.inactivity: {after: 90 days}")
	case n.Churned == 0:
		add(Stop, VerdictOneClass, "all %d decided renewals were renewed: a model needs churned ones too. Does the export leave out accounts that left, or periods that ended (renewals.periods.until)?", n.Decided)
	case n.Renewed == 0:
		add(Stop, VerdictOneClass, "all %d decided renewals churned: a model needs renewed ones too. Subscriptions that run until they are cancelled: renewals.periods.every: month; purchases without contracts: renewals.inactivity: {after: 90 days}; ends that name the last day of a period: renewals.periods.last_day: true", n.Decided)
	default:
		if n.Churned < minPerClass {
			add(Warn, VerdictFewChurned, "%d churned renewals: fewer than %d cannot carry a model per cluster", n.Churned, minPerClass)
		}
		if n.Renewed < minPerClass {
			add(Warn, VerdictFewRenewed, "%d renewed renewals: fewer than %d cannot carry a model per cluster", n.Renewed, minPerClass)
		}
	}
	if r.Events == 0 {
		add(Stop, VerdictNoEvents, "there is not one event: usage is what the score is made of")
		return list
	}
	if n.Decided > 0 && n.Usage180 < minUsage {
		level := Warn
		if n.Usage180 == 0 {
			level = Stop
		}
		add(level, VerdictNoUsageBefore, "%d of %d decided renewals (%.0f %%) have any usage in the 180 days before them",
			s.long.count(), n.Decided, 100*n.Usage180)
	}
	for _, one := range r.EventTypes {
		if one.LateShare > maxLate {
			add(Warn, VerdictLateIngestion, "%.0f %% of the events of type %q were ingested more than a day late: live scores will not see them in time",
				100*one.LateShare, one.Type)
		}
		if unseen := s.unseen(one.Type); n.Decided > 0 && share(int64(unseen), int64(n.Decided)) > maxUnseen {
			add(Warn, VerdictTypeStartedLate, "events of type %q begin on %s: %d of %d decided renewals (%.0f %%) were due before",
				one.Type, one.First.Format(time.DateOnly), unseen, n.Decided, 100*share(int64(unseen), int64(n.Decided)))
		}
	}
	for _, end := range r.Ended {
		add(Warn, VerdictTypeEnded, "%s", end)
	}
	if !anyUsers(r.EventTypes) {
		add(Warn, VerdictNoUsers, "no event names a user: active users and their concentration cannot be measured")
	}
	if len(t.Milestones) == 0 {
		add(Warn, VerdictNoMilestones, "no milestones: the success path is not measured and the health score is the outlook alone")
	}
	if len(list) == 0 {
		add(OK, VerdictReady, "%d decided renewals of %d accounts, %.0f %% with usage before them: ready to train",
			n.Decided, r.Accounts, 100*n.Usage180)
	}
	return list
}

// unseen counts the decided renewals that were due while other types were
// already tracked and this one was not. A rare type that has simply not
// happened yet does not count: at its own later rate it would have been seen
// at least 20 times in the gap (with none by chance once in e^20).
func (s *survey) unseen(name string) int {
	var of *typeCount
	begin := int64(math.MaxInt64)
	for i := range s.types {
		if s.types[i].rows > 0 {
			begin = min(begin, s.types[i].first)
		}
		if s.names[i] == name {
			of = &s.types[i]
		}
	}
	days := func(from, to int64) float64 { return float64(to-from) / daySeconds }
	if float64(of.rows)/(days(of.first, of.last)+1)*days(begin, of.first) < 20 {
		return 0
	}
	n := 0
	for _, due := range s.due {
		if due > begin && due <= of.first {
			n++
		}
	}
	return n
}

func anyUsers(types []TypeReadiness) bool {
	for _, one := range types {
		if one.UserShare > 0 {
			return true
		}
	}
	return false
}
