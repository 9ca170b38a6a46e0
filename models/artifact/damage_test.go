package artifact

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"strings"
	"testing"
)

// Whatever byte is changed, wherever a file is cut: an error, and never a panic.
func TestDamageIsFound(t *testing.T) {
	good, err := Encode(withEverything(t, artifact(t)))
	if err != nil {
		t.Fatal(err)
	}
	damaged := func(i int, data []byte) []File {
		files := append([]File{}, good...)
		files[i].Data = data
		return files
	}
	for i, f := range good {
		step := max(1, len(f.Data)/150)
		for at := 0; at < len(f.Data); at += step {
			for _, flip := range []byte{1, 0x20, 0xff} {
				data := bytes.Clone(f.Data)
				data[at] ^= flip
				if _, err := Decode(damaged(i, data)); !errors.Is(err, ErrCorrupt) {
					t.Fatalf("%s, byte %d ^ %x: %v", f.Name, at, flip, err)
				}
			}
			if _, err := Decode(damaged(i, f.Data[:at])); !errors.Is(err, ErrCorrupt) {
				t.Fatalf("%s cut to %d bytes: %v", f.Name, at, err)
			}
		}
		if _, err := Decode(damaged(i, append(bytes.Clone(f.Data), '\n'))); !errors.Is(err, ErrCorrupt) {
			t.Errorf("%s with a further byte: %v", f.Name, err)
		}
	}
	data := bytes.Clone(good[1].Data)
	data[7] ^= 1
	_, err = Decode(damaged(1, data))
	for _, want := range []string{arraysFile, digest(data), digest(good[1].Data)} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("the error does not name %s: %v", want, err)
		}
	}
	if _, err := Decode(good[:2]); !errors.Is(err, ErrCorrupt) {
		t.Errorf("two files: %v", err)
	}
}

// resealed decodes a header with the manifest that fits: what a hostile writer
// would send.
func resealed(header, arrays []byte) error {
	files := []File{{headerFile, header}, {arraysFile, arrays}}
	_, err := Decode(append(files, File{manifestFile, manifest(files)}))
	return err
}

func TestHostileHeaders(t *testing.T) {
	good, err := Encode(withEverything(t, artifact(t)))
	if err != nil {
		t.Fatal(err)
	}
	if err := resealed(good[0].Data, good[1].Data); err != nil {
		t.Fatal(err)
	}
	first := func(old, new string) func(string) string {
		return func(text string) string { return strings.Replace(text, old, new, 1) }
	}
	for name, change := range map[string]func(string) string{
		"empty":             func(string) string { return "" },
		"no object":         func(string) string { return "[]" },
		"no format":         first(`"format": 5`, `"format": 0`),
		"deep":              func(string) string { return `{"format":5,"report":` + strings.Repeat("[", 100000) },
		"a further key":     first(`"format": 5`, `"format": 5, "code": "rm"`),
		"text after it":     func(s string) string { return s + "{}" },
		"an exabyte":        first(`"offset": 0,`, `"offset": 0, "count": 1152921504606846976, "x":`),
		"minus one":         first(`"count": `, `"count": -`),
		"one more":          first(`"count": `, `"count": 9`),
		"overlapping":       first(`"offset": 0`, `"offset": 1`),
		"a part twice":      first(`"name": "clusters"`, `"name": "churn"`),
		"a part missing":    first(`"name": "clusters"`, `"name": "lusters"`),
		"a part too many":   first(`"name": "path"`, `"name": "plugin"`),
		"other peers":       first(`"kind": "peers/1"`, `"kind": "peers/2"`),
		"a target too few":  first(`"name": "target:expansion"`, `"name": "target:success"`),
		"a target twice":    first(`"name": "expansion"`, `"name": "contraction"`),
		"a target's path":   first(`"name": "expansion"`, `"name": "../x"`),
		"an unsure target":  first(`"auc": 0.7,`, `"auc": 7,`),
		"a far exemplar":    first(`"distance": 0.2`, `"distance": -1`),
		"an exemplar twice": first(`"account_id": "acme"`, `"account_id": "globex"`),
		"peers of another":  first(`"name": "region"`, `"name": "region"}, {"name": "more", "levels": null`),
		"another kind":      first(`"kind": "cluster/1"`, `"kind": "cluster/9"`),
		"a name less":       first(`"names": [`, `"names": [], "x": [`),
		"a path as a date":  first(`"to": "2025-06-30"`, `"to": "../../etc"`),
		"numbers as text":   first(`"points_per_doubling": 10`, `"points_per_doubling": "10"`),
		"another's version": first(`"format": 5`, `"format": 5, "original": "2025-06-30-0123456789"`),
		"an array as words": first(`"arrays": [`, `"arrays": ["cuts", `),
	} {
		if err := resealed([]byte(change(string(good[0].Data))), good[1].Data); !errors.Is(err, ErrCorrupt) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := resealed([]byte(first(`"format": 5`, `"format": 6, "new": true`)(string(good[0].Data))), nil); !errors.Is(err, ErrVersion) {
		t.Errorf("a newer format: %v", err)
	}
	if err := resealed([]byte(first(`"format": 5`, `"format": 4`)(string(good[0].Data))), nil); !errors.Is(err, ErrVersion) {
		t.Errorf("an older format: %v", err)
	}
	if err := resealed(good[0].Data, good[1].Data[:len(good[1].Data)-8]); !errors.Is(err, ErrCorrupt) {
		t.Errorf("a number less: %v", err)
	}
	if err := resealed(good[0].Data, append(bytes.Clone(good[1].Data), make([]byte, 8)...)); !errors.Is(err, ErrCorrupt) {
		t.Errorf("a number more: %v", err)
	}
	if err := resealed(good[0].Data, good[1].Data[1:]); !errors.Is(err, ErrCorrupt) {
		t.Errorf("seven bytes: %v", err)
	}
}

// Random damage behind a manifest that fits must be an error or an artifact that
// can be written again; it never panics.
func TestRandomHeadersNeverPanic(t *testing.T) {
	good, err := Encode(withEverything(t, artifact(t)))
	if err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(9, 9))
	refused := 0
	for range 600 {
		header, arrays := bytes.Clone(good[0].Data), bytes.Clone(good[1].Data)
		for range 1 + rng.IntN(3) {
			switch at := rng.IntN(len(header)); rng.IntN(4) {
			case 0:
				header[at] = "0123456789-{}[],\"e"[rng.IntN(18)]
			case 1:
				header = append(header[:at], header[min(len(header), at+1+rng.IntN(20)):]...)
			case 2:
				arrays[rng.IntN(len(arrays))] ^= 1 << rng.IntN(8)
			default:
				from := rng.IntN(len(header))
				header = append(header[:at:at], header[from:min(len(header), from+30)]...)
			}
		}
		if resealed(header, arrays) != nil {
			refused++
		}
	}
	if refused < 300 {
		t.Errorf("only %d of 600 were refused", refused)
	}
}
