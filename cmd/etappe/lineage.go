package main

import (
	"errors"
	"fmt"

	"github.com/etappe/etappe/models/artifact"
)

// lineageFlags name which model a new one follows.
type lineageFlags struct {
	Previous   string `help:"Model that this one follows (a version, or a folder): its clusters' ids and names and its scale go on; default: the champion." placeholder:"MODEL"`
	NoPrevious bool   `help:"Follow none: count clusters from c1, and set the scale anew."`
}

// Validate refuses one and the other.
func (f *lineageFlags) Validate() error {
	if f.NoPrevious && f.Previous != "" {
		return errors.New("--previous and --no-previous exclude each other")
	}
	return nil
}

// find loads the model that is meant.
func (f *lineageFlags) find(r *artifact.Registry) (artifact.Predecessor, error) {
	if f.NoPrevious {
		return artifact.Predecessor{}, nil
	}
	was, err := artifact.FindPredecessor(r, f.Previous)
	if err != nil && f.Previous != "" {
		err = fmt.Errorf("--previous: %w", err)
	}
	return was, err
}

// warnOfClashes warns of cluster ids that mean another group than in the champion
// that a model replaces: histories hold both.
func (a *app) warnOfClashes(was artifact.Predecessor, next *artifact.Artifact, version string) {
	if was.Model == nil {
		return
	}
	for _, clash := range artifact.Clashes(was.Model, was.Version, next, version) {
		fmt.Fprintf(a.stderr, "warning: clusters: %s, the champion until now\n", clash)
	}
}
