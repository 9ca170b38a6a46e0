package catalog

import (
	"math"
	"testing"
)

func TestBounds(t *testing.T) {
	infinite := math.Inf(1)
	for measure, want := range map[Measure][2]float64{
		MeasureCount: {0, infinite}, MeasureRate: {0, infinite}, MeasureRecency: {0, infinite}, MeasureActiveUsers: {0, infinite},
		MeasureBreadth: {0, infinite}, MeasureSeats: {0, infinite}, MeasureLastSeen: {0, infinite}, MeasureTenure: {0, infinite},
		MeasureDaysToRenewal: {0, infinite}, MeasureActiveDays: {0, 28}, MeasureConcentration: {0, 1}, MeasureAnswered: {0, 1},
		MeasureTrend: {-infinite, math.Log(3)}, MeasureTotalTrend: {-infinite, math.Log(3)}, MeasureMean: {-infinite, infinite},
		MeasureLast: {-infinite, infinite}, MeasureAttribute: {-infinite, infinite}, MeasureColumn: {-infinite, infinite},
	} {
		d := Definition{Measure: measure, Window: 28}
		if low, high := d.Bounds(); low != want[0] || high != want[1] {
			t.Errorf("%s: %v to %v, want %v", measure, low, high, want)
		}
	}
}
