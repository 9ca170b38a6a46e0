package peers

import (
	"errors"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/etappe/etappe/models"
	"pgregory.net/rapid"
)

// course draws accounts with a few snapshots a month apart, in random order of
// rows. Field 0 is the account's own number, field 1 a plan, field 2 mostly
// missing.
func course(seed uint64, accounts int) *Snapshots {
	random := rand.New(rand.NewPCG(seed, 4))
	c := &Snapshots{Frame: &models.Frame{Fields: []models.Field{{Name: "own"}, {Name: "plan", Levels: []string{"a", "b", "c"}}, {Name: "seldom"}}, Columns: make([][]float64, 3)},
		Journey: &models.Journey{Milestones: []string{"one", "two"}, Reached: make([][]float64, 2)}}
	for a := range accounts {
		renewed, cluster, first := random.Float64() < 0.7, int32(random.IntN(3)), random.Float64()*300
		one, two := random.ExpFloat64()*100, random.ExpFloat64()*400
		for n := range 1 + random.IntN(5) {
			c.Account, c.Day = append(c.Account, int32(a)), append(c.Day, float64(30*n))
			c.Renewed, c.Cluster = append(c.Renewed, renewed), append(c.Cluster, cluster)
			c.LogOdds = append(c.LogOdds, random.NormFloat64())
			seldom := math.NaN()
			if random.IntN(8) == 0 {
				seldom = random.Float64()
			}
			for j, v := range []float64{float64(a), float64(random.IntN(4)), seldom} {
				c.Columns[j] = append(c.Columns[j], v)
			}
			tenure := first + float64(30*n)
			c.Journey.Tenure = append(c.Journey.Tenure, tenure)
			for m, at := range []float64{one, two} {
				if at > tenure {
					at = math.NaN()
				}
				c.Journey.Reached[m] = append(c.Journey.Reached[m], at)
			}
		}
	}
	return c.reorder(random.Perm(len(c.Day)))
}

// reorder returns the course with its rows in another order.
func (c *Snapshots) reorder(rows []int) *Snapshots {
	out := &Snapshots{Frame: c.Frame.Select(rows), Account: models.Pick(c.Account, rows), Day: models.Pick(c.Day, rows),
		Renewed: models.Pick(c.Renewed, rows), LogOdds: models.Pick(c.LogOdds, rows)}
	if c.Journey != nil {
		out.Journey = &models.Journey{Milestones: c.Journey.Milestones, Tenure: models.Pick(c.Journey.Tenure, rows)}
		for _, reached := range c.Journey.Reached {
			out.Journey.Reached = append(out.Journey.Reached, models.Pick(reached, rows))
		}
	}
	return out
}

func fitCourse(t testing.TB, c *Snapshots) *Peers {
	t.Helper()
	p, err := Fit(c, 3)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// lasts returns the last row of each account in cluster k that renewed.
func (c *Snapshots) lasts(k int) []int {
	var rows []int
	for i := range c.Day {
		last := true
		for o := range c.Day {
			last = last && (c.Account[o] != c.Account[i] || c.Day[o] <= c.Day[i])
		}
		if last && c.Renewed[i] && c.ClusterOf(i) == k {
			rows = append(rows, i)
		}
	}
	return rows
}

// Counted one by one, the milestones are the same; none is counted twice.
func TestPeersCountMilestonesExactly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := course(rapid.Uint64().Draw(t, "seed"), rapid.IntRange(20, 80).Draw(t, "accounts"))
		p, err := Fit(c, 3)
		if err != nil {
			t.Fatal(err)
		}
		tenure := rapid.Float64Range(-5, 600).Draw(t, "tenure")
		day := 7 * math.Floor(math.Max(tenure, 0)/7)
		for k := range 3 {
			rows := c.lasts(k)
			if p.Renewed(k) != len(rows) {
				t.Fatalf("cluster %d: %d peers, counted %d", k, p.Renewed(k), len(rows))
			}
			for m := range 2 {
				had, of := 0, 0
				for _, i := range rows {
					if c.Journey.Tenure[i] >= day {
						of++
						if c.Journey.Reached[m][i] <= day {
							had++
						}
					}
				}
				if h, n := p.Had(k, m, tenure); h != had || n != of {
					t.Fatalf("cluster %d, milestone %d, day %v: %d of %d, counted %d of %d", k, m, tenure, h, n, had, of)
				}
			}
		}
	})
}

