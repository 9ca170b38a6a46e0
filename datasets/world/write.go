package world

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"github.com/etappe/etappe/datasets"
	"github.com/etappe/etappe/datasets/columnar"
)

// TruthFile is the name of the truth beside the tables.
const TruthFile = "truth.json"

// Write stores the world in dir, which is made if need be: the tables as
// datasets.Write does, and the truth as truth.json (about 300 bytes per
// snapshot), which appears whole or not at all.
func Write(ctx context.Context, dir string, w *World) error {
	if err := datasets.Write(ctx, dir, w.Tables); err != nil {
		return err
	}
	file, err := columnar.CreateBeside(filepath.Join(dir, TruthFile))
	if err != nil {
		return err
	}
	defer os.Remove(file.Name()) // fails once renamed, as it should
	defer file.Close()
	buffer := bufio.NewWriter(file)
	if err := json.NewEncoder(buffer).Encode(w.Truth); err != nil {
		return fmt.Errorf("%s: %w", TruthFile, err)
	}
	if err := buffer.Flush(); err != nil {
		return err
	}
	if err := file.Sync(); err != nil {
		return err
	}
	if err := file.Close(); err != nil {
		return err
	}
	return os.Rename(file.Name(), filepath.Join(dir, TruthFile))
}

// ReadTruth reads the truth.json of a folder that Write filled.
func ReadTruth(dir string) (*Truth, error) {
	text, err := os.ReadFile(filepath.Join(dir, TruthFile))
	if err != nil {
		return nil, err
	}
	t := &Truth{}
	if err := json.Unmarshal(text, t); err != nil {
		return nil, fmt.Errorf("%s: %w", TruthFile, err)
	}
	return t, nil
}
