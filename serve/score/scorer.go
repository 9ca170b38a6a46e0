package score

import (
	"fmt"
	"math"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/etappe/etappe/features/catalog"
	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/additive"
	"github.com/etappe/etappe/models/artifact"
	"github.com/etappe/etappe/models/behaviour"
	"github.com/etappe/etappe/models/cluster"
	"github.com/etappe/etappe/models/path"
	"github.com/etappe/etappe/models/peers"
)

// ChurnModel is what a Scorer needs of the artifact's churn model.
type ChurnModel interface {
	// Answer fills in log-odds, interval and contributions in one pass.
	Answer(f *models.Frame, from, to int, a *additive.Answers) error
	Move(from, to *models.Frame) (*models.Movement, error)
}

// Scorer answers with one artifact. It never changes and may be used by any
// number of goroutines.
type Scorer struct {
	catalog     *catalog.Catalog
	fingerprint string
	unmeasured  float64 // see Unmeasured
	fields      []models.Field
	index       map[string]int // catalogue position by feature name
	tenure      int            // catalogue position of the tenure; -1: none
	churn       ChurnModel
	clusters    *cluster.Model    // nil: one cluster
	outliers    *cluster.Outliers // nil: never flags
	path        *path.Path        // nil: no success path
	hasPath     []bool            // [cluster] whether any milestone counts in it
	peers       *peers.Peers      // nil: nothing is known of renewed peers
	behaviour   *behaviour.Model  // nil: not learned
	milestones  []string          // the path's
	// Codes and groups of reasons, one per feature and per milestone.
	codes, groups  []string // [field]
	missingCodes   []string // [field]
	featureKeys    []string // [field]
	milestoneCodes []string
	milestoneNames []string  // with MilestonePrefix
	spreads        []float64 // [field] part of the usual spread of scores
	family         []int     // [field] its group, where that has several features; −1: it is alone
	members        [][]int   // [group] entries that share a reason: fields, then milestones
	known          []string  // milestones that a request may name: the path's and those the catalogue derives
	points         models.Points
	ids            []string // of the clusters
	names          []string // of the clusters
	learned        map[string]*LearnedName
	training       artifact.Training
	lineage        *artifact.Lineage // of the clusters; nil: an older program's model
	report         *artifact.Report  // of the training run; nil: none
	exemplars      [][]artifact.Exemplar
	refused        *Warning // that the gate refused the model; nil: it did not
	meta           Meta
	options        Options
	arenas         sync.Pool                // *arena
	ladders        []atomic.Pointer[Ladder] // [(cluster − NoCluster) · fields + field] nil: not computed yet; see Ladder
}

// New takes an artifact into service. catalog.ErrCatalog if its catalogue,
// fingerprint and fields do not belong together; ErrSelfTest if its answers are
// not sound.
func New(a *artifact.Artifact, meta Meta, o Options) (*Scorer, error) {
	if a == nil || a.Churn == nil {
		return nil, fmt.Errorf("%w: the artifact holds no churn model", ErrSelfTest)
	}
	return NewWith(a, a.Churn, meta, o)
}

// NewWith is New with another churn model than the artifact's.
func NewWith(a *artifact.Artifact, churn ChurnModel, meta Meta, o Options) (*Scorer, error) {
	if meta.Version == "" || meta.TrainedAt.IsZero() {
		return nil, fmt.Errorf("%w: the artifact's version or date of training is unknown", ErrSelfTest)
	}
	if a.Catalog == nil {
		return nil, fmt.Errorf("%w: the artifact holds none", catalog.ErrCatalog)
	}
	s := &Scorer{
		catalog: a.Catalog, fingerprint: a.Fingerprint, fields: a.Fields,
		index: map[string]int{}, tenure: -1,
		churn: churn, unmeasured: a.Training.Unmeasured, clusters: a.Clusters, outliers: a.Outliers, path: a.Path, peers: a.Peers, behaviour: a.Behaviour,
		points: a.Points, names: a.Names, training: a.Training, lineage: a.Lineage, report: a.Report, exemplars: a.Exemplars,
		meta: meta, options: o.withDefaults(),
	}
	if err := s.checkCatalog(); err != nil {
		return nil, err
	}
	s.prepare()
	if err := s.selfTest(); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrSelfTest, err)
	}
	return s, nil
}

