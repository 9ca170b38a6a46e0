package web

import (
	"html/template"
	"strings"

	"github.com/etappe/etappe/models/additive"
	"github.com/etappe/etappe/models/artifact"
	"github.com/etappe/etappe/serve/text"
	"github.com/etappe/etappe/serve/web/chart"
)

// ownVariant is the name under which a report holds the model itself.
const ownVariant = "etappe"

// qualityRow is how good the model was on one segment of the test.
type qualityRow struct {
	Name           string
	Whole          bool // all rows
	Rows, Churned  string
	AUC, Interval  string
	LogLoss, Slope string
	Uncertain      bool // too few churned to be judged alone
	auc, low, high float64
}

// quality lists the model's figures, the whole first.
func (w Words) quality(r *artifact.Report) []qualityRow {
	var rows []qualityRow
	for i, s := range r.Segments {
		m, ok := s.Of(ownVariant)
		if !ok {
			continue
		}
		row := qualityRow{Name: w.segmentName(r, s.Name, i == 0), Whole: i == 0, Rows: w.Whole(s.Renewals), Churned: w.Whole(s.Churned),
			AUC: w.Number(m.AUC, 3), LogLoss: w.Number(m.LogLoss, 4), Slope: w.Number(m.Slope, 2),
			Uncertain: s.Churned < leastChurned, auc: m.AUC, low: text.NotMeasured(), high: text.NotMeasured()}
		if text.Known(m.AUCSE) {
			row.low, row.high = max(m.AUC-normal90*m.AUCSE, 0), min(m.AUC+normal90*m.AUCSE, 1)
			row.Interval = w.Number(row.low, 3) + "–" + w.Number(row.high, 3)
		}
		rows = append(rows, row)
	}
	return rows
}

// segmentName names a segment: a cluster by its desired outcome.
func (w Words) segmentName(r *artifact.Report, name string, whole bool) string {
	if whole {
		return w.T("model.all")
	}
	if name == artifact.SegmentNone {
		return w.T("model.none")
	}
	for _, c := range r.Clusters {
		if c.ID == name && c.Name != "" && c.Name != name {
			return c.ID + " · " + w.cluster(c.ID, c.Name)
		}
	}
	return name
}

// variantRow is one line of what a team could use instead.
type variantRow struct {
	Name         string
	AUC, LogLoss string
	Above        string // by how much this model is above it, with its interval
	Own          bool
}

// variants lists what was tested on the same rows.
func (w Words) variants(s artifact.Segment) []variantRow {
	var rows []variantRow
	for _, v := range s.Variants {
		name := v.Name
		if w.Has("model.variant." + v.Name) {
			name = w.T("model.variant." + v.Name)
		}
		rows = append(rows, variantRow{Name: name, AUC: w.Number(v.Metrics.AUC, 3), LogLoss: w.Number(v.Metrics.LogLoss, 4), Own: v.Name == ownVariant, Above: w.above(v.Difference)})
	}
	return rows
}

// above is by how much this model's log-loss is above another's; "" of itself.
func (w Words) above(d *artifact.Difference) string {
	if d == nil {
		return ""
	}
	if !text.Known(float64(d.SE)) {
		return w.Signed(float64(d.LogLoss), 4)
	}
	return w.T("model.variant.above.interval", "difference", w.Signed(float64(d.LogLoss), 4), "low", w.Signed(float64(d.Low), 4), "high", w.Signed(float64(d.High), 4))
}

// orderRow is what an order of interaction gained.
type orderRow struct {
	Name, Terms, LogLoss, Gain, Error string
}

func (w Words) orders(orders []additive.Order) []orderRow {
	var rows []orderRow
	for i, o := range orders {
		key := "model.order.more"
		if o.Fields <= 3 {
			key = "model.order." + [...]string{"0", "1", "2", "3"}[max(o.Fields, 0)]
		}
		row := orderRow{Name: w.T(key), Terms: w.Whole(o.Terms), LogLoss: w.Number(o.LogLoss, 4), Gain: none}
		if i > 0 {
			row.Gain, row.Error = w.Signed(o.Gain, 4), "± "+w.Number(o.GainSE, 4)
		}
		rows = append(rows, row)
	}
	return rows
}

// test is how the judged rows were kept apart.
func (w Words) test(t artifact.Test) string {
	switch date := parsedDate(t.From); {
	case t.Kind == artifact.TestOutOfTime && !date.IsZero():
		return w.T("model.test.time", "date", w.Date(date))
	case t.Kind == artifact.TestFolds:
		return w.T("model.test.folds")
	}
	return w.T("model.test.other", "test", text.Readable(t.Kind))
}

// leads is how long before the renewal the snapshots of training and test lie, and
// how many are in neither; "" where the report does not hold it.
func (w Words) leads(r *artifact.Report) string {
	if r.Leads == nil {
		return ""
	}
	var train, test []int // first and last day
	for _, line := range r.Leads.Lines {
		if line.Train > 0 {
			train = append(train, line.From, line.To)
		}
		if line.Test > 0 {
			test = append(test, line.From, line.To)
		}
	}
	if len(train) == 0 || len(test) == 0 {
		return ""
	}
	text := " " + w.T("model.leads", "from", w.Whole(train[0]), "to", w.Whole(train[len(train)-1]), "testfrom", w.Whole(test[0]), "testto", w.Whole(test[len(test)-1]))
	if r.Purged > 0 {
		text += " " + w.T("model.purged", "n", r.Purged)
	}
	return text
}

// checks puts the gate's conditions into words; one that is not known here
// stays as the training run wrote it.
func (w Words) checks(list []artifact.Check) []checkRow {
	var rows []checkRow
	for _, c := range list {
		row := checkRow{Text: c.Name, Passed: c.Passed}
		if key := "model.check." + strings.ReplaceAll(c.Name, " ", "_"); w.Has(key) {
			row.Text = w.T(key)
		}
		rows = append(rows, row)
	}
	return rows
}

// drawForest draws the AUC of each segment with its interval.
func (w Words) drawForest(rows []qualityRow) template.HTML {
	v := chart.Forest{Title: w.T("model.forest"), Description: w.T("model.forest.about"), Tick: func(auc float64) string { return w.Number(auc, 1) }}
	for _, r := range rows {
		v.Rows = append(v.Rows, chart.ForestRow{Name: r.Name, AUC: r.auc, Low: r.low, High: r.high, Text: r.AUC, Muted: r.Uncertain})
	}
	return v.SVG("forest")
}

// failed lists the conditions that were not met.
func (w Words) failed(checks []checkRow) string {
	var list []string
	for _, c := range checks {
		if !c.Passed {
			list = append(list, c.Text)
		}
	}
	return w.list(list)
}
