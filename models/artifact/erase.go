package artifact

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
)

// erasedTerm is what an edit that erases names as changed.
const erasedTerm = "model account"

// Erasure is what Erase found and changed.
type Erasure struct {
	Versions []string // that named the account among their model accounts, and do no more
	// Left are files of the registry, relative to its folder, in which the id still
	// stands as a word: in a note, a reason, a level of a categorical field. What it
	// means there is for a person to decide.
	Left []string
}

// Erase takes an account out of the model accounts of every stored version, and
// notes in each, without the account's id, that by did so. A version keeps its
// name and gives the answers that it gave; its checksums are new. Each is changed
// at once: after a crash it is as it was, or done, and Erase called again does
// the rest. Versions that cannot be read are left alone and make the error; all
// others are done.
func (r *Registry) Erase(account, by string) (*Erasure, error) {
	if account == "" || by == "" {
		return nil, errors.New("erasing takes an account and who asked for it")
	}
	if _, err := os.Stat(r.path("artifacts")); errors.Is(err, fs.ErrNotExist) {
		return &Erasure{}, nil
	}
	unlock, err := r.lock()
	if err != nil {
		return nil, err
	}
	defer unlock()
	stored, err := os.ReadDir(r.path("artifacts"))
	if err != nil {
		return nil, err
	}
	done, failed := &Erasure{}, []error(nil)
	for _, folder := range stored {
		if !versionPattern.MatchString(folder.Name()) {
			continue
		}
		changed, err := r.eraseFrom(folder.Name(), account, by)
		if err != nil {
			failed = append(failed, fmt.Errorf("version %s may still name the account: %w", folder.Name(), err))
		} else if changed {
			done.Versions = append(done.Versions, folder.Name())
		}
	}
	if done.Left, err = r.naming(account); err != nil {
		failed = append(failed, err)
	}
	return done, errors.Join(failed...)
}

// eraseFrom rewrites one version if it names the account.
func (r *Registry) eraseFrom(version, account, by string) (changed bool, err error) {
	a, found, err := load(r.path("artifacts", version))
	if err != nil {
		return false, err
	}
	if found != version {
		return false, corrupt("artifacts/"+version, "it holds version %s", found)
	}
	next := a.without(account, by)
	if next == nil {
		return false, nil
	}
	next.Original = version
	files, err := Encode(next)
	if err != nil {
		return false, err
	}
	if err := writeFolder(r.disk, r.path("artifacts", upcoming+version), files); err != nil {
		return false, err
	}
	return true, r.publish()
}

// without returns the artifact without an account, on record; nil if it does not
// name it.
func (a *Artifact) without(account, by string) *Artifact {
	next, named := *a, false
	next.Exemplars = slices.Clone(a.Exemplars)
	for k, list := range a.Exemplars {
		next.Exemplars[k] = slices.DeleteFunc(slices.Clone(list), func(e Exemplar) bool { return e.AccountID == account })
		named = named || len(next.Exemplars[k]) < len(list)
	}
	if !named {
		return nil
	}
	next.Edits = append(slices.Clone(a.Edits), Edit{Term: erasedTerm, Action: Erased, By: by})
	return &next
}

// checkOriginal wants a reason where the version is not that of the bytes.
func (a *Artifact) checkOriginal() error {
	erased := slices.ContainsFunc(a.Edits, func(e Edit) bool { return e.Action == Erased })
	if a.Original != "" && !(erased && versionPattern.MatchString(a.Original)) {
		return fmt.Errorf("the artifact claims to be version %q, and nothing was erased from it", a.Original)
	}
	return nil
}
