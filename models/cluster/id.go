package cluster

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/etappe/etappe/models"
)

// MaxID is the largest number that an id may have.
const MaxID = 1_000_000

// ID names the cluster of a number: "c1" for 1.
func ID(number int) string { return "c" + strconv.Itoa(number) }

// IDNumber returns the number in a cluster's id; 0 where it is none.
func IDNumber(id string) int {
	digits, ok := strings.CutPrefix(id, "c")
	n, err := strconv.Atoi(digits)
	if !ok || err != nil || n < 1 || n > MaxID || ID(n) != id {
		return 0
	}
	return n
}

// IDs returns the clusters' ids, in their order: "c1" for the largest, "c2", …;
// other numbers where the model continues another one's clusters.
func (m *Model) IDs() []string {
	if m.ids != nil {
		return slices.Clone(m.ids)
	}
	return usualIDs(m.k)
}

func usualIDs(k int) []string {
	ids := make([]string, k)
	for c := range ids {
		ids[c] = ID(c + 1)
	}
	return ids
}

// WithIDs returns the same model with other ids, one a cluster, in their order.
// models.ErrState if one is no id or stands twice.
func (m *Model) WithIDs(ids []string) (*Model, error) {
	if len(ids) != m.k {
		return nil, fmt.Errorf("%w: %d ids for %d clusters", models.ErrState, len(ids), m.k)
	}
	for c, id := range ids {
		if IDNumber(id) == 0 || slices.Contains(ids[:c], id) {
			return nil, fmt.Errorf("%w: %q is no id of a cluster, or stands twice", models.ErrState, id)
		}
	}
	next := *m
	next.ids = slices.Clone(ids)
	if slices.Equal(ids, usualIDs(m.k)) {
		next.ids = nil
	}
	return &next, nil
}
