package serve

import (
	"fmt"
	"math"
	"time"
)

// Explanation says what moved an account's health score between two dates.
// The points of its bars sum to Change, and their log-odds to the difference
// of the log-odds of churn, both to 1e-9; swapping the dates turns every sign.
type Explanation struct {
	AccountID string       `json:"account_id"`
	From      Moment       `json:"from"`
	To        Moment       `json:"to"`
	Change    float64      `json:"change"` // to.health_score − from.health_score
	Sentence  string       `json:"sentence"`
	Reasons   []MoveReason `json:"reasons"` // at most four, strongest first
	Bars      []Bar        `json:"bars"`
	Model     ModelInfo    `json:"model"`
	Warnings  []Warning    `json:"warnings"` // of both dates, each once
	Verdict   string       `json:"verdict"`  // VerdictMoved or VerdictNormal
	Noise     Noise        `json:"noise"`
	Reference Reference    `json:"reference"`
	Themes    []Theme      `json:"themes"` // heaviest first
	// NextMilestone and Second belong to the later date; nil: none.
	NextMilestone *NextMilestone `json:"next_milestone,omitempty"`
	Second        *Second        `json:"second,omitempty"`
	language      Language
}

// Theme is a group of bars.
type Theme struct {
	Theme  string  `json:"theme"`
	Label  string  `json:"label"`
	Points float64 `json:"points"` // sum of the bars', exactly
	Shown  float64 `json:"shown"`  // as displayed: the sum of the bars' Shown
	Bars   []int   `json:"bars"`   // indices into the explanation's bars, strongest first
}

// Noise is how much of a change is nothing to speak of, in points of health.
type Noise struct {
	// Threshold is what the account's own movement must exceed to count as moved.
	Threshold float64 `json:"threshold"`
	Own       float64 `json:"own"`   // standard deviation of the account's normal movement
	Model     float64 `json:"model"` // standard error of the change, from the model's bags
}

// The verdicts.
const (
	VerdictMoved  = "moved"
	VerdictNormal = "normal_variation"
)

// Moment is what was answered at one of the two dates.
type Moment struct {
	AsOf             string   `json:"as_of"`
	HealthScore      float64  `json:"health_score"`
	ChurnProbability float64  `json:"churn_probability"`
	Interval         Interval `json:"interval"`
	Band             string   `json:"band"`
	Cluster          Cluster  `json:"cluster"`
	Model            string   `json:"model"` // version
}

// MoveReason is a Reason with the value then and now of its strongest entry.
type MoveReason struct {
	Reason
	From any `json:"from"`
	To   any `json:"to"`
	// Peers is the same of the typical renewed account of the cluster; nil: unknown.
	Peers any `json:"peers"`
	// Amount is Points in words, rounded as the sentence and the waterfall show
	// them: the lines of a waterfall that share the reason add up to it.
	Amount string `json:"-"`
}

// Explain says what moved one account's health score between two dates. Each
// input has the one row of that account, in any order of dates; the words are
// in to's language.
//
// With ō the mean of the two outlook weights (see Answer) and c a cluster:
//
//	feature, calendar, data quality   ō · points of models.Explainer's Move, a Shapley value
//	cut        ō · (cut₁ − cut₀)
//	milestone  (1−ō) · ½ Σ_c (share(x₁, c) − share(x₀, c)),   c the cluster then and now
//	cluster    ō · points of Move's cluster + (1−ō) · ½ Σ_x (path(x, c₁) − path(x, c₀))
//
// Where the path is measured at one date only, what is left is one bar of data
// quality instead of milestones.
func (s *Scorer) Explain(from, to *Input, now time.Time) (*Explanation, error) {
	m0, err := s.measureOne(from)
	if err != nil {
		return nil, err
	}
	m1, err := s.measureOne(to)
	if err != nil {
		return nil, err
	}
	if from.accountID(0) != to.accountID(0) {
		return nil, fmt.Errorf("%w: accounts %q and %q", ErrInput, from.accountID(0), to.accountID(0))
	}
	bars, err := s.bars(m0, m1, to.Language)
	if err != nil {
		return nil, err
	}
	info := s.Info(now)
	e := &Explanation{
		AccountID: to.accountID(0),
		From:      s.moment(m0), To: s.moment(m1),
		Change:  m1.rows[0].health - m0.rows[0].health,
		Reasons: []MoveReason{}, Bars: bars, Model: info, language: to.Language,
		Verdict: VerdictMoved, Reference: ReferencePrevious, Themes: []Theme{},
	}
	if math.Abs(sumPoints(bars)-e.Change) > 1e-9 {
		return nil, fmt.Errorf("%w: the bars sum to %g, the score moved by %g", ErrAnswer, sumPoints(bars), e.Change)
	}
	e.Warnings = mergeWarnings(s.warnings(m0, 0, info), s.warnings(m1, 0, info))
	causes := e.causes()
	for _, c := range causes {
		e.Reasons = append(e.Reasons, MoveReason{Reason: to.Language.reason(c), From: c.bar.From, To: c.bar.To, Amount: to.Language.change(c.shown)})
	}
	e.Sentence = e.sentence(causes)
	return e, nil
}

func (s *Scorer) measureOne(in *Input) (*measured, error) {
	m, err := s.measure(in)
	if err == nil && len(m.rows) != 1 {
		err = fmt.Errorf("%w: %d rows to explain, not 1", ErrInput, len(m.rows))
	}
	return m, err
}

func (s *Scorer) moment(m *measured) Moment {
	a := s.answer(m, 0, ModelInfo{})
	return Moment{a.AsOf, a.HealthScore, a.ChurnProbability, a.Interval, a.Band, a.Cluster, s.meta.Version}
}

// mergeWarnings joins two lists, each warning once.
func mergeWarnings(a, b []Warning) []Warning {
	list := append([]Warning{}, a...)
	seen := map[Warning]bool{}
	for _, w := range a {
		seen[w] = true
	}
	for _, w := range b {
		if !seen[w] {
			list = append(list, w)
		}
	}
	return list
}
