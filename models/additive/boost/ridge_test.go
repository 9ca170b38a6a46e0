package boost

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/additive"
)

// hierarchy draws rows in clusters whose slopes deviate from shared ones with a
// standard deviation, and the run over them. The fields are on a raw scale.
func hierarchy(t *testing.T, seed uint64, clusters, rows, fields int, deviation float64) (*run, *ridge) {
	t.Helper()
	random := rand.New(rand.NewPCG(seed, 5))
	s := &models.Sample{Frame: &models.Frame{Columns: make([][]float64, fields)}}
	own := make([][]float64, clusters)
	for k := range own {
		for range fields {
			own[k] = append(own[k], deviation*random.NormFloat64())
		}
	}
	for j := range fields {
		s.Fields = append(s.Fields, models.Field{Name: string(rune('a' + j))})
	}
	for i := range rows {
		k, z := i%clusters, -0.5
		for j := range fields {
			x := random.NormFloat64()
			z += (0.3 + own[k][j]) * x
			s.Columns[j] = append(s.Columns[j], x)
		}
		s.Cluster = append(s.Cluster, int32(k))
		s.Churned = append(s.Churned, random.Float64() < models.Sigmoid(z))
	}
	trainer, err := Trainer{Bags: 4, Clusters: clusters}.withDefaults()
	if err != nil {
		t.Fatal(err)
	}
	r := &run{Trainer: trainer, sample: s, report: func(float64) {}}
	if err := r.prepare(); err != nil {
		t.Fatal(err)
	}
	p := &pooledFit{ridge: &ridge{data: r.binnedData, boosted: make([]float64, rows), columns: r.slopeColumns(), clusters: clusters, centre: 1}}
	for i := range rows {
		p.clusterOf = append(p.clusterOf, i%clusters)
	}
	p.layout()
	return r, p.ridge
}

// The precision that is learned is that of the deviations that were drawn: one
// over their variance, and very large where there are none.
func TestPrecisionIsThatOfTheDeviations(t *testing.T) {
	for _, c := range []struct {
		deviation float64
		rows      int // 1,200: less than half of what a cluster's slopes are is determined by its rows
	}{{0, 9000}, {0.3, 9000}, {0.3, 1200}, {0.8, 9000}} {
		deviation := c.deviation
		r, q := hierarchy(t, 3, 12, c.rows, 6, deviation)
		if _, err := q.learnPrecisions(r.weight); err != nil {
			t.Fatal(err)
		}
		learned := 1 / math.Sqrt(q.deviation[1])
		if low, high := 0.75*deviation, 1.3*deviation+0.08; learned < low || learned > high {
			t.Errorf("deviations of standard deviation %v in %d rows: learned %.3f, want %.3f to %.3f", deviation, c.rows, learned, low, high)
		}
		for k, share := range q.determined {
			if deviation == 0 && share > 0.25 || deviation == 0.8 && share < 0.7 {
				t.Errorf("deviations of %v: the data determine %.2f of cluster %d's", deviation, share, k)
			}
		}
	}
}

// The fit is where the penalised log-likelihood is highest, and the block
// elimination gives the step and the variances of the whole system.
func TestEliminationIsTheWholeSystem(t *testing.T) {
	r, q := hierarchy(t, 4, 3, 600, 3, 0.5)
	q.startPrecisions()
	s := q.startCoefficients()
	sys, err := q.fit(s, r.weight, ridgeMaxSteps)
	if err != nil {
		t.Fatal(err)
	}
	rows := q.rowsByCluster()
	v := q.curvature(s, r.weight, rows)
	whole := wholeSystem(q, v)
	var inverse mat.Dense
	if err := inverse.Inverse(whole); err != nil {
		t.Fatal(err)
	}
	shared, own := sys.variances()
	width := q.width()
	for c := range shared {
		if want := inverse.At(c, c); math.Abs(shared[c]-want) > 1e-6*(1+want) {
			t.Errorf("variance of β_%d is %v, of the whole system %v", c, shared[c], want)
		}
	}
	for k := range own {
		for c := range own[k] {
			at := width + k*len(q.own) + c
			if want := inverse.At(at, at); math.Abs(own[k][c]-want) > 1e-6*(1+want) {
				t.Errorf("variance of δ_%d of cluster %d is %v, of the whole system %v", c, k, own[k][c], want)
			}
		}
	}
	random := rand.New(rand.NewPCG(1, 1))
	for range 20 { // no direction is uphill
		step := q.startCoefficients()
		for c := range step.shared {
			step.shared[c] = 1e-2 * random.NormFloat64()
		}
		for k := range step.own {
			for c := range step.own[k] {
				step.own[k][c] = 1e-2 * random.NormFloat64()
			}
		}
		moved := s.clone()
		moved.add(step, 1)
		if up := q.curvature(moved, r.weight, rows).objective; up > v.objective {
			t.Errorf("a penalised log-likelihood of %v beside the fit's %v", up, v.objective)
		}
	}
}