func TestPeersCountNobodyWhereNobodyIs(t *testing.T) {
	p := fitCourse(t, course(1, 60))
	for _, tenure := range []float64{math.NaN(), math.Inf(1), 1e300, 5000} {
		if had, of := p.Had(0, 0, tenure); had != 0 || of != 0 {
			t.Errorf("day %v: %d of %d", tenure, had, of)
		}
	}
	c := course(1, 60)
	c.Journey = nil
	if p := fitCourse(t, c); len(p.Milestones()) != 0 || p.Renewed(0) == 0 {
		t.Errorf("without milestones: %q, %d peers", p.Milestones(), p.Renewed(0))
	}
}

// The order of rows, the numbers of accounts and the calendar do not matter.
func TestPeersDoNotDependOnTheOrder(t *testing.T) {
	c := course(2, 100)
	want := fitCourse(t, c)
	random := rand.New(rand.NewPCG(8, 8))
	other := c.reorder(random.Perm(len(c.Day)))
	for i := range other.Day {
		other.Day[i] += 19_000
		other.Account[i] = 7*other.Account[i] + 3
	}
	if !samePeers(t, want, fitCourse(t, other)) {
		t.Error("the same accounts in another order have other peers")
	}
}

func samePeers(t testing.TB, a, b *Peers) bool {
	t.Helper()
	x, err := a.State()
	if err != nil {
		t.Fatal(err)
	}
	y, err := b.State()
	if err != nil {
		t.Fatal(err)
	}
	bits := func(a, b []float64) bool {
		return slices.EqualFunc(a, b, func(x, y float64) bool { return math.Float64bits(x) == math.Float64bits(y) })
	}
	return string(x.Header) == string(y.Header) && maps.EqualFunc(x.Arrays, y.Arrays, bits)
}

// An account with many snapshots counts as one; only renewed accounts count.
func TestPeersWeighAccountsNotSnapshots(t *testing.T) {
	c := &Snapshots{Frame: &models.Frame{Fields: []models.Field{{Name: "x"}, {Name: "plan", Levels: []string{"a", "b"}}}, Columns: make([][]float64, 2)}}
	add := func(account int32, day, x, plan float64, renewed bool) {
		c.Account, c.Day, c.Renewed, c.LogOdds = append(c.Account, account), append(c.Day, day), append(c.Renewed, renewed), append(c.LogOdds, 0)
		c.Columns[0], c.Columns[1] = append(c.Columns[0], x), append(c.Columns[1], plan)
	}
	for day := range 10 {
		add(0, float64(day), 100, 0, true)
	}
	add(1, 0, 1, 1, true)
	add(2, 0, 2, 1, true)
	for a := range int32(50) {
		add(10+a, 0, -7, 0, false)
	}
	add(99, 0, -1000, 0, true) // renewed once,
	add(99, 90, -1000, 0, false)
	p, err := Fit(c, 1)
	if err != nil {
		t.Fatal(err)
	}
	low, high := p.Range(0, 0)
	if p.Renewed(0) != 3 || p.Typical(0, 0) != 2 || p.Typical(0, 1) != 1 || low != 1 || high != 100 {
		t.Errorf("%d peers, median %v in %v to %v, plan %v", p.Renewed(0), p.Typical(0, 0), low, high, p.Typical(0, 1))
	}
	if low, high := p.Range(0, 1); !math.IsNaN(low) || !math.IsNaN(high) {
		t.Errorf("a plan ranges from %v to %v", low, high)
	}
}

// Movement is the planted standard deviation, whatever a few accounts really
// went through, at any distance of snapshots; a cluster of few looks like all.
func TestMovementFindsThePlantedNoise(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 3))
	c := &Snapshots{Frame: &models.Frame{Fields: []models.Field{{Name: "x"}}, Columns: make([][]float64, 1)}}
	planted := []float64{0.2, 0.6, 5}
	for a := range 1203 {
		k := a % 2
		if a >= 1200 {
			k = 2
		}
		z := random.NormFloat64()
		for n := range 6 {
			day := 30 * n
			if a%4 < 2 {
				day = 90 * n
			}
			z += random.NormFloat64() * planted[k] * math.Sqrt(float64(day)/30/max(1, float64(n)))
			if a%25 == 7 && n == 3 {
				z += 6 // what one account in 25 really went through
			}
			c.Account, c.Day, c.LogOdds = append(c.Account, int32(a)), append(c.Day, float64(day)), append(c.LogOdds, z)
			c.Renewed, c.Cluster, c.Columns[0] = append(c.Renewed, a%3 > 0), append(c.Cluster, int32(k)), append(c.Columns[0], 0)
		}
	}
	p := fitCourse(t, c)
	for k, want := range planted[:2] {
		if got := p.Movement(k); math.Abs(got/want-1) > 0.08 {
			t.Errorf("cluster %d moves by %.3f, planted %.3f", k, got, want)
		}
	}
	if got := p.Movement(2); !(got > 0.4 && got < 2.5) {
		t.Errorf("three accounts that move by 5 among 1,200 that move by .4: %v", got)
	}
	c.Day = nil
	if got := fitCourse(t, c).Movement(0); !math.IsNaN(got) {
		t.Errorf("without dates accounts move by %v", got)
	}
}

