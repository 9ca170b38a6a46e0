package web

import (
	"github.com/etappe/etappe/serve"
)

// Source is what the pages read. Each page names what it needs beside its
// handler.
type Source interface {
	// Scorer returns the model in service. serve.ErrNotReady without one.
	Scorer() (*serve.Scorer, error)
}
