package artifact

import (
	"errors"
	"os"
	"path/filepath"
)

// Predecessor is the model that a new one follows: its clusters' ids and names
// and its scale go on.
type Predecessor struct {
	Model   *Artifact // nil: none
	Version string
}

// FindPredecessor loads the named model: a version of the registry, or the
// contents of a folder, an artifact or another registry with its champion. "" is
// the registry's champion.
func FindPredecessor(r *Registry, name string) (Predecessor, error) {
	if name == "" {
		return ChampionOf(r)
	}
	model, entry, err := r.Get(name)
	if !errors.Is(err, ErrNotFound) {
		return Predecessor{model, entry.Version}, err
	}
	if _, missing := os.Stat(name); missing != nil {
		return Predecessor{}, err // nor is it a path
	}
	if _, err := os.Stat(filepath.Join(name, "champion.json")); err == nil {
		other, err := OpenRegistry(name)
		if err != nil {
			return Predecessor{}, err
		}
		return ChampionOf(other)
	}
	if model, err = Load(name); err != nil {
		return Predecessor{}, err
	}
	version, err := Version(model)
	return Predecessor{model, version}, err
}

// ChampionOf loads a registry's champion; none before the first promotion.
func ChampionOf(r *Registry) (Predecessor, error) {
	model, entry, err := r.Champion()
	if errors.Is(err, ErrNoChampion) {
		return Predecessor{}, nil
	}
	return Predecessor{model, entry.Version}, err
}
