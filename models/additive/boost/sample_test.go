package boost

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/modelstest"
)

// Everything that cannot carry a model is one clear error.
func TestRefusesSamples(t *testing.T) {
	nan := math.NaN()
	cases := []struct {
		name   string
		change func(*Trainer, *models.Sample)
		want   error
		says   string
	}{
		{"no row", func(_ *Trainer, s *models.Sample) { *s = *s.Select(nil) }, models.ErrTraining, "no row"},
		{"no column", func(_ *Trainer, s *models.Sample) { s.Fields, s.Columns = nil, nil }, models.ErrTraining, "no row"},
		{"all renewed", func(_ *Trainer, s *models.Sample) { clear(s.Churned) }, models.ErrTraining, "none of 200"},
		{"all churned", func(_ *Trainer, s *models.Sample) {
			for i := range s.Churned {
				s.Churned[i] = true
			}
		}, models.ErrTraining, "all 200"},
		{"infinite", func(_ *Trainer, s *models.Sample) { s.Columns[2][7] = math.Inf(-1) }, models.ErrTraining, `"x2", row 7`},
		{"no level", func(_ *Trainer, s *models.Sample) { s.Fields[0].Levels = []string{"a"} }, models.ErrTraining, `"x0", row`},
		{"two names", func(_ *Trainer, s *models.Sample) { s.Fields[1].Name = "x0" }, models.ErrTraining, `"x0"`},
		{"short column", func(_ *Trainer, s *models.Sample) { s.Columns[3] = s.Columns[3][1:] }, models.ErrTraining, `"x3"`},
		{"column without field", func(_ *Trainer, s *models.Sample) { s.Fields = s.Fields[1:] }, models.ErrTraining, "columns"},
		{"outcomes", func(_ *Trainer, s *models.Sample) { s.Churned = s.Churned[1:] }, models.ErrTraining, "outcomes"},
		{"weights", func(_ *Trainer, s *models.Sample) { s.Weight = []float64{1} }, models.ErrTraining, "weights"},
		{"weight 0", func(_ *Trainer, s *models.Sample) { s.Weight = make([]float64, 200) }, models.ErrTraining, "positive"},
		{"groups", func(_ *Trainer, s *models.Sample) { s.Group = []int32{1} }, models.ErrTraining, "groups"},
		{"clusters", func(_ *Trainer, s *models.Sample) { s.Cluster = []int32{0} }, models.ErrTraining, "clusters"},
		{"cluster out of range", func(t *Trainer, s *models.Sample) { t.Clusters = 2; s.Cluster[9] = 2 }, models.ErrTraining, "row 9"},
		{"veto", func(t *Trainer, _ *models.Sample) { t.Veto = []bool{true} }, models.ErrTraining, "veto"},
		{"monotone unknown", func(t *Trainer, _ *models.Sample) { t.Monotone = map[string]int{"y": 1} }, models.ErrFields, `"y"`},
		{"monotone 2", func(t *Trainer, _ *models.Sample) { t.Monotone = map[string]int{"x1": 2} }, models.ErrFields, `"x1"`},
		{"monotone levels", func(t *Trainer, s *models.Sample) {
			t.Monotone = map[string]int{"x1": 1}
			s.Fields[1].Levels = []string{"a"}
		}, models.ErrFields, "categorical"},
		{"one bag", func(t *Trainer, _ *models.Sample) { t.Bags = 1 }, models.ErrTraining, "Bags"},
		{"workers", func(t *Trainer, _ *models.Sample) { t.Workers = -1 }, models.ErrTraining, "Workers"},
		{"rounds", func(t *Trainer, _ *models.Sample) { t.Rounds = -1 }, models.ErrTraining, "Rounds"},
		{"leaves", func(t *Trainer, _ *models.Sample) { t.Leaves = 9 }, models.ErrTraining, "Leaves"},
		{"bins", func(t *Trainer, _ *models.Sample) { t.Bins = 1000 }, models.ErrTraining, "Bins"},
		{"cluster count", func(t *Trainer, _ *models.Sample) { t.Clusters = -1 }, models.ErrTraining, "Clusters"},
		{"rate", func(t *Trainer, _ *models.Sample) { t.Rate = nan }, models.ErrTraining, "Rate"},
		{"penalty", func(t *Trainer, _ *models.Sample) { t.L2 = -1 }, models.ErrTraining, "L2"},
		{"leaf", func(t *Trainer, _ *models.Sample) { t.MinLeaf = math.Inf(1) }, models.ErrTraining, "MinLeaf"},
		{"rare", func(t *Trainer, _ *models.Sample) { t.Rare = -3 }, models.ErrTraining, "Rare"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s, _ := modelstest.World{Fields: 5}.Draw(1, 200)
			var trainer Trainer
			c.change(&trainer, s)
			m, err := trainer.Fit(context.Background(), s)
			if m != nil || !errors.Is(err, c.want) || !strings.Contains(err.Error(), c.says) {
				t.Errorf("error %v, want %v saying %s", err, c.want, c.says)
			}
		})
	}
	if _, err := (Trainer{}).Fit(context.Background(), nil); !errors.Is(err, models.ErrTraining) {
		t.Errorf("no sample: %v", err)
	}
}

