package score

import "errors"

// Sentinels, matched with errors.Is.
var (
	// ErrSelfTest is returned for an artifact whose answers are not sound.
	ErrSelfTest = errors.New("the artifact fails its self-test")
	// ErrInput is returned for a batch whose slices do not fit each other.
	ErrInput = errors.New("the rows to score do not fit together")
	// ErrAnswer is returned where a model gave no usable number.
	ErrAnswer = errors.New("no answer could be computed")
)
