package features

import "time"

// Days are numbered from 1970-01-01 UTC. never is later than any day, always
// earlier; their differences fit an int32.
const (
	never  int32 = 1 << 30
	always int32 = -never
)

// dayOf returns the UTC day of a time; always for the zero time.
func dayOf(t time.Time) int32 {
	if t.IsZero() {
		return always
	}
	return dayOfSeconds(t.Unix())
}

// dayOfSeconds returns the day of Unix seconds, held between always and never.
func dayOfSeconds(s int64) int32 {
	day := s / 86400
	if s%86400 < 0 {
		day--
	}
	return int32(min(max(day, int64(always)+1), int64(never)-1))
}

// knownFrom returns the first day at which a row is known: the day after the later of
// its date and its ingestion.
func knownFrom(at, ingested int32) int32 { return max(at, ingested) + 1 }

// knownBefore reports whether a row was known at a moment, all in Unix seconds: its date
// and its ingestion lie before it. At the beginning of a day that is knownFrom's rule.
func knownBefore(at, ingested, moment int64) bool { return max(at, ingested) < moment }

// midnight returns the time at which a day begins.
func midnight(day int32) time.Time { return time.Unix(int64(day)*86400, 0).UTC() }
