// Package additive is the boosted additive model: one readable table per
// feature, shared by everyone, and what is different in each cluster, partially
// pooled.
//
//	z(x, k) = b + Σ_j f_j(x_j) + Σ_T f_T(x_T) + R(x) + λ_k · [ b_k + Σ_j d_kj(x_j) ]
//
// z is the log-odds of churn of an account with features x in cluster k; T runs
// over sets of two or three features. For a row without a cluster
// (models.NoCluster) λ is 0: the shared model alone. Every f and d is a table over
// bins, so an attribution is a look-up and exact: no sampling, no background set.
// R, the residual, is 0 in most models: trees on up to six features each, where
// they gain clearly; their shares are exact too.
//
// The package is the fitted model: look-up (Answer, LogOdds), contributions that
// add up to the log-odds, exact Shapley values of a change (Move), intervals from
// the spread of the bags (Interval, MoveError) and of what no feature shows (Spread),
// tables for a reader (Terms), edits by hand (Without, With) and the state in an
// artifact. New makes a Model of its Parts; package boost trains them. Frames of
// other fields and infinite values are refused with models.ErrFields, damaged states
// with models.ErrState.
package additive

import (
	"slices"

	"github.com/etappe/etappe/models"
)

// Caps on what a model may hold; a saved one that claims more is refused.
const (
	MaxBags           = 256
	MaxClusters       = 1024
	MaxFields         = 20_000
	MaxMergedBins     = 64 // merged bins of one field: a Cut is a word of bits
	MaxDepth          = 6  // cuts of a residual tree
	MaxResidualFields = 60 // fields of all residual trees
)

// Model is a fitted additive model. It never changes and may be used by
// many goroutines at once.
type Model struct {
	fields     []models.Field
	binnings   []Binning
	intercepts []float64      // [bag] intercept, calibrated
	tables     []Table        // shared; the mains first, in the order of the fields
	clusters   []ClusterPart  // at least one
	residual   *ResidualTrees // nil: none
	platt      models.Platt
	rounds     int
	subsample  float64 // see Parts.Subsample
	orders     []Order
	spread     *Spread // nil: intervals are of the expectation

	// scored are the clusters and, where there are several, behind them that of the
	// rows without a cluster; what follows is by it.
	scored   []ClusterPart
	base     []float64     // [scored] intercept, cluster part included
	effects  [][][]float64 // [scored][term][cell] f + λ·d
	baseline []float64     // [scored] base plus all centres: the baseline
	lookup   *lookup       // the tables in the layout of scoring
}

var _ models.Explainer = (*Model)(nil)

// derive computes what scoring looks up.
func (m *Model) derive() {
	m.scored = m.clusters
	if len(m.clusters) > 1 {
		m.scored = append(slices.Clone(m.clusters), m.withoutCluster())
	}
	m.base = make([]float64, len(m.scored))
	m.baseline = make([]float64, len(m.scored))
	m.effects = make([][][]float64, len(m.scored))
	for k := range m.scored {
		p := &m.scored[k]
		m.base[k] = average(m.intercepts) + p.Info.Lambda*average(p.Intercepts)
		m.baseline[k] = m.base[k]
		m.effects[k] = make([][]float64, len(m.tables))
		for t := range m.tables {
			m.effects[k][t] = m.effect(p, t)
			m.baseline[k] += p.centre[t]
		}
		for _, v := range p.residualCentre {
			m.baseline[k] += v
		}
	}
	m.lookup = newLookup(m)
}

// withoutCluster is what rows without a cluster are scored by: the shared model
// alone. Its baseline is the mean of that over all training rows, which the tables'
// own weights and the clusters' centres hold, so that a saved model need not.
func (m *Model) withoutCluster() ClusterPart {
	p := ClusterPart{Intercepts: make([]float64, len(m.intercepts)), centre: make([]float64, len(m.tables))}
	for t := range m.tables {
		p.centre[t] = WeightedMean(m.tables[t].Mean, m.tables[t].Weight)
	}
	if m.residual != nil {
		p.residualCentre = m.residualMeans()
	}
	return p
}

// effect returns term t as a cluster has it: f + λ_k·d_k.
func (m *Model) effect(p *ClusterPart, t int) []float64 {
	shared := m.tables[t].Mean
	own := p.find(t)
	if own == nil || p.Info.Lambda == 0 {
		return shared
	}
	sum := make([]float64, len(shared))
	for c := range sum {
		sum[c] = shared[c] + p.Info.Lambda*own.Mean[c]
	}
	return sum
}

// find returns the cluster's own table beside shared term t; nil: it has none.
func (p *ClusterPart) find(t int) *OwnTable {
	for i := range p.Own {
		if p.Own[i].Of == t {
			return &p.Own[i]
		}
	}
	return nil
}

func average(values []float64) float64 {
	sum := 0.0
	for _, v := range values {
		sum += v
	}
	return sum / float64(len(values))
}

// Fields returns the fields that the model was fitted on, in order.
func (m *Model) Fields() []models.Field { return m.fields }

// Clusters returns the number of clusters, at least 1.
func (m *Model) Clusters() int { return len(m.clusters) }

// Cluster returns what cluster k's own part rests on and what it gains.
func (m *Model) Cluster(k int) ClusterInfo { return m.clusters[k].Info }

// Rounds returns how often each field was visited in the shared part.
func (m *Model) Rounds() int { return m.rounds }

// Platt returns the line that made the shared part's log-odds calibrated; the
// tables hold it already.
func (m *Model) Platt() models.Platt { return m.platt }

// scan codes the frame's rows block by block; codes[field][row of the block].
func (m *Model) scan(f *models.Frame, do func(first, rows int, codes [][]uint8)) error {
	if err := m.checkFrame(f); err != nil {
		return err
	}
	n := f.Rows()
	size := min(n, block)
	codes, buffer := make([][]uint8, len(m.fields)), make([]uint8, len(m.fields)*size)
	for first := 0; first < n; first += block {
		rows := min(block, n-first)
		for j := range codes {
			codes[j] = buffer[j*size : j*size+rows]
		}
		if err := m.lookup.codes(f, first, rows, codes); err != nil {
			return err
		}
		do(first, rows, codes)
	}
	return nil
}

// clusterOf returns which of the scored clusters row i is in, 0 in a model without
// a cluster part.
func (m *Model) clusterOf(f *models.Frame, i int) int {
	if len(m.clusters) == 1 {
		return 0
	}
	if k := f.ClusterOf(i); k != models.NoCluster {
		return k
	}
	return len(m.clusters)
}

// LogOdds returns the calibrated log-odds of churn of every row. The error
// wraps models.ErrFields if the frame is not made of the model's fields, or a
// value is infinite.
func (m *Model) LogOdds(f *models.Frame) ([]float64, error) {
	z := make([]float64, f.Rows())
	if err := m.Answer(f, 0, len(z), &Answers{LogOdds: z}); err != nil {
		return nil, err
	}
	return z, nil
}
