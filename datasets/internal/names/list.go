package names

import (
	"fmt"
	"strings"

	"github.com/agnivade/levenshtein"
)

// Listed joins names: the first 40 of them, the first 60 characters of each.
func Listed(names []string) string {
	const most, longest = 40, 60
	short := make([]string, min(most, len(names)))
	for i := range short {
		short[i] = names[i]
		if runes := []rune(names[i]); len(runes) > longest {
			short[i] = string(runes[:longest]) + "…"
		}
	}
	if len(names) <= most {
		return strings.Join(short, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(short, ", "), len(names)-most)
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
