// Package models holds the contracts between a matrix and a probability of
// churn, and the arithmetic around them: metrics, calibration, points, the
// success path, attribution.
//
// Numbers go in, numbers come out. The package and those below it hold no
// account, no date and no file but the artifact. Shape mistakes of our own
// panic; what can be wrong with the data comes back as an error.
package models

import (
	"context"
	"encoding/json"
	"errors"
)

// Sentinels, matched with errors.Is.
var (
	// ErrTraining: the sample cannot carry a model: no row, one class
	// only, no usable feature.
	ErrTraining = errors.New("the training data cannot carry a model")
	// ErrFields: a frame's fields are not those the model was fitted on.
	ErrFields = errors.New("the fields differ from the model's")
	// ErrState: a saved state cannot be read back.
	ErrState = errors.New("the saved model is not readable")
)

// Field describes one column of a Frame.
type Field struct {
	Name   string   `json:"name"`
	Levels []string `json:"levels,omitempty"` // categorical: names of the codes 0..len-1; nil: numeric
}

// Categorical reports whether the column holds codes of named levels.
func (f Field) Categorical() bool { return f.Levels != nil }

// Frame is a matrix by columns. Columns[j][i] is field j of row i: a number, or
// the code of a level (len(Levels) and above: never seen); NaN is missing.
type Frame struct {
	Fields  []Field
	Columns [][]float64
	// Cluster gives each row's cluster, 0-based, or NoCluster; nil: every row is in
	// cluster 0.
	Cluster []int32
}

// NoCluster is the cluster of a row that too little is known of to place it
// among several: what all clusters share is all that is used for it.
const NoCluster = -1

// Rows returns the number of rows.
func (f *Frame) Rows() int {
	if len(f.Columns) == 0 {
		return 0
	}
	return len(f.Columns[0])
}

// ClusterOf returns row i's cluster or NoCluster; 0 where the frame carries none.
func (f *Frame) ClusterOf(i int) int {
	if f.Cluster == nil {
		return 0
	}
	return int(f.Cluster[i])
}

// Select returns a new frame with the given rows, in that order.
func (f *Frame) Select(rows []int) *Frame {
	out := &Frame{Fields: f.Fields, Columns: make([][]float64, len(f.Columns))}
	for j, column := range f.Columns {
		out.Columns[j] = Pick(column, rows)
	}
	if f.Cluster != nil {
		out.Cluster = Pick(f.Cluster, rows)
	}
	return out
}

// Sample is what a Trainer learns from: a frame and the outcome of each row.
type Sample struct {
	*Frame
	Churned []bool
	Weight  []float64 // positive; nil: every row weighs 1
	// Group names the account of each row: a validation part never splits one.
	// nil: every row is its own.
	Group []int32
}

// Select returns a new sample with the given rows, in that order.
func (s *Sample) Select(rows []int) *Sample {
	out := &Sample{Frame: s.Frame.Select(rows), Churned: Pick(s.Churned, rows)}
	if s.Weight != nil {
		out.Weight = Pick(s.Weight, rows)
	}
	if s.Group != nil {
		out.Group = Pick(s.Group, rows)
	}
	return out
}

// WeightOf returns row i's weight.
func (s *Sample) WeightOf(i int) float64 {
	if s.Weight == nil {
		return 1
	}
	return s.Weight[i]
}

// Pick returns the values at the given positions, in that order.
func Pick[T any, I int | int32](values []T, rows []I) []T {
	out := make([]T, len(rows))
	for i, r := range rows {
		out[i] = values[r]
	}
	return out
}

// Zeros returns a matrix of zeros in one piece of memory.
func Zeros(outer, inner int) [][]float64 {
	all := make([]float64, outer*inner)
	rows := make([][]float64, outer)
	for i := range rows {
		rows[i] = all[i*inner : (i+1)*inner : (i+1)*inner]
	}
	return rows
}

// Trainer holds hyperparameters. Fitting gives a thing of another type: an
// unfitted model cannot score.
type Trainer interface {
	// Name is the variant's name in reports: "etappe", "logistic", …
	Name() string
	// Fit learns from the sample and keeps no reference to it. It is a pure
	// function of trainer and sample: the same give the same model, byte for
	// byte, on any number of cores. It stops early with ctx's error.
	Fit(ctx context.Context, s *Sample) (Model, error)
}

// Model is a fitted model.
type Model interface {
	// LogOdds returns the log-odds of churn of every row. ErrFields if the
	// frame is not made of the fields that the model was fitted on.
	LogOdds(f *Frame) ([]float64, error)
}

// Explainer is a Model whose answer is a sum of contributions.
type Explainer interface {
	Model
	// Contributions returns each row's cluster baseline and each field's share,
	// in log-odds: Baseline[i] + Σ_j Share[j][i] is LogOdds of row i to 1e-9.
	Contributions(f *Frame) (*Contributions, error)
	// Move splits LogOdds(to) - LogOdds(from), row by row, into each field's
	// exact Shapley share (single reference) and the share of the change of
	// cluster. Both frames have the same number of rows.
	Move(from, to *Frame) (*Movement, error)
}

// Contributions are shares of log-odds at one date.
type Contributions struct {
	Baseline []float64   // [row]: the mean of the row's cluster
	Share    [][]float64 // [field][row]
}

// Movement is a difference of log-odds between two dates.
type Movement struct {
	Share   [][]float64 // [field][row]
	Cluster []float64   // [row]: what the change of cluster alone moved; 0 without one
}

// State is a fitted part as data, for the artifact: a small header and arrays.
// Equal models have equal states.
type State struct {
	Kind   string               `json:"kind"` // name and version of the layout, "additive/1"
	Header json.RawMessage      `json:"header"`
	Arrays map[string][]float64 `json:"-"`
}