func TestFitPeersRefuses(t *testing.T) {
	c := course(5, 30)
	clear(c.Renewed)
	if _, err := Fit(c, 3); !errors.Is(err, models.ErrTraining) {
		t.Errorf("nobody renewed: %v", err)
	}
	empty := &Snapshots{Frame: &models.Frame{Fields: []models.Field{{Name: "x"}}, Columns: [][]float64{nil}}}
	if _, err := Fit(empty, 1); !errors.Is(err, models.ErrTraining) {
		t.Errorf("nobody at all: %v", err)
	}
}

// A cluster without anybody has peers of its own: none.
func TestPeersOfAnEmptyCluster(t *testing.T) {
	p, err := Fit(course(6, 40), 5)
	if err != nil {
		t.Fatal(err)
	}
	had, of := p.Had(4, 1, 30)
	if p.Renewed(4) != 0 || !math.IsNaN(p.Typical(4, 0)) || !math.IsNaN(p.Typical(4, 1)) || had != 0 || of != 0 || !(p.Movement(4) > 0) {
		t.Errorf("%d peers, median %v, %d of %d, movement %v", p.Renewed(4), p.Typical(4, 0), had, of, p.Movement(4))
	}
	s, err := p.State()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := FromState(s); err != nil {
		t.Error(err)
	}
}

func TestPeersState(t *testing.T) {
	p := fitCourse(t, course(7, 120))
	state, err := p.State()
	if err != nil {
		t.Fatal(err)
	}
	back, err := FromState(state)
	if err != nil {
		t.Fatal(err)
	}
	if !samePeers(t, p, back) {
		t.Error("peers read back have another state")
	}
	set := func(name string, at int, v float64) func(s *models.State) {
		return func(s *models.State) { s.Arrays[name][at] = v }
	}
	damage := map[string]func(s *models.State){
		"kind":             func(s *models.State) { s.Kind = "peers/2" },
		"no header":        func(s *models.State) { s.Header = nil },
		"negative counts":  func(s *models.State) { s.Header = []byte(`{"clusters":-1,"fields":-1,"weeks":-1}`) },
		"huge counts":      func(s *models.State) { s.Header = []byte(`{"clusters":1,"fields":999999999999,"weeks":1}`) },
		"unsorted names":   func(s *models.State) { s.Header = []byte(`{"milestones":["b","a"],"clusters":3,"fields":3,"weeks":1}`) },
		"an array less":    func(s *models.State) { delete(s.Arrays, "had") },
		"short array":      func(s *models.State) { s.Arrays["low"] = s.Arrays["low"][1:] },
		"half an account":  set("renewed", 0, 0.5),
		"minus an account": set("renewed", 0, -1),
		"NaN accounts":     set("renewed", 0, math.NaN()),
		"too many there":   set("there", 0, 1e6),
		"more come later":  func(s *models.State) { s.Arrays["there"][0]-- },
		"more had it":      func(s *models.State) { s.Arrays["had"][0] = s.Arrays["there"][0] + 1 },
		"NaN had it":       set("had", 0, math.NaN()),
		"moves backwards":  set("movement", 1, -0.1),
		"moves endlessly":  set("movement", 1, math.Inf(1)),
		"above its range":  set("typical", 0, 1e6),
		"endless range":    set("high", 0, math.Inf(1)),
		"half a level":     set("typical", 1, 0.5),
		"half a range":     set("low", 0, math.NaN()),
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

// Without a cluster, one whose accounts were all seen once takes no part in the mean.
func TestNoClusterLeavesOutWhatIsNotKnown(t *testing.T) {
	p := &Peers{renewed: []int{10, 30, 20}, movement: []float64{1, math.NaN(), 4}}
	if got := p.Movement(models.NoCluster); got != 3 {
		t.Errorf("movement %v, want 3", got)
	}
	if got := p.Movement(1); !math.IsNaN(got) {
		t.Errorf("movement of the cluster itself %v, want NaN", got)
	}
}
