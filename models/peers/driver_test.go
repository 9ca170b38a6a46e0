package peers

import (
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/etappe/etappe/models"
	"pgregory.net/rapid"
)

// summing is a model whose log-odds are the sum of the fields.
type summing struct{}

func (summing) LogOdds(f *models.Frame) ([]float64, error) {
	z := make([]float64, f.Rows())
	for _, column := range f.Columns {
		for i, x := range column {
			z[i] += x
		}
	}
	return z, nil
}

func (summing) Contributions(*models.Frame) (*models.Contributions, error) {
	return nil, errors.ErrUnsupported
}

func (summing) Move(from, to *models.Frame) (*models.Movement, error) {
	m := &models.Movement{Share: make([][]float64, len(to.Columns)), Cluster: make([]float64, to.Rows())}
	for j, column := range to.Columns {
		for i, x := range column {
			m.Share[j] = append(m.Share[j], x-from.Columns[j][i])
		}
	}
	return m, nil
}

// drifting draws accounts of two clusters with four snapshots 30 days apart each.
// Fields 0 and 1 are one driver, 2 is another, livelier in cluster 1, 3 is of no
// driver. A value is its account's own, and noise: between any two dates it
// differs by √2 of the noise.
func drifting(seed uint64, accounts int) *Snapshots {
	random := rand.New(rand.NewPCG(seed, 9))
	c := &Snapshots{Frame: &models.Frame{Fields: []models.Field{{Name: "a"}, {Name: "b"}, {Name: "c"}, {Name: "d"}}, Columns: make([][]float64, 4)},
		Model: summing{}, Driver: []string{"one", "one", "other", ""}}
	for a := range accounts {
		k := a % 2
		own := 3 * random.NormFloat64()
		for n := range 4 {
			c.Account, c.Day = append(c.Account, int32(a)), append(c.Day, float64(30*n))
			c.Renewed, c.Cluster = append(c.Renewed, true), append(c.Cluster, int32(k))
			for j, noise := range []float64{0.3, 0.4, 0.2 * float64(1+2*k), 5} {
				c.Columns[j] = append(c.Columns[j], own+noise*random.NormFloat64())
			}
		}
	}
	c.LogOdds, _ = summing{}.LogOdds(c.Frame)
	return c
}

// The usual movement is the quantile of what was planted, driver by driver and
// cluster by cluster; and of accounts like those learned from, as many as
// promised have a driver beyond Reach.
func TestUsualFindsThePlantedNoise(t *testing.T) {
	p, err := Fit(drifting(1, 3000), 2)
	if err != nil {
		t.Fatal(err)
	}
	if got := p.Drivers(); !slices.Equal(got, []string{"one", "other"}) {
		t.Fatalf("drivers %q", got)
	}
	const z95 = 1.959964
	for k, want := range [][2]float64{{0.5, 0.2}, {0.5, 0.6}} {
		for d := range want {
			if got := p.Usual(k, d, 60) / (z95 * math.Sqrt2 * want[d]); math.Abs(got-1) > 0.08 {
				t.Errorf("cluster %d, driver %d: %.3f of what was planted", k, d, got)
			}
		}
	}
	fresh := drifting(2, 4000)
	beyond, n := 0, 0
	from, to := fresh.pairs(fresh.inOrder())
	for i, b := range to {
		a, k := from[i], fresh.ClusterOf(b)
		moved := []float64{fresh.Columns[0][b] - fresh.Columns[0][a] + fresh.Columns[1][b] - fresh.Columns[1][a], fresh.Columns[2][b] - fresh.Columns[2][a]}
		far := 0.0
		for d, x := range moved {
			if x*(fresh.LogOdds[b]-fresh.LogOdds[a]) > 0 {
				far = max(far, math.Abs(SoftThreshold(x, p.Usual(k, d, 60))))
			}
		}
		if n++; far > p.Reach(k, 60) {
			beyond++
		}
	}
	if share := float64(beyond) / float64(n); math.Abs(share-(1-usualReach)) > 0.008 {
		t.Errorf("a driver of %.3f of %d movements goes beyond reach", share, n)
	}
}

