package explain

import (
	"github.com/etappe/etappe/serve/score"
)

// ModelChange is what another model moved, in points of health, apart from what the
// account did: the points of the model's bar, and how they split. Outlook, Path and Cluster
// add up to Points exactly.
type ModelChange struct {
	Points  float64 `json:"points"`
	Shown   float64 `json:"shown"`   // Points as displayed
	Outlook float64 `json:"outlook"` // another churn probability for the same data
	Path    float64 `json:"path"`    // other milestones, or renewed peers who reached them at other times
	// Cluster is what another cluster of the new model makes of the same data; it is in
	// Outlook and Path where the new model has no cluster of the old one's id.
	Cluster float64 `json:"cluster"`
	// Split is unset where a model is gone, or reads one date only: all is Outlook then.
	Split bool `json:"split"`
}

// modelShown is what another model moved, as displayed.
func (e *Explanation) modelShown() float64 {
	sum := 0.0
	for i := range e.Bars {
		if e.Bars[i].Kind == KindModel {
			sum += e.Bars[i].Shown
		}
	}
	return sum
}

// modelChange splits what another model moved, in the mean of the dates that both
// models read; nil: one model answered both.
func (c *comparison) modelChange(e *Explanation) (*ModelChange, error) {
	if c.same {
		return nil, nil
	}
	change := &ModelChange{Points: e.pointsOf(KindModel), Shown: e.modelShown()}
	change.Outlook = change.Points
	var sum modelSplit
	dates := 0.0
	for d := range c.at {
		if !(c.covers(0) && c.covers(1)) && !c.covers(1-d) {
			continue // modelWorth is of the other date
		}
		if c.at[d][0] == nil || c.at[d][1] == nil {
			return change, nil
		}
		one, err := splitModels(c.scorers, c.at[d][0], c.at[d][1])
		if err != nil {
			return nil, err
		}
		sum.path, sum.cluster, dates = sum.path+one.path, sum.cluster+one.cluster, dates+1
	}
	if dates == 0 {
		return change, nil
	}
	change.Split = true
	change.Path, change.Cluster = onGrid(sum.path/dates), onGrid(sum.cluster/dates)
	change.Outlook = change.Points - change.Path - change.Cluster
	return change, nil
}

// modelSplit is what another model moved beside the outlook.
type modelSplit struct{ path, cluster float64 }

// splitModels splits what another model makes of one date's data: first the model with
// the old cluster, then the cluster.
func splitModels(scorers [2]*score.Scorer, m0, m1 *score.Row) (modelSplit, error) {
	var split modelSplit
	z := m1.LogOdds
	health := m1.Health
	if k := scorers[1].ClusterIndex(scorers[0].ClusterOf(m0).ID); k >= 0 && k != m1.Cluster {
		var err error
		if z, health, err = m1.InCluster(k); err != nil {
			return split, err
		}
		split.cluster = m1.Health - health
	}
	weight := (m0.Weight + m1.Weight) / 2
	before, after := m0.Outlook+m0.Cut, scorers[1].Points().Bounded(z)
	split.path = health - m0.Health - weight*(after-before)
	return split, nil
}
