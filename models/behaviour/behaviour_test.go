package behaviour

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// A world of our own: Poisson counts of drifting rates.
func simulated(r *rand.Rand, rate, drift, noise float64, drop func(week int) float64) []float64 {
	weeks, x := make([]float64, Weeks), 0.0
	for t := range weeks {
		x += math.Sqrt(drift) * r.NormFloat64()
		lambda := rate * math.Exp(x+math.Sqrt(noise)*r.NormFloat64())
		if drop != nil {
			lambda *= drop(t)
		}
		weeks[t] = poisson(r, lambda)
	}
	return weeks
}

func poisson(r *rand.Rand, lambda float64) float64 {
	n, p := -1.0, 1.0
	for limit := math.Exp(-lambda); p > limit; n++ {
		p *= r.Float64()
	}
	return n
}

func flat() []float64 { return slices.Repeat([]float64{1}, Weeks) }

func testModel() *Model {
	m := &Model{limit: DefaultLimit, aim: 1, groups: 2, importance: [][]float64{{1, 1}}, roles: []string{"admin"},
		drivers: []Driver{{"comments", 0, 1, 0.01, 0.06}, {"tickets", 1, -1, 0.01, 0.06}}}
	for side := range sides {
		for range 2 {
			m.alone[side] = append(m.alone[side], []float64{0.9, 1.5, 2.1, 2.4, 2.7, 3.1, 3.3})
			m.most[side] = append(m.most[side], []float64{0.9, 1.5, 2.1, 2.4, 2.7, 3.1, 3.3})
		}
	}
	return m
}

// z of a change in a week that is fixed beforehand is standard normal where nothing
// changed, for few occurrences and many.
func TestChangeIsStandardised(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, rate := range []float64{1, 4, 30} {
		var z []float64
		for range 3000 {
			f := fitLevel(simulated(r, rate, 0.01, 0.06, nil), flat(), Weeks, 0.01, 0.06)
			z = append(z, f.change(18))
		}
		mean, square := 0.0, 0.0
		for _, v := range z {
			mean, square = mean+v/float64(len(z)), square+v*v/float64(len(z))
		}
		if sd := math.Sqrt(square - mean*mean); math.Abs(mean) > 0.15 || sd < 0.8 || sd > 1.15 {
			t.Errorf("rate %v: mean %.3f, standard deviation %.3f", rate, mean, sd)
		}
	}
}

// The O(n) solution is that of the dense system.
func TestLevelIsGeneralisedLeastSquares(t *testing.T) {
	counts := simulated(rand.New(rand.NewPCG(3, 4)), 5, 0.02, 0.05, nil)
	const drift, noise = 0.02, 0.05
	f := fitLevel(counts, flat(), Weeks, drift, noise)
	s := make([][]float64, Weeks)
	for i := range s {
		s[i] = make([]float64, Weeks+1)
		for k := range Weeks {
			s[i][k] = freeLevel + drift*float64(min(i, k)+1)
		}
		s[i][i] += 1 / f.precision[i]
		if i >= 15 {
			s[i][Weeks] = 1
		}
	}
	weights := gauss(s) // S⁻¹u
	moved, information := 0.0, 0.0
	for i, w := range weights {
		y := 0.0
		for k := range Weeks { // y = S · S⁻¹y
			v := freeLevel + drift*float64(min(i, k)+1)
			if i == k {
				v += 1 / f.precision[i]
			}
			y += v * f.residual[k]
		}
		moved += w * y
		if i >= 15 {
			information += w
		}
	}
	got, _ := f.estimate(15)
	if want := moved / math.Sqrt(information); math.Abs(want-got) > 1e-9 {
		t.Errorf("z = %v, by the dense system %v", got, want)
	}
}

// gauss solves a system given with its right side as the last column.
func gauss(a [][]float64) []float64 {
	n := len(a)
	for i := range n {
		for k := i + 1; k < n; k++ {
			share := a[k][i] / a[i][i]
			for c := i; c <= n; c++ {
				a[k][c] -= share * a[i][c]
			}
		}
	}
	x := make([]float64, n)
	for i := n - 1; i >= 0; i-- {
		x[i] = a[i][n]
		for k := i + 1; k < n; k++ {
			x[i] -= a[i][k] * x[k]
		}
		x[i] /= a[i][i]
	}
	return x
}

