package explain

import (
	"fmt"
	"slices"
	"time"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/serve/score"
)

// CompareOptions tune Compare. The zero value stands for no history and the
// present time zero.
type CompareOptions struct {
	Now time.Time
	// History is what the account scored before, in any order: from it follows how
	// much the score usually moves. Scores at or after the later of the two dates are
	// not looked at.
	History []PastScore
	// Stored is what was answered at each of the two dates, read only where that
	// date's scorer is nil.
	Stored [2]*Stored
	// Observed is what the account did before the later date, read by the later date's
	// model; nil: not known, and whether the account moved is decided by its score.
	Observed *Observed
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
// so a pure retrain has a model bar only. Where only one model covers both dates,
// that one order is taken with a warning; where none does, all is one bar
// of the model. A scorer that is nil has no artifact any more: options.Stored
// has what it answered. Nothing is made up for it.
//
// Exchanging dates and models turns the sign of every bar, exactly. score.ErrInput
// unless the corners are one row each, of one account, and either scorer and
// corner or a stored answer is there for both dates.
func Compare(corners [2][2]*score.Input, scorers [2]*score.Scorer, o CompareOptions) (*Explanation, error) {
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
		Bars: bars, Model: c.info(), Warnings: c.warnings(), later: c.at[1][1], unlike: c.primary() < 0,
	}
	if err := e.finish(); err != nil {
		return nil, err
	}
	if e.ModelChange, err = c.modelChange(e); err != nil {
		return nil, err
	}
	if e.Noise, err = c.noise(); err != nil {
		return nil, err
	}
	c.addDrivers(e)
	c.behave(e)
	e.CutBinds = e.cutBinds(c.at[0][0], c.at[1][1])
	e.judge()
	if err := c.ahead(e); err != nil {
		return nil, err
	}
	e.reason()
	return e, nil
}

// comparison is a movement being worked out.
type comparison struct {
	scorers [2]*score.Scorer
	at      [2][2]*score.Row // [date][model]; nil: unknown
	options CompareOptions
	same    bool // both scorers are one model
}

func newComparison(corners [2][2]*score.Input, scorers [2]*score.Scorer, o CompareOptions) (*comparison, error) {
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
			var err error
			if c.at[d][m], err = scorers[m].Row(in); err != nil {
				return nil, err
			}
			ids = append(ids, in.AccountID(0))
		}
		if c.at[d][d] == nil {
			if scorers[d] != nil || o.Stored[d] == nil {
				return nil, fmt.Errorf("%w: nothing is known of date %d", score.ErrInput, d+1)
			}
			ids = append(ids, o.Stored[d].AccountID) // as it was stored: never unknown
		}
	}
	if c.same { // the one model covers both dates
		c.at[0][1], c.scorers = c.at[0][0], [2]*score.Scorer{scorers[1], scorers[1]}
		c.at[1][0] = c.at[1][1]
	}
	if ids = slices.Compact(ids); len(ids) > 1 {
		return nil, fmt.Errorf("%w: accounts %q", score.ErrInput, ids)
	}
	return c, nil
}

// sameModel is whether two scorers serve one artifact.
func sameModel(s [2]*score.Scorer) bool {
	return s[0] != nil && s[1] != nil &&
		(s[0] == s[1] || s[0].Version() == s[1].Version() && s[0].Fingerprint() == s[1].Fingerprint())
}

// covers is whether model m can read both dates.
func (c *comparison) covers(m int) bool { return c.at[0][m] != nil && c.at[1][m] != nil }

// primary is the model that describes the bars: the later date's where it covers
// both dates, or else the other; -1: neither does.
func (c *comparison) primary() int {
	for _, m := range [...]int{1, 0} {
		if c.covers(m) {
			return m
		}
	}
	return -1
}

// answered is the health score and the log-odds of churn answered at date d.
func (c *comparison) answered(d int) (health, logOdds float64) {
	if m := c.at[d][d]; m != nil {
		return m.Health, m.LogOdds
	}
	return c.options.Stored[d].Health, models.Logit(c.options.Stored[d].Churn)
}

// bars lists what moved, not yet on the grid.
func (c *comparison) bars() ([]Bar, error) {
	if c.same {
		return barsOf(c.scorers[1], c.at[0][0], c.at[1][1])
	}
	var lists [][]Bar
	for _, m := range [...]int{1, 0} {
		if !c.covers(m) {
			continue
		}
		list, err := barsOf(c.scorers[m], c.at[0][m], c.at[1][m])
		if err != nil {
			return nil, err
		}
		lists = append(lists, list)
	}
	model := modelBar(c.version(0), c.version(1))
	model.Points, model.LogOdds = c.modelWorth()
	if lists == nil {
		return []Bar{model}, nil
	}
	return append(averaged(lists), model), nil
}

// averaged takes the mean of each entry over lists, described by the first
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
// cover both dates, in the one that is covered, or all there is.
func (c *comparison) modelWorth() (points, logOdds float64) {
	difference := func(d0, m0, d1, m1 int) {
		h0, z0 := c.value(d0, m0)
		h1, z1 := c.value(d1, m1)
		points, logOdds = points+(h1-h0), logOdds+(z1-z0)
	}
	switch {
	case c.covers(0) && c.covers(1):
		difference(0, 0, 0, 1)
		difference(1, 0, 1, 1)
		return points / 2, logOdds / 2
	case c.covers(1): // the model first, then the data
		difference(0, 0, 0, 1)
	case c.covers(0):
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
	return c.at[d][m].Health, c.at[d][m].LogOdds
}
