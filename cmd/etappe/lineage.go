package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/etappe/etappe/models/artifact"
)

// lineageFlags say which model a new one follows.
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

// forerunner is the model that a new one follows.
type forerunner struct {
	model   *artifact.Artifact // nil: none
	version string
}

// find loads the model that is meant: a version of the registry, or what lies in
// a folder, an artifact or another registry with its champion.
func (f *lineageFlags) find(r *artifact.Registry) (forerunner, error) {
	switch {
	case f.NoPrevious:
		return forerunner{}, nil
	case f.Previous == "":
		return championOf(r)
	}
	model, entry, err := r.Get(f.Previous)
	if !errors.Is(err, artifact.ErrNotFound) {
		return forerunner{model, entry.Version}, err
	}
	if _, missing := os.Stat(f.Previous); missing != nil {
		return forerunner{}, fmt.Errorf("--previous: %w", err) // nor is it a path
	}
	if _, err := os.Stat(filepath.Join(f.Previous, "champion.json")); err == nil {
		other, err := artifact.OpenRegistry(f.Previous)
		if err != nil {
			return forerunner{}, err
		}
		return championOf(other)
	}
	if model, err = artifact.Load(f.Previous); err != nil {
		return forerunner{}, fmt.Errorf("--previous: %w", err)
	}
	version, err := artifact.Version(model)
	return forerunner{model, version}, err
}

// championOf loads a registry's champion; none before the first promotion.
func championOf(r *artifact.Registry) (forerunner, error) {
	model, entry, err := r.Champion()
	if errors.Is(err, artifact.ErrNoChampion) {
		return forerunner{}, nil
	}
	return forerunner{model, entry.Version}, err
}

// tellClashes warns of cluster ids that mean another group than in the champion
// that a model replaces: histories hold both.
func (a *app) tellClashes(was forerunner, next *artifact.Artifact, version string) {
	if was.model == nil {
		return
	}
	for _, clash := range artifact.Clashes(was.model, was.version, next, version) {
		fmt.Fprintf(a.stderr, "warning: clusters: %s, the champion until now\n", clash)
	}
}
