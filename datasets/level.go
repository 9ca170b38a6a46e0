package datasets

import "strings"

// normalLevel returns the one form of a name, at every door: blanks around it
// cut, true and false in lower case. CSV writers write True, TRUE or true,
// Parquet and JSON have a type for it.
func normalLevel(s string) string {
	s = strings.TrimSpace(s)
	switch {
	case len(s) == 4 && strings.EqualFold(s, "true"):
		return "true"
	case len(s) == 5 && strings.EqualFold(s, "false"):
		return "false"
	}
	return s
}
