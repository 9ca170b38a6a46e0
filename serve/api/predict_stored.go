package api

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/etappe/etappe/features/catalog"

	"github.com/etappe/etappe/serve/account"
	"github.com/etappe/etappe/serve/history"
	"github.com/etappe/etappe/serve/score"
)

// recall fills in the rows that came by their ids alone, from the latest stored
// snapshot or that of the requested date. RequestError, with every fault found,
// where nothing is stored or it has the layout of another catalogue.
func (s *Server) recall(ctx context.Context, scorer *score.Scorer, request *predictRequest) error {
	var found faults
	for _, r := range request.recalls {
		one, err := s.accounts.Recall(ctx, scorer, request.in.AccountIDs[r.row], r.asOf)
		switch {
		case errors.Is(err, history.ErrNotFound), errors.Is(err, account.ErrNoSnapshot), errors.Is(err, catalog.ErrCatalog):
			found.add(r.fault(err.Error()))
			continue
		case err != nil:
			return err
		}
		request.in.Put(r.row, one)
	}
	return found.err()
}

// keep stores the answers to a batch in one transaction. ErrRequest for a date
// in the future: nothing is known of it.
func (s *Server) keep(ctx context.Context, scorer *score.Scorer, in *score.Input) error {
	for i, asOf := range in.AsOf {
		if asOf.After(s.now()) {
			return stop(faultAt("", i, fmt.Sprintf("as_of %s lies in the future: nothing can be stored of it", asOf.Format(time.DateOnly))))
		}
	}
	return s.accounts.Keep(ctx, scorer, in, "POST /v1/predict")
}

// standAll gives the answers that a history stands behind the band that is shown:
// those that were stored and those to accounts that came by their id.
func (s *Server) standAll(ctx context.Context, scorer *score.Scorer, request *predictRequest, answers []score.Answer) error {
	var rows []int
	for i := range answers {
		if request.store {
			rows = append(rows, i)
		}
	}
	if !request.store {
		for _, r := range request.recalls {
			rows = append(rows, r.row)
		}
	}
	for _, i := range rows {
		if err := s.accounts.Stand(ctx, scorer, &answers[i], request.in.AsOf[i]); err != nil {
			return err
		}
	}
	return nil
}
