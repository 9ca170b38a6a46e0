//go:build !race

package additive

const raceDetector = false