// A rate that falls to a third is found, with its counts and about when; a fall that
// all accounts have in common is none.
func TestDropIsFound(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	m := testModel()
	drop := func(week int) float64 {
		if week >= 17 {
			return 0.25
		}
		return 1
	}
	found, near, inside, all := 0, 0, 0, 300
	for range all {
		record := &Record{Observed: Weeks, Counts: [][]float64{simulated(r, 8, 0.002, 0.02, drop), nil}, People: [][]Person{nil}}
		v := m.Judge(m.Changes(record, Common{flat(), flat()}, 14), []float64{0}, 0)
		if !v.Worse || v.Better {
			continue
		}
		found++
		c := v.Moved[0]
		if math.Abs(float64(c.Onset-17)) <= 1 {
			near++
		}
		if c.Low <= 17 && 17 <= c.High {
			inside++
		}
		if c.Before.Days != 7*12 || c.After.Days != 7*(Weeks-c.Onset) || c.After.N >= c.Before.N {
			t.Errorf("before %+v, after %+v", c.Before, c.After)
		}
		common := make([]float64, Weeks)
		for week := range common {
			common[week] = drop(week)
		}
		for _, c := range m.Changes(record, Common{common, flat()}, 14) {
			if c.Z < -3 {
				t.Errorf("z = %v where all accounts fell alike", c.Z)
			}
		}
	}
	if found < all*9/10 || near < found*8/10 || inside < found*9/10 {
		t.Errorf("%d of %d found, %d at the week, %d in the interval", found, all, near, inside)
	}
}

// Where nothing changed, the limit holds in either direction, also where the sample
// that it was learned from holds accounts that really fell.
func TestLimitHolds(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	sample := func(n int, really float64) []Comparison {
		var list []Comparison
		for range n {
			var drop func(int) float64
			if r.Float64() < really {
				drop = func(week int) float64 { return map[bool]float64{true: 0.25, false: 1}[week >= 18] }
			}
			record := &Record{Observed: Weeks, People: [][]Person{nil}, Counts: [][]float64{
				simulated(r, 6, 0.01, 0.06, drop), simulated(r, 1, 0.01, 0.01, nil)}}
			list = append(list, Comparison{record, Common{flat(), flat()}, int32(len(list)), 0, 16, []float64{0.3 * r.NormFloat64(), 0.1 * r.NormFloat64()}})
		}
		return list
	}
	m, err := Fit([]Driver{{Name: "comments", Group: 0, Better: 1}, {Name: "tickets", Group: 1, Better: -1}}, []string{"admin"}, 0.02, sample(4000, 0.15))
	if err != nil {
		t.Fatal(err)
	}
	c := m.Check(sample(4000, 0))
	if c.Worse.Share > 0.025 || c.Better.Share > 0.025 || c.Worse.Share < 0.004 {
		t.Errorf("false alarms for the worse %.4f, for the better %.4f, the limit is .02 each", c.Worse.Share, c.Better.Share)
	}
	if c := m.Check(sample(1000, 1)); c.Worse.Share < 0.5 {
		t.Errorf("of accounts that fell to a quarter %.2f are found", c.Worse.Share)
	}
	if c.Accounts != 4000 || !(c.Worse.Low < c.Worse.Share && c.Worse.Share < c.Worse.High) {
		t.Errorf("%+v of 4,000 accounts", c)
	}
	m = m.WithChecked(c)
	state, err := m.State()
	if err != nil {
		t.Fatal(err)
	}
	back, err := FromState(state)
	if err == nil && back.Checked() != c {
		t.Errorf("read back: %+v, was %+v", back.Checked(), c)
	}
	if err != nil {
		t.Fatal(err)
	}
	if again, err := back.State(); err != nil || string(again.Header) != string(state.Header) || !slices.Equal(again.Arrays["most"], state.Arrays["most"]) {
		t.Errorf("read back: %+v, %v", again, err)
	}
}

// Somebody who was there on two days a week and is gone for seven weeks is gone;
// somebody who takes two weeks off is not.
func TestDeparture(t *testing.T) {
	m := testModel()
	person := func(last int) Person {
		p := Person{make([]float64, Weeks), make([]float64, Weeks)}
		for week := range last + 1 {
			p.Acts[week], p.Days[week] = 2, 2
		}
		return p
	}
	other := Person{make([]float64, Weeks), flat()}
	other.Acts[25] = 3
	for last, gone := range map[int]bool{18: true, 23: false, 25: false, 5: false} {
		record := &Record{Observed: Weeks, Counts: [][]float64{nil, nil}, People: [][]Person{{person(last), other}}}
		v := m.Judge(m.Changes(record, Common{flat(), flat()}, 16), make([]float64, 1), 0)
		if v.Worse != gone {
			t.Errorf("last seen in week %d: %+v", last, v)
		}
	}
}

