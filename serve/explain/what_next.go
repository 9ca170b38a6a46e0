package explain

import (
	"github.com/etappe/etappe/serve/score"
)

// WhatNext is what there is to look at and to do for one account at one date,
// whether anything moved or not: what sets its score below that of renewed peers,
// and which values inside of what renewed peers do would go with a higher score.
// All of it is association: nothing here is promised.
type WhatNext struct {
	// Against is what StandsOut is held against: the typical renewed account of the
	// cluster, or the cluster's average where no renewed peers are known.
	Against   Reference  `json:"against"`
	StandsOut []StandOut `json:"stands_out"` // what lowers the score, strongest first; at most four
	Steps     []NextStep `json:"steps"`      // that would matter most, strongest first; at most four
	People    *People    `json:"people,omitempty"`
	// Cases and Models are of a history; nil: there is none.
	Cases  *LikeCases     `json:"like_cases,omitempty"`
	Models []ModelAccount `json:"model_accounts,omitempty"` // at most three
	// Milestone is the one to work on, nil: none is open; PathKnown is whether the path
	// is measured.
	Milestone *NextMilestone `json:"-"`
	PathKnown bool           `json:"-"`
}

// How much what comes next holds at most.
const (
	mostStandOuts = 4
	mostSteps     = 4
)

// WhatNextOf finds what is next for a row.
func WhatNextOf(s *score.Scorer, m *score.Row) (*WhatNext, error) {
	n := &WhatNext{Milestone: Next(s, m), PathKnown: m.Measured, People: people(s, m)}
	var err error
	if n.Against, n.StandsOut, err = standOuts(s, m); err != nil {
		return nil, err
	}
	n.Steps, err = steps(s, m)
	return n, err
}

// AddWhatNext adds to an explanation what is next at its later date; nothing where
// the model that answered is gone.
func AddWhatNext(e *Explanation) (err error) {
	if e.later != nil {
		e.WhatNext, err = WhatNextOf(e.later.Scorer(), e.later)
	}
	return err
}
