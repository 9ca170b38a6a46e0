package artifact

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"time"
)

// Promote makes a version the champion. What does not load is refused and the
// champion stays; promoting the champion changes nothing. The moment of change
// is one rename of champion.json. The history follows it: a crash between the
// two is made good by the next promotion, and History does not show the gap.
func (r *Registry) Promote(version string, at time.Time) error {
	return r.promote(Promotion{Version: version, At: at.UTC()})
}

// PromoteOver is Promote for a model that the gate refused: a person's decision,
// which stands in the history beside what the gate had found.
func (r *Registry) PromoteOver(version string, at time.Time, o Override) error {
	if err := o.check(); err != nil {
		return err
	}
	return r.promote(Promotion{version, at.UTC(), &o})
}

func (r *Registry) promote(next Promotion) error {
	version := next.Version
	if !versionPattern.MatchString(version) {
		return fmt.Errorf("%w: %q is not a version", ErrNotFound, version)
	}
	if _, err := r.entry(version); err != nil { // before any folder is made
		return err
	}
	unlock, err := r.lock()
	if err != nil {
		return err
	}
	defer unlock()
	if _, _, err := r.Get(version); err != nil {
		return fmt.Errorf("version %s is not promoted: %w", version, err)
	}
	past, err := r.History()
	if err != nil {
		return err
	}
	if err := r.writeHistory(past); err != nil { // with the promotion that a crash left out of it
		return err
	}
	if now, err := r.champion(); err == nil && now.Version == version {
		return nil
	}
	text, err := readable(next)
	if err != nil {
		return err
	}
	if err := replace(r.disk, r.path("champion.json"), text); err != nil {
		return err
	}
	return r.writeHistory(append(past, next))
}

// Champion loads the champion. ErrNoChampion before the first promotion.
func (r *Registry) Champion() (*Artifact, Entry, error) {
	p, err := r.champion()
	if err != nil {
		return nil, Entry{}, err
	}
	return r.Get(p.Version)
}

// champion reads the pointer.
func (r *Registry) champion() (Promotion, error) {
	var p Promotion
	err := readJSON(r.path("champion.json"), &p)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return p, fmt.Errorf("%w: %s", ErrNoChampion, r.dir)
	case err != nil:
		return p, err
	case !versionPattern.MatchString(p.Version):
		return p, corrupt("champion.json", "%q is not a version", p.Version)
	}
	return p, nil
}

// History returns every promotion, oldest first. The last one is the champion.
func (r *Registry) History() ([]Promotion, error) {
	past, err := r.recorded()
	if err != nil {
		return nil, err
	}
	now, err := r.champion()
	if errors.Is(err, ErrNoChampion) {
		return past, nil
	} else if err != nil {
		return nil, err
	}
	if n := len(past); n == 0 || past[n-1].Version != now.Version || !past[n-1].At.Equal(now.At) {
		past = append(past, now)
	}
	return past, nil
}

// recorded reads history.jsonl.
func (r *Registry) recorded() ([]Promotion, error) {
	text, err := readOrEmpty(r.path("history.jsonl"))
	if err != nil {
		return nil, err
	}
	var past []Promotion
	for i, line := range bytes.Split(text, []byte("\n")) {
		if len(line) == 0 {
			continue
		}
		var p Promotion
		if err := json.Unmarshal(line, &p); err != nil {
			return nil, corrupt("history.jsonl", "line %d: %w", i+1, err)
		}
		past = append(past, p)
	}
	return past, nil
}

// writeHistory replaces the history by a longer one; it writes nothing if the
// file holds the same already.
func (r *Registry) writeHistory(past []Promotion) error {
	var b bytes.Buffer
	for _, p := range past {
		line, err := json.Marshal(p)
		if err != nil {
			return err
		}
		b.Write(append(line, '\n'))
	}
	if text, err := readOrEmpty(r.path("history.jsonl")); err != nil || bytes.Equal(text, b.Bytes()) {
		return err
	}
	return replace(r.disk, r.path("history.jsonl"), b.Bytes())
}