// A record comes back as it was; every shortened or changed one is refused or another.
func TestRecordRoundTrip(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 10))
	record := &Record{Observed: 20, Counts: [][]float64{simulated(r, 0.3, 0.01, 0.01, nil), nil, simulated(r, 300, 0.1, 0.1, nil)},
		People: [][]Person{{{simulated(r, 1, 0.01, 0.01, nil), make([]float64, Weeks)}}}}
	data := record.Append(nil)
	back, err := ReadRecord(data, 3, 1)
	if err != nil || back.Observed != 20 || !slices.Equal(back.Counts[2], record.Counts[2]) || back.Counts[1] != nil ||
		!slices.Equal(back.Counts[0], record.Counts[0]) || !slices.Equal(back.People[0][0].Acts, record.People[0][0].Acts) {
		t.Fatalf("%+v, %v", back, err)
	}
	for n := range data {
		if _, err := ReadRecord(data[:n], 3, 1); err == nil {
			t.Errorf("the first %d bytes are read", n)
		}
	}
	if _, err := ReadRecord(data, 2, 1); err == nil {
		t.Error("read as a record of two drivers")
	}
	common := Common{flat(), simulated(r, 1, 0.01, 0.01, nil), flat()}
	if got, err := ReadCommon(common.Append(nil), 3); err != nil || got[0][3] != 1 {
		t.Errorf("%v, %v", got, err)
	}
}

// Comparisons of one account that are all alike are worth one: the interval is that of
// the accounts.
func TestRateIsOfAccounts(t *testing.T) {
	single, repeated := map[int32]*[1 + sides]float64{}, map[int32]*[1 + sides]float64{}
	for a := range int32(200) {
		single[a], repeated[a] = &[1 + sides]float64{sides: 1}, &[1 + sides]float64{sides: 5}
		if a%20 == 0 {
			single[a][worse], repeated[a][worse] = 1, 5
		}
	}
	one, five := rateOf(single, worse), rateOf(repeated, worse)
	if math.Abs(one.Share-0.05) > 1e-12 || math.Abs(one.Low-five.Low) > 1e-9 || math.Abs(one.High-five.High) > 1e-9 {
		t.Errorf("%+v and %+v", one, five)
	}
	if math.Abs(one.Low-0.0274) > 0.0002 || math.Abs(one.High-0.0896) > 0.0002 { // Wilson 1927, 10 of 200
		t.Errorf("interval %+v", one)
	}
	if none := rateOf(single, better); none.Share != 0 || none.Low != 0 || none.High < 0.01 || none.High > 0.03 {
		t.Errorf("of none: %+v", none)
	}
}

// Where chance goes further down than up, each side has a limit of its own.
func TestEachSideHasItsLimit(t *testing.T) {
	m := testModel()
	for i := range m.most[better][1] {
		m.most[better][1][i] *= 2
	}
	c := Change{Driver: 1, Z: -4} // fewer tickets: better
	if v := m.Judge([]Change{c}, []float64{0}, 0); v.Better {
		t.Errorf("%+v", v)
	}
	if c.Z = 4; !m.Judge([]Change{c}, []float64{0}, 0).Worse {
		t.Error("more tickets are not worse")
	}
}

// Of fewer accounts less of the limit is aimed at, so that it holds all the same.
func TestAimHolds(t *testing.T) {
	m := testModel()
	few, many := m.aimFor(Rate{0.02, 0.01, 0.03}), m.aimFor(Rate{0.02, 0.018, 0.022})
	if !(few < many && many < 1 && few >= leastAim) || m.aimFor(Rate{0, 0, 0.01}) != leastAim {
		t.Errorf("%v of few, %v of many", few, many)
	}
	p, n := m.share(), 0.02*0.98/math.Pow(0.002/1.959964, 2)
	if q := many * p; math.Abs((p-q)/math.Sqrt(p*(1-p)/n)-sure) > 1e-9 {
		t.Errorf("aimed at %v for %v", q, p)
	}
}
