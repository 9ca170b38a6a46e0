package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"testing"
)

// What a training run wrote into the registry is read back whole: the report in
// service, encoded, is the one that stands in the file.
func TestARealReportIsReadWhole(t *testing.T) {
	d := newDesk(t)
	for _, version := range []string{"champion", d.edit("--remove", "noise")} {
		a, entry := d.load(version)
		s, err := scorerOf(a, entry)
		if err != nil {
			t.Fatal(err)
		}
		r := s.Report()
		text, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		header, err := os.ReadFile(filepath.Join(d.registry, "artifacts", entry.Version, "header.json"))
		if err != nil {
			t.Fatal(err)
		}
		var read any
		var written struct {
			Report any `json:"report"`
		}
		if err := json.Unmarshal(header, &written); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(text, &read); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(read, written.Report) || len(r.Segments) == 0 || len(r.Checks) == 0 || entry.Champion == (len(r.Edits) > 0) || entry.Champion && len(r.Calibration)*len(r.Importance) == 0 {
			t.Errorf("%s: %s\n%v", version, text, written.Report)
		}
	}
}
