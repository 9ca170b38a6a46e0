package account

import (
	"context"
	"errors"
	"time"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/serve/history"
	"github.com/etappe/etappe/serve/score"
)

// heldBy is where the band that is shown is left; p is nil where the model
// that answered is gone.
func heldBy(p *models.Points, band, plain string, health float64) *score.Held {
	if band == plain {
		return nil
	}
	h := &score.Held{Plain: plain}
	if p != nil {
		at, below := p.Leaves(band, health)
		h.At, h.Leaves = &at, "from"
		if below {
			h.Leaves = "below"
		}
	}
	return h
}

// standing is that of a stored answer.
func (a *Service) standing(band, plain string, since time.Time, health float64, model string) score.Standing {
	s := score.Standing{BandSince: dateOrNone(since)}
	if band != plain {
		var p *models.Points
		if scorer, err := a.ScorerOf(model); err == nil {
			points := scorer.Points()
			p = &points
		}
		s.Held = heldBy(p, band, plain, health)
	}
	return s
}

// Stand gives an answer about a stored account the band that is shown: that of
// the date before, where the score has not left it.
func (a *Service) Stand(ctx context.Context, s *score.Scorer, answer *score.Answer, asOf time.Time) error {
	before, err := a.options.History.Before(ctx, answer.AccountID, asOf)
	if err != nil && !errors.Is(err, history.ErrNotFound) {
		return err
	}
	plain, points := answer.Band, s.Points()
	answer.Band = points.BandAfter(before.Band, answer.HealthScore)
	answer.Standing = score.Standing{BandSince: dateOrNone(asOf), Held: heldBy(&points, answer.Band, plain, answer.HealthScore)}
	if answer.Band == before.Band {
		answer.BandSince = dateOrNone(before.Since)
	}
	return nil
}
