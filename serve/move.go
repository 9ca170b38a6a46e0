package serve

import (
	"fmt"
	"slices"
	"time"

	"github.com/etappe/etappe/models"
)

// CompareOptions tune what Compare says. The zero value stands for no history,
// English and the present time zero.
type CompareOptions struct {
	Now      time.Time
	Language Language
	// History is what the account scored before, in any order; it says how much
	// the score usually moves. Scores at or after the later of the two dates are
	// not looked at.
	History []PastScore
	// Stored is what was answered at each of the two dates, read only where that
	// date's scorer is nil.
	Stored [2]*Stored
}

// PastScore is an earlier answer about the account.
type PastScore struct {
	AsOf   time.Time
	Health float64
	Model  string // version; only scores by one model are compared with each other
}

// Stored is an answer whose model is no longer there to give it again.
type Stored struct {
	AccountID              string
	AsOf                   time.Time
	Health                 float64 // 0 to 100
	Churn, Low, High       float64 // probability and its interval
	Level                  float64 // of the interval; 0: 0.9
	Band                   string
	ClusterID, ClusterName string
	Membership             float64
	Model                  string // version
}

// Compare explains the movement between two answers about one account, given by
// one model or by two. corners[d][m] is the account's one row at date d in the
// catalogue of model m (nil: unknown); the answers are those of model 0 at date
// 0 and of model 1 at date 1. Where both are one model, corners[0][0] and
// corners[1][1] are all that is read.
//
// With v(data, model) the health score, and with data bars as in Explain, the
// Shapley value of the two causes is
//
//	data   ½ [ bars of x₀ → x₁ under model 0  +  bars of x₀ → x₁ under model 1 ]
//	model  ½ [ (v(x₀,m₁) − v(x₀,m₀)) + (v(x₁,m₁) − v(x₁,m₀)) ]
//
// so a pure retrain has a model bar only. Where only one model knows both dates,
// that one order is taken and a warning says so; where none does, all is one bar
// of the model. A scorer that is nil has no artifact any more: options.Stored
// has what it answered. Nothing is made up for it.
//
// Exchanging dates and models turns the sign of every bar, exactly. ErrInput
// unless the corners are one row each, of one account, and either scorer and
// corner or a stored answer is there for both dates.
func Compare(corners [2][2]*Input, scorers [2]*Scorer, o CompareOptions) (*Explanation, error) {
	c, err := newComparison(corners, scorers, o)
	if err != nil {
		return nil, err
	}
	bars, err := c.bars()
	if err != nil {
		return nil, err
	}
	e := &Explanation{
		AccountID: c.accountID(), From: c.moment(0), To: c.moment(1), Reference: ReferencePrevious,
		Bars: bars, Model: c.info(), Warnings: c.warnings(), language: o.Language,
	}
	if err := e.settle(); err != nil {
		return nil, err
	}
	if e.Noise, err = c.noise(); err != nil {
		return nil, err
	}
	c.driven(e)
	e.judge()
	if err := c.ahead(e); err != nil {
		return nil, err
	}
	e.tell()
	return e, nil
}

// comparison is a movement being worked out.
type comparison struct {
	scorers [2]*Scorer
	at      [2][2]*measured // [date][model]; nil: unknown
	options CompareOptions
	same    bool // both scorers are one model
}

func newComparison(corners [2][2]*Input, scorers [2]*Scorer, o CompareOptions) (*comparison, error) {
	c := &comparison{scorers: scorers, options: o, same: sameModel(scorers)}
	if c.same {
		corners[0][1], corners[1][0] = nil, nil
		scorers[0] = scorers[1]
	}
	var ids []string
	for d := range corners {
		for m, in := range corners[d] {
			if in == nil || scorers[m] == nil {
				continue
			}
			one := *in
			one.Language = o.Language
			var err error
			if c.at[d][m], err = scorers[m].measureOne(&one); err != nil {
				return nil, err
			}
			ids = append(ids, in.accountID(0))
		}
		if c.at[d][d] == nil {
			if scorers[d] != nil || o.Stored[d] == nil {
				return nil, fmt.Errorf("%w: nothing is known of date %d", ErrInput, d+1)
			}
			ids = append(ids, o.Stored[d].AccountID) // as it was stored: never unknown
		}
	}
	if c.same { // the one model knows both dates
		c.at[0][1], c.scorers = c.at[0][0], [2]*Scorer{scorers[1], scorers[1]}
		c.at[1][0] = c.at[1][1]
	}
	if ids = slices.Compact(ids); len(ids) > 1 {
		return nil, fmt.Errorf("%w: accounts %q", ErrInput, ids)
	}
	return c, nil
}

