package explain

import (
	"fmt"
	"slices"

	"github.com/etappe/etappe/features/catalog"
	"github.com/etappe/etappe/models/additive"
	"github.com/etappe/etappe/models/artifact"
	"github.com/etappe/etappe/serve/score"
)

// ErrNoCluster is returned where the model has no cluster of an id.
var ErrNoCluster = fmt.Errorf("%w: no such cluster", score.ErrInput)

// ClusterCard is what a cluster is, for its page.
type ClusterCard struct {
	score.ClusterInfo
	// Evidence is what the cluster's own part of the model rests on.
	Evidence additive.ClusterInfo
	Renewed  int             // renewed accounts that its peers are; 0: not counted
	Traits   []ClusterTrait  // that set it apart from the rest, strongest first
	Path     []PathMilestone // that count here, in the order in which they are due
	Drivers  []ClusterDriver // weighing most here, strongest first
	// Exemplars are the renewed or expanded accounts most typical of it.
	Exemplars []artifact.Exemplar
	Scorecard []ScorecardLine // what renewed accounts usually have; nil: unknown
}

// ClusterTrait is one column in which the cluster differs from all accounts.
type ClusterTrait struct {
	Feature    string
	Level      string              // of a categorical feature: Here and All are its shares
	Label      string              // written by package serve/text
	Definition *catalog.Definition // nil: the column is no feature of the model
	Share      bool                // Here and All are shares, 0 to 1; else in Unit
	Unit       string              // of Here and All where they are no shares
	Here, All  float64             // mean in the cluster and over all accounts
	Lift       float64             // difference in standard deviations
}

// ClusterOf describes a cluster by its id. ErrNoCluster
// if the model has none of that id.
func ClusterOf(s *score.Scorer, id string) (*ClusterCard, error) {
	k := s.ClusterIndex(id)
	if k < 0 {
		return nil, fmt.Errorf("%w %q", ErrNoCluster, id)
	}
	c := &ClusterCard{ClusterInfo: score.ClusterInfo{ID: id, Name: s.Cluster(k).Name}, Traits: traits(s, k), Path: pathCard(s, k)}
	c.Exemplars = s.Exemplars(k)
	if s.Peers() != nil && k < s.Peers().Clusters() {
		c.Renewed = s.Peers().Renewed(k)
	}
	weight := 1.0
	if s.Path() != nil && s.HasPath(k) {
		weight = 1 - s.Points().PathWeight
	}
	perUnit := weight * s.Points().Share(1)
	if m, ok := s.Churn().(*additive.Model); ok {
		c.Evidence = m.Cluster(k)
		c.Drivers = drivers(s, m, k, perUnit)
		c.Scorecard = scorecard(s, k, c.Drivers)
	}
	return c, nil
}

// traits lists the columns by which cluster k differs most from all accounts.
func traits(s *score.Scorer, k int) []ClusterTrait {
	if s.Clusters() == nil || s.Clusters().K() < 2 {
		return nil
	}
	shares := s.Clusters().Space().Shares
	var list []ClusterTrait
	for _, t := range s.Clusters().Profile()[k] {
		one := ClusterTrait{Feature: t.Column, Level: t.Level, Here: t.Mean, All: t.Overall, Lift: t.Lift}
		one.Share = t.Level != "" || slices.Contains(shares, t.Column)
		if j, ok := s.FeatureIndex(t.Column); ok {
			if one.Definition = s.Definition(j); !one.Share {
				one.Unit = one.Definition.Unit
			}
		}
		list = append(list, one)
	}
	return list
}
