package score

import (
	"math"
	"slices"

	"github.com/etappe/etappe/features/catalog"
	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/artifact"
	"github.com/etappe/etappe/models/behaviour"
	"github.com/etappe/etappe/models/cluster"
	"github.com/etappe/etappe/models/path"
	"github.com/etappe/etappe/models/peers"
)

// Catalog returns the model's feature catalogue; not to be changed. Features
// built from it fit NewInput.
func (s *Scorer) Catalog() *catalog.Catalog { return s.catalog }

// Fingerprint identifies the feature catalogue.
func (s *Scorer) Fingerprint() string { return s.fingerprint }

// Version names the model.
func (s *Scorer) Version() string { return s.meta.Version }

// Fields returns the model's columns in order; not to be changed.
func (s *Scorer) Fields() []models.Field { return s.fields }

// Definition returns the catalogue's entry of field j; not to be changed.
func (s *Scorer) Definition(j int) *catalog.Definition { return &s.catalog.Definitions[j] }

// FeatureIndex returns the catalogue position of a feature; false if the model
// does not read it.
func (s *Scorer) FeatureIndex(name string) (int, bool) {
	j, ok := s.index[name]
	return j, ok
}

// TenureIndex returns the catalogue position of the tenure, −1 without one.
func (s *Scorer) TenureIndex() int { return s.tenure }

// Milestones returns the milestones of the success path; not to be changed.
func (s *Scorer) Milestones() []string { return s.milestones }

// Repeats is whether milestone j of the path is to be reached again and again.
func (s *Scorer) Repeats(j int) bool {
	return slices.ContainsFunc(s.catalog.Milestones, func(m catalog.MilestoneRule) bool { return m.Name == s.milestones[j] && m.Times > 0 })
}

// KnownMilestones returns the milestones that a request may name: the path's and
// those that the catalogue derives; not to be changed.
func (s *Scorer) KnownMilestones() []string { return s.known }

// Path returns the success path; nil without one.
func (s *Scorer) Path() *path.Path { return s.path }

// HasPath is whether any milestone counts in cluster k; false for models.NoCluster.
func (s *Scorer) HasPath(k int) bool { return k >= 0 && k < len(s.hasPath) && s.hasPath[k] }

// Peers returns what is usual among the renewed accounts of each cluster; nil
// for a model that was trained without it.
func (s *Scorer) Peers() *peers.Peers { return s.peers }

// Behaviour returns what is usual for what accounts do; nil: not learned.
func (s *Scorer) Behaviour() *behaviour.Model { return s.behaviour }

// Points turns log-odds into points of health.
func (s *Scorer) Points() models.Points { return s.points }

// Churn returns the churn model.
func (s *Scorer) Churn() ChurnModel { return s.churn }

// Clusters returns the cluster model; nil: there is one cluster.
func (s *Scorer) Clusters() *cluster.Model { return s.clusters }

// ClusterIDs returns the ids of the clusters; not to be changed.
func (s *Scorer) ClusterIDs() []string { return s.ids }

// ClusterIndex returns the position of a cluster's id, −1 if there is none.
func (s *Scorer) ClusterIndex(id string) int { return slices.Index(s.ids, id) }

// Exemplars returns cluster k's model accounts, the best first; nil: unknown.
func (s *Scorer) Exemplars(k int) []artifact.Exemplar {
	if k >= len(s.exemplars) {
		return nil
	}
	return s.exemplars[k]
}

// FeatureCode is the code of the reason that field j leads, and the group of
// entries that it shares the reason with.
func (s *Scorer) FeatureCode(j int) (code, group string) { return s.codes[j], s.groups[j] }

// MissingCode is the code of the reason that field j's value went missing or came back.
func (s *Scorer) MissingCode(j int) string { return s.missingCodes[j] }

// FeatureKey identifies field j among features, milestones and all else that moves a
// score.
func (s *Scorer) FeatureKey(j int) string { return s.featureKeys[j] }

// FeatureOwnCode is the code of field j alone, under which a family that it led was
// stored by older programs.
func (s *Scorer) FeatureOwnCode(j int) string { return featureCode(&s.catalog.Definitions[j]) }

// Family reports whether field j shares its reason with others: the reason's points are
// the sum over a family of features.
func (s *Scorer) Family(j int) bool { return s.family[j] >= 0 }

// MilestoneCode is the code of the reason that milestone j leads.
func (s *Scorer) MilestoneCode(j int) string { return s.milestoneCodes[j] }

// Level is the share of the mass that intervals stand for.
func (s *Scorer) Level() float64 { return s.options.Level }

// Unmeasured is the share of the variance of the accounts' own log-odds that no feature
// shows, as the model's intervals assume; 0: they are of the expectation given the
// features.
func (s *Scorer) Unmeasured() float64 { return s.unmeasured }

// IntervalPoints is how many points of the health score a 90 % interval reaches to either
// side on average, the success path as it is and before the cut at 0 and 100; 0: unknown.
func (s *Scorer) IntervalPoints() float64 {
	share := 1.0
	if s.path != nil {
		share -= s.points.PathWeight
	}
	return share * s.points.PerDoubling * s.training.HalfWidth / math.Ln2
}

// StaleAfter is how many days after its training a model is stale.
func (s *Scorer) StaleAfter() int { return s.options.StaleAfter }

// Report is what the training run found; nil if the artifact holds no report. Not
// to be changed.
func (s *Scorer) Report() *artifact.Report { return s.report }
