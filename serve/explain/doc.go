// Package explain computes why a health score is what it is and why it moved:
// codes and numbers, no words (package serve/text writes them).
//
// In come scorers and one-row inputs (score.Row); out go an Explanation of the
// movement between two dates (Compare, Explain) or of the distance from a
// reference (Against), the counterfactual curves of single features (WhatIfs), the
// account on its success path (StageOf, Next), the description of a cluster
// (ClusterOf) and the layout of a waterfall. It refuses rows of several accounts
// (score.ErrInput) and gives no number where a model has none (score.ErrAnswer).
//
// # The mathematics of a move
//
// Let x be the data of a date, k its cluster and m a model; z(x, k, m) the
// log-odds of churn and
//
//	v(x, k, m) = w · path(x, k) + (1 − w) · outlook(z) + cut
//
// the health score. The movement v₁ − v₀ is divided in three steps.
//
// 1. Shapley values inside one model. z is a sum of terms f_T over one to three
// features. The value of feature a is the average, over the orders in which the
// features of T change from x₀ to x₁, of what its own change adds:
//
//	T = {a}      φ_a = f(a₁) − f(a₀)
//	T = {a, b}   φ_a = ½ [ f(a₁,b₀) − f(a₀,b₀) + f(a₁,b₁) − f(a₀,b₁) ]
//	T of three   the average over the six orders
//
// This is the Shapley value with x₀ as single reference (Shapley 1953; Lundberg
// and Lee 2017, "baseline Shapley"), exact by look-up (additive.Model.Move). The
// cluster is one more player: its terms are taken in both orders, data first and
// cluster first, and averaged. Milestones are divided in the same way:
//
//	milestone m   (1−ō) · ½ Σ_c [ share_m(x₁, c) − share_m(x₀, c) ],   c the cluster then and now
//
// with ō the mean weight of the outlook at the two dates. See flow.
//
// 2. Data against model. With two models the causes data and model are taken in
// both orders:
//
//	data   ½ [ bars of x₀ → x₁ under m₀  +  bars of x₀ → x₁ under m₁ ]
//	model  ½ [ (v(x₀,m₁) − v(x₀,m₀)) + (v(x₁,m₁) − v(x₁,m₀)) ]
//
// where only one model covers both dates, that order alone. See Compare.
//
// 3. Exact sums. Points become whole numbers of 2⁻²⁰ by largest remainder (see
// apportion), so bars sum to the change exactly, in any order of addition.
// Displayed tenths are rounded the same way.
//
// # Normal variation
//
// The verdict is "moved" if the account's own movement exceeds
//
//	threshold = t_ν · max( own, model )
//	own²      = f(days) · ( n s² + n₀ τ² ) / (n + n₀)
//
// s being the account's own spread, τ its cluster's, model the standard error of
// the change from the model's bags, t_ν a critical value of Student's t; or if
// one driver went further than renewed accounts' drivers usually go. See noise.
// It is "measured_differently" instead where data that came or went and another
// cluster make more of the change than the account and time did.
package explain
