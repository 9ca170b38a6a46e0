package additive

import (
	"encoding/json"
	"errors"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/modelstest"
)

func saved(t *testing.T) (*Model, *models.Sample, models.State) {
	t.Helper()
	m, s := explained(t)
	state, err := m.State()
	if err != nil {
		t.Fatal(err)
	}
	return m, s, state
}

// A model with sets, cluster parts and categories is the same after a trip.
func TestStateRoundTrip(t *testing.T) {
	m, s, state := saved(t)
	again, err := FromState(state)
	if err != nil {
		t.Fatal(err)
	}
	second, err := again.State()
	if err != nil {
		t.Fatal(err)
	}
	if !sameState(state, second) {
		t.Error("the state changed on the trip")
	}
	if !slices.Equal(score(t, m, s.Frame), score(t, again, s.Frame)) {
		t.Error("the log-odds changed on the trip")
	}
	low, _, _ := m.Interval(s.Frame, 0.8)
	if lowAgain, _, _ := again.Interval(s.Frame, 0.8); !slices.Equal(low, lowAgain) {
		t.Error("the interval changed on the trip")
	}
	if again.Rounds() != m.Rounds() || again.Platt() != m.Platt() || again.Cluster(0) != m.Cluster(0) || again.Clusters() != 2 {
		t.Error("what the model tells of itself changed on the trip")
	}
}

// Fields are visited by name, but a state lists them in their own order: a model
// whose fields are not in alphabetical order reads back as well.
func TestStateOfFieldsOutOfOrder(t *testing.T) {
	s, _ := modelstest.World{Fields: 6, Difference: 2}.Draw(5, 1500, 1500)
	for j := range s.Fields {
		s.Fields[j].Name = string(rune('z' - j))
	}
	m := fit(t, Trainer{Clusters: 2, Bags: 4}, s)
	if m.Cluster(0).Lambda == 0 && m.Cluster(1).Lambda == 0 {
		t.Fatal("no cluster has a part of its own to be saved")
	}
	state, err := m.State()
	if err != nil {
		t.Fatal(err)
	}
	again, err := FromState(state)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(score(t, m, s.Frame), score(t, again, s.Frame)) {
		t.Error("the log-odds changed on the trip")
	}
}

