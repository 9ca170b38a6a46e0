package reading

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/etappe/etappe/models/additive"
)

// ErrValues is wrapped by errors about values that do not fit their term.
var ErrValues = errors.New("the values do not fit")

// Remove is the model without a term, or without the residual, and the term's
// name.
func (r *Reading) Remove(name string) (*additive.Model, string, error) {
	if r.IsResidual(name) {
		if _, err := r.ResidualDetail(); err != nil {
			return nil, "", err
		}
		churn, err := r.Churn.WithoutResidual()
		return churn, additive.ResidualName, err
	}
	rank, err := r.Find(name)
	if err != nil {
		return nil, "", err
	}
	fields := r.Terms[rank].Fields
	churn, err := r.Churn.Without(fields...)
	return churn, additive.TermName(fields), err
}

// Set is the model with other values of a term, and the term's name. text is the
// JSON of a [Detail] with the new values; signs are the directions that must hold.
func (r *Reading) Set(name string, text []byte, signs map[string]int) (*additive.Model, string, error) {
	if r.IsResidual(name) {
		if _, err := r.ResidualDetail(); err != nil {
			return nil, "", err
		}
		return nil, "", fmt.Errorf("%w: the residual has no table of values to set; --remove takes it out", ErrValues)
	}
	rank, err := r.Find(name)
	if err != nil {
		return nil, "", err
	}
	term := &r.Terms[rank]
	values, err := r.parseValues(text, term)
	if err != nil {
		return nil, "", err
	}
	churn, err := r.Churn.With(term.Fields, values, signs)
	if err != nil {
		return nil, "", fmt.Errorf("%w: %w", ErrValues, err)
	}
	return churn, additive.TermName(term.Fields), nil
}

// parseValues reads a term's values. Everything but the values must be what it
// was, so that nobody edits another term, or bins of another model; a value must
// differ, so that nobody is on record for nothing, and null is no number.
func (r *Reading) parseValues(text []byte, term *additive.Term) ([]float64, error) {
	var given struct {
		Version string          `json:"version"`
		Term    string          `json:"term"`
		Axes    []additive.Axis `json:"axes"`
		Value   []*float64      `json:"value"`
	}
	if err := json.Unmarshal(text, &given); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrValues, err)
	}
	const start = "start from what etappe model show --json prints"
	name := additive.TermName(term.Fields)
	switch {
	case given.Version != r.Version:
		return nil, fmt.Errorf("%w: they are of model %q, not of %s; %s", ErrValues, given.Version, r.Version, start)
	case given.Term != name:
		return nil, fmt.Errorf("%w: they are of term %q, not of %s; %s", ErrValues, given.Term, name, start)
	}
	same := slices.EqualFunc(given.Axes, term.Axes, func(a, b additive.Axis) bool {
		return a.Field == b.Field && slices.Equal(a.Cuts, b.Cuts) && slices.EqualFunc(a.Levels, b.Levels, slices.Equal)
	})
	if !same {
		return nil, fmt.Errorf("%w: its axes are not those of %s; %s", ErrValues, name, start)
	}
	if len(given.Value) != len(term.Value) {
		return nil, fmt.Errorf("%w: %d values for the %d cells of %s", ErrValues, len(given.Value), len(term.Value), name)
	}
	values, changed := make([]float64, len(given.Value)), false
	for i, v := range given.Value {
		if v == nil {
			return nil, fmt.Errorf("%w: value %d of %s is null, which is no number", ErrValues, i+1, name)
		}
		values[i], changed = *v, changed || *v != term.Value[i]
	}
	if !changed {
		return nil, fmt.Errorf("%w: they are those that %s has: nothing would change", ErrValues, name)
	}
	return values, nil
}
