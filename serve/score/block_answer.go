package score

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/additive"
	paths "github.com/etappe/etappe/models/path"
)

// answers writes the answers of the block's rows, without their second cluster.
func (b *block) answers(to []Answer, info ModelInfo) {
	lead, points := b.strongest(MaxReasons)
	for i := range to {
		to[i] = b.oneAnswer(i, info)
		to[i].Reasons = b.reasons(i, lead, points)
	}
}

// oneAnswer is the answer of row i, without its reasons.
func (b *block) oneAnswer(i int, info ModelInfo) Answer {
	s := b.scorer
	a := Answer{
		AccountID:        b.in.AccountID(b.first + i),
		AsOf:             b.in.Date(b.first + i),
		HealthScore:      b.health[i],
		ChurnProbability: models.Sigmoid(b.churn.LogOdds[i]),
		Interval:         Interval{Level: s.options.Level, Low: models.Sigmoid(b.churn.Low[i]), High: models.Sigmoid(b.churn.High[i]), Unmeasured: s.unmeasured},
		Band:             s.points.Band(b.health[i]),
		Cluster:          s.Cluster(b.frame.ClusterOf(i)),
		Baseline:         Baseline{LogOdds: b.churn.Baseline[i], Points: s.points.Baseline(b.measured[i], b.churn.Baseline[i])},
		Model:            info,
		Warnings:         b.warnings(i, info),
	}
	a.Cluster.Membership = b.membership(i)
	switch b.in.Detail {
	case DetailAll:
		a.Contributions = b.contributions(i)
	case DetailTop:
		a.Contributions = strongestOf(b.contributions(i), s.options.Top)
	}
	return a
}

// contributions lists row i's entries: features in the catalogue's order, then
// milestones, then the cut.
func (b *block) contributions(i int) []Contribution {
	s := b.scorer
	list := make([]Contribution, 0, len(s.fields)+len(s.milestones)+1)
	for j := range s.fields {
		d := &s.catalog.Definitions[j]
		list = append(list, Contribution{
			Feature: d.Name, Value: ValueOf(d, b.frame.Columns[j][i]),
			Unit: d.Unit, Theme: string(d.Theme), Side: string(d.Side),
			LogOdds: b.churn.Share[j][i] + 0, Points: b.points[j][i], // + 0: no negative zero in an answer
		})
	}
	if b.measured[i] {
		for m := range s.milestones {
			list = append(list, Contribution{
				Feature: s.milestoneNames[m], Value: reachedBy(b.reached[m], b.tenure, i),
				Unit: "days", Theme: ThemePath, Side: SidePath, Points: b.points[len(s.fields)+m][i],
			})
		}
	}
	if b.cut[i] != 0 {
		list = append(list, Contribution{
			Feature: OutlookCut, Theme: ThemeCut, Side: SideOutlook, Points: b.weight[i] * b.cut[i],
		})
	}
	return list
}

// strongestOf keeps the n entries with the most points and adds the others up in
// one, so that the sums still hold.
func strongestOf(all []Contribution, n int) []Contribution {
	if len(all) <= n {
		return all
	}
	slices.SortStableFunc(all, func(a, b Contribution) int {
		return cmp.Compare(math.Abs(b.Points), math.Abs(a.Points))
	})
	rest := Contribution{Feature: OtherFeatures, Theme: ThemeOther, Side: SideBoth}
	for _, c := range all[n:] {
		rest.LogOdds += c.LogOdds
		rest.Points += c.Points
	}
	return append(all[:n:n], rest)
}

// secondBelow is the membership under which the second cluster's score is given
// too.
const secondBelow = 0.6

// seconds adds the scores of rows between two clusters in the second one.
func (b *block) seconds(to []Answer) error {
	if b.assigned == nil {
		return nil
	}
	for i := range to {
		if b.assigned.Membership[i] >= secondBelow || b.assigned.Second[i] < 0 {
			continue
		}
		var err error
		if to[i].Second, err = b.second(i, int(b.assigned.Second[i])); err != nil {
			return err
		}
	}
	return nil
}

// inCluster returns row i's log-odds and path in cluster k; a path that is not measured
// is NaN.
func (b *block) inCluster(i, k int) (logOdds, path float64, err error) {
	s := b.scorer
	frame := models.Frame{Fields: b.frame.Fields, Columns: make([][]float64, len(b.frame.Columns)), Cluster: []int32{int32(k)}}
	for j, column := range b.frame.Columns {
		frame.Columns[j] = column[i : i+1]
	}
	z := []float64{0}
	if err := s.churn.Answer(&frame, 0, 1, &additive.Answers{LogOdds: z}); err != nil {
		return 0, 0, fmt.Errorf("%w: another cluster: %w", ErrAnswer, err)
	}
	path = math.NaN()
	if b.reached != nil && !math.IsNaN(b.tenure[i]) && s.HasPath(k) {
		path = s.pathScore(b.reached, b.tenure, i, k).Path
	}
	return z[0], path, nil
}

// second scores row i in cluster k.
func (b *block) second(i, k int) (*Second, error) {
	s := b.scorer
	z, path, err := b.inCluster(i, k)
	if err != nil {
		return nil, err
	}
	health := s.points.Health(path, z)
	c := s.Cluster(k)
	return &Second{
		ID: c.ID, Name: c.Name, Learned: c.Learned, HealthScore: health,
		ChurnProbability: models.Sigmoid(z), Band: s.points.Band(health),
	}, nil
}

// pathScore measures row i against the success path of cluster k.
func (s *Scorer) pathScore(columns [][]float64, tenure []float64, i, k int) paths.Score {
	reached := make([]float64, len(columns))
	for m, column := range columns {
		reached[m] = column[i]
	}
	return s.path.Score(tenure[i], reached, k)
}
