package catalog

// Theme groups features for a reader.
type Theme string

// The themes.
const (
	Adoption   Theme = "adoption"
	Breadth    Theme = "breadth"
	People     Theme = "people"
	Support    Theme = "support"
	Sentiment  Theme = "sentiment"
	Commercial Theme = "commercial"
	Calendar   Theme = "calendar"
)

// Side is the half of the score that a feature belongs to.
type Side string

// The two sides of the coin.
const (
	Proactive Side = "proactive" // progress along the success path
	Reactive  Side = "reactive"  // how usage relates to the renewal
)

// Themes are all of them, in the order of pages.
var Themes = []Theme{Adoption, Breadth, People, Support, Sentiment, Commercial, Calendar}
