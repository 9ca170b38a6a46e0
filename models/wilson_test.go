package models

import (
	"math"
	"testing"
)

func TestWilsonByHand(t *testing.T) {
	// In the textbook form (p + z²/2n ± z·√(p(1−p)/n + z²/4n²)) / (1 + z²/n).
	low, high := Wilson(61./70, 70)
	if math.Abs(low-0.7915740) > 1e-6 || math.Abs(high-0.9236397) > 1e-6 {
		t.Errorf("%.5f to %.5f", low, high)
	}
	if low, high := Wilson(0.3, 0); low != 0 || high != 1 {
		t.Errorf("of nothing: %v to %v", low, high)
	}
	if low, high := Wilson(0, 20); low != 0 || !(high > 0.1 && high < 0.14) {
		t.Errorf("none of 20: %v to %v", low, high)
	}
}
