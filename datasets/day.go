package datasets

import "time"

// midnight returns the start of the day, UTC.
func midnight(t time.Time) time.Time { return t.UTC().Truncate(24 * time.Hour) }
