package behaviour

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"

	"github.com/etappe/etappe/models"
)

const (
	stateKind  = "behaviour/2"
	oneTable   = "behaviour/1" // of before sides had tables of their own
	maxDrivers = 10_000
)

// header is the part of a state that is no array.
type header struct {
	Drivers     []Driver `json:"drivers"`
	Roles       []string `json:"roles,omitempty"`
	Groups      int      `json:"groups"`
	Limit       float64  `json:"limit"`
	Aim         float64  `json:"aim"`
	Comparisons int      `json:"comparisons"`
	Accounts    int      `json:"accounts"`
	Clusters    int      `json:"clusters"`
}

// State returns the model as data: arrays "alone" and "most" [side][group][level],
// "importance" [cluster][driver] and "checked" (worse, better, each with its interval).
func (m *Model) State() (models.State, error) {
	c := &m.checked
	head, err := json.Marshal(header{m.drivers, m.roles, m.groups, m.limit, m.aim, c.Comparisons, c.Accounts, len(m.importance)})
	if err != nil {
		return models.State{}, fmt.Errorf("behaviour: %w", err)
	}
	return models.State{Kind: stateKind, Header: head, Arrays: map[string][]float64{
		"alone": slices.Concat(slices.Concat(m.alone[:]...)...), "most": slices.Concat(slices.Concat(m.most[:]...)...), "importance": slices.Concat(m.importance...),
		"checked": {c.Worse.Share, c.Worse.Low, c.Worse.High, c.Better.Share, c.Better.Low, c.Better.High}}}, nil
}

// FromState reads a model back, also one whose sides shared their tables. The error wraps
// models.ErrState where the state is not one that State could have written.
func FromState(s models.State) (*Model, error) {
	if s.Kind != stateKind && s.Kind != oneTable {
		return nil, errState(fmt.Errorf("kind %q, want %q", s.Kind, stateKind))
	}
	var h header
	if err := json.Unmarshal(s.Header, &h); err != nil {
		return nil, errState(err)
	}
	if h.Groups < 1 || h.Groups > maxDrivers || len(h.Drivers) > maxDrivers || len(h.Drivers) == 0 || h.Clusters < 1 || h.Clusters > models.MaxClusters {
		return nil, errState(fmt.Errorf("%d groups, %d drivers", h.Groups, len(h.Drivers)))
	}
	tables, checked := sides, 6
	if s.Kind == oneTable {
		tables, checked, h.Aim = 1, 2, 1
	}
	m := &Model{drivers: h.Drivers, roles: h.Roles, groups: h.Groups, limit: h.Limit, aim: h.Aim, checked: Checked{Comparisons: h.Comparisons, Accounts: h.Accounts}}
	for name, n := range map[string]int{"alone": tables * h.Groups * len(levels), "most": tables * h.Groups * len(levels), "checked": checked, "importance": h.Clusters * len(h.Drivers)} {
		if len(s.Arrays[name]) != n {
			return nil, errState(fmt.Errorf("%d numbers of %q, want %d", len(s.Arrays[name]), name, n))
		}
	}
	for side := range sides {
		at := side % tables * h.Groups
		for g := at; g < at+h.Groups; g++ {
			m.alone[side] = append(m.alone[side], slices.Clone(s.Arrays["alone"][g*len(levels):(g+1)*len(levels)]))
			m.most[side] = append(m.most[side], slices.Clone(s.Arrays["most"][g*len(levels):(g+1)*len(levels)]))
		}
	}
	for k := range h.Clusters {
		m.importance = append(m.importance, slices.Clone(s.Arrays["importance"][k*len(h.Drivers):(k+1)*len(h.Drivers)]))
	}
	if a := s.Arrays["checked"]; s.Kind == oneTable {
		m.checked.Worse, m.checked.Better = Rate{a[0], math.NaN(), math.NaN()}, Rate{a[1], math.NaN(), math.NaN()}
	} else {
		m.checked.Worse, m.checked.Better = Rate{a[0], a[1], a[2]}, Rate{a[3], a[4], a[5]}
	}
	if err := m.validate(); err != nil {
		return nil, errState(err)
	}
	return m, nil
}
