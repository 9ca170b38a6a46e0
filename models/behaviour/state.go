package behaviour

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/etappe/etappe/models"
)

const (
	stateKind  = "behaviour/1"
	maxDrivers = 10_000
)

// header is the part of a state that is no array.
type header struct {
	Drivers     []Driver `json:"drivers"`
	Roles       []string `json:"roles,omitempty"`
	Groups      int      `json:"groups"`
	Limit       float64  `json:"limit"`
	Comparisons int      `json:"comparisons"`
	Clusters    int      `json:"clusters"`
}

// State returns the model as data: arrays "alone" and "most" [group][level],
// "importance" [cluster][driver] and "checked" (worse, better).
func (m *Model) State() (models.State, error) {
	head, err := json.Marshal(header{m.drivers, m.roles, m.groups, m.limit, m.checked.Comparisons, len(m.importance)})
	if err != nil {
		return models.State{}, fmt.Errorf("behaviour: %w", err)
	}
	return models.State{Kind: stateKind, Header: head, Arrays: map[string][]float64{
		"alone": slices.Concat(m.alone...), "most": slices.Concat(m.most...), "importance": slices.Concat(m.importance...), "checked": {m.checked.Worse, m.checked.Better}}}, nil
}

// FromState reads a model back. The error wraps models.ErrState where the state is not
// one that State could have written.
func FromState(s models.State) (*Model, error) {
	if s.Kind != stateKind {
		return nil, errState(fmt.Errorf("kind %q, want %q", s.Kind, stateKind))
	}
	var h header
	if err := json.Unmarshal(s.Header, &h); err != nil {
		return nil, errState(err)
	}
	if h.Groups < 1 || h.Groups > maxDrivers || len(h.Drivers) > maxDrivers || len(h.Drivers) == 0 || h.Clusters < 1 || h.Clusters > models.MaxClusters {
		return nil, errState(fmt.Errorf("%d groups, %d drivers", h.Groups, len(h.Drivers)))
	}
	m := &Model{drivers: h.Drivers, roles: h.Roles, groups: h.Groups, limit: h.Limit, checked: Checked{Comparisons: h.Comparisons}}
	for name, n := range map[string]int{"alone": h.Groups * len(levels), "most": h.Groups * len(levels), "checked": 2, "importance": h.Clusters * len(h.Drivers)} {
		if len(s.Arrays[name]) != n {
			return nil, errState(fmt.Errorf("%d numbers of %q, want %d", len(s.Arrays[name]), name, n))
		}
	}
	for g := range h.Groups {
		m.alone = append(m.alone, slices.Clone(s.Arrays["alone"][g*len(levels):(g+1)*len(levels)]))
		m.most = append(m.most, slices.Clone(s.Arrays["most"][g*len(levels):(g+1)*len(levels)]))
	}
	for k := range h.Clusters {
		m.importance = append(m.importance, slices.Clone(s.Arrays["importance"][k*len(h.Drivers):(k+1)*len(h.Drivers)]))
	}
	m.checked.Worse, m.checked.Better = s.Arrays["checked"][0], s.Arrays["checked"][1]
	if err := m.validate(); err != nil {
		return nil, errState(err)
	}
	return m, nil
}
