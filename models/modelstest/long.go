package modelstest

import (
	"runtime/debug"
	"testing"
)

// Long marks a test that takes many seconds: make test, which is go test -short,
// passes it over and make test-long runs it. Under the race detector, which is
// -short, too, it runs.
func Long(t testing.TB) {
	t.Helper()
	if testing.Short() && !underRace() {
		t.Skip("long: make test-long runs it")
	}
}

// underRace reports whether the race detector watches this program.
func underRace() bool {
	info, _ := debug.ReadBuildInfo()
	if info == nil {
		return false
	}
	for _, s := range info.Settings {
		if s.Key == "-race" && s.Value == "true" {
			return true
		}
	}
	return false
}
