package score

import (
	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/cluster"
)

// Cluster returns the id and the name of cluster k; its membership is left 0. The
// zero Cluster for models.NoCluster.
func (s *Scorer) Cluster(k int) Cluster {
	if k == models.NoCluster {
		return Cluster{}
	}
	name := s.clusterName(k)
	return Cluster{ID: s.ids[k], Name: name, Learned: s.learned[name]}
}

// clusterID is the id of cluster k; "" for models.NoCluster.
func (s *Scorer) clusterID(k int) string {
	if k == models.NoCluster {
		return ""
	}
	return s.ids[k]
}

// clusterName is the desired outcome of cluster k, its id where it has none; ""
// for models.NoCluster.
func (s *Scorer) clusterName(k int) string {
	if k == models.NoCluster {
		return ""
	}
	if k < len(s.names) && s.names[k] != "" {
		return s.names[k]
	}
	return s.ids[k]
}

// LearnedName returns the parts of a cluster's name; nil if a person gave the
// name, or it is none of this model's. A nil Scorer learned none.
func (s *Scorer) LearnedName(name string) *LearnedName {
	if s == nil {
		return nil
	}
	return s.learned[name]
}

// learnedNames lists the names that the clusters learned.
func (s *Scorer) learnedNames() map[string]*LearnedName {
	learned := map[string]*LearnedName{}
	for k, name := range s.names {
		if s.clusters == nil || s.lineage != nil && s.lineage.Clusters[k].Given {
			continue
		}
		if s.clusters.K() == 1 {
			if name == cluster.AllAccounts {
				learned[name] = &LearnedName{All: true}
			}
			continue
		}
		if parts := s.clusters.Parts(k, name); parts != nil {
			learned[name] = &LearnedName{Parts: parts}
		}
	}
	return learned
}
