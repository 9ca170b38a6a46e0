package serve

import (
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/etappe/etappe/models/artifact"
)

// ErrModelGone says that the model which gave an answer cannot be loaded any
// more: its artifact is gone, damaged or of a newer program.
var ErrModelGone = errors.New("the model that answered is not there any more")

// keptModels is how many models besides the one in service stay in memory.
const keptModels = 4

// shelf keeps the models that were asked for last.
type shelf struct {
	load func(version string) (*Scorer, error) // nil: there is none to load
	mu   sync.Mutex
	kept []*Scorer // last used last
}

// get returns the model of a version. ErrModelGone, with the reason, if there
// is none.
func (s *shelf) get(version string) (*Scorer, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if at := slices.IndexFunc(s.kept, func(k *Scorer) bool { return k.meta.Version == version }); at >= 0 {
		found := s.kept[at]
		s.kept = append(slices.Delete(s.kept, at, at+1), found)
		return found, nil
	}
	if s.load == nil {
		return nil, fmt.Errorf("%w: %s: there is no registry to look in", ErrModelGone, version)
	}
	found, err := s.load(version)
	if err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrModelGone, version, err)
	}
	if len(s.kept) == keptModels {
		s.kept = slices.Delete(s.kept, 0, 1)
	}
	s.kept = append(s.kept, found)
	return found, nil
}

// ScorerOf returns the model of a version, from memory where it was used
// lately. ErrModelGone, with the reason, where it cannot be loaded.
func (a *Accounts) ScorerOf(version string) (*Scorer, error) {
	if current, err := a.Scorer(); err == nil && current.meta.Version == version {
		return current, nil
	}
	return a.models.get(version)
}

// goneText says why an old model cannot answer, as far as its reader can use it.
func (l Language) goneText(version string, err error) string {
	why := l.pick("it is not in the registry", "es ist nicht in der Registry")
	switch {
	case errors.Is(err, artifact.ErrVersion):
		why = l.pick("a newer program wrote it", "ein neueres Programm hat es geschrieben")
	case errors.Is(err, artifact.ErrCorrupt), errors.Is(err, ErrSelfTest):
		why = l.pick("its artifact is damaged", "sein Artefakt ist beschädigt")
	}
	return fmt.Sprintf(l.pick("model %s cannot answer again (%s): these are the stored numbers",
		"das Modell %s kann nicht noch einmal antworten (%s): dies sind die gespeicherten Zahlen"), version, why)
}
