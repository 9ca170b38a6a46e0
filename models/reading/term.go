package reading

import (
	"math"

	"github.com/etappe/etappe/features/catalog"
	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/additive"
	"github.com/etappe/etappe/models/artifact"
	"github.com/etappe/etappe/models/behaviour"
)

// Inventory is the JSON of a model: all terms without their numbers.
type Inventory struct {
	Version          string          `json:"version"`
	PointsPerLogOdds float64         `json:"points_per_log_odds"`
	Points           models.Points   `json:"point_scale"`
	Bands            *artifact.Bands `json:"bands,omitempty"` // how the bands' thresholds were set
	// Behaviour is how often a change is reported by chance; nil: none is tested, or it was
	// not measured.
	Behaviour *Behaviour      `json:"behaviour,omitempty"`
	Edits     []artifact.Edit `json:"edits,omitempty"`
	// Override is why the champion is one that the gate refused.
	Override *artifact.Override `json:"override,omitempty"`
	Terms    []Term             `json:"terms"`
	// Orders is what each order of interaction gained when the model was
	// trained: log-losses out of fold, in nats.
	Orders   []additive.Order `json:"orders,omitempty"`
	Residual *Residual        `json:"residual,omitempty"`
}

// Behaviour is the limit of false alarms in each direction, and what was reported of
// accounts that renewed and that nothing was learned from.
type Behaviour struct {
	Limit   float64           `json:"limit"`
	Checked behaviour.Checked `json:"checked"`
}

// Behaviour is nil where no change is tested, or how often one is reported was not
// measured with its interval.
func (r *Reading) Behaviour() *Behaviour {
	m := r.Artifact.Behaviour
	if m == nil || m.Checked().Accounts == 0 {
		return nil
	}
	return &Behaviour{m.Limit(), m.Checked()}
}

// Term is the JSON of one term, with its numbers in a [Detail].
type Term struct {
	Term       string          `json:"term"`
	Order      int             `json:"order"`
	Rank       int             `json:"rank"` // by importance, from 1
	Importance Number          `json:"importance"`
	Fields     []Field         `json:"fields"`
	Axes       []additive.Axis `json:"axes,omitempty"`   // bin 0 is missing; a categorical field's last bin is never seen
	Value      []float64       `json:"value,omitempty"`  // [cell] log-odds of churn, the last field's bins run fastest
	Points     []float64       `json:"points,omitempty"` // [cell] health points
	Error      []float64       `json:"error,omitempty"`  // [cell] standard error of the value
	Band       []float64       `json:"band,omitempty"`   // [cell] half-width of the 90 % band around it
	Weight     []float64       `json:"weight,omitempty"` // [cell] training weight
	Clusters   []Cluster       `json:"clusters"`         // that differ
}

// Number is an importance in both units.
type Number struct {
	LogOdds float64 `json:"log_odds"`
	Points  float64 `json:"points"`
}

// Field is a feature by its entry in the catalogue.
type Field struct {
	Name  string `json:"name"`
	Text  string `json:"text"`
	Unit  string `json:"unit"`
	Theme string `json:"theme"`
}

// Cluster is what is different in a cluster, shrunk by its lambda: it comes on
// top of the shared values.
type Cluster struct {
	ID         string    `json:"id"`
	Name       string    `json:"name"`
	Lambda     float64   `json:"lambda"`
	Importance Number    `json:"importance"`
	Clear      bool      `json:"clear"` // the difference is beyond its error band
	Value      []float64 `json:"value,omitempty"`
	Points     []float64 `json:"points,omitempty"`
	Error      []float64 `json:"error,omitempty"`
	Band       []float64 `json:"band,omitempty"`
	Weight     []float64 `json:"weight,omitempty"`
}

// Detail is one term with its numbers and the head of its model.
type Detail struct {
	Version          string          `json:"version"`
	PointsPerLogOdds float64         `json:"points_per_log_odds"`
	Edits            []artifact.Edit `json:"edits,omitempty"`
	Term
}

// Inventory lists all terms without their numbers.
func (r *Reading) Inventory() Inventory {
	m := Inventory{Version: r.Version, PointsPerLogOdds: r.PerUnit, Points: r.Artifact.Points, Edits: r.Edits, Behaviour: r.Behaviour(), Terms: []Term{}, Orders: r.Orders, Residual: r.residual()}
	if r.Report != nil {
		m.Bands = r.Report.Bands
	}
	for rank := range r.Terms {
		m.Terms = append(m.Terms, r.Head(rank))
	}
	return m
}

// Head is a term without its numbers.
func (r *Reading) Head(rank int) Term {
	t := &r.Terms[rank]
	p := Term{Term: additive.TermName(t.Fields), Order: len(t.Fields), Rank: rank + 1,
		Importance: r.number(t.Importance), Clusters: []Cluster{}}
	for _, f := range t.Fields {
		p.Fields = append(p.Fields, r.field(f))
	}
	for k, id := range r.IDs {
		if own, ok := r.Difference(k, t); ok {
			p.Clusters = append(p.Clusters, Cluster{ID: id, Name: r.Names[k], Lambda: r.Lambda[k],
				Importance: r.number(own.Importance), Clear: clearly(&own)})
		}
	}
	return p
}

func (r *Reading) field(name string) Field {
	d := r.Definition(name)
	return Field{name, r.LabelOf(&d), d.Unit, string(d.Theme)}
}

// LabelOf names a feature for people.
func (r *Reading) LabelOf(d *catalog.Definition) string {
	if r.Label == nil {
		return d.Name
	}
	return r.Label(d)
}

// number is an importance in log-odds, and in points.
func (r *Reading) number(logOdds float64) Number {
	return Number{logOdds, math.Abs(r.Points(logOdds))}
}

// clearly reports whether a difference is beyond its error band, in the mean of
// squares over the training rows.
func clearly(d *additive.Term) bool {
	var signal, noise float64
	for c, w := range d.Weight {
		signal += w * d.Value[c] * d.Value[c]
		noise += w * d.Band[c] * d.Band[c]
	}
	return signal > noise
}

// Detail is a term with its numbers, and those of cluster k or, for -1, of every
// cluster that differs.
func (r *Reading) Detail(rank, only int) Detail {
	t := &r.Terms[rank]
	p := r.Head(rank)
	p.Axes, p.Value, p.Points = t.Axes, t.Value, r.allPoints(t.Value)
	p.Error, p.Band, p.Weight = t.Error, t.Band, t.Weight
	p.Clusters = p.Clusters[:0]
	for _, c := range r.Head(rank).Clusters {
		k, _ := r.Cluster(c.ID)
		if only >= 0 && k != only {
			continue
		}
		own, _ := r.Difference(k, t)
		c.Value, c.Points = own.Value, r.allPoints(own.Value)
		c.Error, c.Band, c.Weight = own.Error, own.Band, own.Weight
		p.Clusters = append(p.Clusters, c)
	}
	return Detail{r.Version, r.PerUnit, r.Edits, p}
}

func (r *Reading) allPoints(values []float64) []float64 {
	out := make([]float64, len(values))
	for i, v := range values {
		out[i] = r.Points(v)
	}
	return out
}
