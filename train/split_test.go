package train

import (
	"errors"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/etappe/etappe/datasets"
	"github.com/etappe/etappe/features"
	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/artifact"
)

// The out-of-time split, row by row. Of ten renewals the last two, by decision,
// lie at or after the cut: it is day 100, when the ninth was decided.
func TestWhichRowGoesWhere(t *testing.T) {
	const (
		train   = "train"   // its outcome was known on the morning of the cut
		test    = "test"    // a model trained that morning would have been asked for it
		neither = "neither" // purged: seen before the cut, decided at it or later
	)
	rows := []struct {
		account, renewal int32
		asOf, decided    int // days; the lead time is what lies between
		want             string
	}{
		{0, 0, -50, 10, train}, // two lead times of one renewal stay together
		{0, 0, -20, 10, train},
		{1, 1, -70, 20, train}, {2, 2, -60, 30, train}, {3, 3, -50, 40, train},
		{4, 4, -40, 50, train}, {5, 5, -30, 60, train}, {6, 6, -20, 70, train},
		{7, 7, 9, 99, train},  // there is no embargo: what was decided the day before the cut is known
		{7, 7, 69, 99, train}, // at a short lead time, too
		{8, 8, 10, 100, neither},
		{8, 8, 70, 100, neither}, // decided on the day of the cut: not known that morning
		{7, 9, 70, 160, neither}, // an account that is learned from; of its next renewal nothing is known yet
		{7, 9, 99, 160, neither}, // the day before the cut
		{7, 9, 100, 160, test},   // on the morning of the cut
		{7, 9, 130, 160, test},   // so an account may be on both sides, at different dates
	}
	d, start := &Data{}, time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, r := range rows {
		d.Account, d.Renewal = append(d.Account, r.account), append(d.Renewal, r.renewal)
		d.AsOf, d.Decided = append(d.AsOf, start.AddDate(0, 0, r.asOf)), append(d.Decided, start.AddDate(0, 0, r.decided))
		d.Churned = append(d.Churned, false)
	}
	cut := d.cutOf(0.2)
	s, ok := d.outOfTimeFrom(cut)
	if want := start.AddDate(0, 0, 100); !cut.Equal(want) || ok || s.name != "out of time from 2026-04-11" {
		t.Errorf("the cut is %v (%q, enough: %v), want %v: renewals count, not rows", cut, s.name, ok, want)
	}
	for i, r := range rows {
		got := neither
		if slices.Contains(s.train, i) {
			got = train
		}
		if slices.Contains(s.test, i) {
			got = test
		}
		if got != r.want || slices.Contains(s.train, i) && slices.Contains(s.test, i) {
			t.Errorf("account %d, renewal %d, seen on day %d, decided on day %d: %s, want %s", r.account, r.renewal, r.asOf, r.decided, got, r.want)
		}
	}
	// A further target is cut at the same date.
	learn, judged := beforeAndAfter(s, []int{0, 9, 11, 13, 15})
	if !slices.Equal(learn, []int{0, 9}) || !slices.Equal(judged, []int{15}) {
		t.Errorf("a target learns from rows %v and is judged on %v", learn, judged)
	}
}

// A side of the split carries a test from twenty renewals of either outcome on;
// lead times do not multiply them.
func TestEnoughOutcomes(t *testing.T) {
	for _, c := range []struct {
		churned, renewed, leads int
		want                    bool
	}{{20, 20, 1, true}, {19, 20, 1, false}, {20, 19, 1, false}, {19, 40, 6, false}, {40, 19, 6, false}, {20, 20, 6, true}} {
		d := &Data{}
		var rows []int
		for r := range c.churned + c.renewed {
			for range c.leads {
				rows = append(rows, len(rows))
				d.Renewal, d.Churned = append(d.Renewal, int32(r)), append(d.Churned, r < c.churned)
			}
		}
		if got := d.enough(rows); got != c.want {
			t.Errorf("%+v: %v", c, got)
		}
	}
}

