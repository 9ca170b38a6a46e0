package explain

import (
	"math"

	"github.com/etappe/etappe/models/peers"
)

// drivers lists the drivers whose usual movement the primary model holds; nil:
// none.
func (c *comparison) drivers() []string {
	v := c.primary()
	if v < 0 || c.scorers[v].Peers() == nil {
		return nil
	}
	return c.scorers[v].Peers().Drivers()
}

// addDrivers computes what is usual for each driver of the score, and how far the one
// that went furthest, on the side to which the account's score went, did so
// beyond it. A score is a sum of many drivers that all move a little; one that
// moves much is lost in the sum, but not among its own usual movements.
func (c *comparison) addDrivers(e *Explanation) {
	names := c.drivers()
	if names == nil {
		return
	}
	v := c.primary()
	s, days := c.scorers[v], c.days()
	e.usual = make(map[string]float64, len(names))
	for d := range c.at { // half of what is usual at either date
		m := c.at[d][v]
		k := m.Cluster
		points := func(logOdds float64) float64 { return m.Weight * math.Abs(s.Points().Share(logOdds)) / 2 }
		for i, name := range names {
			e.usual[name] += points(s.Peers().Usual(k, i, days))
		}
		e.Noise.DriverThreshold += points(s.Peers().Reach(k, days))
	}
	moved := make(map[string]float64, len(names))
	for i := range e.Bars {
		if b := &e.Bars[i]; b.Kind == KindFeature {
			moved[b.group] += b.Points
		}
	}
	own := e.own()
	for name, usual := range e.usual {
		if points := moved[name]; points*own > 0 {
			e.Noise.Driver = max(e.Noise.Driver, math.Abs(peers.SoftThreshold(points, usual)))
		}
	}
}
