package main

import (
	"strings"
	"testing"
)

func TestALocationHasNoPassword(t *testing.T) {
	for dsn, want := range map[string]string{
		"scores.db":                                   "scores.db",
		"sqlite:a@b.db":                               "sqlite:a@b.db",
		"postgres://ada@host/db":                      "postgres://ada@host/db",
		"postgres://ada:s3cret@host/db":               "postgres://ada:xxxxx@host/db",
		"postgres://ada:s3c@ret@host/db":              "postgres://ada:xxxxx@host/db",
		"postgres://ada:s3/c@r#et@host/db":            "postgres://ada:xxxxx@host/db",
		"postgres://ada:s3%cret@host/db":              "postgres://ada:xxxxx@host/db",
		"postgres://host/db?user=ada&password=s3cret": "postgres://host/db",
		"host=localhost user=ada password=s3cret":     "postgres",
	} {
		if got := location(dsn); got != want || strings.Contains(got, "cret") {
			t.Errorf("location(%q) = %q, want %q", dsn, got, want)
		}
	}
}
