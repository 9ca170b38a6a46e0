package catalog

import (
	"slices"
	"strings"
)

// NormalLevel returns the one form of a level's name, at every door: blanks
// around it cut, true and false in lower case. Files are read so by datasets.
func NormalLevel(s string) string {
	s = strings.TrimSpace(s)
	switch {
	case len(s) == 4 && strings.EqualFold(s, "true"):
		return "true"
	case len(s) == 5 && strings.EqualFold(s, "false"):
		return "false"
	}
	return s
}

// LevelCode returns the code of a level of a categorical feature, by its name as
// it stands or in its normal form. 1 and 0 are true and false where the feature
// has no other levels. known is false for a level that the feature does not have.
func (d *Definition) LevelCode(name string) (code int, known bool) {
	if code = slices.Index(d.Levels, name); code >= 0 {
		return code, true
	}
	normal := NormalLevel(name)
	if d.isTruth() {
		switch normal {
		case "1":
			normal = "true"
		case "0":
			normal = "false"
		}
	}
	code = slices.Index(d.Levels, normal)
	return code, code >= 0
}

// isTruth reports whether the feature has no levels but true and false.
func (d *Definition) isTruth() bool {
	return len(d.Levels) > 0 && !slices.ContainsFunc(d.Levels, func(level string) bool { return level != "true" && level != "false" })
}

// TruthNumber returns 1 for true and 0 for false, in any case: what these words
// mean in a column of numbers. ok is false for every other text.
func TruthNumber(name string) (x float64, ok bool) {
	switch NormalLevel(name) {
	case "true":
		return 1, true
	case "false":
		return 0, true
	}
	return 0, false
}
