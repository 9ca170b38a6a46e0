package models

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

var somePoints = Points{PerDoubling: 10, Anchor: -1.5, PathWeight: 0.5, Healthy: 60, Sick: 40, Hysteresis: 3}

func TestOutlookCountsDoublings(t *testing.T) {
	if got := somePoints.Outlook(-1.5); got != 50 {
		t.Errorf("at the anchor the outlook is %v, want 50", got)
	}
	for doublings := -3.0; doublings <= 3; doublings++ {
		// The odds of renewal double: those of churn halve.
		want := 50 + 10*doublings
		if got := somePoints.Outlook(-1.5 - doublings*math.Ln2); math.Abs(got-want) > 1e-12 {
			t.Errorf("%v doublings: outlook %v, want %v", doublings, got, want)
		}
	}
}

// Putting a driver back moves the outlook by exactly its share.
func TestSharesOfOutlookAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		shares := rapid.SliceOfN(rapid.Float64Range(-4, 4), 1, 20).Draw(t, "shares")
		z, points := -0.7, somePoints.Outlook(-0.7)
		for _, s := range shares {
			z += s
			points += somePoints.Share(s)
		}
		if got := somePoints.Outlook(z); math.Abs(got-points) > 1e-9 {
			t.Fatalf("outlook %v, its parts add up to %v", got, points)
		}
	})
}

func TestBand(t *testing.T) {
	for health, want := range map[float64]string{
		100: "healthy", 60: "healthy", 59.999: "at_risk", 40: "at_risk", 39.999: "sick", -20: "sick",
	} {
		if got := somePoints.Band(health); got != want {
			t.Errorf("health %v is %s, want %s", health, got, want)
		}
	}
}

func TestNearBands(t *testing.T) {
	for health, want := range map[float64]string{
		100: "", 63: "", 62.999: "at_risk", 60: "at_risk", 59.999: "healthy", 57: "healthy", 56.999: "",
		43: "", 42.999: "sick", 40: "sick", 39.999: "at_risk", 37: "at_risk", 36.999: "", -20: "",
	} {
		if got := somePoints.Near(health); got != want {
			t.Errorf("near health %v is %q, want %q", health, got, want)
		}
	}
	plain := somePoints
	plain.Hysteresis = 0
	for _, health := range []float64{0, 39.999, 40, 59.999, 60, 100} {
		if got := plain.Near(health); got != "" {
			t.Errorf("without hysteresis %v is near %q", health, got)
		}
	}
}

// Where an account is held, the score that it leaves at is on the far side of
// the threshold, by the hysteresis.
func TestWhereAHeldBandIsLeft(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := somePoints
		p.Hysteresis = float64(rapid.IntRange(1, 40).Draw(t, "hysteresis")) / 4
		health := float64(rapid.IntRange(0, 400).Draw(t, "health")) / 4
		band := p.Near(health)
		if band == "" {
			return
		}
		at, below := p.Leaves(band, health)
		inside, outside := at-0.125, at
		if below {
			inside, outside = at, at-0.125
		}
		if p.Near(inside) != band || p.Near(outside) == band || p.Band(outside) == band {
			t.Fatalf("health %v is held in %s until %v (below: %v)", health, band, at, below)
		}
	})
}

// What is shown is never further from the band of the score than the hysteresis,
// and a score that stays within it changes nothing.
func TestBandsDoNotFlap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		start := rapid.Float64Range(0, 100).Draw(t, "start")
		band, health := "", start
		for step := range 20 {
			next := somePoints.BandAfter(band, health)
			if band != "" && math.Abs(health-start) < somePoints.Hysteresis/2 && next != band {
				t.Fatalf("step %d: %s at %v became %s, though the score stays around %v", step, band, health, next, start)
			}
			if next != somePoints.Band(health-somePoints.Hysteresis) && next != somePoints.Band(health+somePoints.Hysteresis) {
				t.Fatalf("%v is shown as %s", health, next)
			}
			band, health = next, start+rapid.Float64Range(-1.4, 1.4).Draw(t, "wobble")
		}
	})
	for _, before := range []string{"", "unheard of"} {
		if got := somePoints.BandAfter(before, 59); got != "at_risk" {
			t.Errorf("59 after %q is %s", before, got)
		}
	}
}

// The band shown changes only once the score is past a threshold by the
// hysteresis, in either direction.
func TestBandAfterAnother(t *testing.T) {
	p := Points{Healthy: 60, Sick: 45, Hysteresis: 3}
	for _, c := range []struct {
		before string
		health float64
		want   string
	}{
		{"healthy", 60, "healthy"}, {"healthy", 59.9, "healthy"}, {"healthy", 57, "healthy"}, {"healthy", 56.9, "at_risk"}, {"healthy", 40, "sick"},
		{"at_risk", 60, "at_risk"}, {"at_risk", 62.9, "at_risk"}, {"at_risk", 63, "healthy"},
		{"at_risk", 44.9, "at_risk"}, {"at_risk", 42, "at_risk"}, {"at_risk", 41.9, "sick"},
		{"sick", 45, "sick"}, {"sick", 47.9, "sick"}, {"sick", 48, "at_risk"}, {"sick", 70, "healthy"},
		{"", 59.9, "at_risk"}, {"", 60, "healthy"},
	} {
		if got := p.BandAfter(c.before, c.health); got != c.want {
			t.Errorf("%v after %q is %s, want %s", c.health, c.before, got, c.want)
		}
	}
}

// The composite by hand: a quarter of the path, the rest of the outlook, which is cut to
// 0..100 first; without a path the outlook alone.
func TestHealthIsTheComposite(t *testing.T) {
	p := Points{PerDoubling: 10, Anchor: -1, PathWeight: 0.25}
	at := func(outlook float64) float64 { return p.Anchor - (outlook-50)/10*math.Ln2 } // log-odds of that outlook
	for _, c := range []struct{ path, outlook, want float64 }{
		{80, 60, 0.25*80 + 0.75*60}, {0, 60, 45}, {100, 0, 25}, {50, 50, 50},
		{80, 140, 0.25*80 + 0.75*100}, {80, -30, 20}, {math.NaN(), 60, 60}, {math.NaN(), 140, 100}, {math.NaN(), -30, 0},
	} {
		if got := p.Health(c.path, at(c.outlook)); math.Abs(got-c.want) > 1e-12 {
			t.Errorf("path %v, outlook %v: health %v, want %v", c.path, c.outlook, got, c.want)
		}
	}
}
