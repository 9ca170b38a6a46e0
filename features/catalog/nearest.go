package catalog

import "github.com/agnivade/levenshtein"

// Nearest returns the feature name nearest to name, as the function of that
// name does; "" for an empty catalogue.
func (c *Catalog) Nearest(name string) string {
	return Nearest(name, c.Names())
}

// Nearest returns the name with the smallest edit distance (Levenshtein 1966) to
// name, the first of equals; "" for an empty list. Only the first 200 bytes of
// name are compared, so that a hostile one costs nothing.
func Nearest(name string, names []string) string {
	if len(name) > 200 {
		name = name[:200]
	}
	best, distance := "", -1
	for _, candidate := range names {
		if d := levenshtein.ComputeDistance(name, candidate); distance < 0 || d < distance {
			best, distance = candidate, d
		}
	}
	return best
}
