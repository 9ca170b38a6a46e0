package modelstest

import (
	"context"
	"errors"
	"math"
	"runtime"
	"slices"
	"sync"

	"github.com/etappe/etappe/models"
)

func (s *suite) fit(sample *models.Sample) (models.Model, error) {
	return s.make().Fit(context.Background(), sample)
}

// answers fits a sample and scores a frame; nil after a reported failure.
func (s *suite) answers(r reporter, sample *models.Sample, f *models.Frame) []float64 {
	r.Helper()
	model, err := s.fit(sample)
	if err != nil {
		r.Errorf("fit: %v", err)
		return nil
	}
	return score(r, model, f)
}

func score(r reporter, model models.Model, f *models.Frame) []float64 {
	r.Helper()
	z, err := model.LogOdds(f)
	if err != nil {
		r.Errorf("log-odds: %v", err)
		return nil
	}
	if len(z) != f.Rows() {
		r.Errorf("%d answers for %d rows", len(z), f.Rows())
		return nil
	}
	for i, v := range z {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			r.Errorf("row %d: log-odds %v", i, v)
			return nil
		}
	}
	return z
}

func (s *suite) pureFit(r reporter) {
	sample := cloneSample(s.sample)
	if _, err := s.fit(sample); err != nil {
		r.Errorf("fit: %v", err)
	}
	if !sameSample(sample, s.sample) {
		r.Errorf("Fit changed its sample")
	}
}

func (s *suite) keepsNoReference(r reporter) {
	sample := cloneSample(s.sample)
	model, err := s.fit(sample)
	if err != nil {
		r.Errorf("fit: %v", err)
		return
	}
	before := score(r, model, s.sample.Frame)
	for j, column := range sample.Columns {
		for i := range column {
			column[i] = 0
		}
		sample.Fields[j].Name = "changed"
		for l := range sample.Fields[j].Levels {
			sample.Fields[j].Levels[l] = "changed"
		}
	}
	for i := range sample.Churned {
		sample.Churned[i] = !sample.Churned[i]
	}
	if after := score(r, model, s.sample.Frame); !sameBits(before, after) {
		r.Errorf("the model changes with the sample it was fitted on")
	}
}

func (s *suite) sameBytes(r reporter) {
	before := runtime.GOMAXPROCS(1)
	one := s.answers(r, cloneSample(s.sample), s.sample.Frame)
	runtime.GOMAXPROCS(4)
	four := s.answers(r, cloneSample(s.sample), s.sample.Frame)
	runtime.GOMAXPROCS(before)
	if !sameBits(one, four) {
		r.Errorf("on 1 and 4 cores: %s", describe(one, four, 0))
	}
}

func (s *suite) concurrentScoring(r reporter) {
	model := s.model(r)
	if model == nil {
		return
	}
	want := score(r, model, s.sample.Frame)
	got := make([][]float64, 4)
	var wait sync.WaitGroup
	for g := range got {
		wait.Go(func() { got[g], _ = model.LogOdds(s.sample.Frame) })
	}
	wait.Wait()
	for g := range got {
		if !sameBits(got[g], want) {
			r.Errorf("scoring from several goroutines: %s", describe(want, got[g], 0))
		}
	}
}

func (s *suite) refusesSamples(r reporter) {
	empty := s.sample.Select(nil)
	allChurned, allRenewed := cloneSample(s.sample), cloneSample(s.sample)
	for i := range s.sample.Churned {
		allChurned.Churned[i], allRenewed.Churned[i] = true, false
	}
	for _, c := range []struct {
		name   string
		sample *models.Sample
	}{{"no row", empty}, {"all churned", allChurned}, {"all renewed", allRenewed}} {
		if _, err := s.fit(c.sample); !errors.Is(err, models.ErrTraining) {
			r.Errorf("%s: error %v, want ErrTraining", c.name, err)
		}
	}
}

func (s *suite) refusesFields(r reporter) {
	model := s.model(r)
	if model == nil {
		return
	}
	renamed, dropped, kind := cloneFrame(s.sample.Frame), cloneFrame(s.sample.Frame), cloneFrame(s.sample.Frame)
	renamed.Fields[columnUsage].Name = "other"
	dropped.Fields, dropped.Columns = dropped.Fields[1:], dropped.Columns[1:]
	kind.Fields[columnPlan].Levels = nil
	for _, c := range []struct {
		name  string
		frame *models.Frame
	}{{"a renamed field", renamed}, {"a field short", dropped}, {"a categorical field turned numeric", kind}, {"no field", &models.Frame{}}} {
		if _, err := model.LogOdds(c.frame); !errors.Is(err, models.ErrFields) {
			r.Errorf("%s: error %v, want ErrFields", c.name, err)
		}
	}
}

func (s *suite) stops(r reporter) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := s.make().Fit(ctx, cloneSample(s.sample)); !errors.Is(err, context.Canceled) {
		r.Errorf("fit under a cancelled context: error %v, want context.Canceled", err)
	}
}

func (s *suite) hostileNumbers(r reporter) {
	for name, value := range hostile {
		sample := cloneSample(s.sample)
		for i := range sample.Columns[columnNoise] {
			if name == "all missing" || i%5 == 0 {
				sample.Columns[columnNoise][i] = value
			}
		}
		model, err := s.fit(sample)
		switch {
		case errors.Is(err, models.ErrTraining):
		case err != nil:
			r.Errorf("%s: error %v, want ErrTraining or none", name, err)
		default:
			score(r, model, sample.Frame)
			score(r, model, s.sample.Frame)
		}
	}
}

var hostile = map[string]float64{
	"all missing": math.NaN(), "+Inf": math.Inf(1), "-Inf": math.Inf(-1), "1e308": 1e308, "-1e308": -1e308,
}

func (s *suite) columnOrder(r reporter) {
	want := s.answers(r, cloneSample(s.sample), s.sample.Frame)
	turned := cloneSample(s.sample)
	slices.Reverse(turned.Fields)
	slices.Reverse(turned.Columns)
	got := s.answers(r, cloneSample(turned), turned.Frame)
	if d := describe(want, got, s.tolerance); d != "" {
		r.Errorf("columns in reverse order: %s", d)
	}
}

func (s *suite) groupNames(r reporter) {
	want := s.answers(r, cloneSample(s.sample), s.sample.Frame)
	renamed := cloneSample(s.sample)
	for i, g := range renamed.Group {
		renamed.Group[i] = 1_000_003 - 17*g
	}
	if got := s.answers(r, renamed, s.sample.Frame); !sameBits(want, got) {
		r.Errorf("groups under other numbers: %s", describe(want, got, 0))
	}
}

// weights makes every churned row weigh four times as much, which is ln 4 more
// log-odds of churn for everyone; half of that is required, as penalties and
// priors may hold back.
func (s *suite) weights(r reporter) {
	before := s.answers(r, cloneSample(s.sample), s.sample.Frame)
	heavy := cloneSample(s.sample)
	for i, churned := range heavy.Churned {
		if churned {
			heavy.Weight[i] *= 4
		}
	}
	after := s.answers(r, heavy, s.sample.Frame)
	rise := 0.0
	for i := range min(len(before), len(after)) {
		rise += (after[i] - before[i]) / float64(len(before))
	}
	if !(rise > math.Log(4)/2) {
		r.Errorf("churned rows of four times the weight raise the log-odds by %.3f, expected about %.2f", rise, math.Log(4))
	}
}
