package behaviour

import (
	"slices"
	"testing"
)

// A state of before sides had tables of their own is read with one for both.
func TestStateOfOneTable(t *testing.T) {
	m := testModel()
	state, err := m.State()
	if err != nil {
		t.Fatal(err)
	}
	state.Kind = oneTable
	for _, name := range []string{"alone", "most"} {
		state.Arrays[name] = state.Arrays[name][:2*len(levels)]
	}
	state.Arrays["checked"] = []float64{0.03, 0.01}
	back, err := FromState(state)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(back.most[better][1], m.most[worse][1]) || back.Checked().Worse.Share != 0.03 || back.Checked().Better.Share != 0.01 {
		t.Errorf("%+v, %+v", back.most, back.Checked())
	}
}
