package additive

import (
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/modelstest"
)

// plainly answers row by row, straight from the formulas and the axes' own
// search: what the lookup is held against.
func plainly(t testing.TB, m *Model, f *models.Frame, level float64) *Answers {
	t.Helper()
	n, bags := f.Rows(), len(m.intercepts)
	out := &Answers{LogOdds: make([]float64, n), Low: make([]float64, n), High: make([]float64, n), Level: level,
		Baseline: make([]float64, n), Share: models.Zeros(len(m.fields), n)}
	codes := make([][]uint8, len(m.fields))
	for j := range codes {
		codes[j] = make([]uint8, n)
		if err := m.binnings[j].Code(m.fields[j].Name, f.Columns[j], 0, codes[j]); err != nil {
			t.Fatal(err)
		}
	}
	bias := make([][]float64, len(m.tables))
	for at := range m.tables {
		bias[at] = m.bias(&m.tables[at], m.describe(&m.tables[at], 1).Error)
	}
	width := distuv.StudentsT{Sigma: 1, Nu: float64(bags - 1)}.Quantile(0.5 + level/2)
	for i := range n {
		k := m.clusterOf(f, i)
		p := &m.clusters[k]
		out.LogOdds[i], out.Baseline[i] = m.base[k], m.baseline[k]
		z, square := make([]float64, bags), 0.0
		for b := range z {
			z[b] = m.intercepts[b] + p.Info.Lambda*p.Intercepts[b]
		}
		for at := range m.tables {
			term := &m.tables[at]
			cell := term.Cell(codes, i)
			effect := m.effects[k][at][cell]
			out.LogOdds[i] += effect
			for _, j := range term.Fields {
				out.Share[j][i] += (effect - p.centre[at]) / float64(len(term.Fields))
			}
			if bias[at] != nil {
				square += bias[at][cell] * bias[at][cell]
			}
			own := p.find(at)
			for b := range z {
				z[b] += term.Bags[b][cell]
				if own != nil {
					z[b] += p.Info.Lambda * own.Bags[b][cell]
				}
			}
		}
		if m.residual != nil {
			plainResidual(m, codes, i, k, z, out)
		}
		middle, spread := average(z), 0.0
		for _, v := range z {
			spread += (v - middle) * (v - middle)
		}
		half := width * math.Sqrt(m.jackknife()*m.jackknife()*spread+square)
		out.Low[i], out.High[i] = middle-half, middle+half
	}
	return out
}

// roomFor returns room for everything.
func roomFor(m *Model, rows int) *Answers {
	return &Answers{LogOdds: make([]float64, rows), Low: make([]float64, rows), High: make([]float64, rows), Level: 0.9,
		Baseline: make([]float64, rows), Share: models.Zeros(len(m.fields), rows)}
}

// compare holds answers to each other: log-odds and baselines to the bit,
// shares to the last places, intervals to far less than they are wide.
func compare(t *testing.T, want, got *Answers) {
	t.Helper()
	for i := range want.LogOdds {
		if got.LogOdds[i] != want.LogOdds[i] || got.Baseline[i] != want.Baseline[i] {
			t.Fatalf("row %d: log-odds %v from %v, want %v from %v", i, got.LogOdds[i], got.Baseline[i], want.LogOdds[i], want.Baseline[i])
		}
		for j := range want.Share {
			if math.Abs(got.Share[j][i]-want.Share[j][i]) > 1e-13 {
				t.Fatalf("row %d field %d: share %v, want %v", i, j, got.Share[j][i], want.Share[j][i])
			}
		}
		if math.Abs(got.Low[i]-want.Low[i]) > 1e-6 || math.Abs(got.High[i]-want.High[i]) > 1e-6 {
			t.Fatalf("row %d: [%v, %v], want [%v, %v]", i, got.Low[i], got.High[i], want.Low[i], want.High[i])
		}
	}
}

// One pass gives what the formulas give, with and without clusters, with sets,
// with cluster tables beside mains and sets, with missing and extreme values,
// for the whole frame and for any part of it.
func TestAnswerIsTheFormulas(t *testing.T) {
	clustered, s := explained(t)
	frame := *s.Frame
	frame.Columns = slices.Clone(frame.Columns)
	for j := range frame.Columns {
		frame.Columns[j] = slices.Clone(frame.Columns[j])
		for i, v := range []float64{math.NaN(), 0, math.MaxFloat64, -math.MaxFloat64, 1e-300} {
			frame.Columns[j][10*j+i] = v
		}
	}
	alone, plain := randomModel(1, 2, 3, 5), frame
	plain.Fields, plain.Columns, plain.Cluster = alone.fields, frame.Columns[:6], nil
	for name, one := range map[string]struct {
		m *Model
		f *models.Frame
	}{"clusters": {clustered, &frame}, "alone": {alone, &plain}} {
		t.Run(name, func(t *testing.T) {
			n := one.f.Rows()
			want, got := plainly(t, one.m, one.f, 0.9), roomFor(one.m, n)
			for from := 0; from < n; { // parts of every size, none a block
				to := min(n, from+1+from%701)
				if err := one.m.Answer(one.f, from, to, got); err != nil {
					t.Fatal(err)
				}
				from = to
			}
			compare(t, want, got)
			// Asked for alone, a number is the same to the bit.
			only := &Answers{LogOdds: make([]float64, n)}
			if err := one.m.Answer(one.f, 0, n, only); err != nil {
				t.Fatal(err)
			}
			low, high, err := one.m.Interval(one.f, 0.9)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(only.LogOdds, got.LogOdds) || !slices.Equal(low, got.Low) || !slices.Equal(high, got.High) {
				t.Error("what is asked for beside it changes a number")
			}
		})
	}
}

