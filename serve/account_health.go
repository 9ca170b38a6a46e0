package serve

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/etappe/etappe/features"
	"github.com/etappe/etappe/serve/history"
)

// ErrReplay says that a stored answer, given again by the model that gave it,
// is another one.
var ErrReplay = errors.New("the answer given again differs from the stored one")

// WarnNotReplayed is the code of the warning that the model which answered
// cannot do so again.
const WarnNotReplayed = "not_replayed"

// AccountCard is what is known of an account beside its score. Empty fields
// are unknown.
type AccountCard struct {
	AccountID string   `json:"account_id"`
	Name      string   `json:"name"`
	Owner     string   `json:"owner"`
	Parent    string   `json:"parent_id"`
	CreatedOn string   `json:"created_on"` // 2006-01-02
	DueOn     string   `json:"due_on"`     // 2006-01-02; the next open renewal
	ARR       *float64 `json:"arr"`
	// LeftOn is the date of the first whole portfolio that the account is missing
	// in, 2006-01-02; "": it is there.
	LeftOn string `json:"left_on,omitempty"`
}

func cardOf(a *history.Account) AccountCard {
	return AccountCard{
		AccountID: a.ID, Name: a.Name, Owner: a.Owner, Parent: a.Parent,
		CreatedOn: dateOrNone(a.CreatedAt), DueOn: dateOrNone(a.DueOn), ARR: optional(a.ARR), LeftOn: dateOrNone(a.LeftOn),
	}
}

// Told is an answer as it was given and stored, with the band that is shown.
type Told struct {
	Moment
	Standing
	Outlook float64  `json:"outlook"` // the reactive side, points within 0 to 100
	Path    *float64 `json:"path"`    // the proactive side, points; nil: not measured
}

func (a *Accounts) told(sn *history.Snapshot) Told {
	return Told{
		Moment: Moment{
			AsOf: sn.AsOf.Format(time.DateOnly), HealthScore: sn.Health, ChurnProbability: sn.Churn,
			Interval: Interval{Level: a.level(), Low: sn.Low, High: sn.High}, Band: sn.Band,
			Cluster: Cluster{ID: sn.ClusterID, Name: sn.ClusterName, Membership: sn.Membership}, Model: sn.Model,
		},
		Standing: a.standing(sn.Band, sn.Plain, sn.Since, sn.Health, sn.Model), Outlook: sn.Outlook, Path: optional(sn.Path),
	}
}

// AccountHealth is what is stored of an account at a date, and the answer with
// its reasons given again.
type AccountHealth struct {
	Account AccountCard `json:"account"`
	Told    Told        `json:"told"`
	// Answer has the score of Told to the bit, with reasons and contributions;
	// nil where the model that answered is gone, which a warning says.
	Answer    *Answer        `json:"answer,omitempty"`
	Overrides []OverrideCard `json:"overrides"` // in force now; beside the score, never instead
	Warnings  []Warning      `json:"warnings"`
}

// Health returns an account's health at a date.
func (a *Accounts) Health(ctx context.Context, id string, asOf time.Time, l Language) (*AccountHealth, error) {
	sn, err := a.Snapshot(ctx, id, asOf)
	if err != nil {
		return nil, err
	}
	account, err := a.options.History.Account(ctx, id)
	if err != nil {
		return nil, err
	}
	h := &AccountHealth{Account: cardOf(&account), Told: a.told(&sn), Warnings: []Warning{}}
	h.Answer, err = a.replay(&sn, l)
	switch {
	case errors.Is(err, ErrModelGone), errors.Is(err, ErrReplay):
		h.Warnings = append(h.Warnings, Warning{WarnNotReplayed, l.goneText(sn.Model, err)})
	case err != nil:
		return nil, err
	}
	h.Overrides, err = a.Overrides(ctx, id)
	return h, err
}

// Replay gives the stored answer about an account at a date again, in full.
// ErrModelGone if the model that gave it cannot be loaded, ErrReplay if it
// gives another score now.
func (a *Accounts) Replay(ctx context.Context, id string, asOf time.Time, l Language) (*Answer, error) {
	sn, err := a.Snapshot(ctx, id, asOf)
	if err != nil {
		return nil, err
	}
	return a.replay(&sn, l)
}

func (a *Accounts) replay(sn *history.Snapshot, l Language) (*Answer, error) {
	s, err := a.ScorerOf(sn.Model)
	if err != nil {
		return nil, err
	}
	in, err := s.restore(sn, l)
	if errors.Is(err, features.ErrCatalog) {
		return nil, fmt.Errorf("%w: %w", ErrReplay, err)
	} else if err != nil {
		return nil, err
	}
	answers, err := s.Score(in, a.now())
	if err != nil {
		return nil, err
	}
	answer := &answers[0]
	if !sameNumber(answer.HealthScore, sn.Health) || !sameNumber(answer.ChurnProbability, sn.Churn) {
		return nil, fmt.Errorf("%w: health %v, stored %v", ErrReplay, answer.HealthScore, sn.Health)
	}
	answer.Standing = a.standing(sn.Band, answer.Band, sn.Since, sn.Health, sn.Model)
	answer.Band = sn.Band
	return answer, nil
}

// sameNumber tells whether a number given again is the stored one. Another
// processor may round the last bit otherwise, where it multiplies and adds in
// one step; on the same kind the two are equal.
func sameNumber(x, stored float64) bool { return math.Abs(x-stored) <= 1e-9 }
