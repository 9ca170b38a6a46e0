package boost

import "testing"

// statistics marks a test of many fits whose concurrency the contract test
// covers already: the race detector would take minutes over it.
func statistics(t *testing.T) {
	t.Helper()
	if raceDetector {
		t.Skip("many fits, nothing new for the race detector")
	}
}
