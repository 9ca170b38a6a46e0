package score

import (
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
		a.Contributions = b.strongestContributions(i, s.options.Top)
	}
	return a
}

// contributions lists row i's entries: features in the catalogue's order, then
// milestones, then the cut.
func (b *block) contributions(i int) []Contribution {
	n := b.entries(i)
	list := make([]Contribution, 0, n)
	for e := range n {
		list = append(list, b.contribution(i, e))
	}
	return list
}

// entries is how many contributions row i has.
func (b *block) entries(i int) int {
	n := len(b.scorer.fields)
	if b.measured[i] {
		n += len(b.scorer.milestones)
	}
	if b.cut[i] != 0 {
		n++
	}
	return n
}

// contribution is row i's entry e.
func (b *block) contribution(i, e int) Contribution {
	s, fields := b.scorer, len(b.scorer.fields)
	switch {
	case e < fields:
		d := &s.catalog.Definitions[e]
		return Contribution{
			Feature: d.Name, Value: ValueOf(d, b.frame.Columns[e][i]),
			Unit: d.Unit, Theme: string(d.Theme), Side: string(d.Side),
			LogOdds: b.churn.Share[e][i] + 0, Points: b.points[e][i], // + 0: no negative zero in an answer
		}
	case b.measured[i] && e < fields+len(s.milestones):
		m := e - fields
		return Contribution{
			Feature: s.milestoneNames[m], Value: reachedBy(b.reached[m], b.tenure, i),
			Unit: "days", Theme: ThemePath, Side: SidePath, Points: b.points[e][i],
		}
	}
	return Contribution{Feature: OutlookCut, Theme: ThemeCut, Side: SideOutlook, Points: b.weight[i] * b.cut[i]}
}

// strongestContributions lists the n entries of row i with the most points, strongest
// first, and the sum of the others as one, so that the sums still hold.
func (b *block) strongestContributions(i, n int) []Contribution {
	all := b.entries(i)
	if all <= n {
		return b.contributions(i)
	}
	first := make([]int, 0, n+1)
	for e := range all {
		first = rank(first, n, e, func(e int) float64 { return b.entryPoints(i, e) })
	}
	rest := Contribution{Feature: OtherFeatures, Theme: ThemeOther, Side: SideBoth}
	for e := range all {
		if slices.Contains(first, e) {
			continue
		}
		rest.Points += b.entryPoints(i, e)
		if e < len(b.scorer.fields) {
			rest.LogOdds += b.churn.Share[e][i]
		}
	}
	list := make([]Contribution, 0, n+1)
	for _, e := range first {
		list = append(list, b.contribution(i, e))
	}
	return append(list, rest)
}

// rank puts entry e into the list of the at most n entries with the most points,
// strongest first; ties keep their order. n is at least 1, and the list has room for one
// entry more.
func rank(first []int, n, e int, points func(e int) float64) []int {
	size := math.Abs(points(e))
	if len(first) == n && !(size > math.Abs(points(first[n-1]))) {
		return first
	}
	first = append(first, e)
	for r := len(first) - 1; r > 0 && size > math.Abs(points(first[r-1])); r-- {
		first[r], first[r-1] = first[r-1], first[r]
	}
	return first[:min(n, len(first))]
}

// entryPoints is how many points entry e of row i has.
func (b *block) entryPoints(i, e int) float64 {
	if e < len(b.scorer.fields) || b.measured[i] && e < len(b.points) {
		return b.points[e][i]
	}
	return b.weight[i] * b.cut[i]
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
