package train

import (
	"context"
	"fmt"
	"math"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/additive"
	"github.com/etappe/etappe/models/additive/boost"
	"github.com/etappe/etappe/models/artifact"
)

// clearGrowth is the relative change of recurring revenue from which a renewal
// is an expansion, and below whose negative a contraction: more than prices are
// usually raised by, less than a seat in ten.
const clearGrowth = 0.1

// Limits of a further target.
const (
	targetEvents = 100  // and as many renewals without: fewer carry no model
	leastGain    = 1e-9 // in nats a row: of a model that predicts the base rate, rounding may gain more than its own error
	targetBags   = 3    // as good as eight in the simulated world, and their spread is not shown
)

// goal is an outcome beside renewal.
type goal struct {
	name      string
	threshold float64
	happened  func(growth float64) bool
}

// goals are the outcomes beside renewal, in the order of reports.
var goals = []goal{
	{"expansion", clearGrowth, func(g float64) bool { return g >= clearGrowth }},
	{"contraction", -clearGrowth, func(g float64) bool { return g <= -clearGrowth }},
}

// fitTargets fits a model of every further outcome that the data can carry, and
// keeps those that foresee it on later renewals. A renewal is learned from once,
// at its lead times in turn, so that the cost is a sixth of the churn model's
// and no lead time is unknown.
func fitTargets(ctx context.Context, d *Data, o Options) ([]artifact.Target, []artifact.TargetReport, error) {
	if d.Growth == nil || o.Config.Targets != nil && !*o.Config.Targets {
		return nil, nil, nil
	}
	var rows []int
	for _, i := range d.leadsInTurn() {
		if !math.IsNaN(d.Growth[i]) {
			rows = append(rows, i)
		}
	}
	if len(rows) == 0 {
		return nil, nil, nil
	}
	var targets []artifact.Target
	var reports []artifact.TargetReport
	for n, g := range goals {
		o.Progress("targets", n, len(goals))
		t, r, err := fitTarget(ctx, d, o, g, rows)
		if err != nil {
			return nil, nil, fmt.Errorf("target %s: %w", g.name, err)
		}
		if t != nil {
			targets = append(targets, *t)
		}
		reports = append(reports, r)
	}
	o.Progress("targets", len(goals), len(goals))
	return targets, reports, nil
}

// leadsInTurn picks one row of each renewal, its lead times taking turns.
func (d *Data) leadsInTurn() []int {
	byRenewal := make(map[int32][]int)
	var order []int32
	for i, r := range d.Renewal {
		if byRenewal[r] == nil {
			order = append(order, r)
		}
		byRenewal[r] = append(byRenewal[r], i)
	}
	out := make([]int, len(order))
	for n, r := range order {
		out[n] = byRenewal[r][n%len(byRenewal[r])]
	}
	return out
}

// fitTarget judges a goal out of time and, where it can be foreseen, fits it on
// all rows; nil where it cannot.
func fitTarget(ctx context.Context, d *Data, o Options, g goal, rows []int) (*artifact.Target, artifact.TargetReport, error) {
	labels := make([]bool, len(d.Growth))
	for _, i := range rows {
		labels[i] = g.happened(d.Growth[i])
	}
	r := artifact.TargetReport{Name: g.name, Rows: len(rows), Events: count(models.Pick(labels, rows))}
	if r.Events < targetEvents || r.Rows-r.Events < targetEvents {
		r.Detail = fmt.Sprintf("%d of %d renewals: at least %d with it and %d without are needed", r.Events, r.Rows, targetEvents, targetEvents)
		return nil, r, nil
	}
	s, _, err := d.split(o.Config)
	if err != nil {
		return nil, r, err
	}
	learn, test := beforeAndAfter(s, rows)
	if !bothKinds(labels, learn) || !bothKinds(labels, test) {
		r.Detail = fmt.Sprintf("at least %d renewals with it and %d without are needed on either side of a cut in time", minOutcomes, minOutcomes)
		return nil, r, nil
	}
	judged, err := o.fitGoal(ctx, d, g, labels, learn)
	if err != nil {
		return nil, r, err
	}
	z, err := judged.LogOdds(d.Frame.Select(test))
	if err != nil {
		return nil, r, err
	}
	figures, beats := foreseen(z, models.Pick(labels, test), models.Pick(labels, learn))
	figures.Name, figures.Threshold, figures.Rows, figures.Events = g.name, g.threshold, r.Rows, r.Events
	r.Kept, r.Quality = beats, &figures
	r.Detail = fmt.Sprintf("AUC %.3f ± %.3f, log-loss %.4f, base rate %.4f, on %d later renewals", figures.AUC, figures.AUCSE,
		figures.LogLoss, figures.BaseLogLoss, len(test))
	if !beats {
		r.Detail += "; not clearly better than the base rate"
		return nil, r, nil
	}
	model, err := o.fitGoal(ctx, d, g, labels, rows)
	if err != nil {
		return nil, r, err
	}
	return &artifact.Target{TargetFigures: figures, Model: model}, r, nil
}

// beforeAndAfter lists those of the rows that are in either part of a split.
func beforeAndAfter(s split, rows []int) (learn, test []int) {
	in := make(map[int]int)
	for _, i := range s.train {
		in[i] = 1
	}
	for _, i := range s.test {
		in[i] = 2
	}
	for _, i := range rows {
		switch in[i] {
		case 1:
			learn = append(learn, i)
		case 2:
			test = append(test, i)
		}
	}
	return learn, test
}

// bothKinds reports whether rows hold enough events and enough of the rest.
func bothKinds(labels []bool, rows []int) bool {
	events := count(models.Pick(labels, rows))
	return events >= minOutcomes && len(rows)-events >= minOutcomes
}

// fitGoal fits the additive model without clusters and interactions.
func (o Options) fitGoal(ctx context.Context, d *Data, g goal, labels []bool, rows []int) (*additive.Model, error) {
	s := &models.Sample{Frame: d.Frame.Select(rows), Churned: models.Pick(labels, rows), Group: models.Pick(d.Account, rows)}
	trainer := boost.Trainer{Label: g.name, Sets: noSets, Residual: noSets, Bags: targetBags, Seed: o.Seed, Workers: o.Workers, Clusters: 1}
	m, err := trainer.Fit(ctx, s)
	if err != nil {
		return nil, err
	}
	return m.(*additive.Model), nil
}

// foreseen measures log-odds against what happened and against the rate of the
// learned rows, and reports whether they are better by more than luck: the mean of
// the paired gains exceeds 1.645 of its standard errors.
func foreseen(z []float64, happened, learned []bool) (f artifact.TargetFigures, beats bool) {
	base := models.Logit(float64(count(learned)) / float64(len(learned)))
	f.AUC, f.AUCSE = models.AUCError(z, happened, nil)
	f.LogLoss = models.LogLoss(z, happened, nil)
	n, sum, squares := float64(len(z)), 0.0, 0.0
	for i := range z {
		loss := models.LogLoss([]float64{base}, happened[i:i+1], nil)
		gain := loss - models.LogLoss(z[i:i+1], happened[i:i+1], nil)
		f.BaseLogLoss += loss / n
		sum, squares = sum+gain, squares+gain*gain
	}
	mean := sum / n
	se := math.Sqrt(math.Max(squares/n-mean*mean, 0) / n)
	return f, mean > normal90*se && mean > leastGain
}
