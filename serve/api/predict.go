package api

import (
	"time"

	"github.com/labstack/echo/v4"

	"github.com/etappe/etappe/serve/score"
)

// predict answers for one account or a list of them.
func (s *Server) predict(c echo.Context) error {
	scorer, err := s.serving()
	if err != nil {
		return err
	}
	if err := checkMedia(c.Request().Header); err != nil {
		return err
	}
	detail, err := detailOf(c.Request().URL)
	if err != nil {
		return err
	}
	body := borrow()
	defer release(body)
	if err := s.read(c, body); err != nil {
		return err
	}
	now, l := s.now(), language(c)
	request, err := decodePredict(body.Bytes(), scorer.names, limits{
		accounts: s.options.MaxAccounts, today: now.Truncate(24 * time.Hour), history: s.options.History != nil,
	})
	if err != nil {
		return err
	}
	defer request.decoder.release()
	request.in.Detail = detail
	answers, err := s.answers(c, scorer.Scorer, request, now)
	if err != nil {
		return err
	}
	l.Answers(answers)
	if request.single {
		return sendAnswer(c, &answers[0])
	}
	return sendResults(c, answers)
}

// answers scores what a request names, in its order. Rows that came by their ids
// alone are read from the history; the answers are stored where that is requested.
func (s *Server) answers(c echo.Context, scorer *score.Scorer, request *predictRequest, now time.Time) ([]score.Answer, error) {
	ctx := c.Request().Context()
	if err := s.recall(ctx, scorer, request); err != nil {
		return nil, err
	}
	answers, err := scorer.Score(request.in, now)
	if err != nil {
		return nil, err
	}
	if request.store {
		if err := declaredJSON(c.Request().Header); err != nil {
			return nil, err
		}
		if err := s.keep(ctx, scorer, request.in); err != nil {
			return nil, err
		}
	}
	return answers, s.standAll(ctx, scorer, request, answers)
}
