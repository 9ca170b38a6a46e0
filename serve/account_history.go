package serve

import (
	"context"
	"time"
)

// AccountHistory is all that is stored of an account's scores.
type AccountHistory struct {
	Account       AccountCard        `json:"account"`
	Points        []HistoryPoint     `json:"points"` // oldest first, every date and model
	Interventions []InterventionCard `json:"interventions"`
	Overrides     []OverrideCard     `json:"overrides"` // ended ones too
}

// HistoryPoint is one stored answer.
type HistoryPoint struct {
	Told
	// Shown tells the answer that is shown of its date, where several models
	// answered at it.
	Shown bool `json:"shown"`
}

// InterventionCard is something the team did.
type InterventionCard struct {
	At    time.Time `json:"at"`
	Kind  string    `json:"kind"`
	Owner string    `json:"owner"`
}

// History returns everything that is stored of an account's scores.
func (a *Accounts) History(ctx context.Context, id string) (*AccountHistory, error) {
	store, err := a.Store()
	if err != nil {
		return nil, err
	}
	account, err := store.Account(ctx, id)
	if err != nil {
		return nil, err
	}
	timeline, err := store.Timeline(ctx, id)
	if err != nil {
		return nil, err
	}
	h := &AccountHistory{Account: cardOf(&account), Points: []HistoryPoint{}, Interventions: []InterventionCard{}}
	for i := range timeline {
		last := i+1 == len(timeline) || !timeline[i+1].AsOf.Equal(timeline[i].AsOf)
		h.Points = append(h.Points, HistoryPoint{Told: a.told(&timeline[i]), Shown: last})
	}
	interventions, err := store.Interventions(ctx, id)
	if err != nil {
		return nil, err
	}
	for _, i := range interventions {
		h.Interventions = append(h.Interventions, InterventionCard{At: i.At, Kind: i.Kind, Owner: i.Owner})
	}
	h.Overrides, err = a.AllOverrides(ctx, id)
	return h, err
}
