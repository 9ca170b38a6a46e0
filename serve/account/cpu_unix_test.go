//go:build unix

package account

import (
	"syscall"
	"time"
)

// cpuTime returns what the process has used of all processors: a benchmark on a
// busy machine counts nothing else.
func cpuTime() time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		panic(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
