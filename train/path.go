package train

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/artifact"
	"github.com/etappe/etappe/models/cluster"
	"github.com/etappe/etappe/models/path"
)

// Step is a milestone of a team's own success path: what every account of the
// cluster should have, and by which day after it was created.
type Step struct {
	Milestone string `yaml:"milestone" json:"milestone" jsonschema_description:"a milestone, by name"`
	ByDay     int    `yaml:"by_day" json:"by_day" jsonschema_description:"day after the account was created by which it should be reached"`
}

// everyCluster is the key of the path of all clusters without their own.
const everyCluster = "*"

// checkPath refuses a success path that cannot be meant. A cluster goes by its
// id or by a name that the team gave it; learned names come and go with the data.
func (c Config) checkPath() error {
	if !(c.PathFloor >= 0 && c.PathFloor <= 1) {
		return refuse("train.path_floor", "a share from 0 to 1, not %v", c.PathFloor)
	}
	given := slices.Collect(maps.Values(c.Names))
	for _, key := range slices.Sorted(maps.Keys(c.Path)) {
		if key != everyCluster && cluster.IDNumber(key) == 0 && (key == "" || !slices.Contains(given, key)) {
			return refuse("train.path", "the id of a cluster such as c2, a name of train.cluster_names, or *, not %q", key)
		}
		if len(c.Path[key]) == 0 {
			return refuse("train.path."+key, "at least one milestone")
		}
		seen := make(map[string]bool)
		for _, s := range c.Path[key] {
			switch {
			case s.Milestone == "":
				return refuse("train.path."+key, "a milestone by its name, not an empty one")
			case seen[s.Milestone]:
				return refuse("train.path."+key, "each milestone once; %q stands twice", s.Milestone)
			case s.ByDay < 1 || s.ByDay > path.LastDay:
				return refuse("train.path."+key, "%q by_day 1 to %d, not %d", s.Milestone, path.LastDay, s.ByDay)
			}
			seen[s.Milestone] = true
		}
	}
	return nil
}

// checkMilestones refuses milestones that the data do not have.
func (c Config) checkMilestones(d *Data) error {
	for _, key := range slices.Sorted(maps.Keys(c.Path)) {
		if d.Journey == nil {
			return refuse("train.path."+key, "data with milestones; these have none")
		}
		for _, s := range c.Path[key] {
			if !slices.Contains(d.Journey.Milestones, s.Milestone) {
				return refuse("train.path."+key, "milestones of the data (%s), not %q", strings.Join(d.Journey.Milestones, ", "), s.Milestone)
			}
		}
	}
	return nil
}

// ownPath returns the team's own path by cluster (ids) and milestone, as
// path.Options takes it; nil without one. The id of a cluster goes before
// its name, and either before *.
func (c Config) ownPath(milestones, clusters []string) [][]float64 {
	if len(c.Path) == 0 {
		return nil
	}
	own := make([][]float64, len(clusters))
	for k, id := range clusters {
		for _, key := range []string{id, c.Names[id], everyCluster} {
			steps, ok := c.Path[key]
			if !ok {
				continue
			}
			own[k] = slices.Repeat([]float64{math.NaN()}, len(milestones))
			for _, s := range steps {
				own[k][slices.Index(milestones, s.Milestone)] = float64(s.ByDay)
			}
			break
		}
	}
	return own
}

// warnPaths names the keys of the path that no cluster of the artifact has:
// how many clusters there are is known only after training.
func (c Config) warnPaths(r *artifact.Report, clusters []string) {
	used := map[string]bool{everyCluster: true}
	for _, id := range clusters {
		used[id], used[c.Names[id]] = true, true
	}
	ids := strings.Join(clusters, ", ")
	for _, key := range slices.Sorted(maps.Keys(c.Path)) {
		if !used[key] {
			r.Warn(artifact.WarnPath, fmt.Sprintf("train.path: no cluster is %q, of %s; its success path is not used", key, ids), key, ids)
		}
	}
}

// fitPath learns the success path from each account's last snapshot among the given
// rows, with at most a share of the weight on milestones that are to be reached again;
// nil without milestones.
func fitPath(d *Data, c Config, rows []int, assigned []int32, clusters []string, recurring float64) (*path.Path, error) {
	if d.Journey == nil {
		return nil, nil
	}
	rows = d.lastRowsAmong(rows)
	j := &models.Journey{Milestones: d.Journey.Milestones, Tenure: models.Pick(d.Journey.Tenure, rows)}
	renewed := make([]bool, len(rows))
	for n, i := range rows {
		renewed[n] = !d.Churned[i]
	}
	for _, reached := range d.Journey.Reached {
		j.Reached = append(j.Reached, models.Pick(reached, rows))
	}
	o := path.Options{Floor: c.PathFloor, Own: c.ownPath(j.Milestones, clusters), Recurring: d.recurring(), RecurringShare: recurring}
	return path.Fit(j, models.Pick(assigned, rows), len(clusters), renewed, o)
}

// recurring lists, by milestone, which of them are to be reached again; nil: none.
func (d *Data) recurring() []path.Recurring {
	list, any := make([]path.Recurring, len(d.Journey.Milestones)), false
	for m, name := range d.Journey.Milestones {
		list[m].Of = -1
		for _, rule := range d.Catalog.Milestones {
			if rule.Name == name && rule.Times > 0 {
				list[m], any = path.Recurring{Of: slices.Index(d.Journey.Milestones, rule.Of), Delay: float64(rule.Delay())}, true
			}
		}
	}
	if !any {
		return nil
	}
	return list
}

// reachedOnce is the journey without the milestones that are to be reached again; nil
// without any.
func (d *Data) reachedOnce() *models.Journey {
	if d.Journey == nil {
		return nil
	}
	again := d.recurring()
	if again == nil {
		return d.Journey
	}
	j := &models.Journey{Tenure: d.Journey.Tenure}
	for m, name := range d.Journey.Milestones {
		if again[m].Of < 0 {
			j.Milestones, j.Reached = append(j.Milestones, name), append(j.Reached, d.Journey.Reached[m])
		}
	}
	return j
}
