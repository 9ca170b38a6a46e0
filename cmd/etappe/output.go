package main

import (
	"encoding/json"
	"os"
	"path/filepath"

	"github.com/etappe/etappe/datasets/columnar"
	"github.com/etappe/etappe/models/artifact"
	"github.com/etappe/etappe/serve/text/terminal"
)

// outFile is a file to be written; whether it can be is found out before the
// work, not after it.
type outFile string

// Validate is called with the command line.
func (f outFile) Validate() error {
	if f == "" {
		return nil
	}
	return columnar.CheckOutput(string(f))
}

// writeFile puts a small file in place whole: a crash leaves the old one or
// the new one.
func writeFile(path string, text []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*.tmp")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // fails once it is renamed, as it should
	if _, err := f.Write(text); err != nil {
		f.Close()
		return err
	}
	if err := f.Chmod(0o644); err != nil {
		f.Close()
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

// printJSON writes a value to standard output, indented.
func (a *app) printJSON(v any) error {
	e := json.NewEncoder(a.stdout)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

// printReport prints a training run as text, or all of it as JSON.
func (a *app) printReport(r *artifact.Report, asJSON bool) error {
	if asJSON {
		return a.printJSON(r)
	}
	err := terminal.WriteReport(a.stdout, r)
	terminal.WriteWarnings(a.stderr, r)
	return err
}
