// Package cluster groups accounts by usage pattern, not by size and not by
// what became of them.
//
// In goes a models.Frame and a Space, which names the columns that describe the
// pattern; out goes a Model that assigns rows to clusters, softly, and an
// Outliers rule, which flags rows that are unlike anything seen in training.
// Frames are read by field name, so they may hold further columns. Refused: a
// frame without a column of the space (models.ErrFields), training without a
// row (models.ErrTraining), a saved state that does not fit together
// (models.ErrState).
//
// The outcome of a row never moves a centre. It is only counted, so that a
// cluster too small to fit churn on is refused.
package cluster

import (
	"context"
	"fmt"
	"slices"

	"github.com/etappe/etappe/models"
)

// Space names the columns of a frame that describe the usage pattern.
type Space struct {
	// Shares are columns of counts that enter as square roots of their shares
	// of the sum (Hellinger coordinates), so that size cancels out.
	Shares []string `json:"shares,omitempty"`
	// Values are columns that enter as they are, robustly scaled; the levels
	// of a categorical one as indicators.
	Values []string `json:"values,omitempty"`
}

// Assignment is where each row belongs.
type Assignment struct {
	Cluster    []int32   // most likely cluster, 0-based; models.NoCluster for a row that shows too little to be placed
	Membership []float64 // soft membership in it, 0..1; 0 without a cluster
	Second     []int32   // second most likely; -1 with one cluster only, and without a cluster
	Evidence   []Evidence
}

// interface kept by the model so that train and serve can rely on it.
var _ interface {
	Assign(f *models.Frame) (*Assignment, error)
	State() (models.State, error)
} = (*Model)(nil)

// Model is a fitted clustering. Clusters are numbered by size, largest first.
type Model struct {
	coords  *coordinates
	k, dims int
	ids     []string  // [cluster]; nil: by number
	centres []float64 // [cluster][dim], row-major, in the clustering space
	// variance is the pooled within-cluster variance along the lines that join
	// the centres; it is what turns distances into memberships.
	variance float64
	sizes    []float64   // rows of each cluster among the rows looked at
	means    [][]float64 // [cluster][coordinate] mean of the plain coordinates
	raw      [][]float64 // [cluster][coordinate] mean in the columns' own terms
	overall  []float64   // [coordinate] mean in the columns' own terms, over all rows
	spread   []float64   // [coordinate] standard deviation of the plain coordinate
}

// maxRows is how many rows a fit looks at; more are sampled down to it. Centres
// and quantiles of 20,000 rows are as good as those of ten million.
const maxRows = 20000

// Fit learns the coordinates and the clusters of the rows of f, one row per
// decided renewal or account. churned is the outcome of each row; nothing
// but the size of the clusters' evidence depends on it. Of more than 20,000
// rows a seeded sample is looked at. The Choice holds for every k tried why it
// was taken or refused.
//
// Same frame, space, outcomes and options: same model, byte for byte, on any
// number of cores.
func Fit(ctx context.Context, f *models.Frame, space Space, churned []bool, o Options) (*Model, *Choice, error) {
	o, err := o.withDefaults()
	if err != nil {
		return nil, nil, err
	}
	if len(churned) != f.Rows() {
		panic(fmt.Sprintf("cluster: %d outcomes for %d rows", len(churned), f.Rows()))
	}
	if f.Rows() == 0 {
		return nil, nil, fmt.Errorf("%w: no row to cluster", models.ErrTraining)
	}
	rows, err := rowsToFit(f, space, o.Seed)
	if err != nil {
		return nil, nil, err
	}
	f, churned = f.Select(rows), models.Pick(churned, rows)
	coords, err := fitCoordinates(f, space)
	if err != nil {
		return nil, nil, err
	}
	points := coords.points(f)
	best, choice, err := choose(ctx, points, churned, o)
	if err != nil {
		return nil, nil, err
	}
	return newModel(f, coords, points, best), choice, nil
}

// rowsToFit draws from the rows that can be placed: the others would all stand
// near the mean, as a group that is none. Where none can, all are taken.
func rowsToFit(f *models.Frame, space Space, seed uint64) ([]int, error) {
	var rows, all []int
	p, err := patternOf(f, space)
	if err != nil {
		return nil, err
	}
	for i := range f.Rows() {
		all = append(all, i)
		if p.evidence(i) == Enough {
			rows = append(rows, i)
		}
	}
	if rows == nil {
		rows = all
	}
	if some := sampleRows(len(rows), maxRows, seed); some != nil {
		rows = models.Pick(rows, some)
	}
	return rows, nil
}

// newModel takes the partition over and measures what Assign and Profile need.
func newModel(f *models.Frame, coords *coordinates, points *matrix, part *partition) *Model {
	m := &Model{coords: coords, k: part.k, dims: points.d, centres: slices.Clone(part.centres)}
	m.variance = separatingVariance(points, part)
	m.sizes = make([]float64, m.k)
	for _, c := range part.labels {
		m.sizes[c]++
	}
	m.measureTraits(f, part.labels)
	return m
}

// K returns the number of clusters, at least 1.
func (m *Model) K() int { return m.k }

// Space returns the columns that describe the usage pattern.
func (m *Model) Space() Space { return m.coords.space() }
