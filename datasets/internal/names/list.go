package names

import (
	"fmt"
	"strings"

	"github.com/agnivade/levenshtein"
)

// Listed joins names, the first 40 of them.
func Listed(names []string) string {
	const most = 40
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
}

// DidYouMean suggests the candidate nearest to name, or nothing.
func DidYouMean(name string, candidates []string) string {
	best, distance := "", len(name)/2+1
	for _, candidate := range candidates {
		if d := levenshtein.ComputeDistance(strings.ToLower(name), strings.ToLower(candidate)); d < distance {
			best, distance = candidate, d
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf(" (did you mean %q?)", best)
}
