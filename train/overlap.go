package train

import (
	"errors"
	"fmt"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/artifact"
)

// overlap counts accounts by the cluster that each model puts them into, those
// without one aside; nil without an earlier model, where both have one cluster, and
// where the earlier model reads a column that is not there any more.
func overlap(d *Data, previous *artifact.Artifact, assigned []int32, clusters []string) (*artifact.Overlap, error) {
	if previous == nil || previous.Clusters.K() == 1 && len(clusters) == 1 {
		return nil, nil
	}
	rows := d.lastRows()
	before, err := previous.Clusters.Assign(d.Frame.Select(rows))
	if errors.Is(err, models.ErrFields) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("assigning clusters of the model before: %w", err)
	}
	out := &artifact.Overlap{After: clusters}
	for k, id := range previous.Clusters.IDs() {
		out.Before = append(out.Before, artifact.Group{ID: id, Name: previous.Names[k]})
		out.Count = append(out.Count, make([]int, len(clusters)))
	}
	for n, i := range rows {
		if before.Cluster[n] != models.NoCluster && assigned[i] != models.NoCluster {
			out.Count[before.Cluster[n]][assigned[i]]++
			out.Accounts++
		}
	}
	return out, nil
}
