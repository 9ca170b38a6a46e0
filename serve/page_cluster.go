package serve

import (
	"fmt"
	"slices"

	"github.com/etappe/etappe/models/additive"
	"github.com/etappe/etappe/models/artifact"
)

// ErrNoCluster says that the model knows no cluster of an id.
var ErrNoCluster = fmt.Errorf("%w: no such cluster", ErrInput)

// ClusterCard is what a cluster is, in words and numbers, for its page.
type ClusterCard struct {
	ClusterInfo
	// Evidence is what the cluster's own part of the model rests on.
	Evidence additive.ClusterInfo
	Renewed  int             // renewed accounts that its peers are; 0: not counted
	Traits   []ClusterTrait  // that tell it apart from the rest, strongest first
	Path     []PathMilestone // that count here, in the order in which they are due
	Drivers  []ClusterDriver // weighing most here, strongest first
	// Exemplars are the renewed or expanded accounts most typical of it.
	Exemplars []artifact.Exemplar
	Scorecard []ScorecardLine // what renewed accounts usually have; nil: unknown
}

// ClusterTrait is one column in which the cluster differs from all accounts.
type ClusterTrait struct {
	Feature, Label string
	Share          bool    // Here and All are shares, 0 to 1; else in Unit
	Unit           string  // of Here and All where they are no shares
	Here, All      float64 // mean in the cluster and over all accounts
	Lift           float64 // difference in standard deviations
}

// Cluster describes a cluster by its id in the words of a language. ErrNoCluster
// if the model has none of that id.
func (s *Scorer) Cluster(id string, l Language) (*ClusterCard, error) {
	k := slices.Index(s.ids, id)
	if k < 0 {
		return nil, fmt.Errorf("%w %q", ErrNoCluster, id)
	}
	c := &ClusterCard{ClusterInfo: ClusterInfo{ID: id, Name: s.clusterName(k)}, Traits: s.traits(k, l), Path: s.pathCard(k)}
	c.Exemplars = s.modelAccounts(k)
	if s.peers != nil && k < s.peers.Clusters() {
		c.Renewed = s.peers.Renewed(k)
	}
	weight := 1.0
	if s.path != nil && s.hasPath(k) {
		weight = 1 - s.points.PathWeight
	}
	perUnit := weight * s.points.Share(1)
	if m, ok := s.churn.(*additive.Model); ok {
		c.Evidence = m.Cluster(k)
		c.Drivers = s.drivers(m, k, perUnit, l)
		c.Scorecard = s.scorecard(k, c.Drivers)
	}
	return c, nil
}

// traits puts the clustering's profile of cluster k into words.
func (s *Scorer) traits(k int, l Language) []ClusterTrait {
	if s.clusters == nil || s.clusters.K() < 2 {
		return nil
	}
	shares := s.clusters.Space().Shares
	var list []ClusterTrait
	for _, t := range s.clusters.Profile()[k] {
		one := ClusterTrait{Feature: t.Column, Label: s.Label(t.Column, l), Here: t.Mean, All: t.Overall, Lift: t.Lift}
		one.Share = t.Level != "" || slices.Contains(shares, t.Column)
		if t.Level != "" {
			one.Label += ": " + t.Level
		}
		if j, ok := s.index[t.Column]; ok && !one.Share {
			one.Unit = s.catalog.Definitions[j].Unit
		}
		list = append(list, one)
	}
	return list
}
