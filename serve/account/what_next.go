package account

import (
	"context"
	"errors"

	"github.com/etappe/etappe/features/catalog"
	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/serve/explain"
	"github.com/etappe/etappe/serve/history"
	"github.com/etappe/etappe/serve/score"
)

// mostModels is how many model accounts are named.
const mostModels = 3

// WhatNext is what there is to look at and to do for an account whose row was
// answered at its date with a displayed band: explain.WhatNextOf, what became of like
// cases, and model accounts. Only what was stored by the row's date counts.
func (a *Service) WhatNext(ctx context.Context, m *score.Row, band string) (*explain.WhatNext, error) {
	n, err := explain.WhatNextOf(m.Scorer(), m)
	if err != nil || a.options.History == nil || m.In.AsOf == nil {
		return n, err
	}
	if n.Cases, err = a.likeCases(ctx, m, band); err != nil {
		return nil, err
	}
	n.Models, err = a.modelAccounts(ctx, m)
	return n, err
}

// likeCases counts like cases.
func (a *Service) likeCases(ctx context.Context, m *score.Row, band string) (*explain.LikeCases, error) {
	q := history.LikeQuery{Cluster: m.Scorer().ClusterOf(m).ID, Bands: []string{"sick", "at_risk"}, AsOf: m.In.AsOf[0], Days: explain.CaseDays}
	if band == "healthy" {
		q.Bands = []string{band}
	}
	list, decided, err := a.options.History.LikeCases(ctx, q)
	if err != nil {
		return nil, err
	}
	c := &explain.LikeCases{Decided: decided, Kinds: []explain.LikeCase{}}
	for _, one := range list {
		if one.Cases >= explain.FewestCases {
			c.Kinds = append(c.Kinds, explain.LikeCase{Kind: one.Kind, Cases: one.Cases, Renewed: one.Renewed})
		}
	}
	return c, nil
}

// modelAccounts lists the cluster's model accounts that were in it and healthy at the
// row's date, and what they do differently.
func (a *Service) modelAccounts(ctx context.Context, m *score.Row) ([]explain.ModelAccount, error) {
	s, store := m.Scorer(), a.options.History
	if m.Cluster == models.NoCluster {
		return nil, nil
	}
	var list []explain.ModelAccount
	for _, e := range s.Exemplars(m.Cluster) {
		if len(list) == mostModels {
			break
		}
		if e.AccountID == m.In.AccountID(0) {
			continue
		}
		sn, err := store.Snapshot(ctx, e.AccountID, m.In.AsOf[0], "")
		if errors.Is(err, history.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if sn.Band != "healthy" || sn.ClusterID != s.ClusterOf(m).ID {
			continue
		}
		one, err := a.modelAccount(ctx, m, &sn)
		if errors.Is(err, catalog.ErrCatalog) { // of another catalogue: not to be compared
			continue
		}
		if err != nil {
			return nil, err
		}
		one.Expanded = e.Expanded
		list = append(list, one)
	}
	return list, nil
}

// modelAccount describes one by its snapshot; catalog.ErrCatalog as Restore.
func (a *Service) modelAccount(ctx context.Context, m *score.Row, sn *history.Snapshot) (one explain.ModelAccount, err error) {
	s := m.Scorer()
	in, err := Restore(s, sn)
	if err != nil {
		return one, err
	}
	other, err := s.Row(in)
	if err != nil {
		return one, err
	}
	known, _, err := a.options.History.AccountAt(ctx, sn.AccountID, sn.AsOf)
	if err != nil {
		return one, err
	}
	one = explain.ModelAccount{AccountID: sn.AccountID, Name: known.Name, HealthScore: sn.Health}
	one.Differs, err = explain.Differences(s, m, other)
	return one, err
}
