package train

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/etappe/etappe/models/artifact"
	"github.com/etappe/etappe/models/cluster"
)

// descend gives the artifact's clusters their ids, and notes where they come
// from.
func descend(r *artifact.Report, clusters *cluster.Model, o Options) (*cluster.Model, error) {
	next, lineage, err := artifact.Descend(o.Previous, o.PreviousVersion, clusters)
	if err != nil {
		return nil, fmt.Errorf("following %s: %w", o.PreviousVersion, err)
	}
	r.Lineage = lineage
	return next, nil
}

// names gives each cluster its desired outcome, and notes in the lineage what
// became of the names. The team's word in the configuration goes first, then
// what a person called the group before, then the name that it had learned, if
// that is still true of it; the others are learned anew.
func names(clusters *cluster.Model, l *artifact.Lineage, o Options) []string {
	given := make([]string, clusters.K())
	was := make([]int, clusters.K()) // [cluster] of the previous artifact; -1: continues none
	for k := range given {
		d := &l.Clusters[k]
		given[k], was[k] = o.Config.Names[d.ID], -1
		if d.Continues {
			was[k] = slices.Index(o.Previous.Clusters.IDs(), d.ID)
		}
	}
	for k, i := range was {
		if given[k] == "" && i >= 0 && !slices.Contains(given, o.Previous.GivenName(i)) {
			given[k] = o.Previous.GivenName(i)
		}
		l.Clusters[k].Given = given[k] != ""
	}
	for k, i := range was {
		if given[k] != "" || i < 0 {
			continue
		}
		if name := o.Previous.Names[i]; clusters.Fits(k, name) && !slices.Contains(given, name) {
			given[k] = name
		}
	}
	list := clusters.Names(given)
	for k, i := range was {
		if i >= 0 && o.Previous.Names[i] != list[k] {
			l.Clusters[k].Was = o.Previous.Names[i]
		}
	}
	return list
}

// checkNames refuses names that no page could show, and one name for two.
func (c Config) checkNames() error {
	seen := map[string]string{}
	for _, id := range slices.Sorted(maps.Keys(c.Names)) {
		if cluster.IDNumber(id) == 0 {
			return refuse("train.cluster_names", "the id of a cluster such as c2, not %q", id)
		}
		name := c.Names[id]
		if name == "" {
			continue // as if it were not there
		}
		if err := cluster.CheckName(name); err != nil {
			return refuse("train.cluster_names."+id, "%w", err)
		}
		if other := seen[name]; other != "" {
			return refuse("train.cluster_names."+id, "another name than %s has, %q", other, name)
		}
		seen[name] = id
	}
	return nil
}

// warnNames names the ids of the configuration that no cluster has: which
// there are is known only after training.
func (c Config) warnNames(r *artifact.Report, clusters []string) {
	ids := strings.Join(clusters, ", ")
	for _, id := range slices.Sorted(maps.Keys(c.Names)) {
		if c.Names[id] != "" && !slices.Contains(clusters, id) {
			r.Warn(artifact.WarnClusterName, fmt.Sprintf("train.cluster_names: no cluster is %s, of %s; %q is not used", id, ids, c.Names[id]), id, ids, c.Names[id])
		}
	}
}