// prepare computes once what every request reads.
func (s *Scorer) prepare() {
	s.arenas.New = func() any { return &arena{} }
	s.refused = refusedBy(s.report, s.meta)
	for i := range s.catalog.Definitions {
		d := &s.catalog.Definitions[i]
		s.index[d.Name] = i
		if d.Measure == catalog.MeasureTenure {
			s.tenure = i
		}
		s.missingCodes = append(s.missingCodes, qualityPrefix+UpperSnake(d.Name))
		s.featureKeys = append(s.featureKeys, "feature/"+d.Name)
		s.codes, s.groups = append(s.codes, featureCode(d)), append(s.groups, group(d))
	}
	s.ids = []string{"c1"}
	if s.clusters != nil {
		s.ids = s.clusters.IDs()
	}
	s.ladders = make([]atomic.Pointer[Ladder], (len(s.ids)-models.NoCluster)*len(s.fields))
	s.learned = s.learnedNames()
	s.computeSpreads()
	if s.path != nil {
		s.milestones = s.path.Milestones()
		for k := range s.path.Clusters() {
			any := slices.ContainsFunc(s.milestones, func(name string) bool {
				return s.path.Weight(k, slices.Index(s.milestones, name)) > 0
			})
			s.hasPath = append(s.hasPath, any)
		}
	}
	for _, name := range s.milestones {
		s.milestoneCodes = append(s.milestoneCodes, milestoneCode(name))
		s.milestoneNames = append(s.milestoneNames, MilestonePrefix+name)
	}
	s.members = s.groupMembers()
	s.nameFamilies()
	s.known = slices.Clone(s.milestones)
	for _, rule := range s.catalog.Milestones {
		if !slices.Contains(s.known, rule.Name) {
			s.known = append(s.known, rule.Name)
		}
	}
}

// checkCatalog compares the catalogue with the fingerprint and the fields.
func (s *Scorer) checkCatalog() error {
	if got := s.catalog.Fingerprint(); got != s.fingerprint {
		return fmt.Errorf("%w: catalogue %s, artifact %s", catalog.ErrCatalog, got, s.fingerprint)
	}
	if len(s.fields) != len(s.catalog.Definitions) {
		return fmt.Errorf("%w: %d entries, but the model reads %d fields",
			catalog.ErrCatalog, len(s.catalog.Definitions), len(s.fields))
	}
	for j := range s.fields {
		d := &s.catalog.Definitions[j]
		if d.Name != s.fields[j].Name || !slices.Equal(d.Levels, s.fields[j].Levels) {
			return fmt.Errorf("%w: entry %d is %q, but the model's field is %q with other levels or another name",
				catalog.ErrCatalog, j, d.Name, s.fields[j].Name)
		}
	}
	return nil
}

// Info is which model answers, at the present time now.
func (s *Scorer) Info(now time.Time) ModelInfo {
	age := now.Sub(s.meta.TrainedAt).Hours() / 24
	return ModelInfo{
		Version:   s.meta.Version,
		TrainedAt: s.meta.TrainedAt.UTC(),
		AgeDays:   max(0, int(math.Floor(age))),
	}
}

// Score answers for every row of a batch, in its order. now is the present
// time, against which the model's age is measured. catalog.ErrCatalog or
// ErrInput if the batch does not fit the model; ErrAnswer if an answer would
// not be a finite number.
func (s *Scorer) Score(in *Input, now time.Time) ([]Answer, error) {
	if err := s.Check(in); err != nil {
		return nil, err
	}
	info := s.Info(now)
	answers := make([]Answer, in.Frame.Rows())
	err := s.eachBlock(len(answers), func(memory *arena, from, to int) error {
		b := s.newBlock(in, from, to, memory)
		if err := b.computeAll(); err != nil {
			return err
		}
		b.answers(answers[from:to], info)
		return b.seconds(answers[from:to])
	})
	if err != nil {
		return nil, err
	}
	return answers, nil
}

// selfTest scores three made-up accounts (nothing known, all zero, all one;
// every milestone late) and checks that the answers are sound: finite numbers,
// intervals around them, scores within 0..100, parts that add up.
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
