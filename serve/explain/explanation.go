package explain

import (
	"time"

	"github.com/etappe/etappe/serve/score"
)

// Explanation is what moved an account's health score between two dates, or
// what sets it apart from a reference. Health scores, Change and the points of
// bars and themes are whole numbers of 2⁻²⁰, so the bars sum to Change exactly,
// in any order; their log-odds sum to the difference of the log-odds of churn to
// 1e-9. Exchanging the dates turns every sign.
type Explanation struct {
	AccountID string  `json:"account_id"`
	From      Moment  `json:"from"`
	To        Moment  `json:"to"`
	Change    float64 `json:"change"` // to.health_score − from.health_score
	// Moved is how far the account moved, as displayed, with one decimal: Change without
	// what another model moved. nil: no model reads both dates.
	Moved    *float64        `json:"moved"`
	Sentence string          `json:"sentence"` // written by package serve/text
	Reasons  []MoveReason    `json:"reasons"`  // at most four: first what moved the score the way it went; none in normal variation
	Bars     []Bar           `json:"bars"`
	Model    score.ModelInfo `json:"model"`
	Warnings []score.Warning `json:"warnings"` // of both dates, each once
	// CutBinds is set where the cut of the outlook to 0..100 holds at a date, or would with
	// one driver put back: bars are exact for the uncut score, and putting a driver back then
	// moves the score by less than its bar.
	CutBinds bool   `json:"cut_binds"`
	Verdict  string `json:"verdict"` // one of the Verdict constants
	Noise    Noise  `json:"noise"`
	// ModelChange is what another model moved; nil: one model answered both dates.
	ModelChange *ModelChange `json:"model_change,omitempty"`
	// Behaviour lists what the account does differently beyond its usual, the surest
	// first; empty: nothing, nil: it is not known what the account did.
	Behaviour []Behaviour `json:"behaviour"`
	// Limit is the share of accounts to which nothing happened for which training set the
	// limits of what is reported: about so many for the worse, and as many for the better.
	// 0: it is not known what the account did.
	Limit     float64   `json:"behaviour_limit"`
	Reference Reference `json:"reference"`
	Themes    []Theme   `json:"themes"` // heaviest first
	// NextMilestone and Second belong to the later date; nil: none.
	NextMilestone *NextMilestone `json:"next_milestone,omitempty"`
	Second        *score.Second  `json:"second,omitempty"`
	// WhatNext is what to do at the later date, from AddWhatNext; nil: not computed, or
	// its model is gone.
	WhatNext *WhatNext `json:"what_next,omitempty"`
	// usual is what is usual for a group of bars, in points; nil: not known.
	usual  map[string]float64
	unlike bool       // no one model reads both dates
	later  *score.Row // of the later date by its own model
}

// Later is the row of the later date by the model that answered it, as the
// explanation was computed from it; nil where that model is gone.
func (e *Explanation) Later() *score.Row { return e.later }

// Theme is a group of bars.
type Theme struct {
	Theme  string  `json:"theme"`
	Label  string  `json:"label"`  // written by package serve/text
	Points float64 `json:"points"` // sum of the bars', exactly
	Shown  float64 `json:"shown"`  // as displayed: the sum of the bars' Shown
	Bars   []int   `json:"bars"`   // indices into the explanation's bars, strongest first
}

// Noise is how large a change is within normal variation, in points of health.
type Noise struct {
	// Threshold is what the account's own movement must exceed to count as moved.
	Threshold float64 `json:"threshold"`
	// Factor times the larger of Own and Model is the threshold: a quantile of Student's t.
	Factor float64 `json:"factor"`
	Own    float64 `json:"own"`   // standard deviation of the account's normal movement
	Model  float64 `json:"model"` // standard error of the change, from the model's bags
	// Driver is how far the driver that went furthest moved the score beyond what
	// is usual for it; above DriverThreshold the account counts as moved too. A
	// threshold of 0: the model does not know what is usual.
	Driver          float64 `json:"driver"`
	DriverThreshold float64 `json:"driver_threshold"`
}

// The verdicts.
const (
	VerdictMoved       = "moved"
	VerdictNormal      = "normal_variation"
	VerdictDifferently = "measured_differently" // data that came or went, or another cluster or the first, make most of the change
	// VerdictModel is of a movement that no one model reads, of two answers about one date,
	// and where another model moved the score by more than the account did, which moved
	// within normal variation.
	VerdictModel = "another_model"
)

// Moment is the answer at one of the two dates.
type Moment struct {
	AsOf             string         `json:"as_of"`
	HealthScore      float64        `json:"health_score"`
	ChurnProbability float64        `json:"churn_probability"`
	Interval         score.Interval `json:"interval"`
	Band             string         `json:"band"`
	Cluster          score.Cluster  `json:"cluster"`
	Model            string         `json:"model"` // version
}

// MoveReason is a reason with the value then and now of its strongest entry.
type MoveReason struct {
	score.Reason
	From any `json:"from"`
	To   any `json:"to"`
	// Peers is the same of the typical renewed account of the cluster; nil: unknown.
	Peers any `json:"peers"`
	// Shown is Points as the sentence and the waterfall round them: the rows of a
	// waterfall that share the reason add up to it. Amount is the same in words,
	// written by package serve/text.
	Shown  float64 `json:"shown"`
	Amount string  `json:"-"`
	Bar    *Bar    `json:"-"` // the strongest entry; nil: of a person, who has none
	// Behaviour is what changed; nil: the reason is one of the score alone.
	Behaviour *Behaviour `json:"-"`
	Family    bool       `json:"-"` // the reason is of a family of features, its Members
}

// Explain is Compare with one model and without a history: what moved one
// account's health score between two dates. Each input has the one row of that
// account, in any order of dates.
func Explain(s *score.Scorer, from, to *score.Input, now time.Time) (*Explanation, error) {
	return Compare([2][2]*score.Input{{from, nil}, {nil, to}}, [2]*score.Scorer{s, s}, CompareOptions{Now: now})
}

// finish puts the points on the grid, drops bars of nothing, and rounds for
// display.
func (e *Explanation) finish() error {
	e.Change = e.To.HealthScore - e.From.HealthScore
	if err := apportion(e.Bars, e.Change); err != nil {
		return err
	}
	e.Bars = changed(e.Bars)
	for i, shown := range e.shownPoints() {
		e.Bars[i].Shown = shown
	}
	if !e.unlike {
		moved := round1(Moved(e.From.HealthScore, e.To.HealthScore) - e.modelShown())
		e.Moved = &moved
	}
	e.Themes = e.themes()
	return nil
}
