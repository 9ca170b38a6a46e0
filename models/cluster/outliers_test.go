package cluster

import (
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/etappe/etappe/models"
)

// usual has 8 columns that hang together in pairs, one of them heavy-tailed.
func usual(seed uint64, rows int) *planted {
	rng := rand.New(rand.NewPCG(seed, 1))
	last := 0.0
	return numbers(rows, 8, func(i, j int) float64 {
		if j%2 == 0 {
			last = rng.NormFloat64()
		}
		x := last + .3*rng.NormFloat64()
		if j == 7 {
			x = math.Exp(x)
		}
		return x
	})
}

func TestOutliersFlagOnePercentOfWhatIsUsual(t *testing.T) {
	for _, rows := range []int{300, 4000} {
		o, err := FitOutliers(usual(1, rows).frame, 1)
		if err != nil {
			t.Fatal(err)
		}
		for seed, most := range map[uint64]float64{1: .015, 2: .03} { // seed 2: rows that were not in training
			flags, _ := o.Flag(usual(seed, 4000).frame)
			n := 0.0
			for _, f := range flags {
				if f {
					n++
				}
			}
			share := n / 4000
			if rows == 300 {
				most = .04 // 3 rows of 300 are what 1 % is learned from
			}
			if share < .002 || share > most {
				t.Errorf("%d training rows, seed %d: %.4f flagged", rows, seed, share)
			}
		}
	}
}

func TestOutliersFlagWhatIsStrange(t *testing.T) {
	p := usual(1, 3000)
	p.frame.Fields = append(p.frame.Fields, models.Field{Name: "plan", Levels: []string{"free", "pro"}})
	p.frame.Columns = append(p.frame.Columns, make([]float64, 3000))
	o, err := FitOutliers(p.frame, 1)
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(f *models.Frame){
		"one value far out":  func(f *models.Frame) { f.Columns[2][0] = 1e6 },
		"infinite":           func(f *models.Frame) { f.Columns[2][0] = math.Inf(-1) },
		"beyond every float": func(f *models.Frame) { f.Columns[2][0] = 1e308 },
		"a pair torn apart":  func(f *models.Frame) { f.Columns[0][0], f.Columns[1][0] = 2.5, -2.5 },
		"half of it missing": func(f *models.Frame) {
			f.Columns[1][0], f.Columns[3][0], f.Columns[5][0] = math.NaN(), math.NaN(), math.NaN()
		},
		"a new plan, and more": func(f *models.Frame) { f.Columns[8][0], f.Columns[3][0], f.Columns[5][0] = 2, 4.5, 4.5 },
	} {
		f := p.frame.Select([]int{0})
		if flag, _ := o.Flag(f); flag[0] {
			t.Fatal("the row was strange before")
		}
		change(f)
		score, err := o.Score(f)
		if err != nil || !(score[0] > 1) || math.IsInf(score[0], 0) {
			t.Errorf("%s: score %v, %v", name, score, err)
		}
	}
	ordinary := p.frame.Select([]int{0})
	ordinary.Columns[8][0] = 5 // one unknown level alone is no stranger
	if flag, _ := o.Flag(ordinary); flag[0] {
		t.Error("flagged for one unknown level")
	}
}

func TestOutliersOfHostileColumns(t *testing.T) {
	for name, cell := range map[string]func(i, j int) float64{
		"constant": func(i, j int) float64 { return 3 },
		"missing":  func(i, j int) float64 { return math.NaN() },
		"huge":     func(i, j int) float64 { return []float64{1e308, -1e308, 0, math.NaN()}[(i+j)%4] },
		"infinite": func(i, j int) float64 { return []float64{math.Inf(1), math.Inf(-1), 1, 2}[(i*3+j)%4] },
		"repeated": func(i, j int) float64 { return float64(i % 50) },
	} {
		p := numbers(400, 15, cell)
		o, err := FitOutliers(p.frame, 1)
		if err != nil {
			t.Fatal(err)
		}
		scores, _ := o.Score(p.frame)
		for i, s := range scores {
			if !(s >= 0) || math.IsInf(s, 0) {
				t.Fatalf("%s: row %d scores %v", name, i, s)
			}
		}
		state, _ := o.State()
		if _, err := OutliersFromState(state); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestOutliersErrors(t *testing.T) {
	p := usual(1, 100)
	if _, err := FitOutliers(p.frame.Select(nil), 1); !errors.Is(err, models.ErrTraining) {
		t.Errorf("no row: %v", err)
	}
	o, err := FitOutliers(p.frame, 1)
	if err != nil {
		t.Fatal(err)
	}
	less := &models.Frame{Fields: p.frame.Fields[1:], Columns: p.frame.Columns[1:]}
	if _, err := o.Score(less); !errors.Is(err, models.ErrFields) {
		t.Errorf("a column less: %v", err)
	}
	levels := p.frame.Select([]int{0})
	levels.Fields = slices.Clone(levels.Fields)
	levels.Fields[0].Levels = []string{"a"}
	if _, err := o.Flag(levels); !errors.Is(err, models.ErrFields) {
		t.Errorf("numbers became levels: %v", err)
	}
}
