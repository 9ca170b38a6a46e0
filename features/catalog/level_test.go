package catalog

import "testing"

func TestNormalLevel(t *testing.T) {
	for text, want := range map[string]string{"True": "true", " FALSE ": "false", "true": "true", "NA": "NA", " Pro\t": "Pro", "Truest": "Truest", "": "", " ": ""} {
		if got := NormalLevel(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
