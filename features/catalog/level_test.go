package catalog

import "testing"

func TestNormalLevel(t *testing.T) {
	for text, want := range map[string]string{"True": "true", " FALSE ": "false", "true": "true", "NA": "NA", " Pro\t": "Pro", "Truest": "Truest", "": "", " ": ""} {
		if got := NormalLevel(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestLevelCode(t *testing.T) {
	truth := Definition{Levels: []string{"false", "true"}}
	one := Definition{Levels: []string{"true"}}
	zip := Definition{Levels: []string{"1", "10115", "true"}}
	for _, c := range []struct {
		d     *Definition
		name  string
		code  int
		known bool
	}{
		{&truth, "True", 1, true}, {&truth, "1", 1, true}, {&truth, " 0 ", 0, true}, {&truth, "2", -1, false}, {&truth, "yes", -1, false},
		{&one, "1", 0, true}, {&one, "0", -1, false}, {&zip, "1", 0, true}, {&zip, "TRUE", 2, true}, {&zip, "0", -1, false}, {&zip, " 10115", 1, true},
		{&Definition{Levels: []string{}}, "1", -1, false},
	} {
		if code, known := c.d.LevelCode(c.name); code != c.code || known != c.known {
			t.Errorf("%v, %q: %d, %v, want %d, %v", c.d.Levels, c.name, code, known, c.code, c.known)
		}
	}
}

func TestTruthNumber(t *testing.T) {
	for text, want := range map[string]float64{"True": 1, " FALSE": 0} {
		if x, ok := TruthNumber(text); !ok || x != want {
			t.Errorf("%q: %v, %v", text, x, ok)
		}
	}
	if _, ok := TruthNumber("yes"); ok {
		t.Error("yes is a name")
	}
}
