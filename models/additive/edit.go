package additive

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
)

// ErrEdit is the error of an edit that does not fit the model: a term that it does not
// have, values that are not one finite number for each cell, or values that run
// against a monotone direction.
var ErrEdit = errors.New("the edit does not fit the model")

// maxEdit bounds a value set by hand, in log-odds: odds of e^50 to one are as
// good as certain.
const maxEdit = 50

// minStep is the smallest step along a field that counts as one: values that
// were set equal differ by rounding once the mean over the bags is taken.
const minStep = 1e-9

// TermName names a term by its fields: "seats", "seats × plan".
func TermName(fields []string) string { return strings.Join(fields, " × ") }

// Without returns a new model that lacks the term over the given fields (in any
// order), shared table and clusters' own ones alike. Their means go into the
// intercepts, bag by bag:
//
//	b' = b + Σ_c w_c f(c) / Σ_c w_c        w: the training weight of the cells
//
// and b_k alike from the cluster's own table, so that the mean log-odds over the
// training rows stay. Other terms over the same fields stay too. The error
// wraps ErrEdit.
func (m *Model) Without(fields ...string) (*Model, error) {
	at, err := m.tableOver(fields)
	if err != nil {
		return nil, err
	}
	next := m.copy()
	gone := m.tables[at]
	for b := range next.intercepts {
		next.intercepts[b] += WeightedMean(gone.Bags[b], gone.Weight)
	}
	next.tables = slices.Delete(next.tables, at, at+1)
	for k := range next.clusters {
		next.clusters[k].drop(at)
	}
	next.derive()
	return next, nil
}

// drop takes shared term t out of a cluster's part.
func (p *ClusterPart) drop(t int) {
	if own := p.find(t); own != nil {
		for b := range p.Intercepts {
			p.Intercepts[b] += WeightedMean(own.Bags[b], own.Weight)
		}
	}
	p.centre = slices.Delete(p.centre, t, t+1)
	p.Own = slices.DeleteFunc(p.Own, func(o OwnTable) bool { return o.Of == t })
	for i := range p.Own {
		if p.Own[i].Of > t {
			p.Own[i].Of--
		}
	}
}

// With returns a new model whose shared table over the given fields (in any
// order) has the given values [cell], in the order and with the bins of
// Term.Value, less their mean over the training rows: the mean log-odds stay.
//
//	f_b'(c) = f_b(c) + δ(c) − Σ_c w_c δ(c) / Σ_c w_c        δ = values − f
//
// Every bag b moves alike, so the error band stays what the data give for
// the shape. What clusters have of their own stays. So does the baseline of a
// cluster without a table of its own here, whose weight in each cell the model
// does not hold. Equal values give an equal model. monotone is what the trainer
// was given (Trainer.Monotone): along these fields the values may not turn
// around. The error wraps ErrEdit.
func (m *Model) With(fields []string, values []float64, monotone map[string]int) (*Model, error) {
	at, err := m.tableOver(fields)
	if err != nil {
		return nil, err
	}
	next := m.copy()
	t := &next.tables[at]
	if len(values) != len(t.Mean) {
		return nil, fmt.Errorf("%w: %d values for the %d cells of %s", ErrEdit, len(values), len(t.Mean), TermName(fields))
	}
	shift := make([]float64, len(values))
	for c, v := range values {
		if !(math.Abs(v) <= maxEdit) {
			return nil, fmt.Errorf("%w: value %d of %s is %v; log-odds from -%d to %d are allowed", ErrEdit, c, TermName(fields), v, maxEdit, maxEdit)
		}
		shift[c] = v - t.Mean[c]
	}
	if err := m.checkDirections(t, values, monotone); err != nil {
		return nil, err
	}
	middle := WeightedMean(shift, t.Weight)
	t.Bags = slices.Clone(t.Bags)
	for b := range t.Bags {
		t.Bags[b] = slices.Clone(t.Bags[b])
		for c := range shift {
			if by := shift[c] - middle; by != 0 { // adding 0 would turn a -0 around
				t.Bags[b][c] += by
			}
		}
	}
	t.SetMean()
	for k := range next.clusters {
		p := &next.clusters[k]
		if own := p.find(at); own != nil {
			p.centre[at] += WeightedMean(shift, own.Weight) - middle
		}
	}
	next.derive()
	return next, nil
}

// checkDirections refuses values that fall along a field on which churn may only
// rise, or the other way round. Missing has no place in the order.
func (m *Model) checkDirections(t *Table, values []float64, monotone map[string]int) error {
	step := len(values)
	for i, j := range t.Fields {
		bins := m.binnings[j].Bins
		if t.Merges != nil {
			bins = t.Merges[i].Bins
		}
		step /= bins
		name := m.fields[j].Name
		for c, v := range values {
			if c/step%bins <= Missing+1 { // missing, or nothing below it
				continue
			}
			if before := values[c-step]; float64(monotone[name])*(v-before) < -minStep {
				way := "rise"
				if monotone[name] < 0 {
					way = "fall"
				}
				return fmt.Errorf("%w: churn may only %s with %s, and value %d of %s is %v after %v",
					ErrEdit, way, name, c, m.tableName(t), v, before)
			}
		}
	}
	return nil
}

// copy returns a model whose lists can be changed without changing m. The
// tables inside the terms are still shared: nothing writes to them.
func (m *Model) copy() *Model {
	next := *m
	next.intercepts = slices.Clone(m.intercepts)
	next.tables = slices.Clone(m.tables)
	next.clusters = slices.Clone(m.clusters)
	for k := range next.clusters {
		p := &next.clusters[k]
		p.Intercepts, p.Own, p.centre = slices.Clone(p.Intercepts), slices.Clone(p.Own), slices.Clone(p.centre)
	}
	return &next
}

// tableName names a term of the model.
func (m *Model) tableName(t *Table) string {
	names := make([]string, len(t.Fields))
	for i, j := range t.Fields {
		names[i] = m.fields[j].Name
	}
	return TermName(names)
}

// tableOver returns the index of the shared term over exactly these fields.
func (m *Model) tableOver(fields []string) (int, error) {
	for t := range m.tables {
		of := m.tables[t].Fields
		if len(of) != len(fields) {
			continue
		}
		if !slices.ContainsFunc(of, func(j int) bool { return !slices.Contains(fields, m.fields[j].Name) }) {
			return t, nil
		}
	}
	return 0, fmt.Errorf("%w: the model has no term %s", ErrEdit, TermName(fields))
}
