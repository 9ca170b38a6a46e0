package strict

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/etappe/etappe/datasets"
)

// sample has a field of each kind.
type sample struct {
	Whole int                `yaml:"whole"`
	Real  float64            `yaml:"real"`
	Days  []int              `yaml:"days"`
	Names map[string]*sample `yaml:"names"`
}

// Values of the right kind are read; others, and unknown keys, are refused with the
// line and stay no plausible number.
func TestDecode(t *testing.T) {
	var got sample
	if err := Decode("etappe.yaml", []byte("whole: 3.0\nreal: 2\ndays: [1, 2]\nnames: {a: {whole: 4}}\n"), &got); err != nil ||
		got.Whole != 3 || got.Real != 2 || len(got.Days) != 2 || got.Names["a"].Whole != 4 {
		t.Errorf("%+v, %v", got, err)
	}
	if err := Decode("etappe.yaml", []byte(" \n"), &got); err != nil || got.Whole != 3 {
		t.Errorf("an empty text: %+v, %v", got, err)
	}
	for text, want := range map[string]string{
		"whole: 1.5":               "whole: a whole number, not 1.5",
		"whole: \"28\"":            "whole: a whole number, not the text \"28\"",
		"real: \"0.2\"":            "real: a number, not the text \"0.2\"",
		"days: [1, 2.5]":           "days[1]: a whole number, not 2.5",
		"names: {a: {whole: 4.5}}": "whole: a whole number, not 4.5",
		"wohle: 1":                 "unknown field",
	} {
		err := Decode("etappe.yaml", []byte(text), &sample{})
		if !errors.Is(err, datasets.ErrConfig) || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "> ") {
			t.Errorf("%s\n%v", text, err)
		}
	}
}

// A file that would fill the memory is refused before it is parsed.
func TestBombs(t *testing.T) {
	aliases := "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n"
	for i := 1; i < 9; i++ {
		aliases += fmt.Sprintf("a%d: &a%d [%s]\n", i, i, strings.Repeat(fmt.Sprintf("*a%d,", i-1), 20))
	}
	indented := ""
	for i := range 500 {
		indented += strings.Repeat(" ", i) + "a:\n"
	}
	for name, text := range map[string]string{
		"brackets":     "a: " + strings.Repeat("[", 200_000) + strings.Repeat("]", 200_000),
		"braces":       "a: " + strings.Repeat("{a: ", 200_000),
		"list items":   "a:\n  " + strings.Repeat("- ", 200_000) + "x",
		"indentation":  indented,
		"aliases":      aliases,
		"a large file": strings.Repeat("# nothing\n", 200_000),
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		err := Decode("etappe.yaml", []byte(text), &sample{})
		runtime.ReadMemStats(&after)
		if !errors.Is(err, datasets.ErrConfig) || !strings.Contains(err.Error(), "more than") {
			t.Errorf("%s: %v", name, err)
		}
		if used := after.TotalAlloc - before.TotalAlloc; used > 256<<20 {
			t.Errorf("%s: %d MiB were used", name, used>>20)
		}
	}
}
