package account

import (
	"testing"
	"time"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/additive"
	"github.com/etappe/etappe/serve/score"
	"github.com/etappe/etappe/serve/score/scoretest"
)

// countedModel counts the rows that a churn model looks up.
type countedModel struct {
	*additive.Model
	rows, varied, curves int
}

func (c *countedModel) Answer(f *models.Frame, from, to int, a *additive.Answers) error {
	c.rows += to - from
	return c.Model.Answer(f, from, to, a)
}

func (c *countedModel) Vary(f *models.Frame, fields []int, values, logOdds [][]float64) error {
	for _, v := range values {
		c.varied += len(v)
	}
	c.curves += len(fields)
	return c.Model.Vary(f, fields, values, logOdds)
}

// TestAccountPageCost bounds the data of an account's page by what is counted: one
// row is looked up for each of the two dates, the scores of six curves only are
// computed in full, and the allocations stay few.
func TestAccountPageCost(t *testing.T) {
	a := wideArtifact(t)
	churn := &countedModel{Model: a.Churn}
	s, err := score.NewWith(a, churn, scoretest.Meta, score.Options{})
	if err != nil {
		t.Fatal(err)
	}
	timeline := wideTimeline(t, s)
	service := New(Options{Clock: func() time.Time { return now }, Current: func() (*score.Scorer, error) { return s, nil }})
	churn.rows = 0
	curves := pageOf(t, service, timeline)
	if churn.rows != 2 || curves != 6 || churn.curves != curves || churn.varied > 6*44 {
		t.Errorf("%d rows, %d what-ifs, %d curves of %d values", churn.rows, curves, churn.curves, churn.varied)
	}
	if got := testing.AllocsPerRun(20, func() { pageOf(t, service, timeline) }); got > 1000 {
		t.Errorf("%.0f allocations", got)
	}
}
