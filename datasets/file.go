package datasets

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
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
		f.Default = true
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

// patterns are the paths that a source names.
func (f *File) patterns() []string {
	if len(f.Files) > 0 {
		return f.Files
	}
	return []string{f.Path}
}

// label names the source in a message.
func (f *File) label() string { return strings.Join(f.patterns(), ", ") }

// resolve returns the files of a source, each once: in the order of its patterns,
// and of each by name.
func (f *File) resolve(dir string) ([]string, error) {
	if f.Path != "" && len(f.Files) > 0 {
		return nil, fmt.Errorf("%w: a source has file (%s) and files (%s): give one of them", ErrConfig, f.Path, f.label())
	}
	var paths []string
	for _, pattern := range f.patterns() {
		found, err := resolve(dir, pattern)
		if err != nil {
			return nil, err
		}
		for _, path := range found {
			if !slices.Contains(paths, path) {
				paths = append(paths, path)
			}
		}
	}
	return paths, nil
}

// Paths lists the files that the tables of a data folder are read from, those of
// look-ups included; what cannot be found is left out.
func (s Sources) Paths(dir string) []string {
	if whole, err := s.complete(dir); err == nil {
		s = whole
	}
	var paths []string
	eachFile(reflect.ValueOf(s), func(f *File) {
		for _, pattern := range f.patterns() {
			if found, err := resolve(dir, pattern); err == nil {
				paths = append(paths, found...)
			}
		}
	})
	return paths
}

// eachFile calls a function with every File within a value: of tables, and of the
// look-ups of their columns.
func eachFile(v reflect.Value, call func(*File)) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			eachFile(v.Elem(), call)
		}
	case reflect.Slice:
		for i := range v.Len() {
			eachFile(v.Index(i), call)
		}
	case reflect.Map:
		for _, key := range v.MapKeys() {
			eachFile(v.MapIndex(key), call)
		}
	case reflect.Struct:
		if f, ok := v.Interface().(File); ok {
			call(&f)
			return
		}
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				eachFile(v.Field(i), call)
			}
		}
	}
}
