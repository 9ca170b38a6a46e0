//go:build race

package main

// raceDetector tells whether everything runs many times slower.
const raceDetector = true
