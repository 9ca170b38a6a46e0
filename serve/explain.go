package serve

import (
	"fmt"
	"time"
)

// Explanation says what moved an account's health score between two dates, or
// what sets it apart from a reference. Health scores, Change and the points of
// bars and themes are whole numbers of 2⁻²⁰, so the bars sum to Change exactly,
// in any order; their log-odds sum to the difference of the log-odds of churn to
// 1e-9. Exchanging the dates turns every sign.
type Explanation struct {
	AccountID string       `json:"account_id"`
	From      Moment       `json:"from"`
	To        Moment       `json:"to"`
	Change    float64      `json:"change"` // to.health_score − from.health_score
	Sentence  string       `json:"sentence"`
	Reasons   []MoveReason `json:"reasons"` // at most four: first what moved the score the way it went; none in normal variation
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
	peers         string // what the cluster of a reference is called in the language
	// usual is what is usual for a group of bars, in points; nil: not known.
	usual map[string]float64
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
	// Driver is how far the driver that went furthest moved the score beyond what
	// is usual for it; above DriverThreshold the account counts as moved too. A
	// threshold of 0: the model does not know what is usual.
	Driver          float64 `json:"driver"`
	DriverThreshold float64 `json:"driver_threshold"`
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
// in to's language. It is Compare with one model and without a history.
func (s *Scorer) Explain(from, to *Input, now time.Time) (*Explanation, error) {
	o := CompareOptions{Now: now}
	if to != nil {
		o.Language = to.Language
	}
	return Compare([2][2]*Input{{from, nil}, {nil, to}}, [2]*Scorer{s, s}, o)
}

func (s *Scorer) measureOne(in *Input) (*measured, error) {
	m, err := s.measure(in)
	if err == nil && len(m.rows) != 1 {
		err = fmt.Errorf("%w: %d rows to explain, not 1", ErrInput, len(m.rows))
	}
	return m, err
}

// settle puts the points on the grid, drops bars that say nothing, and rounds
// for display.
func (e *Explanation) settle() error {
	e.Change = e.To.HealthScore - e.From.HealthScore
	if err := settle(e.Bars, e.Change); err != nil {
		return err
	}
	e.Bars = moved(e.Bars)
	for i, shown := range e.shownPoints() {
		e.Bars[i].Shown = shown
	}
	e.Themes = e.themes()
	return nil
}

// tell puts the movement into words: reasons where there are any, the sentence.
func (e *Explanation) tell() {
	e.Reasons = []MoveReason{}
	var causes []cause
	if e.Verdict == VerdictMoved {
		causes = e.causes()
	}
	for _, c := range causes {
		e.Reasons = append(e.Reasons, MoveReason{
			Reason: e.language.reason(c), From: c.bar.From, To: c.bar.To, Peers: c.bar.Peers, Amount: e.language.change(c.shown),
		})
	}
	e.Sentence = e.sentence(causes)
}
