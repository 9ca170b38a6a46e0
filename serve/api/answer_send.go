package api

import (
	"fmt"
	"math"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/etappe/etappe/serve/score"
)

// Results is the answer of POST /v1/predict to a list of accounts.
type Results struct {
	Results []score.Answer `json:"results"` // in the request's order
}

// flushAt is how many bytes of a list wait before they are sent.
const flushAt = 64 << 10

// sendAnswer answers 200 with one answer.
func sendAnswer(c echo.Context, a *score.Answer) error {
	buffer := borrow()
	defer release(buffer)
	e := encoder{text: buffer.AvailableBuffer()}
	e.answer(a)
	e.raw("\n")
	if e.err != nil {
		return fmt.Errorf("%w: %w", score.ErrAnswer, e.err)
	}
	buffer.Write(e.text) // keeps the memory for the next request
	c.Response().Header().Set(echo.HeaderContentLength, strconv.Itoa(buffer.Len()))
	return c.JSONBlob(http.StatusOK, buffer.Bytes())
}

// sendResults answers 200 with a list, as Results has it, that is sent while it
// is encoded. What would fail on the way is looked for beforehand.
func sendResults(c echo.Context, answers []score.Answer) error {
	for i := range answers {
		if err := finite(&answers[i]); err != nil {
			return err
		}
	}
	buffer := borrow()
	defer release(buffer)
	buffer.Grow(2 * flushAt)
	response := c.Response()
	response.Header().Set(echo.HeaderContentType, echo.MIMEApplicationJSON)
	response.WriteHeader(http.StatusOK)
	e := encoder{text: buffer.AvailableBuffer()}
	e.raw(`{"results":[`)
	for i := range answers {
		e.comma(i)
		e.answer(&answers[i])
		if len(e.text) >= flushAt {
			if _, err := response.Write(e.text); err != nil {
				return err
			}
			e.text = e.text[:0]
		}
	}
	e.raw("]}\n")
	_, err := response.Write(e.text)
	return err
}

// finite returns ErrAnswer if an answer has a number that JSON cannot hold.
func finite(a *score.Answer) error {
	sum := a.HealthScore + a.ChurnProbability + a.Interval.Level + a.Interval.Low + a.Interval.High + a.Cluster.Membership + a.Baseline.LogOdds + a.Baseline.Points
	for i := range a.Contributions {
		c := &a.Contributions[i]
		sum += c.LogOdds + c.Points
		if x, ok := c.Value.(float64); ok && (math.IsNaN(x) || math.IsInf(x, 0)) {
			sum = x
			break
		}
	}
	for i := range a.Reasons {
		sum += a.Reasons[i].Points
	}
	if a.Second != nil {
		sum += a.Second.HealthScore + a.Second.ChurnProbability
	}
	if math.IsNaN(sum) || math.IsInf(sum, 0) {
		return fmt.Errorf("%w: account %q: a number is not finite", score.ErrAnswer, clip(a.AccountID))
	}
	return nil
}
