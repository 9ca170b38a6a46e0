package path

import (
	"encoding/json"
	"errors"
	"maps"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"testing"

	"github.com/etappe/etappe/models"
	"pgregory.net/rapid"
)

var never = math.NaN()

func TestReachCurveAgainstLifelines(t *testing.T) {
	text, err := os.ReadFile("../testdata/golden.json")
	if err != nil {
		t.Fatal(err)
	}
	var golden struct {
		Survival struct {
			Tenure  []float64  `json:"tenure"`
			Reached []*float64 `json:"reached"`
			Weeks   []int      `json:"weeks"`
			Share   []float64  `json:"share"`
		} `json:"survival"`
	}
	if err := json.Unmarshal(text, &golden); err != nil {
		t.Fatal(err)
	}
	s := golden.Survival
	reached := make([]float64, len(s.Reached))
	for i, r := range s.Reached {
		reached[i] = never
		if r != nil {
			reached[i] = *r
		}
	}
	curve := reachCurve(s.Tenure, reached).share
	for i, week := range s.Weeks {
		if math.Abs(curve[week]-s.Share[i]) > 1e-12 {
			t.Errorf("week %d: %v, want %v", week, curve[week], s.Share[i])
		}
	}
}

func TestReachCurveByHand(t *testing.T) {
	// Days 7 and 14 reach; one account leaves at day 10, one reaches at 21 on
	// its last day, one never does.
	tenure := []float64{100, 100, 10, 21, 100}
	reached := []float64{7, 14, never, 21, never}
	curve := reachCurve(tenure, reached).share
	want := map[int]float64{0: 0, 1: 1 - 4./5, 2: 1 - 4./5*2/3, 3: 1 - 4./5*2/3*1/2, 50: 1 - 4./5*2/3*1/2}
	for _, week := range slices.Sorted(maps.Keys(want)) {
		if math.Abs(curve[week]-want[week]) > 1e-15 {
			t.Errorf("week %d: %v, want %v", week, curve[week], want[week])
		}
	}
}

// One old account that reaches a milestone late is no norm for everybody.
func TestReachCurveIsHeldWhereAccountsAreFew(t *testing.T) {
	tenure, reached := make([]float64, 100), make([]float64, 100)
	for i := range tenure {
		tenure[i], reached[i] = 100, never
		if i < 50 {
			reached[i] = 30
		}
	}
	tenure[99], reached[99] = 900, 880
	if share := reachCurve(tenure, reached).share[models.MaxWeeks]; math.Abs(share-0.5) > 1e-12 {
		t.Errorf("the share at the end is %v, want 0.5", share)
	}
}

// journey draws accounts of two clusters; renewed ones reach "a" early.
func journey(seed uint64, n int) (*models.Journey, []int32, []bool) {
	random := rand.New(rand.NewPCG(seed, 9))
	j := &models.Journey{Milestones: []string{"a", "b", "rare"}, Reached: make([][]float64, 3)}
	var cluster []int32
	var renewed []bool
	for i := range n {
		stays := i%4 > 0
		speed := 300.0
		if stays {
			speed = 60
		}
		tenure := 30 + 600*random.Float64()
		row := []float64{random.ExpFloat64() * speed, random.ExpFloat64() * 200, never}
		if i%50 == 1 {
			row[2] = 40
		}
		j.Tenure = append(j.Tenure, tenure)
		for m, at := range row {
			if at > tenure {
				at = never
			}
			j.Reached[m] = append(j.Reached[m], at)
		}
		cluster, renewed = append(cluster, int32(i%2)), append(renewed, stays)
	}
	return j, cluster, renewed
}

