// Package serve answers questions about accounts: how healthy, how likely to
// churn, why, and why it moved.
//
// In come an artifact and rows of features known at an as-of date (from
// package features, or from the body of a request); out go Answers and
// Explanations whose parts add up to what is shown, and an HTTP server that
// speaks them as JSON. It refuses an artifact of another feature catalogue, an
// artifact that fails its self-test, and a request that breaks the contract;
// every refusal over HTTP is a problem document (RFC 9457). It trains nothing,
// reads no clock but the one it is given, and stores nothing.
package serve

import (
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/etappe/etappe/features"
	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/additive"
	"github.com/etappe/etappe/models/artifact"
	"github.com/etappe/etappe/models/cluster"
	"github.com/etappe/etappe/models/path"
	"github.com/etappe/etappe/models/peers"
)

// Meta is what the registry knows of an artifact's making.
type Meta struct {
	Version   string
	TrainedAt time.Time
	// PromotedAt is since when the model is the champion; nil: it is not. Override
	// is why it is although the gate refused it; nil: the gate let it through.
	PromotedAt *time.Time
	Override   *artifact.Override
}

// Options tune what an answer says. The zero value stands for the defaults.
type Options struct {
	Level        float64 // of the interval; 0: 0.9
	StaleAfter   int     // days after which a model is stale; 0: 183
	Top          int     // entries of DetailTop; 0: 5
	MissingShare float64 // share of features missing that earns a warning; 0: 0.5
}

func (o Options) withDefaults() Options {
	if o.Level == 0 {
		o.Level = 0.9
	}
	if o.StaleAfter == 0 {
		o.StaleAfter = 183
	}
	if o.Top == 0 {
		o.Top = 5
	}
	if o.MissingShare == 0 {
		o.MissingShare = 0.5
	}
	return o
}

// churnModel is what a Scorer asks of the artifact's churn model.
type churnModel interface {
	// Answer gives log-odds, interval and contributions in one pass.
	Answer(f *models.Frame, from, to int, a *additive.Answers) error
	Move(from, to *models.Frame) (*models.Movement, error)
}

// Scorer answers with one artifact. It never changes and may be used by any
// number of goroutines.
type Scorer struct {
	catalog     *features.Catalog
	fingerprint string
	fields      []models.Field
	index       map[string]int // catalogue position by feature name
	tenure      int            // catalogue position of the tenure; -1: none
	churn       churnModel
	clusters    *cluster.Model    // nil: one cluster
	outliers    *cluster.Outliers // nil: never flags
	path        *path.Path        // nil: no success path
	peers       *peers.Peers      // nil: nothing is known of renewed peers
	milestones  []string          // the path's
	// What reasons are called, worked out once: a batch asks for them row by row.
	codes, groups  []string // [field]
	milestoneCodes []string
	known          []string // milestones that a request may name: the path's and those the catalogue derives
	points         models.Points
	ids            []string          // of the clusters
	names          []string          // of the clusters
	german         map[string]string // those of them that were learned, in German
	training       artifact.Training
	lineage        *artifact.Lineage     // of the clusters; nil: an older program's model
	report         *artifact.Report      // of the training run; may be nil
	exemplars      [][]artifact.Exemplar // [cluster] model accounts; nil: unknown
	meta           Meta
	options        Options
}

// NewScorer takes an artifact into service. features.ErrCatalog if its
// catalogue, fingerprint and fields do not belong together; ErrSelfTest if it
// does not give sound answers.
func NewScorer(a *artifact.Artifact, meta Meta, o Options) (*Scorer, error) {
	if a == nil || a.Churn == nil {
		return nil, fmt.Errorf("%w: the artifact holds no churn model", ErrSelfTest)
	}
	if meta.Version == "" || meta.TrainedAt.IsZero() {
		return nil, fmt.Errorf("%w: the artifact's version or date of training is unknown", ErrSelfTest)
	}
	if a.Catalog == nil {
		return nil, fmt.Errorf("%w: the artifact holds none", features.ErrCatalog)
	}
	s := &Scorer{
		catalog: a.Catalog, fingerprint: a.Fingerprint, fields: a.Fields,
		index: map[string]int{}, tenure: -1,
		churn: a.Churn, clusters: a.Clusters, outliers: a.Outliers, path: a.Path, peers: a.Peers,
		points: a.Points, names: a.Names, training: a.Training, lineage: a.Lineage, report: a.Report, exemplars: a.Exemplars,
		meta: meta, options: o.withDefaults(),
	}
	if err := s.checkCatalog(); err != nil {
		return nil, err
	}
	s.derive()
	if err := s.selfTest(); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrSelfTest, err)
	}
	return s, nil
}

