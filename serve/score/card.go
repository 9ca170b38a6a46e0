package score

import (
	"time"

	"github.com/etappe/etappe/features/catalog"
	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/additive"
	"github.com/etappe/etappe/models/artifact"
)

// FeatureInfo is one entry of GET /v1/features: a name that a request may send.
type FeatureInfo struct {
	Name       string   `json:"name"`
	Type       string   `json:"type"` // numeric, categorical or milestone
	Unit       string   `json:"unit"`
	Theme      string   `json:"theme"`
	Side       string   `json:"side"`
	Actionable bool     `json:"actionable"`
	Levels     []string `json:"levels,omitempty"` // of a categorical feature
	Text       string   `json:"text"`             // written by package serve/text

	Definition *catalog.Definition `json:"-"` // nil: a milestone
}

// FeatureList is the answer of GET /v1/features.
type FeatureList struct {
	Fingerprint string        `json:"fingerprint"` // of the catalogue
	Features    []FeatureInfo `json:"features"`
}

// ModelCard is the answer of GET /v1/model.
type ModelCard struct {
	ModelInfo
	Fingerprint string            `json:"fingerprint"` // of the catalogue
	Training    artifact.Training `json:"training"`
	Clusters    []ClusterInfo     `json:"clusters"`
	Milestones  []string          `json:"milestones"`
	Points      models.Points     `json:"points"`
	// Bands is how the bands' thresholds were set; left out where that is unknown.
	Bands *artifact.Bands `json:"bands,omitempty"`
	// Orders is what each order of interaction gained when the model was trained.
	Orders []additive.Order `json:"orders"`
	// PromotedAt is since when it is the champion, Override why although the gate
	// refused it, Refused the checks that it failed. Lineage is which clusters of the model before its own continue,
	// Overlap how many accounts they share. Each is left out where there is none.
	PromotedAt *time.Time         `json:"promoted_at,omitempty"`
	Override   *artifact.Override `json:"override,omitempty"`
	Refused    []string           `json:"refused_by_gate,omitempty"`
	Lineage    *artifact.Lineage  `json:"lineage,omitempty"`
	Overlap    *artifact.Overlap  `json:"overlap,omitempty"`
}

// ClusterInfo names a cluster.
type ClusterInfo struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// Features lists what the model reads: features in the catalogue's order, then
// milestones.
func (s *Scorer) Features() FeatureList {
	list := FeatureList{Fingerprint: s.fingerprint, Features: []FeatureInfo{}}
	for i := range s.catalog.Definitions {
		d := &s.catalog.Definitions[i]
		kind := "numeric"
		if d.Categorical() {
			kind = "categorical"
		}
		list.Features = append(list.Features, FeatureInfo{
			Name: d.Name, Type: kind, Unit: d.Unit, Theme: string(d.Theme), Side: string(d.Side),
			Actionable: d.Actionable, Levels: d.Levels, Definition: d,
		})
	}
	for _, name := range s.milestones {
		list.Features = append(list.Features, FeatureInfo{
			Name: name, Type: "milestone", Unit: "date", Theme: ThemePath, Side: SidePath, Actionable: true,
		})
	}
	return list
}

// Card describes the model in service at the present time now.
func (s *Scorer) Card(now time.Time) ModelCard {
	card := ModelCard{
		ModelInfo: s.Info(now), Fingerprint: s.fingerprint, Training: s.training,
		Milestones: append([]string{}, s.milestones...), Points: s.points, Orders: []additive.Order{},
	}
	if m, ok := s.churn.(interface{ Orders() []additive.Order }); ok {
		card.Orders = append(card.Orders, m.Orders()...)
	}
	card.PromotedAt, card.Override, card.Refused = s.meta.PromotedAt, s.meta.Override, s.report.Failed()
	if s.lineage != nil && s.lineage.Previous != "" {
		card.Lineage = s.lineage
	}
	if s.report != nil {
		card.Overlap, card.Bands = s.report.Overlap, s.report.Bands
	}
	for k := range s.ids {
		card.Clusters = append(card.Clusters, ClusterInfo{ID: s.ids[k], Name: s.clusterName(k)})
	}
	return card
}
