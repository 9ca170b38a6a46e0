package datasets

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/etappe/etappe/datasets/columnar"
	"github.com/etappe/etappe/datasets/internal/names"
)

// complete names the default files of the tables that s leaves out. Milestones
// and interventions stay nil when the folder has none.
func (s Sources) complete(dir string) (Sources, error) {
	var err error
	find := func(table string, required bool) (f File, ok bool) {
		if err != nil {
			return File{}, false
		}
		f.Path, err = defaultFile(dir, table, required)
		return f, f.Path != ""
	}
	if s.Accounts == nil {
		f, _ := find("accounts", true)
		s.Accounts = &AccountSource{File: f}
	}
	if len(s.Events) == 0 {
		f, _ := find("events", true)
		s.Events = []EventSource{{File: f}}
	}
	if s.Renewals == nil {
		f, _ := find("renewals", true)
		s.Renewals = &RenewalSource{File: f}
	}
	if s.Milestones == nil {
		if f, ok := find("milestones", false); ok {
			s.Milestones = &MilestoneSource{File: f}
		}
	}
	if s.Interventions == nil {
		if f, ok := find("interventions", false); ok {
			s.Interventions = &InterventionSource{File: f}
		}
	}
	return s, err
}

// defaultFile returns the pattern that matches the one kind of file a table
// has in dir, "" when it has none and needs none. Events may be many files.
func defaultFile(dir, table string, required bool) (string, error) {
	stem := table
	if table == "events" {
		stem += "*"
	}
	var found []string
	for _, extension := range columnar.Extensions {
		names, err := filepath.Glob(filepath.Join(escapeGlob(dir), stem+extension))
		if err != nil {
			return "", fmt.Errorf("%w: %w", ErrConfig, err)
		}
		if len(names) > 0 {
			found = append(found, stem+extension)
		}
	}
	switch {
	case len(found) == 1:
		return found[0], nil
	case len(found) > 1:
		return "", fmt.Errorf("%w: %s holds both %s: name the one to read in etappe.yaml", ErrConfig, dir, strings.Join(found, " and "))
	case required:
		return "", fmt.Errorf("%w: no %s: %s has none of %s%s (a file with another name is mapped in etappe.yaml)",
			ErrConfig, table, dir, table, strings.Join(columnar.Extensions, ", "+table))
	}
	return "", nil
}

// resolve returns the files that a path or a pattern in etappe.yaml means, in
// the order of their names.
func resolve(dir, pattern string) ([]string, error) {
	if pattern == "" {
		return nil, fmt.Errorf("%w: a source names no file", ErrConfig)
	}
	path := pattern
	if !filepath.IsAbs(path) {
		path = filepath.Join(dir, path)
	}
	if _, err := os.Stat(path); err == nil {
		return []string{path}, nil
	}
	if strings.ContainsAny(pattern, "*?[") {
		if !filepath.IsAbs(pattern) {
			path = filepath.Join(escapeGlob(dir), pattern)
		}
		names, err := filepath.Glob(path)
		if err != nil {
			return nil, fmt.Errorf("%w: file %q: %w", ErrConfig, pattern, err)
		}
		if len(names) > 0 {
			slices.Sort(names)
			return names, nil
		}
		return nil, fmt.Errorf("%w: no file in %s matches %q", ErrConfig, dir, pattern)
	}
	var there []string
	if entries, err := os.ReadDir(filepath.Dir(path)); err == nil {
		for _, e := range entries {
			there = append(there, e.Name())
		}
	}
	return nil, fmt.Errorf("%w: no such file: %s%s", ErrConfig, path, names.DidYouMean(filepath.Base(path), there))
}

// escapeGlob makes a folder's name stand for itself in a pattern.
func escapeGlob(dir string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(dir)
}

// Paths lists the files that the tables of a data folder are read from, those of
// Lookups left out; what is not there is not listed.
func (s Sources) Paths(dir string) []string {
	if whole, err := s.complete(dir); err == nil {
		s = whole
	}
	var patterns []string
	if s.Accounts != nil {
		patterns = append(patterns, s.Accounts.Path)
	}
	if s.Renewals != nil {
		patterns = append(patterns, s.Renewals.Path)
	}
	for _, e := range s.Events {
		patterns = append(patterns, e.Path)
	}
	if s.Milestones != nil {
		patterns = append(patterns, s.Milestones.Path)
	}
	if s.Interventions != nil {
		patterns = append(patterns, s.Interventions.Path)
	}
	var paths []string
	for _, pattern := range patterns {
		if found, err := resolve(dir, pattern); err == nil {
			paths = append(paths, found...)
		}
	}
	return paths
}
