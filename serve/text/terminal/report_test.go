package terminal

import (
	"math"
	"strings"
	"testing"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/artifact"
)

// A report's figures stand in its lines, a dash where there is none; warnings are not
// among them.
func TestReportInLines(t *testing.T) {
	r := &artifact.Report{
		Test: artifact.Test{Kind: artifact.TestOutOfTime, From: "2026-03-01"},
		Segments: []artifact.Segment{
			{Name: "all", Rows: 340, Churned: 68, Variants: []artifact.Variant{{Name: "majority", Metrics: models.Metrics{AUC: 0.5, Slope: math.NaN()}}, {Name: "etappe", Metrics: models.Metrics{AUC: 0.8125, Slope: 1.04}}}},
			{Name: "c1", Rows: 120, Churned: 31, Variants: []artifact.Variant{{Name: "etappe", Metrics: models.Metrics{AUC: math.Inf(1)}}}},
		},
		Clusters:   []artifact.ReportCluster{{ID: "c1", Name: "reporting", Rows: 700, Churned: 140, Lambda: 0.85, Gain: -0.00001}},
		Importance: []artifact.Importance{{Feature: "tenure_days", LogOdds: 0.4}, {Feature: "noise", LogOdds: 0.001}},
		Checks:     []artifact.Check{{Name: "calibrated", Passed: true, Detail: "slope 1.04"}, {Name: "better than chance", Detail: "AUC .5"}},
		Warnings:   []artifact.Warning{{Code: "edited", Text: "edited by hand"}},
	}
	var b, warned strings.Builder
	if err := WriteReport(&b, r); err != nil {
		t.Fatal(err)
	}
	WriteWarnings(&warned, r)
	for _, want := range []string{"Judged out of time from 2026-03-01\n", "etappe    0.8125", "1.04\n", "0.5000", " -\n", "c1 reporting", "0.85", "-0.00001",
		"tenure_days                      0.400 ██████████████████████████████\n", "noise                            0.001 █\n",
		"gate  passed   calibrated: slope 1.04\n", "gate  REFUSED  better than chance: AUC .5\n"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %q in\n%s", want, b.String())
		}
	}
	if strings.Contains(b.String(), "by hand") || warned.String() != "warning: edited by hand\n" || strings.Contains(b.String(), "Inf") {
		t.Errorf("%s%s", b.String(), warned.String())
	}
}

// A number that rounds to zero has no sign.
func TestNumbersOfATable(t *testing.T) {
	for got, want := range map[string]string{
		Signed(0.04, 1): "0.0", Signed(-0.04, 1): "0.0", Signed(-0.06, 1): "-0.1", Signed(2, 0): "+2",
		Number(math.NaN(), 2): Unknown, Number(1.005, 1): "1.0",
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
