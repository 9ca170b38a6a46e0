package main

import (
	"github.com/etappe/etappe/models/artifact"
	"github.com/etappe/etappe/models/reading"
	"github.com/etappe/etappe/serve/text"
)

type modelCommand struct {
	Show modelShow `cmd:"" help:"Show a model's terms, or the shape of one."`
	Edit modelEdit `cmd:"" help:"Remove or set a term by hand: a new version, which the gate judges."`
	Name modelName `cmd:"" help:"Call a cluster by another name: a new version with the same answers."`
}

// reading loads the named model to be read.
func (f *modelFlags) reading() (*reading.Reading, artifact.Entry, error) {
	stored, entry, err := f.load()
	if err != nil {
		return nil, entry, err
	}
	r, err := reading.Of(stored, entry.Version)
	if err == nil {
		r.Label = text.English.Label
	}
	return r, entry, err
}
