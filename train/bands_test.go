package train

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/artifact"
	"pgregory.net/rapid"
)

// judgedBase is a base of accounts with true log-odds around a mean, predicted as they
// are, and with a success path that hardly differs; each row is a renewal.
func judgedBase(seed uint64, n int, mean float64) (*Data, *judgement) {
	random := rand.New(rand.NewPCG(seed, 2))
	d, j := &Data{window: 180, portfolio: 1000}, &judgement{}
	for i := range n {
		z := mean + 1.2*random.NormFloat64()
		j.rows, j.logOdds, j.path = append(j.rows, i), append(j.logOdds, z), append(j.path, 51+random.NormFloat64())
		d.Churned, d.Weight = append(d.Churned, random.Float64() < models.Sigmoid(z)), append(d.Weight, 1)
		d.Account, d.Renewal = append(d.Account, int32(i)), append(d.Renewal, int32(i))
	}
	return d, j
}

// bandsOf sets the bands of a base as a training run with these options would.
func bandsOf(d *Data, j *judgement, o Options) (*artifact.Artifact, *artifact.Bands) {
	o.Health = o.Health.withDefaults()
	a, r := &artifact.Artifact{Points: models.Points{PerDoubling: 10, Anchor: d.baseLogOdds(), PathWeight: .5}}, &artifact.Report{}
	if o.Previous != nil {
		a.Points.Anchor = o.Previous.Points.Anchor
	}
	d.setBands(a, r, o, j)
	warnBands(r, o.Health, a.Points)
	a.Report = r
	return a, r.Bands
}

// Whatever share churns, the mean probability in each band lies between the limits of
// that band, and what became of its renewals does not contradict it.
func TestBandsAreWhatTheyAreCalled(t *testing.T) {
	for _, c := range []struct {
		name                       string
		mean                       float64
		healthiest, least, atLeast float64 // shares: healthy at most, at risk and sick at least
	}{
		{"mostly churns", 1.2, 0.25, 0.2, 0.3},
		{"half churns", 0, 0.5, 0.1, 0.35},
		{"some churn", -2.5, 0.8, 0.15, 0.04},
		{"hardly churns", -4.8, 0.98, 0.02, 0},
	} {
		d, j := judgedBase(3, 6000, c.mean)
		a, b := bandsOf(d, j, Options{})
		healthy, risk, sick := b.Lines[0], b.Lines[1], b.Lines[2]
		t.Logf("%s: %v; %.2f/%.2f/%.2f", c.name, b, healthy.Share, risk.Share, sick.Share)
		if healthy.Share > c.healthiest || risk.Share < c.least || sick.Share < c.atLeast {
			t.Errorf("%s: %.3f healthy, %.3f at risk, %.3f sick", c.name, healthy.Share, risk.Share, sick.Share)
		}
		if !(healthy.Judged.Predicted < b.AtRisk && risk.Judged.Predicted >= b.AtRisk && risk.Judged.Predicted < b.SickFrom) || sick.Judged != nil && sick.Judged.Predicted < b.SickFrom {
			t.Errorf("%s: predicted %+v, at risk from %.3f, sick from %.3f", c.name, b.Lines, b.AtRisk, b.SickFrom)
		}
		if len(a.Report.Warnings) > 0 {
			t.Errorf("%s: %v", c.name, a.Report.Warnings)
		}
		if a.Points.Healthy != b.Healthy || a.Points.Sick != b.Sick || !(a.Points.Hysteresis > 0 && a.Points.Hysteresis <= (b.Healthy-b.Sick)/2) {
			t.Errorf("%s: points %+v", c.name, a.Points)
		}
	}
}

// The limits are ordered, and no word is far from the probability.
func TestBandLimits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		base := rapid.Float64Range(1e-6, 1-1e-6).Draw(t, "base")
		risk, sick := bandLimits(base)
		if !(0.05 <= risk && risk <= 1./3 && risk < sick && sick >= 0.15 && sick <= max(0.5, base)) {
			t.Fatalf("base %v: at risk from %v, sick from %v", base, risk, sick)
		}
	})
	if risk, sick := bandLimits(0.12); risk != 0.12 || math.Abs(sick-0.36/1.24) > 1e-12 {
		t.Errorf("at risk from %v, sick from %v", risk, sick)
	}
}

// Fixed thresholds on a base where they call most at risk are refuted by what became of
// them (the thresholds of before, on a base of which a tenth churns).
func TestBandThatContradictsItsName(t *testing.T) {
	d, j := judgedBase(4, 6000, -2.5)
	a, b := bandsOf(d, j, Options{Health: Health{Healthy: 60, Sick: 50}})
	if b.Rule != artifact.BandsThresholds || a.Points.Healthy != 60 || a.Points.Sick != 50 {
		t.Fatalf("%+v, %+v", b, a.Points)
	}
	if w := a.Report.Warnings; len(w) != 1 || w[0].Code != artifact.WarnBand || w[0].Values[0] != "at_risk" {
		t.Errorf("warnings %v of %+v", w, b.Lines)
	}
	_, plain := bandsOf(d, j, Options{})
	if _, b = bandsOf(d, j, Options{Health: Health{Sick: 30}}); b.Sick != 30 || b.Healthy != plain.Healthy {
		t.Errorf("one threshold: %+v, want %v", b, plain)
	}
	if _, b = bandsOf(d, j, Options{Health: Health{Healthy: 20}}); b.Sick != 19 || b.Healthy != 20 {
		t.Errorf("a low threshold: %+v", b)
	}
	d, j = judgedBase(4, 6000, 1.2)
	if a, b = bandsOf(d, j, Options{Health: Health{Healthy: 40, Sick: 20}}); len(a.Report.Warnings) == 0 || a.Report.Warnings[0].Values[0] != "healthy" {
		t.Errorf("warnings %v of %+v", a.Report.Warnings, b.Lines)
	}
}

