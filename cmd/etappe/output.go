package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"

	"github.com/etappe/etappe/datasets"
	"github.com/etappe/etappe/datasets/columnar"
	"github.com/etappe/etappe/models/artifact"
	"github.com/etappe/etappe/serve/text/terminal"
)

// standardOutput stands for standard output, as CSV, where a file is to be named.
const standardOutput = "-"

// outFile is a file to be written; whether it can be is found out before the
// work, not after it.
type outFile string

// Validate is called with the command line.
func (f outFile) Validate() error {
	if f == "" || f == standardOutput {
		return nil
	}
	return columnar.CheckOutput(string(f))
}

// writeFile puts a small file in place whole: a crash leaves the old one or
// the new one.
func writeFile(path string, text []byte) error {
	return writeTo(path, func(w io.Writer) error {
		_, err := w.Write(text)
		return err
	})
}

// writeTo is writeFile for what is written piece by piece.
func writeTo(path string, write func(io.Writer) error) error {
	f, err := columnar.CreateBeside(path)
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // fails once it is renamed, as it should
	if err := write(f); err != nil {
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

// errTwoOutputs: rows and a summary cannot both go to standard output.
var errTwoOutputs = fmt.Errorf("%w: --json and --out - both write to standard output", datasets.ErrConfig)

// writeColumns writes a table into a file, or as CSV to standard output.
func (a *app) writeColumns(out outFile, columns []columnar.Column) error {
	if out != standardOutput {
		return columnar.Write(string(out), columns)
	}
	done := false
	return columnar.WriteCSV(a.stdout, func() ([]columnar.Column, error) {
		if done {
			return nil, nil
		}
		done = true
		return columns, nil
	})
}
