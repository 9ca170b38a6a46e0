package path

import (
	"errors"
	"math"
	"slices"
	"testing"

	"github.com/etappe/etappe/models"
	"pgregory.net/rapid"
)

// fitOwn fits the journey of fitJourney with cluster 1 on the team's own path.
func fitOwn(t testing.TB, days ...float64) *Path {
	t.Helper()
	j, cluster, renewed := journey(3, 1000)
	p, err := Fit(j, cluster, 2, renewed, Options{Own: [][]float64{nil, days}})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestOwnPathIsAStepOnItsDay(t *testing.T) {
	p, learned := fitOwn(t, 30, never, 400), fitJourney(t, 1000)
	if p.Due(1, 0) != 30 || p.Own(1, 0) != 30 || !math.IsNaN(p.Own(1, 1)) || !math.IsNaN(p.Own(0, 0)) {
		t.Errorf("due by %v, own %v, %v and %v", p.Due(1, 0), p.Own(1, 0), p.Own(1, 1), p.Own(0, 0))
	}
	height := learned.Expected(1, 0, 1e4)
	for day, want := range map[float64]float64{0: 0, 29: 0, 29.99: 0, 30: height, 34: height, 1e4: height} {
		if got := p.Expected(1, 0, day); got != want {
			t.Errorf("day %v: %v expected, want %v", day, got, want)
		}
	}
	// Hardly anybody has the third, and the team demands it all the same.
	if before, after := p.Expected(1, 2, 399), p.Expected(1, 2, 400); before != 0 || after != 0.5 {
		t.Errorf("the rare milestone is expected with %v, then %v", before, after)
	}
	if w := p.Weight(1, 1); w != 0 {
		t.Errorf("a milestone that the team left out weighs %v", w)
	}
	if sum := p.Weight(1, 0) + p.Weight(1, 2); math.Abs(sum-1) > 1e-12 || !(p.Weight(1, 2) > 0.1) {
		t.Errorf("weights %v and %v", p.Weight(1, 0), p.Weight(1, 2))
	}
	if low, high := p.Band(1, 0, 50); !math.IsNaN(low) || !math.IsNaN(high) {
		t.Errorf("a rule has a band from %v to %v", low, high)
	}
	// The other cluster is as learned.
	for m := range 3 {
		if p.Weight(0, m) != learned.Weight(0, m) || p.Expected(0, m, 100) != learned.Expected(0, m, 100) {
			t.Errorf("the team's path of another cluster changed milestone %d", m)
		}
	}
}

// In time it costs nothing until its day and then the step's height; shares add up.
func TestOwnPathScores(t *testing.T) {
	p := fitOwn(t, 30, 90, never)
	without := []float64{never, never, never}
	if s := p.Score(29, without, 1); s.Path != 50 {
		t.Errorf("before anything is due the path is %v", s.Path)
	}
	if s := p.Score(30, without, 1); !(s.Path < 50) || s.Share[1] != 0 || s.Share[0] >= 0 {
		t.Errorf("on the day the path is %v, shares %v", s.Path, s.Share)
	}
	rapid.Check(t, func(t *rapid.T) {
		day := rapid.Float64Range(0, 500)
		s := p.Score(day.Draw(t, "tenure"), []float64{day.Draw(t, "a"), day.Draw(t, "b"), never}, 1)
		if sum := 50 + s.Share[0] + s.Share[1] + s.Share[2]; math.Abs(sum-s.Path) > 1e-9 || !(s.Path >= 0 && s.Path <= 100) {
			t.Fatalf("path %v, shares add up to %v", s.Path, sum)
		}
	})
}

func TestOwnPathThatIsNone(t *testing.T) {
	j, cluster, renewed := journey(3, 100)
	for name, days := range map[string][]float64{
		"no day":   {never, never, never},
		"day 0":    {0, never, never},
		"before":   {-3, never, never},
		"endless":  {math.Inf(1), never, never},
		"too late": {LastDay + 1, never, never},
	} {
		if _, err := Fit(j, cluster, 2, renewed, Options{Own: [][]float64{nil, days}}); !errors.Is(err, models.ErrTraining) {
			t.Errorf("%s: %v", name, err)
		}
	}
	// The last day of all is a day.
	p, err := Fit(j, cluster, 2, renewed, Options{Own: [][]float64{nil, {LastDay, never, never}}})
	if err != nil || p.Expected(1, 0, LastDay) == 0 || p.Expected(1, 0, LastDay-1) != 0 {
		t.Errorf("the last day: %v", err)
	}
}

func TestOwnPathState(t *testing.T) {
	p := fitOwn(t, 30, never, 45)
	state, err := p.State()
	if err != nil {
		t.Fatal(err)
	}
	back, err := FromState(state)
	if err != nil {
		t.Fatal(err)
	}
	for _, day := range []float64{0, 29, 30, 44, 45, 46, 1000} {
		for k := range 2 {
			if a, b := p.Score(day, []float64{never, 3, never}, k), back.Score(day, []float64{never, 3, never}, k); a.Path != b.Path {
				t.Errorf("day %v, cluster %d: path %v, read back %v", day, k, a.Path, b.Path)
			}
		}
	}
	for name, change := range map[string]func(s *models.State){
		"day 0":        func(s *models.State) { s.Arrays["own"][3] = 0 },
		"endless":      func(s *models.State) { s.Arrays["own"][3] = math.Inf(1) },
		"a day less":   func(s *models.State) { s.Arrays["own"] = s.Arrays["own"][1:] },
		"no day":       func(s *models.State) { s.Arrays["own"] = []float64{} },
		"worth NaN":    func(s *models.State) { s.Arrays["effective"][0] = never },
		"worth less 0": func(s *models.State) { s.Arrays["effective"][0] = -1 },
		"worth short":  func(s *models.State) { s.Arrays["effective"] = s.Arrays["effective"][1:] },
	} {
		bad := models.State{Kind: state.Kind, Header: state.Header, Arrays: map[string][]float64{}}
		for key, array := range state.Arrays {
			bad.Arrays[key] = slices.Clone(array)
		}
		change(&bad)
		if _, err := FromState(bad); !errors.Is(err, models.ErrState) {
			t.Errorf("%s: error %v, want ErrState", name, err)
		}
	}
}
