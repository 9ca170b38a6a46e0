package account

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/etappe/etappe/features/catalog"
	"github.com/etappe/etappe/models/artifact"
	"github.com/etappe/etappe/serve/explain"
	"github.com/etappe/etappe/serve/history"
	"github.com/etappe/etappe/serve/score"
)

// Card is what is known of an account beside its score. Empty fields
// are unknown.
type Card struct {
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

func cardOf(a *history.Account) Card {
	return Card{
		AccountID: a.ID, Name: a.Name, Owner: a.Owner, Parent: a.Parent,
		CreatedOn: dateOrNone(a.CreatedAt), DueOn: dateOrNone(a.DueOn), ARR: optional(a.ARR), LeftOn: dateOrNone(a.LeftOn),
	}
}

// Stored is an answer as it was given and stored, with the band that is shown.
type Stored struct {
	explain.Moment
	score.Standing
	Outlook float64  `json:"outlook"` // the reactive side, points within 0 to 100
	Path    *float64 `json:"path"`    // the proactive side, points; nil: not measured
}

func (a *Service) stored(sn *history.Snapshot) Stored {
	return Stored{
		Moment: explain.Moment{
			AsOf: sn.AsOf.Format(time.DateOnly), HealthScore: sn.Health, ChurnProbability: sn.Churn,
			Interval: score.Interval{Level: a.level(), Low: sn.Low, High: sn.High}, Band: sn.Band,
			Cluster: score.Cluster{ID: sn.ClusterID, Name: sn.ClusterName, Membership: sn.Membership}, Model: sn.Model,
		},
		Standing: a.standing(sn.Band, sn.Plain, sn.Since, sn.Health, sn.Model), Outlook: sn.Outlook, Path: optional(sn.Path),
	}
}

// Health is what is stored of an account at a date, and the answer with
// its reasons given again.
type Health struct {
	Account Card   `json:"account"`
	Stored  Stored `json:"stored"`
	// Answer has the score of Stored to the bit, with reasons and contributions;
	// nil where the model that answered is gone, with a warning.
	Answer    *score.Answer   `json:"answer,omitempty"`
	Overrides []OverrideCard  `json:"overrides"` // in force now, or at the end of a past date; beside the score, never instead
	Warnings  []score.Warning `json:"warnings"`
}

// Health returns an account's health at a date: of a past one with what described the
// account then, and the overrides that held then.
func (a *Service) Health(ctx context.Context, id string, asOf time.Time) (*Health, error) {
	sn, err := a.Snapshot(ctx, id, asOf)
	if err != nil {
		return nil, err
	}
	account, past, err := a.options.History.AccountAt(ctx, id, sn.AsOf)
	if err != nil {
		return nil, err
	}
	h := &Health{Account: cardOf(&account), Stored: a.stored(&sn), Warnings: []score.Warning{}}
	h.Answer, err = a.replay(&sn)
	switch {
	case errors.Is(err, ErrModelGone), errors.Is(err, ErrReplay):
		h.Warnings = append(h.Warnings, score.Warning{Code: score.WarnNotReplayed, Args: &score.WarningArgs{Version: sn.Model, Why: whyGone(err)}})
	case err != nil:
		return nil, err
	}
	if past {
		h.Overrides, err = a.overridesOn(ctx, id, sn.AsOf)
	} else {
		h.Overrides, err = a.Overrides(ctx, id)
	}
	return h, err
}

// Replay gives the stored answer about an account at a date again, in full.
// ErrModelGone if the model that gave it cannot be loaded, ErrReplay if it
// gives another score now.
func (a *Service) Replay(ctx context.Context, id string, asOf time.Time) (*score.Answer, error) {
	sn, err := a.Snapshot(ctx, id, asOf)
	if err != nil {
		return nil, err
	}
	return a.replay(&sn)
}

func (a *Service) replay(sn *history.Snapshot) (*score.Answer, error) {
	s, err := a.ScorerOf(sn.Model)
	if err != nil {
		return nil, err
	}
	in, err := Restore(s, sn)
	if errors.Is(err, catalog.ErrCatalog) {
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

// sameNumber is whether a number given again is the stored one. Another
// processor may round the last bit otherwise, where it multiplies and adds in
// one step; on the same kind the two are equal.
func sameNumber(x, stored float64) bool { return math.Abs(x-stored) <= 1e-9 }

// whyGone is why an old model cannot answer, as far as a reader can use it.
func whyGone(err error) string {
	switch {
	case errors.Is(err, artifact.ErrVersion):
		return score.WhyNewer
	case errors.Is(err, artifact.ErrCorrupt), errors.Is(err, score.ErrSelfTest):
		return score.WhyDamaged
	}
	return score.WhyGone
}
