//go:build race

package boost

const raceDetector = true
