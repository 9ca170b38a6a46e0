package train

import "github.com/etappe/etappe/models/artifact"

// Rename returns an artifact like a with a person's name for a cluster, on
// record in artifact and report. What the gate found stands: the answers are the
// same. cluster.ErrName as for artifact.Rename.
func Rename(a *artifact.Artifact, e artifact.Edit) (*artifact.Artifact, *artifact.Report, error) {
	next, err := artifact.Rename(a, e)
	if err != nil {
		return nil, nil, err
	}
	if a.Report == nil {
		return nil, nil, errNoReport
	}
	r := a.Report.Clone()
	for k := range r.Clusters {
		if r.Clusters[k].ID == e.Term {
			r.Clusters[k].Name = e.Name
		}
	}
	r.Lineage = next.Lineage
	r.Edits = append(r.Edits, artifact.Edited{Edit: next.Edits[len(next.Edits)-1]})
	next.Report = r
	return next, r, nil
}
