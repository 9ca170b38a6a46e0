// Package additive is the boosted additive model: one readable table per
// feature, shared by everyone, and what is different in each cluster, partially
// pooled.
package additive

// Model is a fitted additive model.
type Model struct{}
