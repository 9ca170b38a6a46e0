//go:build !unix

package account

import "time"

var started = time.Now()

// cpuTime returns the time that passed, where that of the processor is not known.
func cpuTime() time.Duration { return time.Since(started) }
