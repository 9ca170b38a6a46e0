package serve

import "errors"

// Sentinels, matched with errors.Is.
var (
	// ErrSelfTest says that an artifact does not give sound answers.
	ErrSelfTest = errors.New("the artifact fails its self-test")
	// ErrInput says that a batch's slices do not fit each other.
	ErrInput = errors.New("the rows to score do not fit together")
	// ErrAnswer says that a model gave no usable number.
	ErrAnswer = errors.New("no answer could be computed")
	// ErrNotReady says that no model is loaded, or that the server is ending.
	ErrNotReady = errors.New("the server is not ready")
)
