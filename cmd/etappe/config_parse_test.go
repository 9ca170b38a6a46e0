package main

import (
	"errors"
	"strings"
	"testing"

	"github.com/etappe/etappe/datasets"
)

// What the decoder would cut or convert is refused, with its line.
func TestConfigKinds(t *testing.T) {
	for text, says := range map[string]string{
		"train: {max_clusters: 1.9}":                                        "train.max_clusters: a whole number, not 1.9",
		"train: {bags: 2.9}":                                                "train.bags: a whole number, not 2.9",
		"train:\n  leads: [30.9, 90]":                                       "train.leads[0]: a whole number, not 30.9",
		"features: {windows: [28.5]}":                                       "features.windows[0]: a whole number, not 28.5",
		"features: {windows: [\"28\"]}":                                     "a whole number, not the text \"28\"",
		"train: {test_share: \"0.2\"}":                                      "train.test_share: a number, not the text \"0.2\"",
		"features: {milestones: [{name: a, event: b, nth: 2.7}]}":           "nth: a whole number, not 2.7",
		"train: {path: {c1: [{milestone: a, by_day: 12.9}]}}":               "by_day: a whole number, not 12.9",
		"renewals: {file: f, periods: {start: a, end: b, grace_days: 1.5}}": "renewals.periods.grace_days: a whole number, not 1.5",
	} {
		_, err := parseConfig("etappe.yaml", []byte(text))
		if !errors.Is(err, datasets.ErrConfig) || !strings.Contains(err.Error(), says) || !strings.Contains(err.Error(), "> ") {
			t.Errorf("%s\n%v", text, err)
		}
	}
	for _, text := range []string{"train: {max_clusters: 3.0, path_floor: 1, sets: 0}", "health: {healthy: 60, sick: 45.5}",
		"x: &name {file: accounts.csv}\n", "accounts: {file: a.csv, account_id: id, attributes: {}}", "train: {seed: 1}"} {
		_, err := parseConfig("etappe.yaml", []byte(text))
		if err != nil && !strings.Contains(err.Error(), "unknown field") {
			t.Errorf("%s\n%v", text, err)
		}
	}
}

// A date of year 1 is a date, and none that anything is known of.
func TestDayRefusesYearOne(t *testing.T) {
	var d day
	for _, text := range []string{"0001-01-01", "1989-12-31", "2025-13-01"} {
		if err := d.UnmarshalText([]byte(text)); err == nil || !d.IsZero() {
			t.Errorf("%s: %v", text, err)
		}
	}
	if err := d.UnmarshalText([]byte("1990-01-01")); err != nil || d.IsZero() {
		t.Errorf("%v, %v", d, err)
	}
}
