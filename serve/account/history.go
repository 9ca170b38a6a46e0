package account

import (
	"context"
	"time"
)

// History is all that is stored of an account's scores.
type History struct {
	Account       Card               `json:"account"`
	Points        []Point            `json:"points"` // oldest first, every date and model
	Interventions []InterventionCard `json:"interventions"`
	Overrides     []OverrideCard     `json:"overrides"` // ended ones too
}

// Point is one stored answer.
type Point struct {
	Stored
	// Shown marks the answer that is shown of its date, where several models
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
func (a *Service) History(ctx context.Context, id string) (*History, error) {
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
	h := &History{Account: cardOf(&account), Points: []Point{}, Interventions: []InterventionCard{}}
	for i := range timeline {
		last := i+1 == len(timeline) || !timeline[i+1].AsOf.Equal(timeline[i].AsOf)
		h.Points = append(h.Points, Point{Stored: a.stored(&timeline[i]), Shown: last})
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
