package account

import (
	"context"
	"time"

	"github.com/etappe/etappe/serve/history"
)

// OverrideCard is a band that a person set against the model: it stands
// beside the score and never changes it.
type OverrideCard struct {
	ID        int64      `json:"id"`
	Band      string     `json:"band"`
	Reason    string     `json:"reason"`
	Owner     string     `json:"owner"`
	AddedAt   time.Time  `json:"added_at"`
	Expires   string     `json:"expires"` // 2006-01-02: the first day on which it no longer counts; "": never
	RevokedAt *time.Time `json:"revoked_at,omitempty"`
	InForce   bool       `json:"in_force"`
}

// OverrideList is the answer of GET /v1/accounts/{id}/overrides.
type OverrideList struct {
	Overrides []OverrideCard `json:"overrides"` // newest first
}

func overrideCard(o *history.Override, now time.Time) OverrideCard {
	c := OverrideCard{ID: o.ID, Band: o.Band, Reason: o.Reason, Owner: o.Owner, AddedAt: o.AddedAt,
		Expires: dateOrNone(o.Expires), InForce: o.Active(now)}
	if !o.RevokedAt.IsZero() {
		c.RevokedAt = &o.RevokedAt
	}
	return c
}

// Overrides returns the overrides of an account that are in force now, newest
// first: the first is the one to show.
func (a *Service) Overrides(ctx context.Context, id string) ([]OverrideCard, error) {
	return a.overrides(ctx, id, true)
}

// AllOverrides returns every override of an account, newest first, ended ones too.
func (a *Service) AllOverrides(ctx context.Context, id string) ([]OverrideCard, error) {
	return a.overrides(ctx, id, false)
}

func (a *Service) overrides(ctx context.Context, id string, inForce bool) ([]OverrideCard, error) {
	store, err := a.Store()
	if err != nil {
		return nil, err
	}
	if _, err := store.Account(ctx, id); err != nil {
		return nil, err
	}
	all, err := store.Overrides(ctx, id)
	if err != nil {
		return nil, err
	}
	list := []OverrideCard{}
	for i := range all {
		if c := overrideCard(&all[i], a.now()); c.InForce || !inForce {
			list = append(list, c)
		}
	}
	return list, nil
}

// overridesOn returns the overrides of an account that were in force at the end of a
// day, newest first.
func (a *Service) overridesOn(ctx context.Context, id string, date time.Time) ([]OverrideCard, error) {
	all, err := a.options.History.Overrides(ctx, id)
	list := []OverrideCard{}
	for i := range all {
		if all[i].ActiveOn(date) {
			c := overrideCard(&all[i], a.now())
			c.InForce = true
			list = append(list, c)
		}
	}
	return list, err
}

// AddOverride stores a band that a person set for an account, audited.
// history.ErrInput without a band, a reason or an owner, or with an end that
// has passed.
func (a *Service) AddOverride(ctx context.Context, o history.Override) (OverrideCard, error) {
	store, err := a.Store()
	if err != nil {
		return OverrideCard{}, err
	}
	added, err := store.AddOverride(ctx, o)
	return overrideCard(&added, a.now()), err
}

// RevokeOverride ends an override; its record stays, with who ended it.
func (a *Service) RevokeOverride(ctx context.Context, id string, override int64, by string) error {
	store, err := a.Store()
	if err != nil {
		return err
	}
	return store.RevokeOverride(ctx, id, override, by)
}