// A model that lost a main effect by hand has a field without a term of its own.
func TestAnswerWithoutATerm(t *testing.T) {
	m, s := explained(t)
	less, err := m.Without("x1")
	if err != nil {
		t.Fatal(err)
	}
	got := roomFor(less, s.Rows())
	for j := range got.Share {
		for i := range got.Share[j] {
			got.Share[j][i] = 99 // what was in the room does not matter
		}
	}
	if err := less.Answer(s.Frame, 0, s.Rows(), got); err != nil {
		t.Fatal(err)
	}
	compare(t, plainly(t, less, s.Frame, 0.9), got)
}

// Many goroutines share a model and fill one frame's parts.
func TestAnswerInParallel(t *testing.T) {
	m, s := explained(t)
	want, got := plainly(t, m, s.Frame, 0.9), roomFor(m, s.Rows())
	var all sync.WaitGroup
	for from := 0; from < s.Rows(); from += 100 {
		all.Go(func() {
			if err := m.Answer(s.Frame, from, min(from+100, s.Rows()), got); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	compare(t, want, got)
}

func TestAnswerAllocatesNothing(t *testing.T) {
	if raceDetector {
		t.Skip("the race detector empties pools at random")
	}
	m, s := explained(t)
	room := roomFor(m, s.Rows())
	answer := func() {
		if err := m.Answer(s.Frame, 0, s.Rows(), room); err != nil {
			t.Fatal(err)
		}
	}
	answer()
	if n := testing.AllocsPerRun(20, answer); n >= 1 {
		t.Errorf("%v allocations for %d rows", n, s.Rows())
	}
}

func TestAnswerRefuses(t *testing.T) {
	m, s := explained(t)
	n := s.Rows()
	infinite := s.Select([]int{0, 1, 2})
	infinite.Columns[3][1] = math.Inf(1)
	stranger := s.Select([]int{0, 1, 2})
	stranger.Cluster[2] = 2
	for name, row := range map[string]struct {
		f        *models.Frame
		from, to int
		a        Answers
	}{
		"rows before the first":     {s.Frame, -1, 3, Answers{}},
		"rows past the last":        {s.Frame, 0, n + 1, Answers{}},
		"rows backwards":            {s.Frame, 3, 2, Answers{}},
		"room for other rows":       {s.Frame, 0, n, Answers{LogOdds: make([]float64, n-1)}},
		"shares of other rows":      {s.Frame, 0, n, Answers{Share: models.Zeros(6, n-1)}},
		"shares of other fields":    {s.Frame, 0, n, Answers{Share: models.Zeros(5, n)}},
		"half an interval":          {s.Frame, 0, n, Answers{Low: make([]float64, n), Level: 0.9}},
		"an interval without level": {s.Frame, 0, n, Answers{Low: make([]float64, n), High: make([]float64, n)}},
		"an infinite value":         {infinite.Frame, 0, 3, Answers{LogOdds: make([]float64, 3)}},
		"a cluster too many":        {stranger.Frame, 0, 3, Answers{LogOdds: make([]float64, 3)}},
	} {
		if err := m.Answer(row.f, row.from, row.to, &row.a); !errors.Is(err, models.ErrFields) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// randomModel is a model of the size that speed is promised for, with
// arbitrary tables: mains of 256 bins over normal columns, pairs of 32 by 32 and
// triples of 16 by 16 by 16 cells.
func randomModel(clusters, pairs, triples, bags int) *Model {
	random := rand.New(rand.NewPCG(5, 6))
	fields := 30
	if pairs < 10 {
		fields = 6
	}
	sample, _ := modelstest.World{Fields: fields}.Draw(9, 20_000)
	m := &Model{fields: sample.Fields, intercepts: make([]float64, bags), platt: models.Platt{Slope: 1}}
	add := func(of []int, joints []MergedBins, cells int, size float64) {
		t := Table{Fields: of, Merges: joints, Weight: make([]float64, cells), Bags: models.Zeros(bags, cells)}
		for c := range cells {
			t.Weight[c] = 1
			middle := size * random.NormFloat64()
			for b := range t.Bags {
				t.Bags[b][c] = middle + 0.2*size*random.NormFloat64()
			}
		}
		t.SetMean()
		m.tables = append(m.tables, t)
	}
	for j := range m.fields {
		m.binnings = append(m.binnings, quantileBinning(sample.Columns[j], MaxBins-2))
		add([]int{j}, nil, m.binnings[j].Bins, 0.2)
	}
	for s := range pairs + triples {
		of, bins := random.Perm(fields)[:3], 16
		if s < pairs {
			of, bins = of[:2], 32
		}
		slices.Sort(of)
		var joints []MergedBins
		cells := 1
		for _, j := range of {
			to := MergedBins{Bins: bins, Bin: make([]uint8, m.binnings[j].Bins)}
			for b := range to.Bin {
				to.Bin[b] = uint8(b * bins / len(to.Bin))
			}
			joints, cells = append(joints, to), cells*bins
		}
		add(of, joints, cells, 0.05)
	}
	for range clusters {
		p := ClusterPart{Intercepts: make([]float64, bags), centre: make([]float64, len(m.tables))}
		for t := range p.centre {
			p.centre[t] = WeightedMean(m.tables[t].Mean, m.tables[t].Weight)
			if clusters > 1 && t < fields { // its own table beside each main effect
				own := m.tables[t]
				own.Bags = own.Bags[:len(own.Bags):len(own.Bags)]
				p.Info.Lambda, p.Own = 0.5, append(p.Own, OwnTable{Of: t, Table: own})
			}
		}
		m.clusters = append(m.clusters, p)
	}
	m.derive()
	return m
}