// The last slice is the sixth of the given rows that was decided last, with all
// that were decided on the day on which it begins.
func TestLastSliceRowByRow(t *testing.T) {
	d, start := &Data{}, time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, day := range []int{1, 2, 3, 4, 5, 6, 6, 7, 90, 90, 3, 4} {
		d.Decided, d.Churned = append(d.Decided, start.AddDate(0, 0, day)), append(d.Churned, false)
	}
	var got []int
	for k, last := range d.lastSlice([]int{0, 1, 2, 3, 4, 5, 6, 7, 10, 11}) { // eight of ten before it
		if last {
			got = append(got, k)
		}
	}
	if !slices.Equal(got, []int{5, 6, 7}) { // from[10·5/6 = 8] is day 6
		t.Errorf("places %v of the rows given", got)
	}
}

// The gate's decisions at their limits.
func TestGateAtItsLimits(t *testing.T) {
	many := artifact.Training{Renewals: 1000, Churned: 200}
	sound := models.Metrics{Rows: 100, Churned: 30, AUC: 0.8, AUCSE: 0.02, LogLoss: 0.4, Slope: 1, SlopeSE: 0.05}
	for _, c := range []struct {
		name     string
		change   func(m *models.Metrics)
		failed   string // "": passes
		training artifact.Training
		mean     *artifact.CalibrationBin
	}{
		{"sound", func(*models.Metrics) {}, "", many, nil},
		{"an AUC of exactly a half", func(m *models.Metrics) { m.AUC, m.AUCSE = 0.5, 0 }, "better than chance", many, nil},
		{"1.5 errors above a half", func(m *models.Metrics) { m.AUC = 0.53 }, "better than chance", many, nil},
		{"2 errors above a half", func(m *models.Metrics) { m.AUC = 0.54 }, "", many, nil},
		{"the base rate's log-loss", func(m *models.Metrics) { m.LogLoss = 0.5 }, "better than the base rate", many, nil},
		{"a slope whose interval ends at 0.8", func(m *models.Metrics) { m.Slope, m.SlopeSE = 0.5, 0.15 }, "calibrated", many, nil},
		{"a slope whose interval reaches above 0.8", func(m *models.Metrics) { m.Slope, m.SlopeSE = 0.5, 0.151 }, "", many, nil},
		{"a slope whose interval begins at 1.25", func(m *models.Metrics) { m.Slope, m.SlopeSE = 1.5, 0.125 }, "calibrated", many, nil},
		{"a slope whose interval begins below 1.25", func(m *models.Metrics) { m.Slope, m.SlopeSE = 1.5, 0.126 }, "", many, nil},
		{"a slope of which nothing is known", func(m *models.Metrics) { m.Slope, m.SlopeSE = -3.9, 13 }, "calibrated", many, nil},
		{"the widest slope", func(m *models.Metrics) { m.SlopeSE = 0.5 }, "", many, nil},
		{"a little wider", func(m *models.Metrics) { m.SlopeSE = 0.501 }, "calibrated", many, nil},
		{"no slope", func(m *models.Metrics) { m.Slope, m.SlopeSE = math.NaN(), math.NaN() }, "calibrated", many, nil},
		{"49 churned renewals", func(*models.Metrics) {}, "enough renewals", artifact.Training{Rows: 2000, Renewals: 1000, Churned: 49}, nil},
		{"49 renewed renewals", func(*models.Metrics) {}, "enough renewals", artifact.Training{Rows: 2000, Renewals: 1000, Churned: 951}, nil},
		{"50 of either", func(*models.Metrics) {}, "", artifact.Training{Renewals: 100, Churned: 50}, nil},
		{"twice as many churned as predicted", func(*models.Metrics) {}, "calibrated in the mean", many, &artifact.CalibrationBin{Renewals: 300, Predicted: 0.1, Churned: 0.2, Low: 0.16, High: 0.24}},
		{"perhaps as many", func(*models.Metrics) {}, "", many, &artifact.CalibrationBin{Renewals: 100, Predicted: 0.1, Churned: 0.16, Low: 0.12, High: 0.24}},
		{"half as many", func(*models.Metrics) {}, "calibrated in the mean", many, &artifact.CalibrationBin{Renewals: 300, Predicted: 0.2, Churned: 0.1, Low: 0.08, High: 0.15}},
	} {
		own := sound
		c.change(&own)
		base := 0.5
		r := &artifact.Report{Training: c.training, Mean: c.mean, Segments: []artifact.Segment{{Variants: []artifact.Variant{{Name: artifact.VariantEtappe, Metrics: own},
			{Name: artifact.VariantMajority, Metrics: models.Metrics{LogLoss: base}}}}}}
		r.Checks = check(r)
		var failed []string
		for _, one := range r.Checks {
			if !one.Passed {
				failed = append(failed, one.Name)
			}
		}
		want := []string{c.failed}
		if c.failed == "" {
			want = nil
		}
		if !slices.Equal(failed, want) || (Gate(r) == nil) != (c.failed == "") {
			t.Errorf("%s: refused for %q, want %q", c.name, failed, want)
		}
	}
}

