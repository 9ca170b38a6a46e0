package web

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/etappe/etappe/features/catalog"

	"github.com/etappe/etappe/serve/account"
	"github.com/etappe/etappe/serve/explain"
	"github.com/etappe/etappe/serve/history"
	"github.com/etappe/etappe/serve/score"
	"github.com/etappe/etappe/serve/text"
)

// accountGather reads from the history and the models all that an account's page shows.
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
		g.described, g.service, g.movement, g.row,
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
	if f.Timeline, err = store.Timeline(ctx, id); err != nil {
		return err
	}
	if f.Account.ID = id; len(f.Timeline) == 0 {
		return fmt.Errorf("%w: no answer about account %q", errNotFound, id)
	}
	if f.Interventions, err = store.Interventions(ctx, id); err != nil {
		return err
	}
	f.Overrides, err = store.Overrides(ctx, id)
	return err
}

// described reads what describes the account at the later date, and leaves the
// overrides that hold now, or held at the end of a past date.
func (g *accountGather) described() error {
	v, f := g.visit, g.facts
	store, err := v.site.source.Store()
	if err != nil {
		return err
	}
	var past bool
	f.Account, past, err = store.AccountAt(v.Request().Context(), f.Account.ID, f.Shown.AsOf)
	f.Overrides = slices.DeleteFunc(f.Overrides, func(o history.Override) bool {
		if past {
			return !o.ActiveOn(f.Shown.AsOf)
		}
		return !o.Active(v.now)
	})
	return err
}

// dates decides which two dates are compared.
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
	if errors.Is(err, account.ErrNotReady) {
		return nil // what is stored can be shown all the same
	} else if err != nil {
		return err
	}
	card := scorer.Card(g.visit.now)
	g.facts.Points, g.facts.Current = card.Points, card.Version
	return nil
}

// movement computes what moved the score.
func (g *accountGather) movement() error {
	v, f := g.visit, g.facts
	if f.From.IsZero() {
		return nil
	}
	var err error
	f.Explanation, err = v.site.source.Movement(f.Timeline, f.From, f.Shown.AsOf)
	if errors.Is(err, account.ErrModelGone) {
		f.Explanation, f.Nothing = nil, nothingGone
		return nil
	}
	if err == nil {
		v.words.Explanation(f.Explanation)
	}
	return err
}

// row computes what else the model of the later date gives.
func (g *accountGather) row() error {
	v, f := g.visit, g.facts
	row, err := v.site.source.RowShown(&f.Shown, f.Explanation)
	if errors.Is(err, account.ErrModelGone) || errors.Is(err, catalog.ErrCatalog) {
		return nil
	} else if err != nil {
		return err
	}
	scorer := row.Scorer()
	answer, err := row.Answer(scorer.Info(v.now))
	if err != nil {
		return err
	}
	v.words.Answer(&answer)
	f.Answer, f.Points = &answer, scorer.Points()
	f.Weight = f.Points.PathWeight
	if f.Stage, err = explain.StageOf(scorer, row, -1); err != nil && !errors.Is(err, score.ErrInput) {
		return err
	}
	v.words.Stage(f.Stage)
	if f.WhatNext, err = v.site.source.WhatNext(v.Request().Context(), row, f.Shown.Band); err != nil {
		return err
	}
	v.words.WhatNext(f.WhatNext)
	return g.values(scorer, row)
}

// values lists which features are missing, and computes the what-ifs that the page
// shows.
func (g *accountGather) values(scorer *score.Scorer, row *score.Row) error {
	w, f := g.visit.words, g.facts
	f.Features = len(scorer.Fields())
	for j := range f.Features {
		if !text.Known(row.Frame.Columns[j][0]) {
			f.Missing = append(f.Missing, w.Label(scorer.Definition(j)))
		}
	}
	var err error
	if f.WhatIfs, err = explain.WhatIfs(scorer, row, shownWhatIfs, leastWhatIf); err != nil {
		return err
	}
	for _, one := range f.WhatIfs {
		w.WhatIf(one)
	}
	return nil
}
