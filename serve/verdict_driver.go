package serve

import (
	"math"

	"github.com/etappe/etappe/models/peers"
)

// drivers lists the drivers whose usual movement the model that names things
// knows; nil: none.
func (c *comparison) drivers() []string {
	v := c.voice()
	if v < 0 || c.scorers[v].peers == nil {
		return nil
	}
	return c.scorers[v].peers.Drivers()
}

// driven finds what is usual for each driver of the score, and how far the one
// that went furthest, on the side to which the account's score went, did so
// beyond it. A score is a sum of many drivers that all move a little; one that
// moves much is lost in the sum, but not among its own usual movements.
func (c *comparison) driven(e *Explanation) {
	names := c.drivers()
	if names == nil {
		return
	}
	v := c.voice()
	s, days := c.scorers[v], c.days()
	e.usual = make(map[string]float64, len(names))
	for d := range c.at { // half of what is usual at either date
		m := c.at[d][v]
		k := m.frame.ClusterOf(0)
		points := func(logOdds float64) float64 { return m.rows[0].outlookWeight * math.Abs(s.points.Share(logOdds)) / 2 }
		for i, name := range names {
			e.usual[name] += points(s.peers.Usual(k, i, days))
		}
		e.Noise.DriverThreshold += points(s.peers.Reach(k, days))
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
