package artifact

import (
	"fmt"
	"slices"
	"strings"

	"github.com/etappe/etappe/models/cluster"
)

// Rename returns an artifact like a in which a person's name stands for one
// cluster's, with the edit on record: its term is the cluster's id. a stays as it
// is. The name goes on to the models that follow. cluster.ErrName if there is no such
// cluster, if the name cannot be shown, and if another cluster has it.
func Rename(a *Artifact, e Edit) (*Artifact, error) {
	e.Action = Named
	if err := e.check(); err != nil {
		return nil, err
	}
	ids := a.Clusters.IDs()
	k := slices.Index(ids, e.Term)
	if k < 0 {
		return nil, fmt.Errorf("%w: there is no cluster %q; the model has %s", cluster.ErrName, e.Term, strings.Join(ids, ", "))
	}
	if other := slices.Index(a.Names, e.Name); other >= 0 && other != k {
		return nil, fmt.Errorf("%w: %s is called %q", cluster.ErrName, ids[other], e.Name)
	}
	line := a.Lineage
	if line == nil {
		var err error
		if _, line, err = Descend(nil, "", a.Clusters); err != nil {
			return nil, err
		}
	}
	next, kin := *a, *line
	kin.Clusters = slices.Clone(line.Clusters)
	kin.Clusters[k].Given = true
	next.Names, next.Lineage, next.Edits = slices.Clone(a.Names), &kin, append(slices.Clone(a.Edits), e)
	next.Names[k], next.Original = e.Name, "" // another version
	return &next, nil
}
