package account

import (
	"context"
	"math"
	"time"

	"github.com/etappe/etappe/serve/explain"
	"github.com/etappe/etappe/serve/history"
	"github.com/etappe/etappe/serve/score"
)

// Page is one page of GET /v1/accounts.
type Page struct {
	Accounts []Row `json:"accounts"`
	// Next is the cursor of the page after this one; "": this is the last.
	Next string `json:"next"`
}

// Row is one account of the portfolio with its latest stored answer.
type Row struct {
	Card
	explain.Moment
	score.Standing
	// Moved is how far the account moved since the date before, as displayed, without what
	// another model moved; nil: no date before, or no one model reads both dates.
	Moved *float64 `json:"moved"`
	// OtherModel is set where another model answered at the date before; ModelMoved is then how
	// far it moved the score, as displayed; nil: not known.
	OtherModel bool     `json:"other_model"`
	ModelMoved *float64 `json:"model_moved"`
	// Verdict is on the movement, and MoveReason the code of its first reason; "": not computed
	// when the account was scored.
	Verdict    string   `json:"verdict"`
	MoveReason string   `json:"move_reason"`
	PreviousOn string   `json:"previous_as_of"` // 2006-01-02, "" without one
	TopTheme   string   `json:"top_theme"`
	TopReason  string   `json:"top_reason"`
	ARRAtRisk  *float64 `json:"arr_at_risk"` // ARR times the churn probability; nil: ARR unknown
	// Override is the band that a person set, beside the score; nil: none.
	Override *OverrideCard `json:"override,omitempty"`
}

// List returns a page of the portfolio. history.ErrCursor for a cursor that was
// made for another query.
func (a *Service) List(ctx context.Context, q history.Query) (history.Page, error) {
	store, err := a.Store()
	if err != nil {
		return history.Page{}, err
	}
	return store.List(ctx, q)
}

// Summary returns counts and sums over the accounts that a query selects; its
// order, limit and cursor are not looked at.
func (a *Service) Summary(ctx context.Context, q history.Query) (*history.Summary, error) {
	store, err := a.Store()
	if err != nil {
		return nil, err
	}
	return store.Summary(ctx, q)
}

// Page puts a page of the history into the words of the API.
func (a *Service) Page(p history.Page) Page {
	out := Page{Accounts: []Row{}, Next: p.Next}
	for i := range p.Rows {
		r := &p.Rows[i]
		row := Row{
			Card: cardOf(&r.Account),
			Moment: explain.Moment{
				AsOf: r.AsOf.Format(time.DateOnly), HealthScore: r.Health, ChurnProbability: r.Churn,
				Interval: score.Interval{Level: a.level(), Low: r.Low, High: r.High}, Band: r.Band,
				Cluster: score.Cluster{ID: r.ClusterID, Name: r.ClusterName, Membership: r.Membership}, Model: r.Model,
			},
			Standing: a.standing(r.Band, r.Plain, r.Since, r.Health, r.Model),
			Moved:    optional(r.Moved), OtherModel: r.OtherModel, ModelMoved: optional(r.ModelMoved), Verdict: r.Verdict, MoveReason: r.MoveReason,
			PreviousOn: dateOrNone(r.Previous), TopTheme: r.TopTheme, TopReason: r.TopReason,
		}
		if !math.IsNaN(r.Account.ARR) {
			row.ARRAtRisk = optional(r.Account.ARR * r.Churn)
		}
		if r.Override != nil {
			card := overrideCard(r.Override, a.now())
			row.Override = &card
		}
		out.Accounts = append(out.Accounts, row)
	}
	return out
}
