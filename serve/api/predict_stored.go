package api

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/etappe/etappe/features"
	"github.com/etappe/etappe/serve"
	"github.com/etappe/etappe/serve/history"
)

// recall fills in the rows that came by their ids alone, from the latest stored
// snapshot or that of the date asked for. RequestError, with every fault found,
// where nothing is stored or it is laid out by another catalogue.
func (s *Server) recall(ctx context.Context, scorer *serve.Scorer, ask *asked) error {
	faults := &decoder{}
	for _, r := range ask.recalls {
		one, err := s.accounts.Recall(ctx, scorer, ask.in.AccountIDs[r.row], r.asOf, ask.in.Language)
		switch {
		case errors.Is(err, history.ErrNotFound), errors.Is(err, serve.ErrNoSnapshot), errors.Is(err, features.ErrCatalog):
			faults.add(r.at.fault(err.Error()))
			continue
		case err != nil:
			return err
		}
		ask.in.Put(r.row, one)
	}
	return faults.verdict()
}

// keep stores the answers to a batch in one transaction. ErrRequest for a date
// in the future: nothing is known of it.
func (s *Server) keep(ctx context.Context, scorer *serve.Scorer, in *serve.Input) error {
	for i, asOf := range in.AsOf {
		if asOf.After(s.now()) {
			faults := &decoder{}
			faults.add(place{account: i}.fault(fmt.Sprintf("as_of %s lies in the future: nothing can be stored of it", asOf.Format(time.DateOnly))))
			return faults.verdict()
		}
	}
	return s.accounts.Keep(ctx, scorer, in, "POST /v1/predict")
}

// standAll gives the answers that a history stands behind the band that is shown:
// those that were stored and those to accounts that came by their id.
func (s *Server) standAll(ctx context.Context, scorer *serve.Scorer, ask *asked, answers []serve.Answer) error {
	var rows []int
	for i := range answers {
		if ask.store {
			rows = append(rows, i)
		}
	}
	if !ask.store {
		for _, r := range ask.recalls {
			rows = append(rows, r.row)
		}
	}
	for _, i := range rows {
		if err := s.accounts.Stand(ctx, scorer, &answers[i], ask.in.AsOf[i]); err != nil {
			return err
		}
	}
	return nil
}
