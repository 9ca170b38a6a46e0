package catalog

import "strings"

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
