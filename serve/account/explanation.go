package account

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/etappe/etappe/serve/explain"
	"github.com/etappe/etappe/serve/history"
	"github.com/etappe/etappe/serve/score"
)

// Explanation is what moved an account's health score between two stored
// dates or, with another reference than the previous date, what sets it apart
// from that reference at the date to. A zero to stands for the latest date, a
// zero from for the one before to. Where two models answered at one date, the
// same date twice explains the change of models alone.
//
// ErrDates if from is not before to; ErrReference if the model has no such
// reference. Where a model that answered cannot be
// loaded any more, a warning of the explanation names what could not be
// separated, and what is next is not computed.
func (a *Service) Explanation(ctx context.Context, id string, from, to time.Time, reference explain.Reference) (*explain.Explanation, error) {
	e, err := a.explanation(ctx, id, from, to, reference)
	if err == nil && e.Later() != nil {
		e.WhatNext, err = a.WhatNext(ctx, e.Later(), e.To.Band)
	}
	return e, err
}

// explanation is Explanation without what is next.
func (a *Service) explanation(ctx context.Context, id string, from, to time.Time, reference explain.Reference) (*explain.Explanation, error) {
	if reference == "" {
		reference = explain.ReferencePrevious
	}
	if reference != explain.ReferencePrevious {
		later, err := a.Snapshot(ctx, id, to)
		if err != nil {
			return nil, err
		}
		return a.against(&later, reference)
	}
	store, err := a.Store()
	if err != nil {
		return nil, err
	}
	timeline, err := store.Timeline(ctx, id)
	if err != nil && !errors.Is(err, history.ErrNotFound) {
		return nil, err
	}
	e, err := a.Movement(timeline, from, to)
	if !errors.Is(err, ErrNoSnapshot) {
		return e, err
	}
	for _, date := range []time.Time{to, from} { // the error names the dates around it
		if _, named := a.Snapshot(ctx, id, date); named != nil {
			return nil, named
		}
	}
	return nil, err
}

// Movement is Explanation with the reference previous, from an account's timeline
// (history.Store.Timeline) that is read already. ErrNoSnapshot where nothing is
// stored at one of the dates.
func (a *Service) Movement(timeline []history.Snapshot, from, to time.Time) (*explain.Explanation, error) {
	if len(timeline) == 0 {
		return nil, ErrNoSnapshot
	}
	if to.IsZero() {
		to = timeline[len(timeline)-1].AsOf
	}
	later := ShownAt(timeline, to)
	if later == nil {
		return nil, fmt.Errorf("%w: %s", ErrNoSnapshot, to.Format(time.DateOnly))
	}
	earlier, err := earlierOf(from, later, timeline)
	if err != nil {
		return nil, err
	}
	return a.compare(earlier, later, timeline)
}

// ShownAt is the snapshot of a date that is shown: of several models' the last;
// nil: nothing is stored at the date.
func ShownAt(timeline []history.Snapshot, date time.Time) *history.Snapshot {
	for i := len(timeline) - 1; i >= 0; i-- {
		if timeline[i].AsOf.Equal(date) {
			return &timeline[i]
		}
	}
	return nil
}

// against holds one stored date against a reference.
func (a *Service) against(sn *history.Snapshot, reference explain.Reference) (*explain.Explanation, error) {
	s, err := a.ScorerOf(sn.Model)
	if err != nil {
		return nil, err
	}
	in, err := Restore(s, sn)
	if err != nil {
		return nil, err
	}
	e, err := explain.Against(s, in, reference, a.now())
	if errors.Is(err, score.ErrInput) { // the row is one that was answered: it is the reference that is not known
		return nil, fmt.Errorf("%w: %s", ErrReference, strings.TrimPrefix(err.Error(), score.ErrInput.Error()+": "))
	}
	return e, err
}