// wholeSystem is the penalised hessian of β and all δ in one matrix.
func wholeSystem(q *ridge, v *curvature) *mat.Dense {
	width, own := q.width(), len(q.own)
	h := func(k, a, b int) float64 { return v.hessian[k].Data[min(a, b)*width+max(a, b)] }
	out := mat.NewDense(width+q.clusters*own, width+q.clusters*own, nil)
	for a := range width {
		for b := range width {
			for k := range v.hessian {
				out.Set(a, b, out.At(a, b)+h(k, a, b))
			}
		}
		out.Set(a, a, out.At(a, a)+q.shared[a])
	}
	for k := range q.clusters {
		at := width + k*own
		for a := range own {
			for b := range own {
				out.Set(at+a, at+b, h(k, q.own[a], q.own[b]))
			}
			out.Set(at+a, at+a, out.At(at+a, at+a)+q.deviation[a])
			for b := range width {
				out.Set(at+a, b, h(k, q.own[a], b))
				out.Set(b, at+a, h(k, q.own[a], b))
			}
		}
	}
	return out
}

// A field stands on the scale on which it is linear in the log-odds.
func TestSlopeScale(t *testing.T) {
	for _, c := range []struct {
		name string
		of   func(x float64) float64
		raw  bool
	}{
		{"a count by its logarithm", func(x float64) float64 { return 1.5*math.Log1p(x) - 4 }, false},
		{"a count as it is", func(x float64) float64 { return 0.04*x - 2 }, true},
		{"a count without effect", func(float64) float64 { return -1 }, false},
	} {
		random := rand.New(rand.NewPCG(9, 9))
		s := &models.Sample{Frame: &models.Frame{Fields: []models.Field{{Name: "x"}}, Columns: make([][]float64, 1)}}
		for range 4000 {
			x := math.Floor(math.Exp(1 + 1.2*random.NormFloat64()))
			s.Columns[0] = append(s.Columns[0], x)
			s.Churned = append(s.Churned, random.Float64() < models.Sigmoid(c.of(min(x, 150))))
		}
		trainer, _ := Trainer{Bags: 2}.withDefaults()
		r := &run{Trainer: trainer, sample: s}
		if err := r.prepare(); err != nil {
			t.Fatal(err)
		}
		columns := r.slopeColumns()
		want := scaledValues(&r.binnings[0], s.Columns[0], r.codes[0], r.weight, signedLog)
		if c.raw {
			want = scaledValues(&r.binnings[0], s.Columns[0], r.codes[0], r.weight, func(v float64) float64 { return v })
		}
		for bin := range want {
			if columns[0].value[bin] != want[bin] {
				t.Errorf("%s: bin %d stands at %v, want %v", c.name, bin, columns[0].value[bin], want[bin])
				break
			}
		}
	}
}

// Indicators: one for each level that has rows, and one for missing values.
func TestSlopeColumns(t *testing.T) {
	s := &models.Sample{Frame: &models.Frame{Fields: []models.Field{{Name: "plan", Levels: []string{"a", "b"}}, {Name: "n"}}, Columns: make([][]float64, 2)}}
	for i := range 90 {
		s.Columns[0] = append(s.Columns[0], float64(i%2))
		s.Columns[1] = append(s.Columns[1], []float64{math.NaN(), 1, 5}[i%3])
		s.Churned = append(s.Churned, i%4 == 0)
	}
	trainer, _ := Trainer{Bags: 2}.withDefaults()
	r := &run{Trainer: trainer, sample: s}
	if err := r.prepare(); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range r.slopeColumns() {
		name := s.Fields[c.field].Name
		if c.indicator {
			for bin, v := range c.value {
				if v == 1 && bin == additive.Missing {
					name += " missing"
				} else if v == 1 {
					name += " level"
				}
			}
		}
		got = append(got, name)
	}
	want := []string{"n missing", "n", "plan level", "plan level"}
	if len(got) != len(want) {
		t.Fatalf("columns %q, want %q", got, want)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("column %d is %q, want %q", i, got[i], want[i])
		}
	}
}

