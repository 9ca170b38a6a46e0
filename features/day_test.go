package features

import (
	"testing"

	"pgregory.net/rapid"
)

// The rule in seconds is that in days, at the beginning of every day.
func TestKnownAtTheBeginningOfADay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		seconds := rapid.Int64Range(-40*86400, 40*86400)
		at, ingested, day := seconds.Draw(t, "at"), seconds.Draw(t, "ingested"), rapid.Int32Range(-42, 42).Draw(t, "day")
		if got, want := knownBefore(at, ingested, int64(day)*86400), knownFrom(dayOfSeconds(at), dayOfSeconds(ingested)) <= day; got != want {
			t.Fatalf("known at the beginning of day %d: %v by seconds, %v by days", day, got, want)
		}
	})
}
