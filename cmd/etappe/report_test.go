package main

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/etappe/etappe/serve"
	"github.com/etappe/etappe/train"
)

// members lists the JSON members of a struct type, with those of what it embeds.
func members(t reflect.Type) map[string]reflect.Type {
	all := map[string]reflect.Type{}
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case f.Anonymous && name == "":
			for n, inner := range members(f.Type) {
				all[n] = inner
			}
		case name != "" && name != "-":
			all[name] = f.Type
		}
	}
	return all
}

// unlike lists where what reads JSON expects something else than what writes it
// gives.
func unlike(path string, reads, writes reflect.Type) []string {
	for reads.Kind() == reflect.Pointer {
		reads = reads.Elem()
	}
	for writes.Kind() == reflect.Pointer {
		writes = writes.Elem()
	}
	kind := func(t reflect.Type) reflect.Kind {
		if t.Kind() == reflect.Int {
			return reflect.Float64 // both are numbers
		}
		return t.Kind()
	}
	if reads == writes {
		return nil
	}
	if kind(reads) != kind(writes) {
		return []string{fmt.Sprintf("%s: %s is read, %s written", path, reads, writes)}
	}
	switch reads.Kind() {
	case reflect.Slice:
		return unlike(path+"[]", reads.Elem(), writes.Elem())
	case reflect.Struct:
		var out []string
		given := members(writes)
		for name, wanted := range members(reads) {
			if given[name] == nil {
				out = append(out, path+"."+name+" is read, and nobody writes it")
			} else {
				out = append(out, unlike(path+"."+name, wanted, given[name])...)
			}
		}
		slices.Sort(out)
		return out
	}
	return nil
}

// serve reads the training report by types of its own, for it may not know
// train: whatever they name is what train writes, and as such.
func TestTheReportIsReadAsItIsWritten(t *testing.T) {
	for _, at := range unlike("report", reflect.TypeFor[serve.Report](), reflect.TypeFor[train.Report]()) {
		t.Error(at)
	}
	// The control: a renamed member, one of another kind, and one that is gone below.
	type low struct {
		Renewals string `json:"renewals"`
	}
	type renamed struct {
		Test        string `json:"tested"`
		Calibration []low  `json:"calibration"`
		Warned      []struct {
			Code string `json:"kode"`
		} `json:"warned"`
	}
	want := []string{"report.calibration[].renewals: string is read, float64 written", "report.tested is read, and nobody writes it", "report.warned[].kode is read, and nobody writes it"}
	if got := unlike("report", reflect.TypeFor[renamed](), reflect.TypeFor[train.Report]()); !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}

// What a real run wrote is read back to the value: what serve keeps of a report
// is a part of it.
func TestARealReportIsReadWhole(t *testing.T) {
	d := newDesk(t)
	for _, version := range []string{"champion", d.edit("--remove", "noise")} {
		a, entry := d.load(version)
		s, err := scorerOf(a, entry)
		if err != nil {
			t.Fatal(err)
		}
		r, err := s.Report()
		if err != nil {
			t.Fatal(err)
		}
		text, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		var written, kept any
		if err := json.Unmarshal(a.Report, &written); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(text, &kept); err != nil {
			t.Fatal(err)
		}
		if at := lost("report", kept, written); at != "" || len(r.Segments) == 0 || len(r.Checks) == 0 || entry.Champion == (len(r.Edits) > 0) || entry.Champion && len(r.Calibration)*len(r.Importance) == 0 {
			t.Errorf("%s: %s, %+v", version, at, r)
		}
	}
}

// lost says where what was kept is not what was written; "" nowhere. What was
// not written is kept as nothing.
func lost(path string, kept, written any) string {
	switch k := kept.(type) {
	case map[string]any:
		w, ok := written.(map[string]any)
		if !ok {
			return path
		}
		for name, v := range k {
			if at := lost(path+"."+name, v, w[name]); at != "" {
				return at
			}
		}
		return ""
	case []any:
		w, _ := written.([]any)
		if len(w) != len(k) {
			return fmt.Sprintf("%s: %d of %d", path, len(k), len(w))
		}
		for i, v := range k {
			if at := lost(fmt.Sprintf("%s[%d]", path, i), v, w[i]); at != "" {
				return at
			}
		}
		return ""
	}
	if kept == written || written == nil && (kept == "" || kept == 0.0 || kept == false) {
		return ""
	}
	return fmt.Sprintf("%s: %v of %v", path, kept, written)
}
