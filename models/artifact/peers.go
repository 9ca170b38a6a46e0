package artifact

import (
	"fmt"
	"math"
	"slices"

	"github.com/etappe/etappe/features/catalog"
	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/peers"
)

// recurs reports whether a milestone of the path is one that is to be reached again,
// of which no peers are counted by the day on which they had it.
func (a *Artifact) recurs(milestone string) bool {
	return a.Catalog != nil && slices.ContainsFunc(a.Catalog.Milestones, func(m catalog.MilestoneRule) bool { return m.Name == milestone && m.Times > 0 })
}

// checkPeers wants peers of the artifact's own clusters, fields and milestones.
func (a *Artifact) checkPeers() error {
	if a.Peers == nil {
		return nil
	}
	if a.Peers.Clusters() != a.Clusters.K() || a.Peers.Fields() != len(a.Fields) {
		return fmt.Errorf("the artifact has peers of %d clusters and %d fields for %d and %d",
			a.Peers.Clusters(), a.Peers.Fields(), a.Clusters.K(), len(a.Fields))
	}
	var milestones []string
	if a.Path != nil {
		milestones = slices.DeleteFunc(slices.Clone(a.Path.Milestones()), a.recurs)
	}
	if !slices.Equal(milestones, a.Peers.Milestones()) {
		return fmt.Errorf("the artifact has peers with milestones %q on a path of %q", a.Peers.Milestones(), milestones)
	}
	for j, f := range a.Fields {
		for k := range a.Peers.Clusters() {
			if err := checkTypical(f, a.Peers, k, j); err != nil {
				return err
			}
		}
	}
	return nil
}

// checkTypical wants a known level of a categorical field, and a range of no other.
func checkTypical(f models.Field, p *peers.Peers, k, j int) error {
	typical := p.Typical(k, j)
	low, _ := p.Range(k, j)
	switch {
	case f.Categorical() && (!math.IsNaN(low) || typical >= float64(len(f.Levels))):
		return fmt.Errorf("the artifact's peers have %v as level of %q, which has %d", typical, f.Name, len(f.Levels))
	case !f.Categorical() && math.IsNaN(low) != math.IsNaN(typical):
		return fmt.Errorf("the artifact's peers have no range of %q around %v", f.Name, typical)
	}
	return nil
}