// The assembled model is the regression, in log-odds: the bags' mean on the line
// of calibration. Where the regression gains nothing, the boosted model stays.
func TestPooledModelIsTheRegression(t *testing.T) {
	r, _ := hierarchy(t, 7, 3, 1500, 4, 0.6)
	boosted, random := make([]float64, r.rows()), rand.New(rand.NewPCG(2, 2))
	for i := range boosted {
		boosted[i] = 0.1 * random.NormFloat64()
	}
	info := []additive.ClusterInfo{r.clusterInfo(0), r.clusterInfo(1), r.clusterInfo(2)}
	p, err := r.fitPooled(context.Background(), info, boosted)
	if err != nil || p == nil {
		t.Fatalf("%v: %v", p, err)
	}
	nothing := &checkpoint{intercept: make([]float64, r.Bags)}
	for range r.Bags {
		tables := make([][]float64, len(r.binnings))
		for j := range tables {
			tables[j] = make([]float64, r.binnings[j].Bins)
		}
		nothing.tables = append(nothing.tables, tables)
	}
	assemble := func(line models.Platt) *additive.Parts { return r.assemble(nothing, nil, nil, line) }
	before := assemble(models.Platt{Slope: 1})
	m, err := r.pool(before, p, assemble)
	if err != nil || m == before {
		t.Fatalf("the regression is not used: %v", err)
	}
	z := score(t, additive.New(*m, additive.Rows{Codes: r.codes, Weight: r.weight, Cluster: r.sample.Cluster}), r.sample.Frame)
	x := make([]float64, p.width())
	for i := range z {
		p.row(i, x)
		x[boostedColumn] = 0 // the boosted part was assembled of nothing
		want := 0.0
		for _, s := range p.bags {
			want += m.Calibration.Apply(p.logOdds(x, p.clusterOf[i], s)) / float64(r.Bags)
		}
		if math.Abs(z[i]-want) > 1e-9 {
			t.Fatalf("row %d: log-odds %v, the regression's are %v", i, z[i], want)
		}
	}
	for i := range p.outOfFold {
		p.outOfFold[i] = -p.outOfFold[i]
	}
	if m, err := r.pool(before, p, assemble); err != nil || m != before {
		t.Errorf("a regression that loses takes the boosted model's place: %v", err)
	}
}

// The regression with the boosted model or without it: whichever predicts better out of
// fold. Curves that the columns do not hold always stay, noise goes now and then.
func TestBoostedModelStaysWhereItHasMore(t *testing.T) {
	left := 0
	for seed := range uint64(6) {
		for _, curved := range []bool{false, true} {
			r, _ := hierarchy(t, 8, 3, 600, 4, 0.4)
			random, boosted := rand.New(rand.NewPCG(seed, 3)), make([]float64, r.rows())
			for i := range boosted {
				boosted[i] = 0.6 * random.NormFloat64()
				if x := r.sample.Columns[0][i]; curved {
					boosted[i] = x*x - 1.5
					r.churned[i] = random.Float64() < models.Sigmoid(boosted[i])
				}
			}
			info := []additive.ClusterInfo{r.clusterInfo(0), r.clusterInfo(1), r.clusterInfo(2)}
			loss := func(centre float64) float64 {
				p, err := r.fitRegression(context.Background(), info, boosted, centre)
				if err != nil {
					t.Fatal(err)
				}
				line, err := r.calibration(p.outOfFold)
				if err != nil {
					t.Fatal(err)
				}
				return r.meanLoss(applied(line, p.outOfFold))
			}
			p, err := r.fitPooled(context.Background(), info, boosted)
			if err != nil {
				t.Fatal(err)
			}
			with, without := loss(1), loss(0)
			if p.centre > 0 && without < with-1e-6 || p.centre == 0 && with < without-1e-6 || curved && p.centre == 0 {
				t.Errorf("curves %v: weight %.2f, log-loss %.5f with the boosted model, %.5f without", curved, p.centre, with, without)
			}
			if p.centre == 0 {
				left++
			}
		}
	}
	if left == 0 {
		t.Error("noise was never left out")
	}
}