// Each fault in a saved model is an error, never a panic or a plausible model.
func TestHostileStates(t *testing.T) {
	_, _, good := saved(t)
	edit := func(change func(h *header)) func(*models.State) {
		return func(s *models.State) {
			var h header
			if err := json.Unmarshal(s.Header, &h); err != nil {
				t.Fatal(err)
			}
			change(&h)
			text, err := json.Marshal(h)
			if err != nil {
				t.Fatal(err)
			}
			s.Header = text
		}
	}
	set := func(name string, at int, v float64) func(*models.State) {
		return func(s *models.State) { s.Arrays[name][at] = v }
	}
	faults := map[string]func(*models.State){
		"kind":               func(s *models.State) { s.Kind = "additive/99" },
		"no header":          func(s *models.State) { s.Header = nil },
		"cut header":         func(s *models.State) { s.Header = s.Header[:len(s.Header)/2] },
		"unknown key":        func(s *models.State) { s.Header = []byte(strings.Replace(string(s.Header), "{", `{"code":1,`, 1)) },
		"no field":           edit(func(h *header) { h.Fields, h.Axes, h.Terms = nil, nil, nil }),
		"field twice":        edit(func(h *header) { h.Fields[1] = h.Fields[0] }),
		"axis missing":       edit(func(h *header) { h.Axes = h.Axes[1:] }),
		"huge cuts":          edit(func(h *header) { h.Axes[0].Cuts = 1 << 60; h.Axes[0].Bins = 1<<60 + 2 }),
		"negative cuts":      edit(func(h *header) { h.Axes[0].Cuts = -2; h.Axes[0].Bins = 0 }),
		"levels with cuts":   edit(func(h *header) { h.Fields[0].Levels = []string{"a"} }),
		"one bag":            edit(func(h *header) { h.Bags = 1 }),
		"many bags":          edit(func(h *header) { h.Bags = 1 << 40 }),
		"rounds":             edit(func(h *header) { h.Rounds = -1 }),
		"slope":              edit(func(h *header) { h.Platt.Slope = -1 }),
		"no cluster":         edit(func(h *header) { h.Clusters = nil }),
		"many clusters":      edit(func(h *header) { h.Clusters = make([]clusterHeader, MaxClusters+1) }),
		"many terms":         edit(func(h *header) { h.Terms = make([]termHeader, maxTerms+1) }),
		"empty term":         edit(func(h *header) { h.Terms[0].Fields = nil }),
		"term of four":       edit(func(h *header) { h.Terms[0].Fields = []int{0, 1, 2, 3} }),
		"term out of range":  edit(func(h *header) { h.Terms[0].Fields = []int{6} }),
		"negative field":     edit(func(h *header) { h.Terms[0].Fields = []int{-1} }),
		"term not ascending": edit(func(h *header) { h.Terms[6].Fields = []int{2, 0} }),
		"bins of a main":     edit(func(h *header) { h.Terms[0].Bins = []int{3} }),
		"no bins of a set":   edit(func(h *header) { h.Terms[6].Bins = nil }),
		"too many bins":      edit(func(h *header) { h.Terms[6].Bins[0] = 300 }),
		"no bin":             edit(func(h *header) { h.Terms[6].Bins[1] = 0 }),
		"an unused bin":      edit(func(h *header) { h.Terms[6].Bins[1]++ }),
		"joint out of range": set("joints", 3, 200),
		"joint falls":        set("joints", 3, 0),
		"half a joint":       set("joints", 1, 0.5),
		"order":              edit(func(h *header) { h.Orders[0].Fields = 4 }),
		"lambda":             edit(func(h *header) { h.Clusters[0].Lambda = 1.5 }),
		"own out of range":   edit(func(h *header) { h.Clusters[0].Own[0] = 99 }),
		"own twice":          edit(func(h *header) { h.Clusters[0].Own[1] = h.Clusters[0].Own[0] }),
		"NaN":                set("tables", 5, math.NaN()),
		"infinite":           set("intercepts", 0, math.Inf(1)),
		"beyond reason":      set("own_tables", 0, 1e300),
		"negative mass":      set("mass", 2, -1),
		"cuts fall":          set("cuts", 1, -1e9),
		"short":              func(s *models.State) { s.Arrays["centres"] = s.Arrays["centres"][1:] },
		"long":               func(s *models.State) { s.Arrays["mass"] = append(s.Arrays["mass"], 0) },
		"unknown array":      func(s *models.State) { s.Arrays["more"] = []float64{1} },
		"array missing":      func(s *models.State) { delete(s.Arrays, "tables") },
	}
	for name, fault := range faults {
		bad := models.State{Kind: good.Kind, Header: slices.Clone(good.Header), Arrays: maps.Clone(good.Arrays)}
		for array, values := range bad.Arrays {
			bad.Arrays[array] = slices.Clone(values)
		}
		fault(&bad)
		if m, err := FromState(bad); !errors.Is(err, models.ErrState) || m != nil {
			t.Errorf("%s: %v, want ErrState", name, err)
		}
	}
}

// The cells of a term are counted before anything is made of them.
func TestHugeTermIsRefused(t *testing.T) {
	h := header{Bags: 2, Clusters: make([]clusterHeader, 1)}
	for _, name := range []string{"a", "b", "c", "d"} {
		h.Fields = append(h.Fields, models.Field{Name: name})
		h.Axes = append(h.Axes, axisHeader{Bins: 256, Cuts: 254})
	}
	h.Terms = []termHeader{{Fields: []int{0, 1, 2}, Bins: []int{256, 256, 256}}}
	if err := h.check(); err != nil {
		t.Errorf("2^24 cells: %v", err)
	}
	h.Terms[0].Bins[0]++
	if err := h.check(); err == nil {
		t.Error("257 bins of 256 are accepted")
	}
	h.Axes[3] = axisHeader{Bins: 257, Cuts: 255}
	if err := h.check(); err == nil || !strings.Contains(err.Error(), `"d"`) {
		t.Errorf("257 bins: %v", err)
	}
}

// Levels and their bins survive, and a level in no bin is refused.
func TestStateOfLevels(t *testing.T) {
	s, _ := modelstest.World{Fields: 5}.Draw(2, 400)
	s.Fields[4] = models.Field{Name: "plan", Levels: []string{"a", "b", "c"}}
	for i := range s.Columns[4] {
		s.Columns[4][i] = float64(i % 3)
	}
	m := fit(t, Trainer{Bags: 2, Rounds: 40}, s)
	state, err := m.State()
	if err != nil {
		t.Fatal(err)
	}
	again, err := FromState(state)
	if err != nil || !slices.Equal(score(t, m, s.Frame), score(t, again, s.Frame)) {
		t.Fatalf("levels do not survive: %v", err)
	}
	if names := again.Terms()[4].Axes[0].Levels; !slices.Equal(slices.Concat(names...), []string{"a", "b", "c"}) {
		t.Errorf("levels by bin: %v", names)
	}
	state.Arrays["levels"] = []float64{1, 2, 7}
	if _, err := FromState(state); !errors.Is(err, models.ErrState) {
		t.Errorf("a level in bin 7: %v", err)
	}
}
