package datasets

import (
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/etappe/etappe/datasets/columnar"
)

// derivation makes renewals from what all tables hold.
type derivation interface {
	derive(events []EventSource, t *Tables) error
}

// readRenewals reads the renewals table. Where renewals are derived it returns
// how, else nil.
func (l *loader) readRenewals(source *RenewalSource, t *Tables) (derivation, error) {
	switch {
	case source.Periods != nil && source.Inactivity != nil:
		return nil, fmt.Errorf("%w: renewals: periods and inactivity are two definitions of a renewal: give one", ErrConfig)
	case source.Inactivity != nil:
		return l.newLapses(source)
	case source.Periods != nil:
		return l.readPeriods(source)
	}
	return nil, l.readDecisions(source, t)
}

// readDecisions reads a table whose rows are renewals.
func (l *loader) readDecisions(source *RenewalSource, t *Tables) error {
	r := &renewalReader{loader: l, source: source, rows: map[renewalKey]int64{}}
	if err := l.readTable(source.File, true, r.bind); err != nil {
		return err
	}
	t.Renewals = r.renewals
	t.Labels = Labels{Definition: "the outcome of each renewal stands in " + source.label(), Notes: l.currencyNotes()}
	l.countFree(t.Renewals)
	return nil
}

type renewalReader struct {
	*loader
	source   *RenewalSource
	renewals []Renewal
	rows     map[renewalKey]int64 // where a renewal stands
}

type renewalKey struct {
	account int32
	due     int64
}

// renewalFields are the bound columns of one file of renewals.
type renewalFields struct {
	account, due, decided, outcome, before, after, money field
}

func (r *renewalReader) bind(in *input) (func(*columnar.Block, []int) error, error) {
	var f renewalFields
	var outcome Column
	if r.source.Outcome != nil {
		outcome = *r.source.Outcome
	}
	err := firstError(
		in.bindTo(&f.account, &r.source.AccountID, "account_id", true),
		in.bindTo(&f.due, &r.source.DueOn, "due_on", true),
		in.bindTo(&f.outcome, &outcome, "outcome", true),
		in.bindTo(&f.decided, r.source.DecidedOn, "decided_on", false),
		in.bindTo(&f.before, r.source.ARRBefore, "arr_before", false),
		in.bindTo(&f.after, r.source.ARRAfter, "arr_after", false),
		in.bindTo(&f.money, r.source.Currency, "currency", false),
	)
	return func(b *columnar.Block, keep []int) error {
		for _, i := range keep {
			r.add(b, i, &f)
		}
		return nil
	}, err
}

// add appends the renewal of row i, unless it breaks a rule.
func (r *renewalReader) add(b *columnar.Block, i int, f *renewalFields) {
	account, ok := f.account.account(b, i)
	dueOn, dueOK := f.due.must(b, i, due(r.now))
	before, beforeOK := f.before.number(b, i)
	after, afterOK := f.after.number(b, i)
	outcome, decidedOn, outcomeOK := r.decision(b, i, f, midnight(dueOn))
	if !ok || !dueOK || !beforeOK || !afterOK || !outcomeOK {
		return
	}
	r.currency(&f.money, b, i)
	renewal := Renewal{Account: account, DueOn: midnight(dueOn), DecidedOn: decidedOn, Outcome: outcome, ARRBefore: before, ARRAfter: after}
	key := renewalKey{account, renewal.DueOn.Unix()}
	if first, twice := r.rows[key]; twice {
		f.due.problem(b, i, fmt.Sprintf("is the due date of another renewal of account %q already (row %d)", f.account.raw(b, i), first))
		return
	}
	r.rows[key] = b.Number(i)
	r.renewals = append(r.renewals, renewal)
	if outcome == Open && renewal.DueOn.Before(r.now.AddDate(-1, 0, 0)) {
		r.warnings[warnOverdue]++
	}
}

// decision reads outcome and decision date, which must agree.
func (r *renewalReader) decision(b *columnar.Block, i int, f *renewalFields, dueOn time.Time) (Outcome, time.Time, bool) {
	decided, known, dateOK := f.decided.date(b, i, past(r.now))
	word, wordOK := f.outcome.text(b, i)
	if !dateOK || !wordOK {
		return Open, time.Time{}, false
	}
	outcome, ok := ParseOutcome(word)
	switch {
	case !ok:
		f.outcome.problem(b, i, "is not one of renewed, churned and open")
		return Open, time.Time{}, false
	case outcome == Open && known && word == "":
		f.outcome.problem(b, i, "is empty although the renewal has a decision date")
		return Open, time.Time{}, false
	case outcome == Open && known:
		f.decided.problem(b, i, "is a decision date although the renewal is open")
		return Open, time.Time{}, false
	case outcome == Open:
		return Open, time.Time{}, true
	case known:
		return outcome, midnight(decided), true
	}
	if f.decided.bound {
		r.warnings[warnUndated]++
	}
	if today := midnight(r.now); dueOn.After(today) {
		return outcome, today, true // whenever it was, it was not later
	}
	return outcome, dueOn, true
}

// parseOutcome reads an outcome, in any case; an empty one is open.
func ParseOutcome(word string) (Outcome, bool) {
	switch strings.ToLower(word) {
	case "renewed":
		return Renewed, true
	case "churned":
		return Churned, true
	case "open", "":
		return Open, true
	}
	return Open, false
}

// unknownARR is the ARR of a renewal whose source has none.
var unknownARR = math.NaN()
