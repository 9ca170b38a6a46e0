package serve

import (
	"context"
	"errors"
	"time"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/serve/history"
)

// Standing is how long an account has been shown its band, and whether it is
// held in it.
type Standing struct {
	BandSince string `json:"band_since,omitempty"` // 2006-01-02; "": not known
	Held      *Held  `json:"held,omitempty"`       // nil: the health score alone has the same band
}

// Held says that the health score alone would be in another band than the one
// shown, but has not passed the threshold by the hysteresis.
type Held struct {
	Plain  string   `json:"plain"`            // band of the health score alone
	Leaves string   `json:"leaves,omitempty"` // "below": the band shown is left below At; "from": from At on
	At     *float64 `json:"at,omitempty"`     // points; nil, as Leaves is "": the model that answered is gone
}

// heldBy says where the band that is shown is left; p is nil where the model
// that answered is gone.
func heldBy(p *models.Points, band, plain string, health float64) *Held {
	if band == plain {
		return nil
	}
	h := &Held{Plain: plain}
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
func (a *Accounts) standing(band, plain string, since time.Time, health float64, model string) Standing {
	s := Standing{BandSince: dateOrNone(since)}
	if band != plain {
		var p *models.Points
		if scorer, err := a.ScorerOf(model); err == nil {
			p = &scorer.points
		}
		s.Held = heldBy(p, band, plain, health)
	}
	return s
}

// Stand gives an answer about a stored account the band that is shown: that of
// the date before, where the score has not left it.
func (a *Accounts) Stand(ctx context.Context, s *Scorer, answer *Answer, asOf time.Time) error {
	before, err := a.options.History.Before(ctx, answer.AccountID, asOf)
	if err != nil && !errors.Is(err, history.ErrNotFound) {
		return err
	}
	plain := answer.Band
	answer.Band = s.points.BandAfter(before.Band, answer.HealthScore)
	answer.Standing = Standing{BandSince: dateOrNone(asOf), Held: heldBy(&s.points, answer.Band, plain, answer.HealthScore)}
	if answer.Band == before.Band {
		answer.BandSince = dateOrNone(before.Since)
	}
	return nil
}
