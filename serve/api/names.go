package api

import (
	"sync"
	"sync/atomic"

	"github.com/etappe/etappe/features/catalog"
	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/serve/score"
)

// names is what a request may name of a model: the columns that it reads and
// the milestones. It never changes, but for the order that is expected.
type names struct {
	catalog    *catalog.Catalog
	fields     []models.Field
	index      map[string]int          // position in fields by name
	quoted     [][]byte                // [field] its name in quotes
	numeric    []bool                  // [field]
	low, high  []float64               // [field] bounds of its values
	order      atomic.Pointer[[]int32] // of the features in the latest plain request; nil: none yet
	tenure     int                     // position of the tenure; -1: none
	milestones []string                // of the success path
	// known are the milestones that a request may name, the path's first, then
	// those that the catalogue derives; empty: any.
	known     []string
	milestone map[string]int // position in known by name
	repeated  []repeatedStep
	decoders  sync.Pool // *predictDecoder, between requests
}

func namesOf(s *score.Scorer) *names {
	n := &names{catalog: s.Catalog(), fields: s.Fields(), index: map[string]int{}, tenure: -1,
		milestones: s.Milestones(), known: s.KnownMilestones(), milestone: map[string]int{}}
	for j := range n.catalog.Definitions {
		d := &n.catalog.Definitions[j]
		n.index[d.Name] = j
		n.quoted, n.numeric = append(n.quoted, []byte(`"`+d.Name+`"`)), append(n.numeric, !d.Categorical())
		low, high := d.Bounds()
		n.low, n.high = append(n.low, low), append(n.high, high)
		if d.Measure == catalog.MeasureTenure {
			n.tenure = j
		}
	}
	for m, name := range n.known {
		n.milestone[name] = m
	}
	n.repeated = n.repeatedSteps()
	return n
}

// nearestMilestone is the known milestone most like a name.
func (n *names) nearestMilestone(name string) string {
	return catalog.Nearest(name, n.known)
}

// inService is a model in service with the names that its requests may use.
type inService struct {
	*score.Scorer
	names *names
}
