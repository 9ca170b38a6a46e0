// Package reading turns a stored model into what a person reads of it: its terms
// by importance with their values in log-odds and in health points, what differs
// in each cluster, what each order of interaction gained, what is left to the
// residual trees, and each term as the shape in which it is best shown, its bins
// pooled into few marks.
//
// In comes an artifact, out come numbers and codes, no words: etappe model show
// writes them as tables, letters and pictures. It refuses names that the model
// does not have (ErrUnknown).
package reading

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/etappe/etappe/features/catalog"
	"github.com/etappe/etappe/models/additive"
	"github.com/etappe/etappe/models/artifact"
)

// ErrUnknown is wrapped by errors about a term, a cluster or a residual that the
// model does not have.
var ErrUnknown = errors.New("not in the model")

// ErrNoCatalog is wrapped where an artifact holds no feature catalogue.
var ErrNoCatalog = errors.New("the model holds no feature catalogue")

// Reading is a stored model with its terms, strongest first.
type Reading struct {
	*artifact.Artifact
	Version string
	Terms   []additive.Term
	Own     [][]additive.Term // [cluster] what is different there
	IDs     []string          // of the clusters
	Lambda  []float64         // [cluster] shrinkage of its own part
	PerUnit float64           // health points of 1 log-odds of churn
	Orders  []additive.Order  // what each order of interaction gained
	// Residual is what is left to trees; without trees, nothing is.
	Residual additive.Residual
	// Label names a feature for people; nil: by its name in the catalogue.
	Label func(*catalog.Definition) string
}

// Of reads an artifact that a registry holds under a version; ErrNoCatalog where
// it holds no feature catalogue.
func Of(a *artifact.Artifact, version string) (*Reading, error) {
	if a.Catalog == nil {
		return nil, fmt.Errorf("%w: %s", ErrNoCatalog, version)
	}
	r := &Reading{Artifact: a, Version: version, Terms: a.Churn.Terms(), IDs: a.Clusters.IDs(), Orders: a.Churn.Orders()}
	r.Residual, _ = a.Churn.Residual()
	slices.SortStableFunc(r.Terms, func(x, y additive.Term) int { return cmp.Compare(y.Importance, x.Importance) })
	for k := range r.IDs {
		r.Own = append(r.Own, a.Churn.ClusterTerms(k))
		r.Lambda = append(r.Lambda, a.Churn.Cluster(k).Lambda)
	}
	r.PerUnit = a.Points.Share(1)
	if a.Path != nil { // the other part of the score is the success path
		r.PerUnit *= 1 - a.Points.PathWeight
	}
	return r, nil
}

// Points turns log-odds of churn into health points; never -0.
func (r *Reading) Points(logOdds float64) float64 { return r.PerUnit*logOdds + 0 }

// Find returns the rank (from 0) of the term of that name: a feature, or
// features joined by × or a comma, in any order.
func (r *Reading) Find(name string) (int, error) {
	fields := []string{strings.TrimSpace(name)}
	if r.Catalog.Index(fields[0]) < 0 {
		fields = strings.FieldsFunc(name, func(c rune) bool { return c == '×' || c == ',' })
	}
	for i := range fields {
		fields[i] = strings.TrimSpace(fields[i])
		if r.Catalog.Index(fields[i]) < 0 {
			return 0, fmt.Errorf("%w: the model has no feature %q; did you mean %q?", ErrUnknown, fields[i], r.Catalog.Nearest(fields[i]))
		}
	}
	for rank, t := range r.Terms {
		if sameSet(t.Fields, fields) {
			return rank, nil
		}
	}
	return 0, fmt.Errorf("%w: the model has no term %q; etappe model show without a term lists them", ErrUnknown, additive.TermName(fields))
}

func sameSet(a, b []string) bool {
	return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}

// Cluster returns the number of a cluster by id; -1 for "".
func (r *Reading) Cluster(id string) (int, error) {
	if id == "" {
		return -1, nil
	}
	k := slices.Index(r.IDs, id)
	if k < 0 {
		return 0, fmt.Errorf("%w: there is no cluster %q; the model has %s", ErrUnknown, id, strings.Join(r.IDs, ", "))
	}
	return k, nil
}

// Difference returns what cluster k has of its own beside a term.
func (r *Reading) Difference(k int, t *additive.Term) (additive.Term, bool) {
	at := slices.IndexFunc(r.Own[k], func(o additive.Term) bool { return slices.Equal(o.Fields, t.Fields) })
	if at < 0 {
		return additive.Term{}, false
	}
	return r.Own[k][at], true
}

// Definition is the catalogue's entry of a field; a field without one is its
// name.
func (r *Reading) Definition(field string) catalog.Definition {
	if i := r.Catalog.Index(field); i >= 0 {
		return r.Catalog.Definitions[i]
	}
	return catalog.Definition{Name: field}
}
