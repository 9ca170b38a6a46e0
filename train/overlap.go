package train

import (
	"errors"
	"fmt"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/artifact"
)

// Overlap holds the clusters of the model before against those of a retrain,
// account by account at the last snapshot: which cluster is whose successor was
// decided by where their centres lie, this says how many accounts agree.
type Overlap struct {
	Accounts int              `json:"accounts"` // compared
	Before   []artifact.Group `json:"before"`   // clusters of the earlier model, in its order
	After    []string         `json:"after"`    // ids
	Count    [][]int          `json:"count"`    // [before][after] accounts
}

// overlap counts accounts by the cluster that each model puts them into; nil
// without an earlier model, where both have one cluster, and where the earlier
// model reads a column that is not there any more.
func overlap(d *Data, previous *artifact.Artifact, assigned []int32, clusters []string) (*Overlap, error) {
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
	out := &Overlap{Accounts: len(rows), After: clusters}
	for k, id := range previous.Clusters.IDs() {
		out.Before = append(out.Before, artifact.Group{ID: id, Name: previous.Names[k]})
		out.Count = append(out.Count, make([]int, len(clusters)))
	}
	for n, i := range rows {
		out.Count[before.Cluster[n]][assigned[i]]++
	}
	return out, nil
}

// String is a sentence for the report's reader: of each cluster of the model
// before, the share that the largest part of it makes.
func (o *Overlap) String() string {
	if o == nil {
		return ""
	}
	text := fmt.Sprintf("of %d accounts", o.Accounts)
	for i, counts := range o.Count {
		most, total := 0, 0
		for j, n := range counts {
			total += n
			if n > counts[most] {
				most = j
			}
		}
		separator := ";"
		if i == 0 {
			separator = ":"
		}
		if total == 0 {
			text += fmt.Sprintf("%s none would have been in %s", separator, o.Before[i].ID)
			continue
		}
		text += fmt.Sprintf("%s %d would have been in %s, %.0f %% of them are in %s", separator, total, o.Before[i].ID, 100*float64(counts[most])/float64(total), o.After[most])
	}
	return text
}
