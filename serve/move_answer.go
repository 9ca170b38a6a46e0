package serve

import "github.com/etappe/etappe/models"

// accountID names the account.
func (c *comparison) accountID() string {
	if m := c.at[1][1]; m != nil {
		return m.in.accountID(0)
	}
	return c.options.Stored[1].AccountID
}

// version names the model that answered at date d.
func (c *comparison) version(d int) string {
	if c.scorers[d] != nil {
		return c.scorers[d].meta.Version
	}
	return c.options.Stored[d].Model
}

// info says which model answered at the later date.
func (c *comparison) info() ModelInfo {
	if c.scorers[1] != nil {
		return c.scorers[1].Info(c.options.Now)
	}
	return ModelInfo{Version: c.options.Stored[1].Model}
}

// moment is what was answered at date d.
func (c *comparison) moment(d int) Moment {
	if m := c.at[d][d]; m != nil {
		return c.scorers[d].moment(m)
	}
	s := c.options.Stored[d]
	level := s.Level
	if level == 0 {
		level = Options{}.withDefaults().Level
	}
	in := Input{}
	if !s.AsOf.IsZero() {
		in.AsOf = append(in.AsOf, s.AsOf)
	}
	return Moment{
		AsOf: in.date(0), HealthScore: onGrid(s.Health), ChurnProbability: s.Churn,
		Interval: Interval{Level: level, Low: s.Low, High: s.High}, Band: s.Band,
		Cluster: Cluster{ID: s.ClusterID, Name: s.ClusterName, Membership: s.Membership}, Model: s.Model,
	}
}

// moment is what is answered about the one row of m.
func (s *Scorer) moment(m *measured) Moment {
	r := m.rows[0]
	return Moment{
		AsOf: m.in.date(0), HealthScore: onGrid(r.health), ChurnProbability: models.Sigmoid(m.z[0]),
		Interval: Interval{Level: s.options.Level, Low: models.Sigmoid(m.low[0]), High: models.Sigmoid(m.high[0])},
		Band:     s.points.Band(r.health), Cluster: s.cluster(m, 0), Model: s.meta.Version,
	}
}

// ahead adds what belongs to the later date alone.
func (c *comparison) ahead(e *Explanation) error {
	if m := c.at[1][1]; m != nil {
		return c.scorers[1].ahead(m, e)
	}
	return nil
}

// ahead adds the next milestone and the second cluster's score.
func (s *Scorer) ahead(m *measured, e *Explanation) error {
	e.NextMilestone = s.next(m)
	seconds, err := s.seconds(m)
	if seconds != nil {
		e.Second = seconds[0]
	}
	return err
}

// The codes of warnings about a comparison of models.
const (
	WarnModelOrder      = "model_order"
	WarnOldModelMissing = "old_model_missing"
	WarnNotSeparable    = "not_separable"
)

// warnings are those of both dates, each once, and what the comparison lacks.
func (c *comparison) warnings() []Warning {
	list := []Warning{}
	for d := range c.at {
		m := c.at[d][d]
		if m == nil {
			continue
		}
		info := ModelInfo{} // of a model that serves no more, the age is no news
		if d == 1 || c.same {
			info = c.scorers[d].Info(c.options.Now)
		}
		list = mergeWarnings(list, c.scorers[d].warnings(m, 0, info))
	}
	if c.same {
		return list
	}
	l := c.options.Language
	for d := range c.scorers {
		if c.scorers[d] == nil {
			list = append(list, Warning{WarnOldModelMissing, l.pick("the model ", "das Modell ") + c.version(d) + l.pick(
				" is not there any more: its answer is shown as it was stored, and what it saw in the account cannot be shared out",
				" ist nicht mehr vorhanden: Seine Antwort steht da, wie sie gespeichert wurde; was es im Account sah, lässt sich nicht mehr aufteilen")})
		}
	}
	switch {
	case c.voice() < 0:
		list = append(list, Warning{WarnNotSeparable, l.pick(
			"no model knows both dates: what the account moved and what the change of model moved cannot be told apart",
			"kein Modell kennt beide Stichtage: Was der Account und was der Modellwechsel bewegt hat, lässt sich nicht trennen")})
	case !(c.knows(0) && c.knows(1)) && c.scorers[0] != nil && c.scorers[1] != nil:
		list = append(list, Warning{WarnModelOrder, l.pick(
			"only the model "+c.version(c.voice())+" knows both dates: the account's movement is told by it alone",
			"nur das Modell "+c.version(c.voice())+" kennt beide Stichtage: Die Bewegung des Accounts ist allein mit ihm erklärt")})
	}
	return list
}

// mergeWarnings joins two lists, each warning once.
func mergeWarnings(a, b []Warning) []Warning {
	list := append([]Warning{}, a...)
	seen := map[Warning]bool{}
	for _, w := range a {
		seen[w] = true
	}
	for _, w := range b {
		if !seen[w] {
			list = append(list, w)
		}
	}
	return list
}
