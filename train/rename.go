package train

import (
	"encoding/json"
	"fmt"

	"github.com/etappe/etappe/models/artifact"
)

// Rename returns an artifact like a with a person's name for a cluster, on
// record in artifact and report. What the gate found stands: the answers are the
// same. cluster.ErrName as for artifact.Rename.
func Rename(a *artifact.Artifact, e artifact.Edit) (*artifact.Artifact, *Report, error) {
	next, err := artifact.Rename(a, e)
	if err != nil {
		return nil, nil, err
	}
	r := &Report{}
	if err := json.Unmarshal(a.Report, r); err != nil {
		return nil, nil, fmt.Errorf("reading the training report: %w", err)
	}
	for k := range r.Clusters {
		if r.Clusters[k].ID == e.Term {
			r.Clusters[k].Name = e.Name
		}
	}
	r.Lineage = next.Lineage
	r.Edits = append(r.Edits, Edited{Edit: next.Edits[len(next.Edits)-1]})
	next.Report, err = r.encode()
	return next, r, err
}
