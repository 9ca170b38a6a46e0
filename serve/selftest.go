package serve

import (
	"fmt"
	"math"
	"time"

	"github.com/etappe/etappe/models"
)

// selfTest asks the models about three made-up accounts (nothing known, all
// zero, all one; every milestone late) and checks that the answers are sound:
// finite numbers, intervals around them, scores within 0..100, parts that add up.
func (s *Scorer) selfTest() error {
	p := s.points
	if !(p.PerDoubling > 0) || !(p.PathWeight >= 0 && p.PathWeight <= 1) || !(p.Sick <= p.Healthy) ||
		!(p.Hysteresis >= 0 && p.Hysteresis <= (p.Healthy-p.Sick)/2) || math.IsInf(p.PerDoubling, 0) || math.IsNaN(p.Anchor) || math.IsInf(p.Anchor, 0) {
		return fmt.Errorf("points %+v", p)
	}
	if s.path != nil && s.path.Clusters() < len(s.ids) {
		return fmt.Errorf("a success path of %d clusters for %d", s.path.Clusters(), len(s.ids))
	}
	in := &Input{Frame: &models.Frame{Fields: s.fields, Columns: make([][]float64, len(s.fields))}}
	for j := range in.Frame.Columns {
		in.Frame.Columns[j] = []float64{math.NaN(), 0, 1}
	}
	in.Journey = &models.Journey{Milestones: s.milestones, Tenure: []float64{math.NaN(), 0, 365}}
	for range s.milestones {
		in.Journey.Reached = append(in.Journey.Reached, []float64{math.NaN(), math.NaN(), 364})
	}
	answers, err := s.Score(in, time.Time{})
	if err != nil {
		return err
	}
	for i := range answers {
		if err := answers[i].check(); err != nil {
			return fmt.Errorf("made-up account %d: %w", i+1, err)
		}
	}
	return nil
}

// tolerance of the sums.
const tolerance = 1e-9

// check holds an answer with all its contributions to its promises.
func (a *Answer) check() error {
	logOdds, points := a.Baseline.LogOdds, a.Baseline.Points
	for _, c := range a.Contributions {
		logOdds += c.LogOdds
		points += c.Points
	}
	p := a.ChurnProbability
	switch {
	case !(math.Abs(models.Sigmoid(logOdds)-p) <= tolerance):
		return fmt.Errorf("contributions give log-odds %g, the probability is %g", logOdds, p)
	case !(math.Abs(points-a.HealthScore) <= tolerance):
		return fmt.Errorf("contributions give %g points, the health score is %g", points, a.HealthScore)
	case !(a.HealthScore >= -tolerance && a.HealthScore <= 100+tolerance):
		return fmt.Errorf("a health score of %g", a.HealthScore)
	case !(a.Interval.Low <= p+tolerance && p <= a.Interval.High+tolerance):
		return fmt.Errorf("a probability of %g outside its interval %g to %g", p, a.Interval.Low, a.Interval.High)
	}
	return nil
}
