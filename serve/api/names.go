package api

import (
	"github.com/etappe/etappe/features/catalog"
	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/serve"
)

// names is what a request may name of a model: the columns that it reads and
// the milestones. It never changes.
type names struct {
	catalog    *catalog.Catalog
	fields     []models.Field
	index      map[string]int // position in fields by name
	tenure     int            // position of the tenure; -1: none
	milestones []string       // of the success path
	known      []string       // milestones that a request may name: the path's and the catalogue's own
}

func namesOf(s *serve.Scorer) *names {
	n := &names{catalog: s.Catalog(), fields: s.Fields(), index: map[string]int{}, tenure: -1,
		milestones: s.Milestones(), known: s.KnownMilestones()}
	for j := range n.catalog.Definitions {
		n.index[n.catalog.Definitions[j].Name] = j
		if n.catalog.Definitions[j].Measure == catalog.MeasureTenure {
			n.tenure = j
		}
	}
	return n
}

// inService is a model in service with the names that its requests may use.
type inService struct {
	*serve.Scorer
	names *names
}
