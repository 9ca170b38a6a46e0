package artifact

import (
	"fmt"
	"slices"
	"strings"

	"github.com/etappe/etappe/models/cluster"
)

// Lineage lists which clusters of an earlier model the artifact's clusters
// continue. One that continues another has its id, so that histories stay with
// the group; the id of a group that is gone is not used again in the line.
type Lineage struct {
	Previous string    `json:"previous,omitempty"` // version of the earlier model; "": the first of its line
	Last     int       `json:"last"`               // largest number that an id of the line ever had
	Clusters []Descent `json:"clusters"`           // in the order of the clusters
	Gone     []Group   `json:"gone,omitempty"`     // of the earlier model, continued by none
}

// Descent is where a cluster comes from.
type Descent struct {
	ID        string `json:"id"`
	Continues bool   `json:"continues"`       // the earlier model's cluster of this id
	Was       string `json:"was,omitempty"`   // its name there, where it has another one now
	Given     bool   `json:"given,omitempty"` // its name was given by a person; else it was learned
}

// Group names a cluster.
type Group struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// Descend gives each cluster of a retrained model the id of the one of the
// previous artifact that it continues (see cluster.Match), and ids that the line
// never had to the others. Without a previous artifact (nil) the model is the
// first of its line, and keeps the ids that it has. The names, and what became
// of them, are for the caller to fill in.
func Descend(previous *Artifact, version string, m *cluster.Model) (*cluster.Model, *Lineage, error) {
	l := &Lineage{Previous: version}
	if previous == nil {
		l.Previous = ""
		for _, id := range m.IDs() {
			l.Last = max(l.Last, cluster.IDNumber(id))
			l.Clusters = append(l.Clusters, Descent{ID: id})
		}
		return m, l, nil
	}
	l.Last = previous.lastID()
	old := previous.Clusters.IDs()
	var ids []string
	for _, i := range cluster.Match(previous.Clusters, m) {
		d := Descent{Continues: i >= 0}
		if d.Continues {
			d.ID = old[i]
		} else {
			l.Last++
			d.ID = cluster.ID(l.Last)
		}
		ids, l.Clusters = append(ids, d.ID), append(l.Clusters, d)
	}
	for i, id := range old {
		if !slices.Contains(ids, id) {
			l.Gone = append(l.Gone, Group{id, previous.Names[i]})
		}
	}
	next, err := m.WithIDs(ids)
	return next, l, err
}

// lastID is the largest number that an id of the artifact's line ever had.
func (a *Artifact) lastID() int {
	last := 0
	if a.Lineage != nil {
		last = a.Lineage.Last
	}
	for _, id := range a.Clusters.IDs() {
		last = max(last, cluster.IDNumber(id))
	}
	return last
}

// GivenName returns the name that a person gave to the artifact's cluster; "" if
// it was learned.
func (a *Artifact) GivenName(k int) string {
	if a.Lineage == nil || !a.Lineage.Clusters[k].Given {
		return ""
	}
	return a.Names[k]
}

// String is a sentence for reports; "" for the first of a line.
func (l *Lineage) String() string {
	if l == nil || l.Previous == "" {
		return ""
	}
	var on, fresh, parts []string
	for _, d := range l.Clusters {
		switch {
		case !d.Continues:
			fresh = append(fresh, d.ID)
		case d.Was != "":
			on = append(on, fmt.Sprintf("%s (there %q)", d.ID, d.Was))
		default:
			on = append(on, d.ID)
		}
	}
	if on == nil {
		parts = append(parts, "no cluster continues one of "+l.Previous)
	} else {
		parts = append(parts, enumerate(on, "continues that", "continue those")+" of "+l.Previous)
	}
	if fresh != nil {
		parts = append(parts, enumerate(fresh, "is new", "are new"))
	}
	var gone []string
	for _, g := range l.Gone {
		gone = append(gone, fmt.Sprintf("%s (%q)", g.ID, g.Name))
	}
	if gone != nil {
		parts = append(parts, enumerate(gone, "is gone", "are gone"))
	}
	return strings.Join(parts, "; ")
}

// enumerate joins words, and puts the verb behind them.
func enumerate(words []string, one, several string) string {
	n := len(words)
	if n == 1 {
		return words[0] + " " + one
	}
	return strings.Join(words[:n-1], ", ") + " and " + words[n-1] + " " + several
}

// Clashes lists which cluster ids mean one group in a model and another in the
// one that is to follow it, as sentences. There is none where the second was
// trained to follow the first, where one is an edit of the other, and where the
// second is the one that the first was trained to follow.
func Clashes(now *Artifact, version string, next *Artifact, nextVersion string) []string {
	if next.Lineage != nil && next.Lineage.Previous == version || now.Lineage != nil && now.Lineage.Previous == nextVersion {
		return nil
	}
	var out []string
	old, ids := now.Clusters.IDs(), next.Clusters.IDs()
	for j, i := range cluster.Match(now.Clusters, next.Clusters) {
		switch {
		case i >= 0 && old[i] != ids[j]:
			out = append(out, fmt.Sprintf("%s (%q) is the group that is %s in %s", ids[j], next.Names[j], old[i], version))
		case i < 0 && slices.Contains(old, ids[j]):
			out = append(out, fmt.Sprintf("%s (%q) is another group than %s in %s", ids[j], next.Names[j], ids[j], version))
		}
	}
	return out
}

// checkLineage wants a line that is the clusters' own. Ids that are not just
// counted through need one.
func (a *Artifact) checkLineage() error {
	l, ids := a.Lineage, a.Clusters.IDs()
	if l == nil {
		for k, id := range ids {
			if id != cluster.ID(k+1) {
				return fmt.Errorf("the artifact has clusters %q without a lineage", ids)
			}
		}
		return nil
	}
	if l.Previous != "" && !versionPattern.MatchString(l.Previous) || len(l.Clusters) != len(ids) || l.Last > cluster.MaxID {
		return fmt.Errorf("the artifact's lineage is of %d clusters for %d, from %q, with ids up to %d", len(l.Clusters), len(ids), l.Previous, l.Last)
	}
	for k, d := range l.Clusters {
		if d.ID != ids[k] || cluster.IDNumber(d.ID) > l.Last || d.Continues && l.Previous == "" {
			return fmt.Errorf("the artifact's lineage has %q for cluster %q, of ids up to %d", d.ID, ids[k], l.Last)
		}
	}
	for _, g := range l.Gone {
		if n := cluster.IDNumber(g.ID); n == 0 || n > l.Last || slices.Contains(ids, g.ID) || l.Previous == "" {
			return fmt.Errorf("the artifact's lineage has %q as gone, with clusters %q and ids up to %d", g.ID, ids, l.Last)
		}
	}
	return nil
}