// All edits together may cost 0.005 nats a row; a name costs nothing, and what was
// not measured is refused.
func TestEditsShareOneAllowance(t *testing.T) {
	edit := func(cost float64) artifact.Edited {
		return artifact.Edited{Edit: artifact.Edit{Action: artifact.Removed}, Before: &models.Metrics{LogLoss: 0.25}, After: &models.Metrics{LogLoss: 0.25 + cost}}
	}
	name := artifact.Edited{Edit: artifact.Edit{Action: artifact.Named}}
	for _, c := range []struct {
		what  string
		edits []artifact.Edited
		want  bool
	}{
		{"within", []artifact.Edited{edit(0.00390625)}, true},
		{"above", []artifact.Edited{edit(0.0052)}, false},
		{"together above", []artifact.Edited{edit(0.003), edit(0.003)}, false},
		{"one pays for the other", []artifact.Edited{edit(0.008), edit(-0.004)}, true},
		{"and a name", []artifact.Edited{edit(0.00390625), name}, true},
		{"above, and a name", []artifact.Edited{edit(0.0052), name}, false},
		{"not measured", []artifact.Edited{{Edit: artifact.Edit{Action: artifact.Set}}}, false},
		{"not measured before", []artifact.Edited{{Edit: artifact.Edit{Action: artifact.Set}}, edit(0)}, false},
	} {
		if got := checkEdits(c.edits); got.Passed != c.want || got.Name != editCheck {
			t.Errorf("%s: %+v", c.what, got)
		}
	}
}

// Weights are of the judged slice: of a renewal with six snapshots, two of which are
// judged, those two share the weight of 1 that the one judged snapshot of another has.
func TestEachJudgedRenewalCountsOnce(t *testing.T) {
	d := &Data{}
	var judged []int
	for r, snapshots := range []int{6, 6, 1, 3} {
		for k := range snapshots {
			if k < 2 {
				judged = append(judged, len(d.Renewal))
			}
			d.Renewal, d.Account, d.Churned = append(d.Renewal, int32(r)), append(d.Account, int32(r)), append(d.Churned, r == 1)
			d.Weight = append(d.Weight, 1/float64(snapshots))
		}
	}
	if got := d.weightWithin(judged); !slices.Equal(got, []float64{.5, .5, .5, .5, 1, .5, .5}) {
		t.Errorf("weights %v", got)
	}
	l := &predictions{logOdds: make([]float64, len(d.Churned))}
	s := segment(&artifact.Report{}, "all", d, map[string]*predictions{artifact.VariantEtappe: l}, judged)
	if s.Rows != 7 || s.Renewals != 4 || s.Churned != 1 {
		t.Errorf("%d rows of %d renewals, %d churned", s.Rows, s.Renewals, s.Churned)
	}
	if m := calibrationMean(d, l, judged); m.Renewals != 4 || m.Churned != 0.25 || m.Predicted != 0.5 {
		t.Errorf("in the mean %+v", m)
	}
	if bins := calibrationBins(d, l, judged); renewalsOf(bins) != 4 {
		t.Errorf("bins of %v renewals", renewalsOf(bins))
	}
}