func fitJourney(t *testing.T, n int) *Path {
	t.Helper()
	j, cluster, renewed := journey(3, n)
	p, err := Fit(j, cluster, 2, renewed, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestPathWeights(t *testing.T) {
	p := fitJourney(t, 2000)
	for k := range p.Clusters() {
		a, b, rare := p.Weight(k, 0), p.Weight(k, 1), p.Weight(k, 2)
		if rare != 0 {
			t.Errorf("cluster %d: a milestone that 3%% reach weighs %v", k, rare)
		}
		if !(a > 2*b && b >= 0.2*a) {
			t.Errorf("cluster %d: the milestone that separates weighs %v, the other %v", k, a, b)
		}
		if math.Abs(a+b-1) > 1e-12 {
			t.Errorf("cluster %d: weights add up to %v", k, a+b)
		}
		if due := p.Due(k, 0); !(due > 20 && due < 80) {
			t.Errorf("cluster %d: half have the first milestone by day %v, want about 42", k, due)
		}
	}
}

func TestPathScoreAddsUp(t *testing.T) {
	p := fitJourney(t, 400)
	rapid.Check(t, func(t *rapid.T) {
		days := rapid.Float64Range(-10, 1e5)
		tenure := days.Draw(t, "tenure")
		reached := make([]float64, 3)
		for m := range reached {
			reached[m] = days.Draw(t, "reached")
			if rapid.Bool().Draw(t, "never") {
				reached[m] = never
			}
		}
		s := p.Score(tenure, reached, rapid.IntRange(0, 1).Draw(t, "cluster"))
		sum := 50.0
		for _, share := range s.Share {
			sum += share
		}
		if math.Abs(sum-s.Path) > 1e-9 || !(s.Path >= -1e-9 && s.Path <= 100+1e-9) {
			t.Fatalf("path %v, 50 and shares %v", s.Path, sum)
		}
	})
}

func TestPathEarlyEarnsOverdueCosts(t *testing.T) {
	p := fitJourney(t, 2000)
	early, late := []float64{5, never, never}, []float64{never, never, never}
	if got := p.Score(10, early, 0).Share[0]; !(got > 20) {
		t.Errorf("reaching the milestone before nearly everyone earns %v points", got)
	}
	last := math.Inf(1)
	for week := range 60 {
		s := p.Score(float64(7*week), late, 0)
		if s.Path > last || s.Share[2] != 0 {
			t.Fatalf("week %d: nothing is reached, and the path rises from %v to %v", week, last, s.Path)
		}
		last = s.Path
	}
	if !(last < 20) {
		t.Errorf("with everything overdue the path is %v", last)
	}
	// A milestone of the future is not known yet.
	if got, want := p.Score(10, []float64{11, 12, 13}, 0).Path, p.Score(10, late, 0).Path; got != want {
		t.Errorf("milestones after the date change the path from %v to %v", want, got)
	}
}

// A frozen account moves only by its overdue milestones, and by nothing past the last week.
func TestPathOfAFrozenAccount(t *testing.T) {
	p := fitJourney(t, 400)
	reached := []float64{5, never, never}
	before, after := p.Score(40, reached, 1), p.Score(240, reached, 1)
	if moved := after.Share[1] - before.Share[1]; !(moved < 0) {
		t.Errorf("the milestone overdue moved by %v", moved)
	}
	if a, b := p.Score(1e4, reached, 1).Path, p.Score(2e4, reached, 1).Path; a != b {
		t.Errorf("after the curves' end the path still moves, from %v to %v", a, b)
	}
	if s := p.Score(never, reached, 1); !math.IsNaN(s.Path) {
		t.Errorf("a tenure that is no number gives a path of %v", s.Path)
	}
}

func TestPathWhereNothingSeparates(t *testing.T) {
	j := &models.Journey{Milestones: []string{"a", "b"}, Tenure: []float64{100, 100}, Reached: [][]float64{{10, 10}, {20, 20}}}
	p, err := Fit(j, nil, 1, []bool{true, true}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if p.Weight(0, 0) != 0.5 || p.Weight(0, 1) != 0.5 {
		t.Errorf("weights %v and %v, want equal ones", p.Weight(0, 0), p.Weight(0, 1))
	}
	j.Reached = [][]float64{{never, never}, {never, 150}}
	if p, err = Fit(j, nil, 1, []bool{true, true}, Options{}); err != nil {
		t.Fatal(err)
	}
	if s := p.Score(50, []float64{10, never}, 0); s.Path != 50 || !math.IsNaN(p.Due(0, 0)) {
		t.Errorf("with no milestone ever reached the path is %v, want 50", s.Path)
	}
}

func TestFitPathRefuses(t *testing.T) {
	good := models.Journey{Milestones: []string{"a"}, Tenure: []float64{1, 2}, Reached: [][]float64{{1, 1}}}
	cases := map[string]struct {
		change  func(j *models.Journey)
		renewed []bool
	}{
		"no milestone":  {func(j *models.Journey) { j.Milestones, j.Reached = nil, nil }, []bool{true, true}},
		"none renewed":  {func(*models.Journey) {}, []bool{false, false}},
		"no account":    {func(j *models.Journey) { j.Tenure, j.Reached = nil, [][]float64{nil} }, nil},
		"NaN tenure":    {func(j *models.Journey) { j.Tenure = []float64{1, never} }, []bool{true, true}},
		"endless":       {func(j *models.Journey) { j.Tenure = []float64{1, math.Inf(1)} }, []bool{true, true}},
		"unnamed":       {func(j *models.Journey) { j.Milestones = []string{""} }, []bool{true, true}},
		"twice by name": {func(j *models.Journey) { j.Milestones, j.Reached = []string{"a", "a"}, [][]float64{{1, 1}, {1, 1}} }, []bool{true, true}},
	}
	for name, c := range cases {
		j := good
		c.change(&j)
		if _, err := Fit(&j, nil, 1, c.renewed, Options{}); !errors.Is(err, models.ErrTraining) {
			t.Errorf("%s: error %v, want ErrTraining", name, err)
		}
	}
	// Absurd but finite numbers are no trouble.
	huge := models.Journey{Milestones: []string{"a"}, Tenure: []float64{1e308, -1e308}, Reached: [][]float64{{1e307, -1e308}}}
	if _, err := Fit(&huge, nil, 1, []bool{true, true}, Options{}); err != nil {
		t.Error(err)
	}
}

func TestPathState(t *testing.T) {
	p := fitJourney(t, 400)
	state, err := p.State()
	if err != nil {
		t.Fatal(err)
	}
	back, err := FromState(state)
	if err != nil {
		t.Fatal(err)
	}
	again, err := back.State()
	if err != nil || string(again.Header) != string(state.Header) || !maps.EqualFunc(again.Arrays, state.Arrays, slices.Equal) {
		t.Errorf("a path read back has another state (error %v)", err)
	}
	if !slices.Equal(back.Milestones(), []string{"a", "b", "rare"}) {
		t.Errorf("milestones read back: %v", back.Milestones())
	}
	damage := map[string]func(s *models.State){
		"kind":             func(s *models.State) { s.Kind = "path/2" },
		"no header":        func(s *models.State) { s.Header = nil },
		"negative counts":  func(s *models.State) { s.Header = []byte(`{"milestones":["a"],"clusters":-1,"weeks":-1}`) },
		"huge counts":      func(s *models.State) { s.Header = []byte(`{"milestones":["a"],"clusters":999999999999,"weeks":1}`) },
		"no milestones":    func(s *models.State) { s.Header = []byte(`{"clusters":2,"weeks":1}`) },
		"unsorted names":   func(s *models.State) { s.Header = []byte(`{"milestones":["b","a"],"clusters":1,"weeks":1}`) },
		"short curve":      func(s *models.State) { s.Arrays["curve"] = s.Arrays["curve"][1:] },
		"short weights":    func(s *models.State) { s.Arrays["weight"] = s.Arrays["weight"][1:] },
		"falling curve":    func(s *models.State) { s.Arrays["curve"][0] = 0.99 },
		"share above one":  func(s *models.State) { s.Arrays["curve"][len(s.Arrays["curve"])-1] = 1.5 },
		"share no number":  func(s *models.State) { s.Arrays["curve"][0] = never },
		"weights not one":  func(s *models.State) { s.Arrays["weight"][0] *= 2 },
		"negative weight":  func(s *models.State) { s.Arrays["weight"][0] = -1 },
		"weight no number": func(s *models.State) { s.Arrays["weight"][0] = never },
	}
	for name, change := range damage {
		bad := models.State{Kind: state.Kind, Header: slices.Clone(state.Header), Arrays: map[string][]float64{}}
		for key, array := range state.Arrays {
			bad.Arrays[key] = slices.Clone(array)
		}
		change(&bad)
		if _, err := FromState(bad); !errors.Is(err, models.ErrState) {
			t.Errorf("%s: error %v, want ErrState", name, err)
		}
	}
}

// The path is that of renewed accounts: those that churned move no curve, however
// many of them reached a milestone, or when.
func TestPathIsThatOfTheRenewed(t *testing.T) {
	j, cluster, renewed := journey(5, 400)
	want, err := Fit(j, cluster, 2, renewed, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for m := range j.Reached {
		j.Reached[m] = slices.Clone(j.Reached[m])
		for i := range renewed {
			if !renewed[i] {
				j.Reached[m][i] = 0 // on their first day
			}
		}
	}
	got, err := Fit(j, cluster, 2, renewed, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for k := range 2 {
		for m := range j.Milestones {
			for week := range 100 {
				if day := float64(7 * week); got.Expected(k, m, day) != want.Expected(k, m, day) {
					t.Fatalf("cluster %d, milestone %d, day %v: %v with churned accounts that reached everything, %v without",
						k, m, day, got.Expected(k, m, day), want.Expected(k, m, day))
				}
			}
		}
	}
}
