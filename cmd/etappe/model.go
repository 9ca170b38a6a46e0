package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/etappe/etappe/datasets"
	"github.com/etappe/etappe/features"
	"github.com/etappe/etappe/models/additive"
	"github.com/etappe/etappe/models/artifact"
)

type modelCommand struct {
	Show modelShow `cmd:"" help:"Show a model's terms, or the shape of one."`
	Edit modelEdit `cmd:"" help:"Remove or set a term by hand: a new version, which the gate judges."`
	Name modelName `cmd:"" help:"Call a cluster by another name: a new version with the same answers."`
}

// reading is a stored model as a person reads it: its terms, strongest first,
// in the words of the catalogue.
type reading struct {
	*artifact.Artifact
	version string
	catalog *features.Catalog
	terms   []additive.Term
	own     [][]additive.Term // [cluster] what is different there
	ids     []string          // of the clusters
	lambda  []float64         // [cluster] how far its own part is trusted
	perUnit float64           // health points of 1 log-odds of churn
	orders  []additive.Order  // what each order of interaction gained
	// residual is what is left to trees; without trees, nothing is.
	residual additive.Residual
}

// reading loads the named model to be read.
func (f *modelFlags) reading() (*reading, artifact.Entry, error) {
	stored, entry, err := f.load()
	if err != nil {
		return nil, entry, err
	}
	r, err := read(stored, entry.Version)
	return r, entry, err
}

func read(a *artifact.Artifact, version string) (*reading, error) {
	if a.Catalog == nil {
		return nil, fmt.Errorf("%w: %s holds none", features.ErrCatalog, version)
	}
	r := &reading{Artifact: a, version: version, catalog: a.Catalog, terms: a.Churn.Terms(), ids: a.Clusters.IDs(), orders: a.Churn.Orders()}
	r.residual, _ = a.Churn.Residual()
	slices.SortStableFunc(r.terms, func(x, y additive.Term) int { return cmp.Compare(y.Importance, x.Importance) })
	for k := range r.ids {
		r.own = append(r.own, a.Churn.ClusterTerms(k))
		r.lambda = append(r.lambda, a.Churn.Cluster(k).Lambda)
	}
	r.perUnit = a.Points.Share(1)
	if a.Path != nil { // the other part of the score is the success path
		r.perUnit *= 1 - a.Points.PathWeight
	}
	return r, nil
}

// points turns log-odds of churn into health points; never -0.
func (r *reading) points(logOdds float64) float64 { return r.perUnit*logOdds + 0 }

// find returns the rank (from 0) of the term of that name: a feature, or
// features joined by × or a comma, in any order.
func (r *reading) find(name string) (int, error) {
	fields := []string{strings.TrimSpace(name)}
	if r.catalog.Index(fields[0]) < 0 {
		fields = strings.FieldsFunc(name, func(c rune) bool { return c == '×' || c == ',' })
	}
	for i := range fields {
		fields[i] = strings.TrimSpace(fields[i])
		if r.catalog.Index(fields[i]) < 0 {
			return 0, fmt.Errorf("%w: the model has no feature %q; did you mean %q?", datasets.ErrConfig, fields[i], r.catalog.Nearest(fields[i]))
		}
	}
	for rank, t := range r.terms {
		if sameSet(t.Fields, fields) {
			return rank, nil
		}
	}
	return 0, fmt.Errorf("%w: the model has no term %q; etappe model show without a term lists them", datasets.ErrConfig, additive.TermName(fields))
}

func sameSet(a, b []string) bool {
	return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}

// cluster returns the number of a cluster by id; -1 for "".
func (r *reading) cluster(id string) (int, error) {
	if id == "" {
		return -1, nil
	}
	k := slices.Index(r.ids, id)
	if k < 0 {
		return 0, fmt.Errorf("%w: there is no cluster %q; the model has %s", datasets.ErrConfig, id, strings.Join(r.ids, ", "))
	}
	return k, nil
}

// difference returns what cluster k has of its own beside a term.
func (r *reading) difference(k int, t *additive.Term) (additive.Term, bool) {
	at := slices.IndexFunc(r.own[k], func(o additive.Term) bool { return slices.Equal(o.Fields, t.Fields) })
	if at < 0 {
		return additive.Term{}, false
	}
	return r.own[k][at], true
}

// definition is what the catalogue says of a field; a field without an entry
// is its name.
func (r *reading) definition(field string) features.Definition {
	if i := r.catalog.Index(field); i >= 0 {
		return r.catalog.Definitions[i]
	}
	return features.Definition{Name: field}
}
