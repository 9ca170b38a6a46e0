package web

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/etappe/etappe/features"
	"github.com/etappe/etappe/serve"
	"github.com/etappe/etappe/serve/history"
	"github.com/etappe/etappe/serve/text"
)

// accountGather asks the history and the models for all that an account's page shows.
type accountGather struct {
	visit *visit
	facts *accountFacts
}

// all gathers the facts of two dates, either of which may be zero. A *datesBody
// if nothing is stored for one of them or they are the wrong way round.
func (g *accountGather) all(id string, from, to time.Time) error {
	for _, part := range []func() error{
		func() error { return g.stored(id) },
		func() error { return g.dates(from, to) },
		g.service, g.movement, g.row,
	} {
		if err := part(); err != nil {
			return err
		}
	}
	return nil
}

// stored reads what the history keeps of the account.
func (g *accountGather) stored(id string) error {
	v, f := g.visit, g.facts
	ctx := v.Request().Context()
	store, err := v.site.source.Store()
	if err != nil {
		return err
	}
	if f.Account, err = store.Account(ctx, id); err != nil {
		return err
	}
	if f.Timeline, err = store.Timeline(ctx, id); err != nil {
		return err
	}
	if len(f.Timeline) == 0 {
		return fmt.Errorf("%w: no answer about account %q", errNotFound, id)
	}
	if f.Interventions, err = store.Interventions(ctx, id); err != nil {
		return err
	}
	f.Overrides, err = store.Overrides(ctx, id)
	f.Overrides = slices.DeleteFunc(f.Overrides, func(o history.Override) bool { return !o.Active(v.now) })
	return err
}

// dates settles which two dates are compared.
func (g *accountGather) dates(from, to time.Time) error {
	f := g.facts
	days := f.days()
	if to.IsZero() {
		to = days[len(days)-1]
	}
	for _, day := range []time.Time{to, from} {
		if !day.IsZero() && f.shownAt(day) == nil {
			return g.visit.noSuchDate(f, day)
		}
	}
	f.Shown = *f.shownAt(to)
	at := slices.IndexFunc(days, to.Equal)
	switch {
	case from.IsZero() && at > 0:
		f.From = days[at-1]
	case from.IsZero() && len(days) == 1:
		f.Nothing = nothingOne
	case from.IsZero():
		f.Nothing = nothingFirst
	case from.After(to), from.Equal(to) && f.answeredBy(to) < 2:
		return g.visit.wrongWayRound(f, from, to)
	default:
		f.From = from
	}
	return nil
}

// service reads what the model in service is.
func (g *accountGather) service() error {
	scorer, err := g.visit.site.source.Scorer()
	if errors.Is(err, serve.ErrNotReady) {
		return nil // what is stored can be shown all the same
	} else if err != nil {
		return err
	}
	card := scorer.Card(g.visit.now)
	g.facts.Points, g.facts.Current = card.Points, card.Version
	return nil
}

// movement asks what moved the score.
func (g *accountGather) movement() error {
	v, f := g.visit, g.facts
	if f.From.IsZero() {
		return nil
	}
	var err error
	f.Explanation, err = v.site.source.Explanation(v.Request().Context(), f.Account.ID, f.From, f.Shown.AsOf,
		serve.ReferencePrevious, v.words.serve())
	if errors.Is(err, serve.ErrModelGone) {
		f.Explanation, f.Nothing = nil, nothingGone
		return nil
	}
	return err
}

// row asks the model that answered at the later date about what else it knows.
func (g *accountGather) row() error {
	v, f := g.visit, g.facts
	scorer, in, err := v.site.source.Row(v.Request().Context(), f.Account.ID, f.Shown.AsOf, v.words.serve())
	if errors.Is(err, serve.ErrModelGone) || errors.Is(err, features.ErrCatalog) {
		return nil
	} else if err != nil {
		return err
	}
	answers, err := scorer.Score(in, v.now)
	if err != nil {
		return err
	}
	f.Answer, f.Points = &answers[0], scorer.Card(v.now).Points
	f.Weight = f.Points.PathWeight
	if f.Stage, err = scorer.Stage(in, -1); err != nil && !errors.Is(err, serve.ErrInput) {
		return err
	}
	return g.values(scorer, in)
}

// values asks which features are missing, and for a what-if of each that can be
// acted on.
func (g *accountGather) values(scorer *serve.Scorer, in *serve.Input) error {
	f := g.facts
	f.Features = len(in.Frame.Fields)
	for i, info := range scorer.Features(g.visit.words.serve()).Features[:f.Features] {
		if !text.Known(in.Frame.Columns[i][0]) {
			f.Missing = append(f.Missing, info.Text)
		}
		if !info.Actionable {
			continue
		}
		one, err := scorer.WhatIf(in, info.Name)
		if errors.Is(err, serve.ErrInput) { // nothing was observed to stay inside of
			continue
		} else if err != nil {
			return err
		}
		f.WhatIfs = append(f.WhatIfs, one)
	}
	return nil
}