// sameModel tells whether two scorers speak for one artifact.
func sameModel(s [2]*Scorer) bool {
	return s[0] != nil && s[1] != nil &&
		(s[0] == s[1] || s[0].meta.Version == s[1].meta.Version && s[0].fingerprint == s[1].fingerprint)
}

// knows tells whether model m knows both dates.
func (c *comparison) knows(m int) bool { return c.at[0][m] != nil && c.at[1][m] != nil }

// voice is the model that names things: the later date's where it knows both
// dates, or else the other; -1: neither does.
func (c *comparison) voice() int {
	for _, m := range [...]int{1, 0} {
		if c.knows(m) {
			return m
		}
	}
	return -1
}

// answered is the health score and the log-odds of churn answered at date d.
func (c *comparison) answered(d int) (health, logOdds float64) {
	if m := c.at[d][d]; m != nil {
		return m.rows[0].health, m.z[0]
	}
	return c.options.Stored[d].Health, models.Logit(c.options.Stored[d].Churn)
}

// bars lists what moved, not yet on the grid.
func (c *comparison) bars() ([]Bar, error) {
	if c.same {
		return c.scorers[1].bars(c.at[0][0], c.at[1][1], c.options.Language)
	}
	var lists [][]Bar
	for _, m := range [...]int{1, 0} {
		if !c.knows(m) {
			continue
		}
		list, err := c.scorers[m].bars(c.at[0][m], c.at[1][m], c.options.Language)
		if err != nil {
			return nil, err
		}
		lists = append(lists, list)
	}
	model := modelBar(c.version(0), c.version(1), c.options.Language)
	model.Points, model.LogOdds = c.modelWorth()
	if lists == nil {
		return []Bar{model}, nil
	}
	return append(averaged(lists), model), nil
}

// averaged takes the mean of each entry over lists, in the words of the first
// that has it moved; where an entry is missing it moved nothing.
func averaged(lists [][]Bar) []Bar {
	place := map[string]int{}
	var out []Bar
	for _, list := range lists {
		for _, b := range list {
			b.Points, b.LogOdds = b.Points/float64(len(lists)), b.LogOdds/float64(len(lists))
			at, ok := place[b.key]
			if !ok {
				place[b.key] = len(out)
				out = append(out, b)
				continue
			}
			first := &out[at]
			b.Points, b.LogOdds = first.Points+b.Points, first.LogOdds+b.LogOdds
			if first.From != first.To || b.From == b.To {
				first.Points, first.LogOdds = b.Points, b.LogOdds
				continue
			}
			*first = b // only the other model saw it change
		}
	}
	return out
}

// modelWorth is what the change of model moved: in both orders where both models
// know both dates, in the one that is known, or all there is.
func (c *comparison) modelWorth() (points, logOdds float64) {
	difference := func(d0, m0, d1, m1 int) {
		h0, z0 := c.value(d0, m0)
		h1, z1 := c.value(d1, m1)
		points, logOdds = points+(h1-h0), logOdds+(z1-z0)
	}
	switch {
	case c.knows(0) && c.knows(1):
		difference(0, 0, 0, 1)
		difference(1, 0, 1, 1)
		return points / 2, logOdds / 2
	case c.knows(1): // the model first, then the data
		difference(0, 0, 0, 1)
	case c.knows(0):
		difference(1, 0, 1, 1)
	default:
		difference(0, 0, 1, 1)
	}
	return points, logOdds
}

// value is v(data of date d, model m).
func (c *comparison) value(d, m int) (health, logOdds float64) {
	if d == m {
		return c.answered(d)
	}
	return c.at[d][m].rows[0].health, c.at[d][m].z[0]
}