// earlierOf finds the first of two dates.
func earlierOf(from time.Time, later *history.Snapshot, timeline []history.Snapshot) (*history.Snapshot, error) {
	switch {
	case from.IsZero():
		for i := len(timeline) - 1; i >= 0; i-- {
			if timeline[i].AsOf.Before(later.AsOf) {
				return &timeline[i], nil
			}
		}
		return nil, fmt.Errorf("%w: %s is the first date that is stored of account %q: there is nothing to compare it with",
			ErrDates, later.AsOf.Format(time.DateOnly), clip(later.AccountID))
	case from.Equal(later.AsOf):
		return sameDay(later, timeline)
	case from.After(later.AsOf):
		return nil, fmt.Errorf("%w: from %s is after to %s", ErrDates, from.Format(time.DateOnly), later.AsOf.Format(time.DateOnly))
	}
	earlier := ShownAt(timeline, from)
	if earlier == nil {
		return nil, fmt.Errorf("%w: %s", ErrNoSnapshot, from.Format(time.DateOnly))
	}
	return earlier, nil
}

// sameDay finds what another model answered on the same day.
func sameDay(later *history.Snapshot, timeline []history.Snapshot) (*history.Snapshot, error) {
	at := slices.IndexFunc(timeline, func(sn history.Snapshot) bool {
		return sn.AsOf.Equal(later.AsOf) && sn.Model != later.Model
	})
	if at < 0 {
		return nil, fmt.Errorf("%w: from and to are both %s, at which one model answered", ErrDates, later.AsOf.Format(time.DateOnly))
	}
	return &timeline[at], nil
}

// compare explains the movement between two snapshots.
func (a *Service) compare(from, to *history.Snapshot, timeline []history.Snapshot) (*explain.Explanation, error) {
	sides := [2]*history.Snapshot{from, to}
	o := explain.CompareOptions{Now: a.now()}
	var scorers [2]*score.Scorer
	for d, sn := range sides {
		var err error
		if scorers[d], err = a.ScorerOf(sn.Model); errors.Is(err, ErrModelGone) {
			o.Stored[d] = a.storedOf(sn)
		} else if err != nil {
			return nil, err
		}
	}
	var corners [2][2]*score.Input
	for d := range sides {
		for m := range scorers {
			in, err := corner(sides[d], scorers[m], timeline)
			if err != nil {
				return nil, err
			}
			corners[d][m] = in
		}
	}
	for i := range timeline {
		o.History = append(o.History, explain.PastScore{AsOf: timeline[i].AsOf, Health: timeline[i].Health, Model: timeline[i].Model})
	}
	o.Observed = observed(scorers[1], to)
	e, err := explain.Compare(corners, scorers, o)
	if err != nil {
		return nil, err
	}
	e.From.Band, e.To.Band = from.Band, to.Band // what was shown, which follows from the dates before
	return e, nil
}

// corner is the account at the date of a snapshot as model s reads it: the
// snapshot's own values where their catalogue is the model's, else those of
// another snapshot of that date; nil: not known.
func corner(sn *history.Snapshot, s *score.Scorer, timeline []history.Snapshot) (*score.Input, error) {
	if s == nil {
		return nil, nil
	}
	if sn.Fingerprint == s.Fingerprint() {
		return Restore(s, sn)
	}
	for i := range timeline {
		if other := &timeline[i]; other.AsOf.Equal(sn.AsOf) && other.Fingerprint == s.Fingerprint() {
			return Restore(s, other)
		}
	}
	return nil, nil
}

// stored is an answer whose model is gone.
func (a *Service) storedOf(sn *history.Snapshot) *explain.Stored {
	return &explain.Stored{
		AccountID: sn.AccountID, Level: a.level(), AsOf: sn.AsOf, Health: sn.Health, Churn: sn.Churn, Low: sn.Low, High: sn.High, Band: sn.Band,
		ClusterID: sn.ClusterID, ClusterName: sn.ClusterName, Membership: sn.Membership, Model: sn.Model,
	}
}
