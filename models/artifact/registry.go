package artifact

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Registry is a folder that keeps every artifact and names the champion.
//
//	artifacts/VERSION/      the artifacts
//	entries/VERSION.json    when each was trained, a note, its headline figures
//	champion.json           the champion's version and when it was promoted
//	history.jsonl           every promotion, oldest first
//	lock                    held by the one writer
//
// Readers need no lock: whatever they see was renamed into place whole. An
// artifact without an entry is unfinished work and not shown.
type Registry struct {
	dir  string
	disk disk
}

// Entry is the registry's record of one artifact.
type Entry struct {
	Version   string             `json:"version"`
	TrainedAt time.Time          `json:"trained_at"`
	Note      string             `json:"note,omitempty"`
	Training  Training           `json:"training"`
	Clusters  []string           `json:"clusters"` // desired outcomes, in the order of cluster ids
	Metrics   map[string]float64 `json:"metrics,omitempty"`
	// Champion, PromotedAt and Override are not stored with the entry: they follow
	// from champion.json.
	Champion   bool       `json:"champion,omitempty"`
	PromotedAt *time.Time `json:"promoted_at,omitempty"`
	Override   *Override  `json:"override,omitempty"`
}

// Promotion is a line of the history.
type Promotion struct {
	Version  string    `json:"version"`
	At       time.Time `json:"at"`
	Override *Override `json:"override,omitempty"` // nil: the gate let it through
}

// OpenRegistry opens the registry in dir. It writes nothing: a folder that does
// not exist is an empty registry, and the first Add creates it.
func OpenRegistry(dir string) (*Registry, error) {
	if info, err := os.Stat(dir); err == nil && !info.IsDir() {
		return nil, fmt.Errorf("registry %s is not a folder", dir)
	} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	return &Registry{dir, realDisk{}}, nil
}

// versionPattern keeps versions from being paths.
var versionPattern = regexp.MustCompile(`^(table|\d{4}-\d{2}-\d{2})-[0-9a-f]{10}$`)

func (r *Registry) path(parts ...string) string {
	return filepath.Join(append([]string{r.dir}, parts...)...)
}

// Add stores an artifact and its entry. Adding what is there already changes
// nothing and returns the first entry.
func (r *Registry) Add(a *Artifact, trainedAt time.Time, note string) (Entry, error) {
	files, err := Encode(a)
	if err != nil {
		return Entry{}, err
	}
	e := Entry{Version: a.version(files[2].Data), TrainedAt: trainedAt.UTC(), Note: note,
		Training: a.Training, Clusters: a.Names, Metrics: a.Metrics}
	text, err := readable(e)
	if err != nil {
		return Entry{}, err
	}
	unlock, err := r.lock()
	if err != nil {
		return Entry{}, err
	}
	defer unlock()
	if !r.erased(e.Version) { // what was erased from it stays so
		if err := writeFolder(r.disk, r.path("artifacts", e.Version), files); err != nil {
			return Entry{}, err
		}
	}
	record := r.path("entries", e.Version+".json")
	if _, err := os.Stat(record); errors.Is(err, fs.ErrNotExist) {
		if err := replace(r.disk, record, text); err != nil {
			return Entry{}, err
		}
	}
	return r.entry(e.Version)
}

// lock makes the caller the only writer, creates the folders, ends what a crashed
// writer had decided and clears away what it had not. The lock falls with the process that holds it.
func (r *Registry) lock() (unlock func(), err error) {
	for _, dir := range []string{r.dir, r.path("artifacts"), r.path("entries")} {
		if err := makeFolder(r.disk, dir); err != nil {
			return nil, err
		}
	}
	unlock, err = lockFile(r.path("lock"))
	if err != nil {
		return nil, fmt.Errorf("registry %s: %w", r.dir, err)
	}
	if err := r.publish(); err != nil {
		unlock()
		return nil, err
	}
	for _, dir := range []string{r.dir, r.path("artifacts"), r.path("entries")} {
		left, _ := filepath.Glob(filepath.Join(dir, temporary+"*"))
		for _, path := range left {
			if err := r.disk.remove(path); err != nil {
				unlock()
				return nil, err
			}
		}
	}
	return unlock, nil
}

// entry reads the record of a version and whether it is the champion.
func (r *Registry) entry(version string) (Entry, error) {
	var e Entry
	if !versionPattern.MatchString(version) {
		return e, fmt.Errorf("%w: %q is not a version", ErrNotFound, version)
	}
	if err := readJSON(r.path("entries", version+".json"), &e); errors.Is(err, fs.ErrNotExist) {
		return e, fmt.Errorf("%w: version %s in registry %s", ErrNotFound, version, r.dir)
	} else if err != nil {
		return e, err
	}
	if e.Version != version {
		return e, corrupt("entries/"+version+".json", "it is the record of %q", e.Version)
	}
	champion, err := r.champion()
	if err != nil && !errors.Is(err, ErrNoChampion) {
		return e, err
	}
	e.Champion, e.PromotedAt, e.Override = false, nil, nil
	if err == nil && champion.Version == version {
		e.Champion, e.PromotedAt, e.Override = true, &champion.At, champion.Override
	}
	return e, nil
}

// readJSON reads a small record; fs.ErrNotExist if there is none.
func readJSON(path string, into any) error {
	if _, err := os.Stat(path); err != nil {
		return err
	}
	text, err := readCapped(path, maxHeader)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(text, into); err != nil {
		return corrupt(filepath.Base(path), "%w", err)
	}
	return nil
}

// Get loads a version, or the champion under the name "champion". ErrNotFound,
// ErrNoChampion, ErrCorrupt or ErrVersion.
func (r *Registry) Get(version string) (*Artifact, Entry, error) {
	if version == "champion" {
		return r.Champion()
	}
	e, err := r.entry(version)
	if err != nil {
		return nil, Entry{}, err
	}
	a, found, err := r.open(version)
	if err != nil {
		return nil, Entry{}, err
	}
	if found != version {
		return nil, Entry{}, corrupt("artifacts/"+version, "it holds version %s", found)
	}
	if !e.repeats(a) {
		return nil, Entry{}, corrupt("entries/"+version+".json", "its figures are not those of the artifact")
	}
	return a, e, nil
}

// repeats reports whether the record agrees with the artifact. (Its own date
// and note stand nowhere else.)
func (e *Entry) repeats(a *Artifact) bool {
	return e.Training == a.Training && slices.Equal(e.Clusters, a.Names) && maps.Equal(e.Metrics, a.Metrics)
}

// List returns every entry, oldest training first, then by version.
func (r *Registry) List() ([]Entry, error) {
	files, err := os.ReadDir(r.path("entries"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	var list []Entry
	for _, f := range files {
		version, ok := strings.CutSuffix(f.Name(), ".json")
		if !ok || !versionPattern.MatchString(version) {
			continue
		}
		e, err := r.entry(version)
		if err != nil {
			return nil, err
		}
		list = append(list, e)
	}
	slices.SortFunc(list, func(a, b Entry) int {
		if c := a.TrainedAt.Compare(b.TrainedAt); c != 0 {
			return c
		}
		return strings.Compare(a.Version, b.Version)
	})
	return list, nil
}