// Pairs lie far enough apart, in one cluster and in order; without dates, a
// model or drivers nothing is learned, and a value that came or went is no movement.
func TestDriversAreLearnedFromMovementsAlone(t *testing.T) {
	c := drifting(3, 200)
	from, to := c.pairs(c.inOrder())
	if len(from) != 2*200 {
		t.Errorf("%d pairs of 200 accounts", len(from))
	}
	for i := range from {
		if days := c.Day[to[i]] - c.Day[from[i]]; days != 60 || c.Account[from[i]] != c.Account[to[i]] {
			t.Fatalf("rows %d and %d, %v days apart", from[i], to[i], days)
		}
	}
	for name, change := range map[string]func(c *Snapshots){
		"no dates": func(c *Snapshots) { c.Day = nil }, "no model": func(c *Snapshots) { c.Model = nil },
		"no driver": func(c *Snapshots) { clear(c.Driver) },
		"one date":  func(c *Snapshots) { clear(c.Day) },
	} {
		bare := drifting(3, 50)
		change(bare)
		p, err := Fit(bare, 2)
		if err != nil || p.Drivers() != nil {
			t.Errorf("%s: drivers %q, %v", name, p.Drivers(), err)
		}
	}
	for i := range c.Day {
		if c.Day[i] == 90 {
			c.Columns[2][i] = math.NaN()
		}
	}
	p, err := Fit(c, 2)
	if err != nil {
		t.Fatal(err)
	}
	if got := p.Usual(1, 1, 60); math.IsNaN(got) || got <= 0 {
		t.Errorf("a value that went moved a driver: %v", got)
	}
	broken := drifting(3, 20)
	broken.Model = refusing{}
	if _, err := Fit(broken, 2); !errors.Is(err, models.ErrFields) {
		t.Errorf("a model that refuses: %v", err)
	}
}

type refusing struct{ summing }

func (refusing) Move(_, _ *models.Frame) (*models.Movement, error) { return nil, models.ErrFields }

// Row order, account numbers and the calendar do not matter to drivers either.
func TestDriversDoNotDependOnTheOrder(t *testing.T) {
	c := drifting(4, 150)
	want := fitCourse(t, c)
	other := c.reorder(rand.New(rand.NewPCG(8, 8)).Perm(len(c.Day)))
	other.Model, other.Driver = c.Model, c.Driver
	for i := range other.Day {
		other.Day[i] += 19_000
	}
	if !samePeers(t, want, fitCourse(t, other)) {
		t.Error("the same accounts in another order have other drivers")
	}
}

// SoftThreshold is odd, shrinks, keeps the sign and is 0 inside the usual.
func TestBeyond(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x, u := rapid.Float64Range(-9, 9).Draw(t, "x"), rapid.Float64Range(0, 9).Draw(t, "u")
		got := SoftThreshold(x, u)
		if got != -SoftThreshold(-x, u) || math.Abs(got) > math.Abs(x) || math.Abs(x) <= u && got != 0 || got*x < 0 || math.Abs(x) > u && math.Abs(got+math.Copysign(u, x)-x) > 1e-12 {
			t.Fatalf("beyond ±%v of %v: %v", u, x, got)
		}
	})
}

func TestDriversState(t *testing.T) {
	p := fitCourse(t, drifting(5, 120))
	state, err := p.State()
	if err != nil {
		t.Fatal(err)
	}
	back, err := FromState(state)
	if err != nil || !samePeers(t, p, back) || !slices.Equal(back.Drivers(), p.Drivers()) || back.Reach(1, 40) != p.Reach(1, 40) {
		t.Fatalf("peers read back have another state: %v", err)
	}
	set := func(name string, v float64) func(s *models.State) {
		return func(s *models.State) { s.Arrays[name][0] = v }
	}
	for name, change := range map[string]func(s *models.State){
		"no names": func(s *models.State) { s.Header = []byte(`{"clusters":3,"fields":4,"weeks":1}`) },
		"unsorted": func(s *models.State) {
			s.Header = []byte(`{"clusters":3,"fields":4,"weeks":1,"drivers":["other","one"]}`)
		},
		"twice": func(s *models.State) {
			s.Header = []byte(`{"clusters":3,"fields":4,"weeks":1,"drivers":["one","one"]}`)
		},
		"nameless": func(s *models.State) { s.Header = []byte(`{"clusters":3,"fields":4,"weeks":1,"drivers":["","one"]}`) },
		"more names": func(s *models.State) {
			s.Header = []byte(`{"clusters":3,"fields":4,"weeks":1,"drivers":["a","b","c"]}`)
		},
		"no reach":        func(s *models.State) { delete(s.Arrays, "reach") },
		"no usual":        func(s *models.State) { delete(s.Arrays, "usual") },
		"backwards":       set("usual", -0.1),
		"not a number":    set("usual", math.NaN()),
		"endless reach":   set("reach", math.Inf(1)),
		"reach backwards": set("reach", -1),
	} {
		bad, err := p.State()
		if err != nil {
			t.Fatal(err)
		}
		for key, array := range bad.Arrays {
			bad.Arrays[key] = slices.Clone(array)
		}
		change(&bad)
		if _, err := FromState(bad); !errors.Is(err, models.ErrState) {
			t.Errorf("%s: error %v, want ErrState", name, err)
		}
	}
	old := fitCourse(t, course(7, 60)) // as saved before drivers were known
	if state, err = old.State(); err != nil || state.Arrays["usual"] != nil {
		t.Fatalf("%v", err)
	}
	if back, err = FromState(state); err != nil || back.Drivers() != nil {
		t.Errorf("drivers %q, %v", back.Drivers(), err)
	}
}
