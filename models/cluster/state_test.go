package cluster

import (
	"encoding/json"
	"errors"
	"maps"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/etappe/etappe/models"
)

// mixed has counts, numbers and levels, and more coordinates than axes.
func mixed(t *testing.T) *planted {
	t.Helper()
	p := mixes(8, 500, 2, 10, 3)
	p.frame.Fields[12].Levels = []string{"a", "b", "c"}
	for i := range p.truth {
		p.frame.Columns[12][i] = float64(i % 4) // the last one was never named
	}
	return p
}

func TestModelStateRoundTrip(t *testing.T) {
	p := mixed(t)
	m, _ := p.fit(t, quick)
	state, err := m.State()
	if err != nil {
		t.Fatal(err)
	}
	back, err := FromState(state)
	if err != nil {
		t.Fatal(err)
	}
	again, _ := back.State()
	if diff := cmp.Diff(state, again); diff != "" {
		t.Error(diff)
	}
	want, _ := m.Assign(p.frame)
	got, _ := back.Assign(p.frame)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(m.Profile(), back.Profile()); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(p.space, back.Space()); diff != "" {
		t.Error(diff)
	}
}

func TestOutliersStateRoundTrip(t *testing.T) {
	p := mixed(t)
	o, err := FitOutliers(p.frame, 1)
	if err != nil {
		t.Fatal(err)
	}
	state, _ := o.State()
	back, err := OutliersFromState(state)
	if err != nil {
		t.Fatal(err)
	}
	want, _ := o.Score(p.frame)
	got, _ := back.Score(p.frame)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// Every damage to a state is an error, and none a panic.
func TestHostileStates(t *testing.T) {
	p := mixed(t)
	m, _ := p.fit(t, quick)
	o, err := FitOutliers(p.frame, 1)
	if err != nil {
		t.Fatal(err)
	}
	ms, _ := m.State()
	os, _ := o.State()
	readModel := func(s models.State) error { _, err := FromState(s); return err }
	readOutliers := func(s models.State) error { _, err := OutliersFromState(s); return err }
	for _, c := range []struct {
		state models.State
		read  func(models.State) error
	}{{ms, readModel}, {os, readOutliers}} {
		if err := c.read(c.state); err != nil {
			t.Fatal(err)
		}
		refused := func(what string, change func(s *models.State)) {
			t.Helper()
			s := models.State{Kind: c.state.Kind, Header: c.state.Header, Arrays: maps.Clone(c.state.Arrays)}
			change(&s)
			if err := c.read(s); !errors.Is(err, models.ErrState) {
				t.Errorf("%s, %s: %v", c.state.Kind, what, err)
			}
		}
		refused("another kind", func(s *models.State) { s.Kind = "cluster/2" })
		refused("half a header", func(s *models.State) { s.Header = s.Header[:len(s.Header)/2] })
		refused("an unknown key", func(s *models.State) { s.Header = json.RawMessage(`{"extra": 1}`) })
		refused("an empty header", func(s *models.State) { s.Header = json.RawMessage(`{}`) })
		refused("a further array", func(s *models.State) { s.Arrays["more"] = []float64{1} })
		for name, x := range c.state.Arrays {
			refused("without "+name, func(s *models.State) { delete(s.Arrays, name) })
			refused("longer "+name, func(s *models.State) { s.Arrays[name] = append([]float64{1}, x...) })
			if len(x) > 0 {
				refused("shorter "+name, func(s *models.State) { s.Arrays[name] = x[1:] })
				refused("not a number in "+name, func(s *models.State) {
					s.Arrays[name] = append([]float64{math.NaN()}, x[1:]...)
				})
			}
		}
	}
	for what, change := range map[string]func(h *modelHeader){
		"no cluster":         func(h *modelHeader) { h.K = 0 },
		"very many clusters": func(h *modelHeader) { h.K = 1 << 40 },
		"minus dimensions":   func(h *modelHeader) { h.Dims = -1 },
		"many dimensions":    func(h *modelHeader) { h.Dims = 1 << 62 },
		"no axes":            func(h *modelHeader) { h.Axes = false },
		"a column less":      func(h *modelHeader) { h.Shares = h.Shares[1:] },
	} {
		var h modelHeader
		if err := json.Unmarshal(ms.Header, &h); err != nil {
			t.Fatal(err)
		}
		change(&h)
		text, _ := json.Marshal(h)
		if _, err := FromState(models.State{Kind: ms.Kind, Header: text, Arrays: ms.Arrays}); !errors.Is(err, models.ErrState) {
			t.Errorf("%s: %v", what, err)
		}
	}
}
