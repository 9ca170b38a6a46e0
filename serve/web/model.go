package web

import (
	"html/template"
	"time"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/artifact"
	"github.com/etappe/etappe/models/behaviour"
	"github.com/etappe/etappe/serve/score"
	"github.com/etappe/etappe/serve/text"
	"github.com/etappe/etappe/serve/web/chart"
)

// modelRoutes are the addresses of the model.
var modelRoutes = []route{{"/model", (*visit).modelPage}}

// How much of the model its page shows.
const (
	shownImportance = 12
	// leastChurned is how many churned renewals a cluster's test must hold for
	// its figures to be ranked; the standard error of an AUC is too wide below.
	leastChurned = 50
)

// modelBody is the model page's dot.
type modelBody struct {
	Card     score.ModelCard
	Trained  time.Time
	From, To time.Time // first and last as-of date; zero: a table without dates
	Notes    []string
	Lead     string
	// IntervalLimit is of what the interval of a probability is, and what it leaves out.
	IntervalLimit string
	// BehaviourLimit is how often a change of behaviour is reported by chance; "": not measured.
	BehaviourLimit string
	Test           string
	Quality        []qualityRow
	Forest         template.HTML
	Variants       []variantRow
	Slope          string // of the calibration, with its interval; "" not measured
	Dots           bool   // whether the report holds what the line was fitted to
	Curve          template.HTML
	Calibrated     []clusterCalibration
	Bands          *bandTable // nil: the report does not hold them
	Orders         []orderRow
	Importance     []comparison
	Checks         []checkRow
	Warnings       []string    // of the training run
	Declared       *crossTable // nil: the team declares no outcomes
	Targets        []targetRow // outcomes beside renewal
	LeftOut        []leftOut
	Lineage        *lineage // nil: its clusters continue none
	Refused        string   // the conditions not met, where somebody promoted it all the same
	Report         bool
}

// checkRow is a condition that the model had to meet.
type checkRow struct {
	Text   string
	Passed bool
}

// leftOut is something that the model does not read.
type leftOut struct{ Name, Reason string }

// modelPage describes the model in service.
func (v *visit) modelPage() error {
	scorer, err := v.site.source.Scorer()
	if err != nil {
		return err
	}
	body := v.words.modelBody(scorer.Card(v.now), scorer.Report(), scorer)
	return v.render("model", page{Title: v.words.T("model.title"), Section: "model", Body: body})
}

// modelBody puts a model's card and report (nil: none) into words.
func (w Words) modelBody(card score.ModelCard, report *artifact.Report, scorer *score.Scorer) *modelBody {
	body := &modelBody{Card: card, Report: report != nil, Trained: card.TrainedAt, Orders: w.orders(card.Orders),
		From: parsedDate(card.Training.From), To: parsedDate(card.Training.To)}
	body.IntervalLimit = w.T("model.limit.interval.expectation")
	if share := card.Training.Unmeasured; share > 0 {
		body.IntervalLimit = w.T("model.limit.interval", "shown", w.Percent(1-share))
	}
	body.BehaviourLimit = w.behaviourLimit(scorer)
	if points := scorer.IntervalPoints(); points > 0 {
		body.IntervalLimit += " " + w.T("model.limit.interval.width", "points", w.Score(points))
	}
	if after := scorer.StaleAfter(); card.AgeDays > after {
		body.Notes = append(body.Notes, w.T("model.stale", "age", w.T("days.ago", "n", card.AgeDays), "n", after))
	}
	if text := w.overridden(card.Override, card.PromotedAt); text != "" {
		body.Notes = append(body.Notes, text)
	}
	body.Lineage = w.lineageOf(card)
	for _, o := range scorer.Catalog().LeftOut {
		body.LeftOut = append(body.LeftOut, leftOut{o.Name, w.Omission(&o)})
	}
	if report != nil {
		w.fillReport(body, report, scorer)
	}
	return body
}

// behaviourLimit is the limit of false alarms and what was reported of accounts that renewed.
func (w Words) behaviourLimit(scorer *score.Scorer) string {
	m := scorer.Behaviour()
	if m == nil || m.Checked().Accounts == 0 {
		return ""
	}
	c := m.Checked()
	rate := func(r behaviour.Rate) string {
		return w.T("model.limit.behaviour.rate", "share", w.share1(r.Share), "low", w.share1(r.Low), "high", w.share1(r.High))
	}
	return w.T("model.limit.behaviour", "comparisons", w.Whole(c.Comparisons), "accounts", w.Whole(c.Accounts),
		"worse", rate(c.Worse), "better", rate(c.Better), "limit", w.share1(m.Limit()))
}

// share1 writes a share in percent with one decimal.
func (w Words) share1(v float64) string {
	return w.T("model.limit.behaviour.share", "n", w.Number(100*v, 1))
}

// fillReport fills in what the training run found out.
func (w Words) fillReport(body *modelBody, r *artifact.Report, scorer *score.Scorer) {
	body.Test, body.Warnings = w.test(r.Test)+w.leads(r), w.warnings(r, func(term string) string { return w.FeatureLabel(scorer, term) })
	body.Declared, body.Targets = w.crossed(r), w.targets(r.Targets)
	body.Quality = w.quality(r)
	body.Forest = w.drawForest(body.Quality)
	if len(r.Segments) > 0 {
		whole := r.Segments[0]
		body.Variants = w.variants(whole)
		if m, ok := whole.Of(ownVariant); ok {
			body.Lead = w.modelLead(m)
		}
	}
	w.fillCalibration(body, r)
	body.Bands = w.bands(r.Bands)
	body.Checks = w.checks(r.Checks)
	if body.Card.Override != nil {
		body.Refused = w.failed(body.Checks)
	}
	body.Importance = w.importance(r.Importance, scorer)
}

// normal90 is the standard normal quantile of a 90 % interval.
const normal90 = 1.6448536269514722

// modelLead is how good the model is in a sentence.
func (w Words) modelLead(m models.Metrics) string {
	if !text.Known(m.AUC) || !text.Known(m.AUCSE) {
		return ""
	}
	low, high := max(m.AUC-normal90*m.AUCSE, 0), min(m.AUC+normal90*m.AUCSE, 1)
	return w.T("model.lead", "auc", w.Number(100*m.AUC, 0), "low", w.Number(100*low, 0), "high", w.Number(100*high, 0))
}

func (w Words) importance(list []artifact.Importance, scorer *score.Scorer) []comparison {
	var rows []comparison
	for _, i := range list[:min(len(list), shownImportance)] {
		rows = append(rows, comparison{Label: capitalized(w.FeatureLabel(scorer, i.Feature)), Here: w.Number(i.LogOdds, 2),
			Bars: chart.Pair(i.LogOdds, 0, list[0].LogOdds)})
	}
	return rows
}

// parsedDate reads a date as artifacts write it; zero where there is none.
func parsedDate(text string) time.Time {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return time.Time{}
	}
	return t
}
