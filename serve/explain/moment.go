package explain

import (
	"reflect"
	"slices"
	"time"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/serve/score"
)

// accountID names the account.
func (c *comparison) accountID() string {
	if m := c.at[1][1]; m != nil {
		return m.In.AccountID(0)
	}
	return c.options.Stored[1].AccountID
}

// version names the model that answered at date d.
func (c *comparison) version(d int) string {
	if c.scorers[d] != nil {
		return c.scorers[d].Version()
	}
	return c.options.Stored[d].Model
}

// info is which model answered at the later date.
func (c *comparison) info() score.ModelInfo {
	if c.scorers[1] != nil {
		return c.scorers[1].Info(c.options.Now)
	}
	return score.ModelInfo{Version: c.options.Stored[1].Model}
}

// moment is the answer at date d.
func (c *comparison) moment(d int) Moment {
	if m := c.at[d][d]; m != nil {
		return momentOf(c.scorers[d], m)
	}
	s := c.options.Stored[d]
	level := s.Level
	if level == 0 {
		level = score.DefaultLevel
	}
	asOf := ""
	if !s.AsOf.IsZero() {
		asOf = s.AsOf.Format(time.DateOnly)
	}
	return Moment{
		AsOf: asOf, HealthScore: onGrid(s.Health), ChurnProbability: s.Churn,
		Interval: score.Interval{Level: level, Low: s.Low, High: s.High}, Band: s.Band,
		Cluster: score.Cluster{ID: s.ClusterID, Name: s.ClusterName, Membership: s.Membership}, Model: s.Model,
	}
}

// momentOf is the answer about one row.
func momentOf(s *score.Scorer, m *score.Row) Moment {
	return Moment{
		AsOf: m.In.Date(0), HealthScore: onGrid(m.Health), ChurnProbability: models.Sigmoid(m.LogOdds),
		Interval: score.Interval{Level: s.Level(), Low: models.Sigmoid(m.Low), High: models.Sigmoid(m.High), Unmeasured: s.Unmeasured()},
		Band:     s.Points().Band(m.Health), Cluster: s.ClusterOf(m), Model: s.Version(),
	}
}

// ahead adds what belongs to the later date alone.
func (c *comparison) ahead(e *Explanation) error {
	if m := c.at[1][1]; m != nil {
		return addAhead(c.scorers[1], m, e)
	}
	return nil
}

// addAhead adds the next milestone and the second cluster's score.
func addAhead(s *score.Scorer, m *score.Row, e *Explanation) (err error) {
	e.NextMilestone = Next(s, m)
	e.Second, err = m.Second()
	return err
}

// The codes of warnings about a comparison.
const (
	WarnModelOrder      = "model_order"
	WarnOldModelMissing = "old_model_missing"
	WarnNotSeparable    = "not_separable"
)

// warnings are those of both dates, each once, and what the comparison lacks.
func (c *comparison) warnings() []score.Warning {
	list := []score.Warning{}
	for d := range c.at {
		m := c.at[d][d]
		if m == nil {
			continue
		}
		info := score.ModelInfo{} // of a model that serves no more, the age is no news
		if d == 1 || c.same {
			info = c.scorers[d].Info(c.options.Now)
		}
		list = mergeWarnings(list, m.Warnings(info))
	}
	if c.same {
		return list
	}
	of := func(code, version string) score.Warning {
		return score.Warning{Code: code, Args: &score.WarningArgs{Version: version}}
	}
	for d := range c.scorers {
		if c.scorers[d] == nil {
			list = append(list, of(WarnOldModelMissing, c.version(d)))
		}
	}
	switch {
	case c.primary() < 0:
		list = append(list, score.Warning{Code: WarnNotSeparable})
	case !(c.covers(0) && c.covers(1)) && c.scorers[0] != nil && c.scorers[1] != nil:
		list = append(list, of(WarnModelOrder, c.version(c.primary())))
	}
	return list
}

// mergeWarnings joins two lists, each warning once.
func mergeWarnings(a, b []score.Warning) []score.Warning {
	list := append([]score.Warning{}, a...)
	for _, w := range b {
		if !slices.ContainsFunc(a, func(o score.Warning) bool { return reflect.DeepEqual(o, w) }) {
			list = append(list, w)
		}
	}
	return list
}
