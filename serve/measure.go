package serve

import (
	"fmt"
	"math"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/additive"
	"github.com/etappe/etappe/models/cluster"
	"github.com/etappe/etappe/models/path"
)

// measured is a batch with everything the models say about it.
type measured struct {
	in       *Input
	frame    *models.Frame // the input's, with clusters
	assigned *cluster.Assignment
	z        []float64 // calibrated log-odds of churn
	low      []float64
	high     []float64
	parts    *models.Contributions
	outlier  []bool
	// milestones holds, for each of the path's milestones, the journey's column
	// (nil: unknown to the journey); nil where there is no path to measure.
	milestones [][]float64
	rows       []health
}

// health is the composition of one row's health score.
//
//	health = (1 − outlookWeight) · path + outlookWeight · (outlook + cut)
//
// The weights are models.Points' where the path is measured; where it is not,
// health is the outlook alone.
type health struct {
	health        float64
	outlookWeight float64 // 1 where the path is not measured
	outlook       float64 // before the cut to 0..100
	cut           float64 // what the cut adds, in outlook points; 0 inside 0..100
	measured      bool    // whether the path is
	path          path.Score
}

// measure asks every model about the batch.
func (s *Scorer) measure(in *Input) (*measured, error) {
	if err := s.check(in); err != nil {
		return nil, err
	}
	m := &measured{in: in}
	frame := *in.Frame
	frame.Cluster = nil
	var err error
	if s.outliers != nil {
		if m.outlier, err = s.outliers.Flag(&frame); err != nil {
			return nil, fmt.Errorf("%w: outliers: %w", ErrAnswer, err)
		}
	}
	if s.clusters != nil {
		if m.assigned, err = s.clusters.Assign(&frame); err != nil {
			return nil, fmt.Errorf("%w: clusters: %w", ErrAnswer, err)
		}
		frame.Cluster = m.assigned.Cluster
	}
	m.frame = &frame
	if err := s.ask(m); err != nil {
		return nil, err
	}
	m.milestones = s.milestoneColumns(in.Journey)
	m.rows = make([]health, frame.Rows())
	for i := range m.rows {
		m.rows[i] = s.health(m, i)
		if math.IsNaN(m.rows[i].health) || math.IsInf(m.z[i], 0) || math.IsNaN(m.low[i]) || math.IsNaN(m.high[i]) {
			return nil, fmt.Errorf("%w: row %d: log-odds %g, health %g", ErrAnswer, i, m.z[i], m.rows[i].health)
		}
	}
	return m, nil
}

// ask asks the churn model for all that it knows.
func (s *Scorer) ask(m *measured) error {
	rows := m.frame.Rows()
	room := matrix(4, rows)
	m.z, m.low, m.high = room[0], room[1], room[2]
	m.parts = &models.Contributions{Baseline: room[3], Share: matrix(len(s.fields), rows)}
	err := s.churn.Answer(m.frame, 0, rows, &additive.Answers{LogOdds: m.z, Low: m.low, High: m.high,
		Level: s.options.Level, Baseline: m.parts.Baseline, Share: m.parts.Share})
	if err != nil {
		return fmt.Errorf("%w: %w", ErrAnswer, err)
	}
	return nil
}

// health composes row i's score from its two sides.
func (s *Scorer) health(m *measured, i int) health {
	h := health{outlookWeight: 1, outlook: s.points.Outlook(m.z[i])}
	bounded := min(max(h.outlook, 0), 100)
	h.cut = bounded - h.outlook
	if m.milestones != nil && !math.IsNaN(m.in.Journey.Tenure[i]) && s.hasPath(m.frame.ClusterOf(i)) {
		h.measured = true
		h.outlookWeight = 1 - s.points.PathWeight
		h.path = s.pathScore(m, i, m.frame.ClusterOf(i))
	}
	h.health = (1-h.outlookWeight)*h.path.Path + h.outlookWeight*bounded
	return h
}

// hasPath tells whether any milestone counts in cluster k.
func (s *Scorer) hasPath(k int) bool {
	for j := range s.milestones {
		if s.path.Weight(k, j) > 0 {
			return true
		}
	}
	return false
}

// pathScore measures row i against the success path of cluster k.
func (s *Scorer) pathScore(m *measured, i, k int) path.Score {
	reached := make([]float64, len(m.milestones))
	for j, column := range m.milestones {
		reached[j] = math.NaN()
		if column != nil {
			reached[j] = column[i]
		}
	}
	return s.path.Score(m.in.Journey.Tenure[i], reached, k)
}

// milestoneColumns finds each of the path's milestones in a journey: nil for
// one that the journey does not know, so nobody reached it. The whole is nil
// where there is nothing to measure: no path, or a journey without milestones.
func (s *Scorer) milestoneColumns(j *models.Journey) [][]float64 {
	if s.path == nil || j == nil || len(j.Milestones) == 0 {
		return nil
	}
	columns := make([][]float64, len(s.milestones))
	for m, name := range s.milestones {
		for c, other := range j.Milestones {
			if other == name {
				columns[m] = j.Reached[c]
			}
		}
	}
	return columns
}

// contributions lists row i's entries: features in the catalogue's order, then
// milestones, then the cut.
func (s *Scorer) contributions(m *measured, i int) []Contribution {
	r := m.rows[i]
	list := make([]Contribution, 0, len(s.fields)+len(r.path.Share)+1)
	for j := range s.fields {
		d := &s.catalog.Definitions[j]
		z := m.parts.Share[j][i]
		list = append(list, Contribution{
			Feature: d.Name,
			Value:   valueOf(d, m.frame.Columns[j][i]),
			Unit:    d.Unit,
			Theme:   string(d.Theme),
			Side:    string(d.Side),
			LogOdds: z + 0, // + 0: no negative zero in an answer
			Points:  r.outlookWeight*s.points.Share(z) + 0,
		})
	}
	for j, share := range r.path.Share {
		list = append(list, Contribution{
			Feature: MilestonePrefix + s.milestones[j],
			Value:   m.reached(j, i),
			Unit:    "days",
			Theme:   themePath,
			Side:    "proactive",
			Points:  (1-r.outlookWeight)*share + 0,
		})
	}
	if r.cut != 0 {
		list = append(list, Contribution{
			Feature: outlookCut, Theme: themeCut, Side: "reactive", Points: r.outlookWeight * r.cut,
		})
	}
	return list
}

// reached is milestone j's value for row i: the tenure in days when it was
// reached, nil while it is not.
func (m *measured) reached(j, i int) any {
	return reachedBy(m.milestones[j], m.in.Journey.Tenure, i)
}

func reachedBy(column, tenure []float64, i int) any {
	if column == nil || math.IsNaN(column[i]) || column[i] > tenure[i] {
		return nil
	}
	return column[i]
}