// derive fills in what is looked up often.
func (s *Scorer) derive() {
	for i := range s.catalog.Definitions {
		s.index[s.catalog.Definitions[i].Name] = i
		if s.catalog.Definitions[i].Measure == features.MeasureTenure {
			s.tenure = i
		}
	}
	s.ids = []string{"c1"}
	if s.clusters != nil {
		s.ids = s.clusters.IDs()
	}
	for j := range s.catalog.Definitions {
		s.codes, s.groups = append(s.codes, s.featureCode(j)), append(s.groups, s.group(j))
	}
	s.german = s.learnedNames()
	if s.path != nil {
		s.milestones = s.path.Milestones()
	}
	for _, name := range s.milestones {
		s.milestoneCodes = append(s.milestoneCodes, milestoneCode(name))
	}
	s.known = slices.Clone(s.milestones)
	for _, rule := range s.catalog.Milestones {
		if !slices.Contains(s.known, rule.Name) {
			s.known = append(s.known, rule.Name)
		}
	}
}

// checkCatalog holds the catalogue against the fingerprint and the fields.
func (s *Scorer) checkCatalog() error {
	if got := s.catalog.Fingerprint(); got != s.fingerprint {
		return fmt.Errorf("%w: catalogue %s, artifact %s", features.ErrCatalog, got, s.fingerprint)
	}
	if len(s.fields) != len(s.catalog.Definitions) {
		return fmt.Errorf("%w: %d entries, but the model reads %d fields",
			features.ErrCatalog, len(s.catalog.Definitions), len(s.fields))
	}
	for j := range s.fields {
		d := &s.catalog.Definitions[j]
		if d.Name != s.fields[j].Name || !slices.Equal(d.Levels, s.fields[j].Levels) {
			return fmt.Errorf("%w: entry %d is %q, but the model's field is %q with other levels or another name",
				features.ErrCatalog, j, d.Name, s.fields[j].Name)
		}
	}
	return nil
}

// Catalog returns the model's feature catalogue; not to be changed. Features
// built from it fit NewInput.
func (s *Scorer) Catalog() *features.Catalog { return s.catalog }

// Fields returns the columns that the model reads, in the catalogue's order; not
// to be changed.
func (s *Scorer) Fields() []models.Field { return s.fields }

// Milestones returns the names of the success path's milestones; not to be changed.
func (s *Scorer) Milestones() []string { return s.milestones }

// KnownMilestones returns the milestones that a request may name: the path's and
// those that the catalogue derives; not to be changed.
func (s *Scorer) KnownMilestones() []string { return s.known }

// Peers returns what is usual among the renewed accounts of each cluster; nil
// for a model that was trained without it.
func (s *Scorer) Peers() *peers.Peers { return s.peers }

// Info says which model answers, at the present time now.
func (s *Scorer) Info(now time.Time) ModelInfo {
	age := now.Sub(s.meta.TrainedAt).Hours() / 24
	return ModelInfo{
		Version:   s.meta.Version,
		TrainedAt: s.meta.TrainedAt.UTC(),
		AgeDays:   max(0, int(math.Floor(age))),
	}
}

// Score answers for every row of a batch, in its order. now is the present
// time, against which the model's age is measured. features.ErrCatalog or
// ErrInput if the batch does not fit the model; ErrAnswer if an answer would
// not be a finite number.
func (s *Scorer) Score(in *Input, now time.Time) ([]Answer, error) {
	m, err := s.measure(in)
	if err != nil {
		return nil, err
	}
	seconds, err := s.seconds(m)
	if err != nil {
		return nil, err
	}
	info := s.Info(now)
	answers := make([]Answer, in.Frame.Rows())
	for i := range answers {
		answers[i] = s.answer(m, i, info)
		if seconds != nil {
			answers[i].Second = seconds[i]
		}
	}
	return answers, nil
}

// answer puts row i into words.
func (s *Scorer) answer(m *measured, i int, info ModelInfo) Answer {
	in, r := m.in, m.rows[i]
	all := s.contributions(m, i)
	a := Answer{
		AccountID:        in.accountID(i),
		AsOf:             in.date(i),
		HealthScore:      r.health,
		ChurnProbability: models.Sigmoid(m.z[i]),
		Interval: Interval{
			Level: s.options.Level,
			Low:   models.Sigmoid(m.low[i]),
			High:  models.Sigmoid(m.high[i]),
		},
		Band:    s.points.Band(r.health),
		Cluster: s.cluster(m, i),
		Baseline: Baseline{
			LogOdds: m.parts.Baseline[i],
			Points:  r.outlookWeight*s.points.Outlook(m.parts.Baseline[i]) + (1-r.outlookWeight)*50,
		},
		Reasons:  s.reasons(m, i, all),
		Model:    info,
		Warnings: s.warnings(m, i, info),
	}
	switch in.Detail {
	case DetailAll:
		a.Contributions = all
	case DetailTop:
		a.Contributions = strongest(all, s.options.Top)
	}
	return a
}

// cluster describes the cluster that row i belongs to.
func (s *Scorer) cluster(m *measured, i int) Cluster {
	k := m.frame.ClusterOf(i)
	c := Cluster{ID: s.ids[k], Name: s.clusterName(k), Membership: 1}
	if m.assigned != nil {
		c.Membership = m.assigned.Membership[i]
	}
	return c
}

// clusterName is the desired outcome of cluster k, its id where it has none.
func (s *Scorer) clusterName(k int) string {
	if k < len(s.names) && s.names[k] != "" {
		return s.names[k]
	}
	return s.ids[k]
}
