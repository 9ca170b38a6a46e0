package cluster

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/etappe/etappe/models"
)

func TestIDsAreKept(t *testing.T) {
	p := mixes(1, 1500, 3, 9, 0)
	m, _ := p.fit(t, quick)
	if !slices.Equal(m.IDs(), []string{"c1", "c2", "c3"}) {
		t.Fatal(m.IDs())
	}
	other, err := m.WithIDs([]string{"c3", "c12", "c1"})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(m.IDs(), []string{"c1", "c2", "c3"}) {
		t.Errorf("the model itself was renumbered: %v", m.IDs())
	}
	state, _ := other.State()
	back, err := FromState(state)
	if err != nil || !slices.Equal(back.IDs(), []string{"c3", "c12", "c1"}) {
		t.Errorf("read back %v (%v)", back, err)
	}
	was, _ := m.Assign(p.frame)
	is, _ := other.Assign(p.frame)
	if diff := cmp.Diff(was, is); diff != "" {
		t.Errorf("the ids move rows: %s", diff)
	}
	// The usual ids leave the state as it always was.
	plain, _ := m.State()
	if usual, _ := other.WithIDs(m.IDs()); usual != nil {
		again, _ := usual.State()
		if diff := cmp.Diff(plain, again); diff != "" || strings.Contains(string(again.Header), "ids") {
			t.Errorf("%s %s", diff, again.Header)
		}
	}
}

func TestIDsThatAreNone(t *testing.T) {
	p := mixes(1, 600, 2, 6, 0)
	m, _ := p.fit(t, quick)
	for _, ids := range [][]string{nil, {"c1"}, {"c1", "c1"}, {"c1", "C2"}, {"c1", "c0"}, {"c1", "c02"}, {"c1", "c+2"}, {"c1", ""}, {"c1", "c1000001"}, {"c1", "c99999999999999999999"}} {
		if _, err := m.WithIDs(ids); !errors.Is(err, models.ErrState) {
			t.Errorf("%q: %v", ids, err)
		}
		state, _ := m.State()
		state.Header = []byte(strings.Replace(string(state.Header), `"k":2`, `"k":2,"ids":["`+strings.Join(ids, `","`)+`"]`, 1))
		if _, err := FromState(state); !errors.Is(err, models.ErrState) {
			t.Errorf("a state with %q: %v", ids, err)
		}
	}
}
