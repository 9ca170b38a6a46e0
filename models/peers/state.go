package peers

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"

	"github.com/etappe/etappe/models"
)

// Limits of what a saved state may claim.
const (
	stateKind   = "peers/1"
	maxFields   = 100_000
	maxAccounts = 1 << 40 // counts above are no counts
)

type header struct {
	Milestones []string `json:"milestones"`
	Clusters   int      `json:"clusters"`
	Fields     int      `json:"fields"`
	Weeks      int      `json:"weeks"`
	Drivers    []string `json:"drivers,omitempty"`
}

// State returns the peers as data: arrays "renewed" and "movement" [cluster],
// "typical", "low" and "high" [cluster][field], "there" [cluster][week] and
// "had" [cluster][milestone][week], flattened.
func (p *Peers) State() (models.State, error) {
	header, err := json.Marshal(header{p.milestones, p.Clusters(), p.Fields(), len(p.there[0]), p.drivers})
	if err != nil {
		return models.State{}, fmt.Errorf("peers: %w", err)
	}
	renewed := make([]float64, len(p.renewed))
	for k, n := range p.renewed {
		renewed[k] = float64(n)
	}
	var had []float64
	for _, list := range p.had {
		had = append(had, slices.Concat(list...)...)
	}
	arrays := map[string][]float64{
		"renewed": renewed, "movement": p.movement, "there": slices.Concat(p.there...), "had": had,
		"typical": slices.Concat(p.typical...), "low": slices.Concat(p.low...), "high": slices.Concat(p.high...),
	}
	if p.drivers != nil {
		arrays["usual"], arrays["reach"] = slices.Concat(p.usual...), p.reach
	}
	return models.State{Kind: stateKind, Header: header, Arrays: arrays}, nil
}

// FromState reads peers back. The error wraps ErrState when the state is
// not one that State could have written: counts must be whole numbers, those of
// a week no more than those of the week before, who had a milestone among those
// who were there, and a median inside its range.
func FromState(s models.State) (*Peers, error) {
	fail := func(format string, args ...any) (*Peers, error) {
		return nil, fmt.Errorf("peers: %s: %w", fmt.Sprintf(format, args...), models.ErrState)
	}
	if s.Kind != stateKind {
		return fail("kind %q, want %q", s.Kind, stateKind)
	}
	var h header
	if err := json.Unmarshal(s.Header, &h); err != nil {
		return fail("header: %v", err)
	}
	if h.Clusters < 1 || h.Clusters > models.MaxClusters || h.Fields < 1 || h.Fields > maxFields ||
		h.Weeks < 1 || h.Weeks > models.MaxWeeks+1 || len(h.Milestones) > models.MaxMilestones {
		return fail("%d clusters, %d fields, %d milestones, %d weeks", h.Clusters, h.Fields, len(h.Milestones), h.Weeks)
	}
	if len(h.Milestones) > 0 {
		if err := models.CheckMilestones(h.Milestones); err != nil {
			return fail("%v", err)
		}
	}
	cells := h.Clusters * h.Fields
	for name, n := range map[string]int{"renewed": h.Clusters, "movement": h.Clusters, "there": h.Clusters * h.Weeks,
		"had": h.Clusters * h.Weeks * len(h.Milestones), "typical": cells, "low": cells, "high": cells} {
		if len(s.Arrays[name]) != n {
			return fail("an array has %d numbers where %d are expected", len(s.Arrays[name]), n)
		}
	}
	p := empty(h.Milestones, h.Clusters, h.Fields, h.Weeks)
	for k := range h.Clusters {
		n := s.Arrays["renewed"][k]
		if !isCount(n) || !(s.Arrays["movement"][k] >= 0 || math.IsNaN(s.Arrays["movement"][k])) || math.IsInf(s.Arrays["movement"][k], 1) {
			return fail("cluster %d has %v accounts that move by %v", k, n, s.Arrays["movement"][k])
		}
		p.renewed[k], p.movement[k] = int(n), s.Arrays["movement"][k]
		row := func(name string, k, n int) []float64 { return slices.Clone(s.Arrays[name][k*n : (k+1)*n]) }
		p.typical[k], p.low[k], p.high[k] = row("typical", k, h.Fields), row("low", k, h.Fields), row("high", k, h.Fields)
		p.there[k] = row("there", k, h.Weeks)
		for m := range h.Milestones {
			p.had[k][m] = row("had", k*len(h.Milestones)+m, h.Weeks)
		}
		if err := p.check(k); err != nil {
			return fail("%v", err)
		}
	}
	if err := p.readDrivers(h.Drivers, s.Arrays); err != nil {
		return fail("%v", err)
	}
	return p, nil
}

// readDrivers reads what is usual for each driver, where it was written.
func (p *Peers) readDrivers(names []string, arrays map[string][]float64) error {
	usual, reach := arrays["usual"], arrays["reach"]
	if len(names) == 0 && usual == nil && reach == nil {
		return nil
	}
	sorted := slices.IsSorted(names) && len(slices.Compact(slices.Clone(names))) == len(names) && !slices.Contains(names, "")
	if len(names) == 0 || len(names) > mostDrivers || !sorted || len(usual) != p.Clusters()*len(names) || len(reach) != p.Clusters() {
		return fmt.Errorf("%d drivers with %d movements and %d reaches, of %d clusters", len(names), len(usual), len(reach), p.Clusters())
	}
	for _, v := range slices.Concat(usual, reach) {
		if !(v >= 0 && v < math.Inf(1)) {
			return fmt.Errorf("a driver usually moves by %v", v)
		}
	}
	p.drivers, p.reach = names, slices.Clone(reach)
	for k := range p.Clusters() {
		p.usual = append(p.usual, slices.Clone(usual[k*len(names):(k+1)*len(names)]))
	}
	return nil
}

// check looks at what was read for cluster k.
func (p *Peers) check(k int) error {
	for j, typical := range p.typical[k] {
		low, high := p.low[k][j], p.high[k][j]
		inside := math.Inf(-1) < low && low <= typical && typical <= high && high < math.Inf(1)
		level := math.IsNaN(low) && math.IsNaN(high) && (math.IsNaN(typical) || isCount(typical))
		if !inside && !level {
			return fmt.Errorf("field %d of cluster %d: median %v, range %v to %v", j, k, typical, low, high)
		}
	}
	most := float64(p.renewed[k])
	for week, there := range p.there[k] {
		if !isCount(there) || there > most {
			return fmt.Errorf("cluster %d has %v accounts in week %d, %v before", k, there, week, most)
		}
		for m := range p.had[k] {
			if had := p.had[k][m][week]; !isCount(had) || had > there {
				return fmt.Errorf("%v of %v accounts had %q in week %d", had, there, p.milestones[m], week)
			}
		}
		most = there
	}
	return nil
}

// isCount reports whether v is a whole number of accounts or levels.
func isCount(v float64) bool { return v >= 0 && v <= maxAccounts && v == math.Trunc(v) }
