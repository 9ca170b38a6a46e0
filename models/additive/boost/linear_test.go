package boost

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/etappe/etappe/models"
)

// related draws fields that share one part, as usage does, and straight effects.
func related(rows, fields int) *models.Sample {
	random := rand.New(rand.NewPCG(11, 5))
	s := &models.Sample{Frame: &models.Frame{Columns: models.Zeros(fields, rows)}}
	for j := range fields {
		s.Fields = append(s.Fields, models.Field{Name: string(rune('a' + j))})
	}
	for i := range rows {
		common, z := random.NormFloat64(), -1.0
		for j := range fields {
			x := 2*common + random.NormFloat64()
			s.Columns[j][i] = x
			z += x * float64(j%3-1) / 2
		}
		s.Churned = append(s.Churned, random.Float64() < models.Sigmoid(z))
	}
	return s
}

// straight runs the straight part alone, at one pace.
func straight(t *testing.T, s *models.Sample, rate float64, p stopping) *checkpoint {
	t.Helper()
	trainer, err := Trainer{Bags: 2}.withDefaults()
	if err != nil {
		t.Fatal(err)
	}
	r := &run{Trainer: trainer, sample: s}
	if err := r.prepare(); err != nil {
		t.Fatal(err)
	}
	e := &ensemble{workers: 1}
	for b := range trainer.Bags {
		e.bags = append(e.bags, newBag(r.binnedData, bagOptions{baseRate: r.baseRate()}, r.outOfBag(b), 1, uint64(b)))
	}
	e.startPhase(true, rate)
	best, _, err := e.boost(t.Context(), p, func(float64) {})
	if err != nil {
		t.Fatal(err)
	}
	return best
}

// Where rows are many, large steps end where small ones do, sooner, even if all
// fields say much the same; where few, the path is followed in small ones.
func TestLinePace(t *testing.T) {
	s := related(30_000, 6)
	r := &run{sample: s, binnedData: &binnedData{churned: s.Churned}}
	r.group, r.groups = groupsOf(s)
	rate, quick := r.linearStopping()
	if rate < 0.2 || rate > linearFastRate || quick.patience >= linearPatience {
		t.Errorf("%d rows of the rarer kind: rate %v, patience %d", r.leastKind(), rate, quick.patience)
	}
	slow := straight(t, s, linearRate, stopping{maxRounds: linearMaxCycles, checkEvery: linearCheckEvery, patience: linearPatience, growth: 4})
	fast := straight(t, s, rate, quick)
	t.Logf("rate %.2f: log-loss %.5f after %d cycles; rate %.2f: %.5f after %d", linearRate, slow.loss, slow.rounds, rate, fast.loss, fast.rounds)
	if math.Abs(fast.loss-slow.loss) > 2e-4 {
		t.Errorf("log-loss %.5f with small steps, %.5f with large ones", slow.loss, fast.loss)
	}
	if fast.rounds*3 > slow.rounds*2 {
		t.Errorf("%d cycles of small steps, %d of large ones", slow.rounds, fast.rounds)
	}
	few := s.Select(upTo(2000))
	r = &run{sample: few, binnedData: &binnedData{churned: few.Churned}}
	r.group, r.groups = groupsOf(few)
	if rate, p := r.linearStopping(); rate != linearRate || p.patience != linearPatience {
		t.Errorf("2,000 rows: rate %v, patience %d", rate, p.patience)
	}
}