// A frame of other fields is refused, whatever is asked of it.
func TestRefusesFrames(t *testing.T) {
	s, _ := modelstest.World{Fields: 5}.Draw(1, 200, 200)
	s.Fields[4] = models.Field{Name: "plan", Levels: []string{"a", "b"}}
	for i := range s.Columns[4] {
		s.Columns[4][i] = float64(i % 2)
	}
	m := fit(t, Trainer{Bags: 2, Rounds: 20, Clusters: 2}, s)
	for name, change := range map[string]func(f *models.Frame){
		"fewer":    func(f *models.Frame) { f.Fields, f.Columns = f.Fields[1:], f.Columns[1:] },
		"renamed":  func(f *models.Frame) { f.Fields[1].Name = "other" },
		"levels":   func(f *models.Frame) { f.Fields[4].Levels = []string{"a", "c"} },
		"numeric":  func(f *models.Frame) { f.Fields[4].Levels = nil },
		"short":    func(f *models.Frame) { f.Columns[2] = f.Columns[2][1:] },
		"infinite": func(f *models.Frame) { f.Columns[2][1] = math.Inf(1) },
		"clusters": func(f *models.Frame) { f.Cluster = f.Cluster[1:] },
		"cluster":  func(f *models.Frame) { f.Cluster[1] = 2 },
		"negative": func(f *models.Frame) { f.Cluster[1] = models.NoCluster - 1 },
	} {
		f := s.Frame.Select([]int{1, 2, 3})
		f.Fields = append([]models.Field(nil), f.Fields...)
		change(f)
		_, scored := m.LogOdds(f)
		_, shares := m.Contributions(f)
		_, moved := m.Move(s.Frame.Select([]int{1, 2, 3}), f)
		_, back := m.Move(f, s.Frame.Select([]int{1, 2, 3}))
		_, _, interval := m.Interval(f, 0.9)
		for _, err := range []error{scored, shares, moved, back, interval} {
			if !errors.Is(err, models.ErrFields) {
				t.Errorf("%s: %v, want ErrFields", name, err)
			}
		}
	}
}

// Progress never falls and ends at the total; a cancelled fit ends with the
// context's error.
func TestProgressAndCancel(t *testing.T) {
	s, _ := modelstest.World{Fields: 6, Difference: 1}.Draw(1, 300, 300)
	last, end := -1, 0
	trainer := Trainer{Label: "x", Bags: 2, Rounds: 60, Clusters: 2, Progress: func(done, total int) {
		if done <= last {
			t.Errorf("progress goes from %d to %d", last, done)
		}
		last, end = done, total
	}}
	fit(t, trainer, s)
	if last != end || end == 0 {
		t.Errorf("progress ends at %d of %d", last, end)
	}
	for _, stop := range []int{1, 200, 750} {
		ctx, cancel := context.WithCancel(context.Background())
		trainer.Progress = func(done, _ int) {
			if done >= stop {
				cancel()
			}
		}
		if m, err := trainer.Fit(ctx, s); m != nil || !errors.Is(err, context.Canceled) {
			t.Errorf("cancelled at %d: %v", stop, err)
		}
		cancel()
	}
	if trainer.Name() != "x" || (Trainer{}).Name() != "etappe" {
		t.Error("names")
	}
}
