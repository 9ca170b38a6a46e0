package world

import (
	"context"
	"crypto/sha256"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestWriteIsRepeatableAndReadable(t *testing.T) {
	ctx := context.Background()
	write := func(seed uint64) (string, map[string][32]byte, *World) {
		w, err := Simulate(ctx, Config{Accounts: 40, Seed: seed, Difference: 1}, nil)
		if err != nil {
			t.Fatal(err)
		}
		dir := t.TempDir()
		if err := Write(ctx, dir, w); err != nil {
			t.Fatal(err)
		}
		names, err := filepath.Glob(filepath.Join(dir, "*"))
		if err != nil {
			t.Fatal(err)
		}
		sums := map[string][32]byte{}
		for _, name := range names {
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			sums[filepath.Base(name)] = sha256.Sum256(text)
		}
		return dir, sums, w
	}
	dir, one, w := write(9)
	_, same, _ := write(9)
	_, other, _ := write(10)
	if diff := cmp.Diff(one, same); diff != "" {
		t.Errorf("the same seed gives other files: %s", diff)
	}
	for name := range one {
		if one[name] == other[name] {
			t.Errorf("another seed gives the same %s", name)
		}
	}
	if len(one) != 6 { // five tables and the truth
		t.Errorf("files %v", one)
	}
	truth, err := ReadTruth(dir)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(w.Truth, truth); diff != "" {
		t.Errorf("the truth read back differs: %s", diff)
	}
}

func TestReadTruthRefuses(t *testing.T) {
	dir := t.TempDir()
	if _, err := ReadTruth(dir); !os.IsNotExist(err) {
		t.Errorf("no file: %v", err)
	}
	if err := os.WriteFile(filepath.Join(dir, TruthFile), []byte(`{"seed": 1,`), 0o644); err != nil {
		t.Fatal(err)
	}
	if truth, err := ReadTruth(dir); err == nil || truth != nil {
		t.Errorf("half a file: %v, %v", truth, err)
	}
}

func TestWriteStops(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	w := shared(t, small)
	cancel()
	dir := t.TempDir()
	if err := Write(ctx, dir, w); err == nil {
		t.Fatal("no error from a cancelled write")
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "*")); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}