// Shares are those of the judged renewals, and a capacity bounds the sick alone.
func TestBandsByShareAndCapacity(t *testing.T) {
	d, j := judgedBase(5, 4000, 0.5)
	_, plain := bandsOf(d, j, Options{})
	_, b := bandsOf(d, j, Options{Health: Health{Shares: &BandShares{Sick: 0.1, AtRisk: 0.25}}})
	if math.Abs(b.Lines[2].Share-0.1) > 0.005 || math.Abs(b.Lines[1].Share-0.25) > 0.01 {
		t.Errorf("shares %+v", b.Lines)
	}
	a, b := bandsOf(d, j, Options{Health: Health{Capacity: "10 a month"}}) // 10·12/365.25·180 of 1,000 accounts
	if want := 10 * 12 / 365.25 * 180 / 1000; math.Abs(b.Capacity.Share-want) > 1e-9 || math.Abs(b.Lines[2].Share-want) > 0.005 || b.Healthy != plain.Healthy {
		t.Errorf("capacity %+v, bands %+v", b.Capacity, b)
	}
	if _, b = bandsOf(d, j, Options{Health: Health{Capacity: "1000 a week"}}); b.Sick != plain.Sick || b.Capacity.Share != 1 {
		t.Errorf("a capacity for all: %+v, want %v", b, plain)
	}
	if w := a.Report.Warnings; len(w) != 1 || w[0].Values[0] != "at_risk" { // more are sick than the team can call
		t.Errorf("warnings %v", w)
	}
}

// A retrain keeps the thresholds, however its renewals went, until the configuration
// wants others or the scale is another.
func TestRetrainKeepsTheBands(t *testing.T) {
	d, j := judgedBase(6, 4000, -2)
	first, was := bandsOf(d, j, Options{})
	d, j = judgedBase(7, 4000, -1)
	next := Options{Previous: first, PreviousVersion: "v1"}
	a, b := bandsOf(d, j, next)
	if b.Healthy != was.Healthy || b.Sick != was.Sick || b.Kept != "v1" || b.Base != was.Base || a.Points.Healthy != was.Healthy || was.Kept != "" {
		t.Errorf("kept %+v, want %+v", b, was)
	}
	if _, b = bandsOf(d, j, Options{Previous: a, PreviousVersion: "v2"}); b.Kept != "v1" || !strings.Contains(b.String(), "kept from v1") {
		t.Errorf("kept from %q, want from v1", b.Kept)
	}
	for name, o := range map[string]Options{
		"recalibrate":    {Health: Health{Recalibrate: true}},
		"another rule":   {Health: Health{Shares: &BandShares{Sick: 0.1}}},
		"thresholds":     {Health: Health{Healthy: 70, Sick: 30}},
		"older program":  {},
		"another weight": {},
	} {
		before := *first
		switch name {
		case "older program":
			before.Report = &artifact.Report{}
		case "another weight":
			before.Points.PathWeight = 0.25
		}
		o.Previous, o.PreviousVersion = &before, "v1"
		if _, b := bandsOf(d, j, o); b.Kept != "" || b.Healthy == was.Healthy {
			t.Errorf("%s: kept %+v", name, b)
		}
	}
}

// Thresholds stay apart and inside the scale, and hysteresis fits between them,
// whatever was predicted.
func TestThresholdsOfAnyBase(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, j := judgedBase(rapid.Uint64().Draw(t, "seed"), rapid.IntRange(2, 60).Draw(t, "rows"), rapid.Float64Range(-9, 9).Draw(t, "mean"))
		wide := 49.
		h := []Health{{}, {Shares: &BandShares{Sick: 1}}, {Shares: &BandShares{AtRisk: 1}}, {Capacity: "0.01 a year"}, {Hysteresis: &wide}}[rapid.IntRange(0, 4).Draw(t, "rule")]
		a, _ := bandsOf(d, j, Options{Health: h})
		p := a.Points
		if !(p.Sick >= 1 && p.Sick <= p.Healthy-1 && p.Healthy <= 99 && p.Hysteresis >= 0 && p.Hysteresis <= (p.Healthy-p.Sick)/2) {
			t.Fatalf("%+v", p)
		}
		if h.Hysteresis != nil && (len(a.Report.Warnings) == 0 || a.Report.Warnings[len(a.Report.Warnings)-1].Code != artifact.WarnHysteresis) {
			t.Fatalf("warnings %v", a.Report.Warnings)
		}
	})
}
