package main

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/etappe/etappe/datasets"
	"github.com/etappe/etappe/datasets/columnar"
	"github.com/etappe/etappe/datasets/world"
)

// forceFlag lets a command write over what it otherwise leaves alone.
type forceFlag struct {
	Force bool `help:"Write over a file that the command reads, or over tables in the data folder."`
}

// guard refuses to write over a file that the command reads, or over a table in the
// data folder that is not a file of scores. The folder may be "".
func (f forceFlag) guard(out outFile, folder string, inputs ...string) error {
	there, err := os.Stat(string(out))
	if f.Force || out == "" || out == standardOutput || err != nil {
		return nil
	}
	for _, input := range inputs {
		if same(there, input) {
			return fmt.Errorf("%w: %s is read by this command: write to another file, or give --force", datasets.ErrConfig, out)
		}
	}
	if folder == "" || ofScores(string(out)) {
		return nil
	}
	inside := false
	err = filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && same(there, path) {
			inside = true
			return filepath.SkipAll
		}
		return nil
	})
	if inside {
		return fmt.Errorf("%w: %s is a file of the data folder: write to another file, or give --force", datasets.ErrConfig, out)
	}
	return err
}

func same(there fs.FileInfo, path string) bool {
	info, err := os.Stat(path)
	return path != "" && err == nil && os.SameFile(there, info)
}

// ofScores reports whether a file holds scores of ours, which the next run may replace.
func ofScores(path string) bool {
	r, err := columnar.Open(path, "")
	if err != nil {
		return false
	}
	defer r.Close()
	columns := r.Columns()
	return len(columns) > 3 && slices.Equal(columns[:4], []string{"account_id", "as_of", "health_score", "churn_probability"})
}

// guardWorld refuses to write a world into a folder of somebody's own: it holds tables
// or a configuration, and no truth of an earlier world.
func (f forceFlag) guardWorld(folder string) error {
	if _, err := os.Stat(filepath.Join(folder, world.TruthFile)); f.Force || err == nil {
		return nil
	}
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil // it is not there yet, or making it fails
	}
	for _, e := range entries {
		name := strings.ToLower(e.Name())
		if !e.IsDir() && (name == configFile || slices.ContainsFunc(columnar.Formats, func(w columnar.Word) bool { return strings.HasSuffix(name, w.Word) })) {
			return fmt.Errorf("%w: %s holds %s, which is not of a simulated world: write to another folder, or give --force", datasets.ErrConfig, folder, e.Name())
		}
	}
	return nil
}