// A named date cuts there; what it leaves out on either side is counted, and too few
// outcomes on a side are an error.
func TestCutAtANamedDate(t *testing.T) {
	d, start := &Data{}, time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for i := range 100 {
		d.Account, d.Renewal, d.Churned = append(d.Account, int32(i)), append(d.Renewal, int32(i)), append(d.Churned, i%2 == 0)
		d.AsOf, d.Decided = append(d.AsOf, start.AddDate(0, 0, i)), append(d.Decided, start.AddDate(0, 0, i+5))
	}
	s, ok, err := d.split(Config{TestFrom: start.AddDate(0, 0, 50).Format(time.DateOnly)})
	if err != nil || !ok || len(s.train) != 45 || len(s.test) != 50 || s.name != "out of time from 2026-02-20" {
		t.Errorf("%d before, %d after, %q, %v, %v", len(s.train), len(s.test), s.name, ok, err)
	}
	if _, _, err := d.split(Config{TestFrom: "2026-01-10"}); !errors.Is(err, models.ErrTraining) {
		t.Errorf("too few before it: %v", err)
	}
	if err := (Config{TestFrom: "2026-13-01"}).Validate(); !errors.Is(err, datasets.ErrConfig) {
		t.Errorf("no date: %v", err)
	}
	if err := (Config{TestFrom: "2026-01-01", TestShare: 0.1}).Validate(); !errors.Is(err, datasets.ErrConfig) {
		t.Errorf("both: %v", err)
	}
}

// Leads that do not fit some renewals are never mixed with the half-way snapshots of
// these.
func TestLeadsOfOneKind(t *testing.T) {
	day := func(n int) time.Time { return time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, n) }
	tables := &datasets.Tables{}
	var list []features.Snapshot
	for r := range 10 {
		lead := 90
		if r < 4 {
			lead = 45
		}
		outcome := datasets.Renewed
		if r%2 == 0 {
			outcome = datasets.Churned
		}
		tables.Renewals = append(tables.Renewals, datasets.Renewal{DueOn: day(400 + r), Outcome: outcome})
		list = append(list, features.Snapshot{AsOf: day(400 + r - lead), DueOn: day(400 + r), Renewal: int32(r)})
	}
	kept, p := onlyLeads(tables, list, []int{90})
	if len(kept) != 6 || p.unfit != 4 || p.leftOut != 4 || p.halfway {
		t.Errorf("%d kept, %+v", len(kept), p)
	}
	kept, p = onlyLeads(tables, list[:6], []int{90})
	if len(kept) != 4 || leadOf(kept[0]) != 45 || p.leftOut != 2 || !p.halfway {
		t.Errorf("%d kept, %+v", len(kept), p)
	}
	if kept, p = onlyLeads(tables, list, nil); len(kept) != 10 || p.unfit != 0 {
		t.Errorf("the usual leads: %d kept, %+v", len(kept), p)
	}
	d := &Data{leads: []int{45, 90, 90, 200}, plan: leadPlan{wanted: []int{90}, unfit: 3, leftOut: 2}}
	r := &artifact.Report{Leads: d.leadsOf([]int{0, 1, 3}, []int{2})}
	d.warnLeads(r)
	var codes []string
	for _, w := range r.Warnings {
		codes = append(codes, w.Code)
	}
	if len(r.Leads.Lines) != 3 || r.Leads.Lines[1].Train != 1 || r.Leads.Lines[1].Test != 1 || !slices.Equal(codes, []string{"leads_unfit", "lead_untested"}) {
		t.Errorf("%+v, warnings %q", r.Leads, codes)
	}
}
