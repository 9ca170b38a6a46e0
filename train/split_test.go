package train

import (
	"slices"
	"testing"
	"time"

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
	s, cut, ok := d.outOfTime(0.2)
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
	learn, judged := d.before([]int{0, 9, 11, 13, 15}, 0.2)
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
	sound := models.Metrics{Rows: 100, Churned: 30, AUC: 0.8, AUCSE: 0.02, LogLoss: 0.4, Slope: 1, SlopeSE: 0.05}
	for _, c := range []struct {
		name   string
		change func(m *models.Metrics)
		failed string // "": passes
	}{
		{"sound", func(*models.Metrics) {}, ""},
		{"an AUC of exactly a half", func(m *models.Metrics) { m.AUC, m.AUCSE = 0.5, 0 }, "better than chance"},
		{"1.5 errors above a half", func(m *models.Metrics) { m.AUC = 0.53 }, "better than chance"},
		{"2 errors above a half", func(m *models.Metrics) { m.AUC = 0.54 }, ""},
		{"the base rate's log-loss", func(m *models.Metrics) { m.LogLoss = 0.5 }, "better than the base rate"},
		{"the trees' log-loss", func(m *models.Metrics) { m.LogLoss = 0.45 }, ""},
		{"a little more than the trees'", func(m *models.Metrics) { m.LogLoss = 0.4501 }, "no worse than the tree ensemble"},
		{"a slope whose interval ends at 0.8", func(m *models.Metrics) { m.Slope, m.SlopeSE = 0.5, 0.15 }, "calibrated"},
		{"a slope whose interval reaches above 0.8", func(m *models.Metrics) { m.Slope, m.SlopeSE = 0.5, 0.151 }, ""},
		{"a slope whose interval begins at 1.25", func(m *models.Metrics) { m.Slope, m.SlopeSE = 1.5, 0.125 }, "calibrated"},
		{"a slope whose interval begins below 1.25", func(m *models.Metrics) { m.Slope, m.SlopeSE = 1.5, 0.126 }, ""},
	} {
		own := sound
		c.change(&own)
		base := 0.5
		r := &artifact.Report{Segments: []artifact.Segment{{Variants: []artifact.Variant{{Name: artifact.VariantEtappe, Metrics: own},
			{Name: artifact.VariantMajority, Metrics: models.Metrics{LogLoss: base}}, {Name: artifact.VariantTrees, Metrics: models.Metrics{LogLoss: 0.45}}}}}}
		if c.failed == "better than the base rate" { // or the trees would refuse it, too
			r.Segments[0].Variants[2].Metrics.LogLoss = base
		}
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
