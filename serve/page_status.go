package serve

// StatusOf says which HTTP status an error of this package has; 500 for one
// that is not a caller's doing.
func StatusOf(err error) int { return problemOf(err, "").Status }
