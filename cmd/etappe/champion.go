package main

import (
	"fmt"

	"github.com/etappe/etappe/models/artifact"
	"github.com/etappe/etappe/serve/score"
	"github.com/etappe/etappe/serve/text"
)

// modelFlags name a model of a registry.
type modelFlags struct {
	Registry string `help:"Folder of the registry." required:"" type:"existingdir" placeholder:"DIR"`
	Model    string `help:"Version; default: the champion." placeholder:"VERSION"`
}

// load reads the named model.
func (f *modelFlags) load() (*artifact.Artifact, artifact.Entry, error) {
	registry, err := artifact.OpenRegistry(f.Registry)
	if err != nil {
		return nil, artifact.Entry{}, err
	}
	version := f.Model
	if version == "" {
		version = "champion"
	}
	return registry.Get(version)
}

// scorer takes the named model into service.
func (f *modelFlags) scorer() (*score.Scorer, error) {
	model, entry, err := f.load()
	if err != nil {
		return nil, err
	}
	return scorerOf(model, entry)
}

// scorerOf takes a stored model into service.
func scorerOf(model *artifact.Artifact, entry artifact.Entry) (*score.Scorer, error) {
	return score.New(model, score.Meta{Version: entry.Version, TrainedAt: entry.TrainedAt, PromotedAt: entry.PromotedAt, Override: entry.Override}, score.Options{})
}

// warnRefused prints that the gate refused the model, if it did, and returns the warning.
func (a *app) warnRefused(s *score.Scorer) []score.Warning {
	w := s.Refused()
	if w == nil {
		return nil
	}
	list := []score.Warning{*w}
	text.English.Warnings(list)
	fmt.Fprintf(a.stderr, "warning: %s: %s\n", list[0].Code, list[0].Text)
	return list
}

// older loads any version of the registry, for answers of the past.
func (f *modelFlags) older(version string) (*score.Scorer, error) {
	return (&modelFlags{Registry: f.Registry, Model: version}).scorer()
}
