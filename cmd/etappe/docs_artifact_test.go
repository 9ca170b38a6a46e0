package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Every member of a stored model's header has its row in artifact.md, and every
// file of a registry is named there.
func TestEveryMemberOfTheHeaderIsExplained(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(docsFolder, "artifact.md"))
	if err != nil {
		t.Fatal(err)
	}
	registry := filepath.Join(theDemo(t).dir, "registry")
	headers, err := filepath.Glob(filepath.Join(registry, "artifacts", "*", "header.json"))
	if err != nil || len(headers) == 0 {
		t.Fatalf("no header: %v", err)
	}
	for _, path := range headers {
		header, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var members map[string]json.RawMessage
		if err := json.Unmarshal(header, &members); err != nil || len(members) < 10 {
			t.Fatalf("%s: %d members: %v", path, len(members), err)
		}
		for name := range members {
			if !strings.Contains(string(text), "\n| `"+name+"` |") {
				t.Errorf("artifact.md has no row for the member %q of header.json", name)
			}
		}
	}
	for _, dir := range []string{registry, filepath.Dir(headers[0])} {
		entries, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			if !strings.Contains(string(text), "`"+e.Name()+"`") && !strings.Contains(string(text), "`"+e.Name()+"/") {
				t.Errorf("artifact.md does not name %s", e.Name())
			}
		}
	}
}
